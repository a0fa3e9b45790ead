// The only C code of the project: variadics, macros and GNU functions that Swift cannot call.
#ifndef CGLUE_H
#define CGLUE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <curl/curl.h>

// memory

/// memmem(3): first occurrence of needle, or NULL.
const void *glue_memmem(const void *haystack, size_t haystack_length, const void *needle,
                        size_t needle_length);

// files

/// Opens path beneath the folder descriptor; fails with EXDEV where path would leave it.
int glue_open_beneath(int folder, const char *path, int flags, mode_t mode);
/// renameat2(2) with RENAME_EXCHANGE: swaps two existing paths in one step.
int glue_rename_exchange(int old_folder, const char *old_path, int new_folder,
                         const char *new_path);
/// syncfs(2) of the file system that holds the descriptor.
int glue_syncfs(int descriptor);
/// open(2) without its variadic mode.
int glue_open(const char *path, int flags, mode_t mode);
/// openat(2) without its variadic mode.
int glue_openat(int folder, const char *path, int flags, mode_t mode);
/// Takes an exclusive lock of the whole file without waiting: 0, or -1 with errno.
int glue_lock_exclusive(int descriptor);
/// Width of the terminal behind the descriptor in columns, or 0.
int glue_terminal_columns(int descriptor);
/// Largest resident set of this process in bytes.
int64_t glue_peak_resident_bytes(void);

// randomness

/// Fills the buffer from the kernel's generator; 0, or -1 with errno.
int glue_random(void *buffer, size_t length);

// curl

CURLcode glue_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode glue_curl_set_offset(CURL *handle, CURLoption option, int64_t value);
CURLcode glue_curl_set_string(CURL *handle, CURLoption option, const char *value);
CURLcode glue_curl_set_pointer(CURL *handle, CURLoption option, void *value);
typedef size_t (*glue_curl_data_callback)(char *data, size_t size, size_t count, void *context);
CURLcode glue_curl_set_data_callback(CURL *handle, CURLoption option,
                                     glue_curl_data_callback callback);
CURLcode glue_curl_get_long(CURL *handle, CURLINFO info, long *value);
CURLcode glue_curl_get_string(CURL *handle, CURLINFO info, const char **value);
CURLMcode glue_curl_multi_set_long(CURLM *handle, CURLMoption option, long value);
/// The transfer's result of a message, or -1 where the message is not CURLMSG_DONE.
int glue_curl_message_result(const CURLMsg *message);

#endif
