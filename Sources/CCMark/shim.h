// CommonMark.
#include <cmark.h>
