// libmicrohttpd.
#include <microhttpd.h>
