// OpenSSL: digests, encryption and random bytes.
#include <openssl/evp.h>
#include <openssl/rand.h>
