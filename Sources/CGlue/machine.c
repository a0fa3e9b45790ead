#define _GNU_SOURCE
#include "CGlue.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

const void *glue_memmem(const void *haystack, size_t haystack_length, const void *needle,
                        size_t needle_length) {
  return memmem(haystack, haystack_length, needle, needle_length);
}

int glue_open_beneath(int folder, const char *path, int flags, mode_t mode) {
  struct open_how how;
  memset(&how, 0, sizeof how);
  how.flags = (uint64_t)flags | O_CLOEXEC;
  how.mode = (flags & O_CREAT) ? mode : 0;
  how.resolve = RESOLVE_BENEATH;
  long result = syscall(SYS_openat2, folder, path, &how, sizeof how);
  if (result >= 0 || (errno != ENOSYS && errno != EPERM))
    return (int)result;
  // A kernel or sandbox without openat2: refuse what could leave the folder, then open.
  if (path[0] == '/' || strcmp(path, "..") == 0 || strncmp(path, "../", 3) == 0 ||
      strstr(path, "/../") || (strlen(path) > 2 && strcmp(path + strlen(path) - 3, "/..") == 0)) {
    errno = EXDEV;
    return -1;
  }
  return openat(folder, path, flags | O_CLOEXEC, mode);
}

int glue_rename_exchange(int old_folder, const char *old_path, int new_folder,
                         const char *new_path) {
  return renameat2(old_folder, old_path, new_folder, new_path, RENAME_EXCHANGE);
}

ssize_t glue_copy_range(int from, int to, size_t length) {
  return copy_file_range(from, NULL, to, NULL, length, 0);
}

int glue_syncfs(int descriptor) { return syncfs(descriptor); }

int glue_open(const char *path, int flags, mode_t mode) {
  return open(path, flags | O_CLOEXEC, mode);
}

int glue_openat(int folder, const char *path, int flags, mode_t mode) {
  return openat(folder, path, flags | O_CLOEXEC, mode);
}

int glue_lock_exclusive(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

int glue_unlock(int descriptor) { return flock(descriptor, LOCK_UN); }

int glue_terminal_columns(int descriptor) {
  struct winsize size;
  if (!isatty(descriptor) || ioctl(descriptor, TIOCGWINSZ, &size) != 0)
    return 0;
  return size.ws_col;
}

int64_t glue_peak_resident_bytes(void) {
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0)
    return 0;
  return (int64_t)usage.ru_maxrss * 1024;
}

int glue_random(void *buffer, size_t length) {
  unsigned char *bytes = buffer;
  while (length > 0) {
    ssize_t got = getrandom(bytes, length, 0);
    if (got < 0) {
      if (errno == EINTR)
        continue;
      return -1;
    }
    bytes += got;
    length -= (size_t)got;
  }
  return 0;
}
