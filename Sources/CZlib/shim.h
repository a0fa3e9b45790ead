// zlib: streaming gzip.
#include <zlib.h>
