// libdeflate: whole-buffer gzip.
#include <libdeflate.h>
