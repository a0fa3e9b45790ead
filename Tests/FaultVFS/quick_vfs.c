// Files in mapped memory, locks as counters.
#define _GNU_SOURCE
#include "quick_vfs.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  ROOM = 1 << 22,      // how much address space a file is given at first
  LOG_ROOM = 1 << 18,  // and a log
  LOCKS = SQLITE_SHM_NLOCK
};

// An index of a write-ahead log that the connections of a file share.
struct index {
  int users;
  int count;
  void **pages;
  int locks[LOCKS];  // -1: one has it alone; n: n share it
};

// A file; all its connections have one. It is there while it is open; a log also after that, until it is
// deleted or written to the disk.
struct store {
  struct store *next;
  int fd;  // -1 for a log, which is in memory
  int users;
  unsigned char *bytes;
  sqlite3_int64 room, size;
  int sharing;                               // how many hold a lock of whatever level
  struct quick_file *reserver, *excluder;    // who holds a lock that only one can have
  struct index *index;
  char name[];
};

struct quick_file {
  sqlite3_file head;
  struct quick_disk *disk;
  struct store *store;
  int level;
  int has_index;
  unsigned char held[LOCKS];  // 0, 1 shared, 2 alone
};

struct quick_disk {
  sqlite3_vfs vfs;
  struct store *stores;
};

static struct quick_file *of(sqlite3_file *file) { return (struct quick_file *)file; }

static struct store *find(const struct quick_disk *disk, const char *name) {
  for (struct store *one = disk->stores; one; one = one->next)
    if (strcmp(one->name, name) == 0) return one;
  return NULL;
}

// Bytes

static int file_read(sqlite3_file *head, void *bytes, int length, sqlite3_int64 offset) {
  struct store *store = of(head)->store;
  sqlite3_int64 there = store->size > offset ? store->size - offset : 0;
  if (there >= length) {
    memcpy(bytes, store->bytes + offset, (size_t)length);
    return SQLITE_OK;
  }
  if (there > 0) memcpy(bytes, store->bytes + offset, (size_t)there);
  memset((char *)bytes + there, 0, (size_t)(length - there));
  return SQLITE_IOERR_SHORT_READ;
}

// Makes a store this large; up to `written` what is new is noughts, from there on the caller writes.
static int make_room(struct store *store, sqlite3_int64 size, sqlite3_int64 written) {
  if (size > store->room) {
    sqlite3_int64 room = store->room * 2;
    while (room < size) room *= 2;
    void *moved = store->fd < 0 ? realloc(store->bytes, (size_t)room)
                                : mremap(store->bytes, (size_t)store->room, (size_t)room, MREMAP_MAYMOVE);
    if (!moved || moved == MAP_FAILED) return SQLITE_IOERR_NOMEM;
    store->bytes = moved;
    store->room = room;
  }
  if (size <= store->size) return SQLITE_OK;
  if (store->fd >= 0) {
    if (ftruncate(store->fd, size) != 0) return SQLITE_FULL;
  } else if (written > store->size) {
    memset(store->bytes + store->size, 0, (size_t)(written - store->size));
  }
  store->size = size;
  return SQLITE_OK;
}

static int file_write(sqlite3_file *head, const void *bytes, int length, sqlite3_int64 offset) {
  struct store *store = of(head)->store;
  int result = make_room(store, offset + length, offset);
  if (result != SQLITE_OK) return result;
  memcpy(store->bytes + offset, bytes, (size_t)length);
  return SQLITE_OK;
}

static int file_truncate(sqlite3_file *head, sqlite3_int64 size) {
  struct store *store = of(head)->store;
  int result = make_room(store, size, size);
  if (result != SQLITE_OK) return result;
  if (store->fd >= 0 && ftruncate(store->fd, size) != 0) return SQLITE_IOERR_TRUNCATE;
  store->size = size;
  return SQLITE_OK;
}

static int file_sync(sqlite3_file *head, int flags) {
  (void)head, (void)flags;
  return SQLITE_OK;
}

static int file_size(sqlite3_file *head, sqlite3_int64 *size) {
  *size = of(head)->store->size;
  return SQLITE_OK;
}

// Locks of the file

static int file_unlock(sqlite3_file *head, int level) {
  struct quick_file *file = of(head);
  struct store *store = file->store;
  if (file->level <= level) return SQLITE_OK;
  if (store->reserver == file) store->reserver = NULL;
  if (store->excluder == file) store->excluder = NULL;
  if (level == SQLITE_LOCK_NONE && file->level > SQLITE_LOCK_NONE) store->sharing--;
  file->level = level;
  return SQLITE_OK;
}

static int file_lock(sqlite3_file *head, int level) {
  struct quick_file *file = of(head);
  struct store *store = file->store;
  if (file->level >= level) return SQLITE_OK;
  if (store->excluder && store->excluder != file) return SQLITE_BUSY;
  if (file->level == SQLITE_LOCK_NONE) {
    store->sharing++;
    file->level = SQLITE_LOCK_SHARED;
  }
  if (level == SQLITE_LOCK_SHARED) return SQLITE_OK;
  if (store->reserver && store->reserver != file) return SQLITE_BUSY;
  store->reserver = file;
  if (level == SQLITE_LOCK_RESERVED) {
    file->level = level;
    return SQLITE_OK;
  }
  // From here on nobody new comes in; who is there is waited for.
  store->excluder = file;
  file->level = SQLITE_LOCK_PENDING;
  if (store->sharing > 1) return SQLITE_BUSY;
  file->level = SQLITE_LOCK_EXCLUSIVE;
  return SQLITE_OK;
}

static int file_check_reserved(sqlite3_file *head, int *is_reserved) {
  *is_reserved = of(head)->store->reserver != NULL;
  return SQLITE_OK;
}

static int file_control(sqlite3_file *head, int op, void *argument) {
  (void)head, (void)op, (void)argument;
  return SQLITE_NOTFOUND;
}

static int file_sector_size(sqlite3_file *head) {
  (void)head;
  return 4096;
}

static int file_characteristics(sqlite3_file *head) {
  (void)head;
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

// The index of the log

static int shm_map(sqlite3_file *head, int page, int size, int extends, void volatile **memory) {
  struct quick_file *file = of(head);
  struct store *store = file->store;
  *memory = NULL;
  if (!store->index) store->index = calloc(1, sizeof *store->index);
  struct index *index = store->index;
  if (!index) return SQLITE_IOERR_NOMEM;
  if (!file->has_index) {
    file->has_index = 1;
    index->users++;
  }
  if (page >= index->count) {
    if (!extends) return SQLITE_OK;
    void **pages = realloc(index->pages, (size_t)(page + 1) * sizeof *pages);
    if (!pages) return SQLITE_IOERR_NOMEM;
    index->pages = pages;
    for (; index->count <= page; index->count++) {
      pages[index->count] = calloc(1, (size_t)size);
      if (!pages[index->count]) return SQLITE_IOERR_NOMEM;
    }
  }
  *memory = index->pages[page];
  return SQLITE_OK;
}

static void shm_unlock(struct quick_file *file, int place) {
  int *lock = &file->store->index->locks[place];
  if (file->held[place] == 1) --*lock;
  if (file->held[place] == 2) *lock = 0;
  file->held[place] = 0;
}

static int shm_lock(sqlite3_file *head, int offset, int count, int flags) {
  struct quick_file *file = of(head);
  if (!file->has_index) return SQLITE_IOERR_SHMLOCK;
  int *locks = file->store->index->locks;
  if (flags & SQLITE_SHM_UNLOCK) {
    for (int place = offset; place < offset + count; place++) shm_unlock(file, place);
    return SQLITE_OK;
  }
  int is_shared = flags & SQLITE_SHM_SHARED;
  for (int place = offset; place < offset + count; place++) {
    if (file->held[place]) continue;
    if (is_shared ? locks[place] < 0 : locks[place] != 0) return SQLITE_BUSY;
  }
  for (int place = offset; place < offset + count; place++) {
    if (file->held[place]) continue;
    locks[place] = is_shared ? locks[place] + 1 : -1;
    file->held[place] = is_shared ? 1 : 2;
  }
  return SQLITE_OK;
}

static void shm_barrier(sqlite3_file *head) {
  (void)head;
  __sync_synchronize();
}

static int shm_unmap(sqlite3_file *head, int deletes) {
  struct quick_file *file = of(head);
  (void)deletes;
  if (!file->has_index) return SQLITE_OK;
  struct index *index = file->store->index;
  for (int place = 0; place < LOCKS; place++) shm_unlock(file, place);
  file->has_index = 0;
  if (--index->users > 0) return SQLITE_OK;
  for (int page = 0; page < index->count; page++) free(index->pages[page]);
  free(index->pages);
  free(index);
  file->store->index = NULL;
  return SQLITE_OK;
}

// Opening and closing

static void forget(struct quick_disk *disk, struct store *store) {
  struct store **link = &disk->stores;
  while (*link != store) link = &(*link)->next;
  *link = store->next;
  if (store->fd < 0) {
    free(store->bytes);
  } else {
    munmap(store->bytes, (size_t)store->room);
    close(store->fd);
  }
  free(store);
}

// Writes the logs that have outlived their connections to the disk.
static int write_logs(struct quick_disk *disk) {
  int result = SQLITE_OK;
  while (disk->stores) {
    struct store *log = disk->stores;
    int fd = open(log->name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0 || write(fd, log->bytes, (size_t)log->size) != log->size) result = SQLITE_IOERR_CLOSE;
    if (fd >= 0) close(fd);
    forget(disk, log);
  }
  return result;
}

static int file_close(sqlite3_file *head) {
  struct quick_file *file = of(head);
  struct quick_disk *disk = file->disk;
  shm_unmap(head, 0);
  file_unlock(head, SQLITE_LOCK_NONE);
  struct store *store = file->store;
  if (--store->users == 0 && (store->fd >= 0 || !store->name[0])) forget(disk, store);
  for (store = disk->stores; store; store = store->next)
    if (store->users > 0) return SQLITE_OK;
  return write_logs(disk);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
};

static int load(struct store *store, int fd, int is_log) {
  struct stat status;
  if (fstat(fd, &status) != 0) return 0;
  store->size = status.st_size;
  store->room = is_log ? LOG_ROOM : ROOM;
  while (store->room < store->size) store->room *= 2;
  if (!is_log) {
    store->fd = fd;
    store->bytes = mmap(NULL, (size_t)store->room, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return store->bytes != MAP_FAILED;
  }
  store->fd = -1;
  store->bytes = malloc((size_t)store->room);
  int is_read = store->bytes && read(fd, store->bytes, (size_t)store->size) == store->size;
  if (is_read) close(fd);
  return is_read;
}

static struct store *make_store(const char *name, int flags) {
  int is_log = (flags & SQLITE_OPEN_WAL) != 0;
  struct store *made = calloc(1, sizeof *made + (name ? strlen(name) : 0) + 1);
  if (!made) return NULL;
  if (name) strcpy(made->name, name);
  int mode = O_RDWR | O_CLOEXEC | (flags & SQLITE_OPEN_CREATE && !is_log ? O_CREAT : 0);
  int fd = name ? open(name, mode, 0644) : memfd_create("quick", MFD_CLOEXEC);
  if (fd >= 0 && load(made, fd, is_log)) return made;
  if (fd < 0 && is_log && flags & SQLITE_OPEN_CREATE) {
    made->fd = -1;
    made->room = LOG_ROOM;
    made->bytes = malloc(LOG_ROOM);
    if (made->bytes) return made;
  }
  if (fd >= 0) close(fd);
  free(made);
  return NULL;
}

static int disk_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *head, int flags,
                     int *out_flags) {
  struct quick_disk *disk = vfs->pAppData;
  struct quick_file *file = of(head);
  memset(file, 0, sizeof *file);
  struct store *store = name ? find(disk, name) : NULL;
  if (!store) {
    store = make_store(name, flags);
    if (!store) return SQLITE_CANTOPEN;
    store->next = disk->stores;
    disk->stores = store;
  }
  store->users++;
  file->disk = disk;
  file->store = store;
  head->pMethods = &methods;
  if (out_flags) *out_flags = flags;
  return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int syncs_folder) {
  (void)syncs_folder;
  struct quick_disk *disk = vfs->pAppData;
  struct store *store = find(disk, name);
  int was_log = store && store->fd < 0;
  if (store) store->name[0] = 0;  // who has it open keeps it, without a name
  if (store && store->users == 0) forget(disk, store);
  if (unlink(name) == 0 || was_log) return SQLITE_OK;
  return access(name, F_OK) == 0 ? SQLITE_IOERR_DELETE : SQLITE_IOERR_DELETE_NOENT;
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
  struct store *store = find(vfs->pAppData, name);
  struct stat status;
  if (store)
    *result = flags != SQLITE_ACCESS_EXISTS || store->size > 0;
  else if (flags == SQLITE_ACCESS_EXISTS)  // an empty file counts as none, as in SQLite's own
    *result = stat(name, &status) == 0 && (!S_ISREG(status.st_mode) || status.st_size > 0);
  else
    *result = access(name, R_OK | W_OK) == 0;
  return SQLITE_OK;
}

static int disk_full_path(sqlite3_vfs *vfs, const char *name, int room, char *path) {
  (void)vfs;
  if (name[0] != '/' || strlen(name) >= (size_t)room) return SQLITE_CANTOPEN;
  strcpy(path, name);
  return SQLITE_OK;
}

sqlite3_vfs *quick_vfs_new(void) {
  sqlite3_vfs *base = sqlite3_vfs_find(NULL);
  struct quick_disk *disk = calloc(1, sizeof *disk);
  if (!disk || !base) return NULL;
  disk->vfs = *base;
  disk->vfs.pNext = NULL;
  disk->vfs.pAppData = disk;
  disk->vfs.szOsFile = (int)sizeof(struct quick_file);
  disk->vfs.xOpen = disk_open;
  disk->vfs.xDelete = disk_delete;
  disk->vfs.xAccess = disk_access;
  disk->vfs.xFullPathname = disk_full_path;
  return &disk->vfs;
}

void quick_vfs_free(sqlite3_vfs *vfs) { free(vfs->pAppData); }
