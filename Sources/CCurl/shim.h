// libcurl: easy and multi interfaces; variadics are in CGlue.
#include <curl/curl.h>
