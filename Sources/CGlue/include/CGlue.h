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
/// copy_file_range(2) from one descriptor's place to another's: bytes copied, 0 at the end, -1 with errno.
ssize_t glue_copy_range(int from, int to, size_t length);
/// Takes an exclusive lock of the whole file without waiting: 0, or -1 with errno.
int glue_lock_exclusive(int descriptor);
/// Gives that lock up for all descriptors of the open file: 0, or -1 with errno.
int glue_unlock(int descriptor);
/// Width of the terminal behind the descriptor in columns, or 0.
int glue_terminal_columns(int descriptor);
/// Largest resident set of this process in bytes.
int64_t glue_peak_resident_bytes(void);

// SQLite

/// Turns off SQLite's count of allocated bytes, which costs a lock an allocation. To be called before
/// anything else of SQLite; SQLITE_OK, or SQLITE_MISUSE where it was too late.
int glue_sqlite_without_statistics(void);

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

// ICU; each answers in UTF-8 and returns the length, or -1 where ICU refuses or it does not fit.

/// A decimal number in the locale's form; with a currency (ISO 4217) as money.
int32_t glue_icu_number(const char *locale, const char *currency, const char *decimal,
                        int32_t fraction_digits, char *out, int32_t capacity);
/// The plural category of a whole number.
int32_t glue_icu_plural(const char *locale, int64_t number, char *out, int32_t capacity);
/// The plural categories of the numbers from 0 on: 0 zero, 1 one, 2 two, 3 few, 4 many, 5 other. Returns how
/// many, or -1.
int32_t glue_icu_plurals(const char *locale, int32_t count, uint8_t *categories);
/// The pattern for a style: 0 full … 3 short.
int32_t glue_icu_date_pattern(const char *locale, int32_t style, char *out, int32_t capacity);
/// The patterns for skeletons such as "yMMMM", each with a line feed behind it.
int32_t glue_icu_skeleton_patterns(const char *locale, const char *const *skeletons, int32_t count,
                                   char *out, int32_t capacity);
/// Names of one kind, each ended by a line feed: 0 months, 1 short months, 2 and 3 the same
/// standing alone, 4 weekdays (after an empty first), 5 short weekdays, 6 halves of the day, 7 eras.
int32_t glue_icu_date_names(const char *locale, int32_t kind, char *out, int32_t capacity);
/// Offsets of an IANA zone: each start in seconds since 1970 with the seconds east of UTC from
/// then on, the first at "from". Returns how many, or -1 where there is no such zone.
int32_t glue_icu_zone(const char *identifier, int64_t from, int64_t until, int64_t *starts,
                      int32_t *offsets, int32_t capacity);
/// The name of a language tag, or where that is NULL of a region, as it stands in a menu.
int32_t glue_icu_display_name(const char *locale, const char *language, const char *region,
                              char *out, int32_t capacity);
/// Text in a normal form: 0 NFC, 1 NFD, 2 NFKC with case folded.
int32_t glue_icu_normalize(int32_t form, const char *text, int32_t length, char *out,
                           int32_t capacity);
/// A collator of the locale, or NULL; closed by glue_icu_collator_close.
void *glue_icu_collator_open(const char *locale);
void glue_icu_collator_close(void *collator);
/// The sort key of UTF-16 text with its final zero; the length needed, even where it does not fit.
int32_t glue_icu_sort_key(const void *collator, const uint16_t *text, int32_t length,
                          uint8_t *out, int32_t capacity);

#endif
