// XXH3 fingerprints.
#include <xxhash.h>
