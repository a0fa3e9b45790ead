#include "fault_vfs.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTOR = 512 };

// A change since the last sync of its file, and what undoes it.
struct change {
  struct change *previous;
  int is_truncation;
  sqlite3_int64 offset, length, old_size;
  unsigned char *new_bytes;  // NULL for a truncation
  unsigned char *old_bytes;  // what stood in [offset, min(offset + length, old_size))
  sqlite3_int64 old_length;
};

// What is remembered of a path.
struct path_state {
  struct path_state *next;
  struct fault_file *open;  // its open files
  struct change *last;
  int is_name_durable;
  int is_there;
  unsigned char *ghost;  // content of a removed file whose removal is not durable
  sqlite3_int64 ghost_length;
  char name[];
};

struct fault_disk {
  sqlite3_vfs vfs;
  sqlite3_vfs *base;
  enum fault_kind kind;
  int64_t at_call;
  uint64_t random;
  int is_down, is_full;
  struct fault_counts counts;
  struct path_state *paths;
  char name[64];
};

struct fault_file {
  sqlite3_file head;
  fault_disk *disk;
  struct path_state *path;  // NULL for a temporary file
  struct fault_file *next;
  sqlite3_file *real;  // behind this struct
};

static uint64_t draw(fault_disk *disk) {
  uint64_t mixed = (disk->random += 0x9E3779B97F4A7C15u);
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
  return mixed ^ (mixed >> 31);
}

static void forget_changes(struct path_state *path) {
  while (path->last) {
    struct change *one = path->last;
    path->last = one->previous;
    free(one->new_bytes);
    free(one->old_bytes);
    free(one);
  }
}

static void forget_ghost(struct path_state *path) {
  free(path->ghost);
  path->ghost = NULL;
  path->ghost_length = 0;
}

static struct path_state *path_of(fault_disk *disk, const char *name) {
  for (struct path_state *one = disk->paths; one; one = one->next)
    if (strcmp(one->name, name) == 0) return one;
  struct path_state *made = calloc(1, sizeof *made + strlen(name) + 1);
  if (!made) abort();
  strcpy(made->name, name);
  made->is_there = made->is_name_durable = access(name, F_OK) == 0;
  made->next = disk->paths;
  disk->paths = made;
  return made;
}

// Power loss. The changes are undone on the real file, newest first, and a part of them done again.

static void undo(sqlite3_file *real, const struct change *newest) {
  for (const struct change *one = newest; one; one = one->previous) {
    if (one->old_length > 0)
      real->pMethods->xWrite(real, one->old_bytes, (int)one->old_length, one->offset);
    sqlite3_int64 size = 0;
    real->pMethods->xFileSize(real, &size);
    if (size > one->old_size) real->pMethods->xTruncate(real, one->old_size);
  }
}

static void redo_some(fault_disk *disk, sqlite3_file *real, const struct change *newest) {
  if (!newest) return;
  redo_some(disk, real, newest->previous);
  uint64_t choice = draw(disk) % 3;
  if (choice == 0) return;
  if (newest->is_truncation) {
    sqlite3_int64 size = 0;
    real->pMethods->xFileSize(real, &size);
    if (size > newest->offset) real->pMethods->xTruncate(real, newest->offset);
    return;
  }
  for (sqlite3_int64 at = 0; at < newest->length; at += SECTOR) {
    if (choice == 2 && draw(disk) % 2) continue;
    sqlite3_int64 left = newest->length - at;
    real->pMethods->xWrite(real, newest->new_bytes + at, (int)(left < SECTOR ? left : SECTOR),
                           newest->offset + at);
  }
}

static void put_back(const struct path_state *path) {
  FILE *file = fopen(path->name, "wb");
  if (!file) abort();
  if (path->ghost_length > 0) fwrite(path->ghost, 1, (size_t)path->ghost_length, file);
  if (fclose(file) != 0) abort();
}

static void lose_power(fault_disk *disk, int keeps_parts) {
  for (struct path_state *path = disk->paths; path; path = path->next) {
    if (path->is_there && path->last && path->open) {
      undo(path->open->real, path->last);
      if (keeps_parts) redo_some(disk, path->open->real, path->last);
    }
    if (!path->is_name_durable || !path->is_there) {
      int keeps = keeps_parts && draw(disk) % 2;
      if (!keeps && path->ghost) put_back(path);
      if (!keeps && !path->ghost && path->is_there) unlink(path->name);
    }
    forget_changes(path);
  }
}

// Counting. Says how much of a call is still done: all, half and then death, all and then death, or
// nothing, because it is refused, has no room or the machine is off.

enum verdict { GO_ON, HALF, WHOLE, REFUSE, NO_ROOM, DIE };

static enum verdict strike(fault_disk *disk, int64_t *counter, int needs_room) {
  if (disk->is_down) return DIE;
  disk->counts.calls++;
  (*counter)++;
  int is_now = disk->kind != FAULT_NONE && disk->counts.calls == disk->at_call;
  if (is_now && disk->kind == FAULT_FULL) disk->is_full = 1;
  if (disk->is_full) {
    if (!needs_room) return GO_ON;
    disk->counts.hits++;
    return NO_ROOM;
  }
  if (!is_now) return GO_ON;
  disk->counts.hits++;
  switch (disk->kind) {
    case FAULT_FAILURE: return REFUSE;
    case FAULT_TORN: return HALF;
    case FAULT_AFTER: return WHOLE;
    case FAULT_DROP: lose_power(disk, 0); break;
    case FAULT_REORDER: lose_power(disk, 1); break;
    default: break;
  }
  disk->is_down = 1;
  return DIE;
}

// File methods

static struct fault_file *of(sqlite3_file *file) { return (struct fault_file *)file; }

static void remember(struct fault_file *file, const void *bytes, sqlite3_int64 length,
                     sqlite3_int64 offset) {
  struct change *one = calloc(1, sizeof *one);
  if (!one) abort();
  sqlite3_file *real = file->real;
  real->pMethods->xFileSize(real, &one->old_size);
  one->offset = offset;
  one->length = length;
  one->is_truncation = bytes == NULL;
  sqlite3_int64 end = bytes ? offset + length : one->old_size;
  if (end > one->old_size) end = one->old_size;
  one->old_length = end > offset ? end - offset : 0;
  if (one->old_length > 0) {
    one->old_bytes = malloc((size_t)one->old_length);
    if (!one->old_bytes) abort();
    real->pMethods->xRead(real, one->old_bytes, (int)one->old_length, offset);
  }
  if (bytes) {
    one->new_bytes = malloc((size_t)length);
    if (!one->new_bytes) abort();
    memcpy(one->new_bytes, bytes, (size_t)length);
  }
  one->previous = file->path->last;
  file->path->last = one;
}

static int file_write(sqlite3_file *head, const void *bytes, int length, sqlite3_int64 offset) {
  struct fault_file *file = of(head);
  fault_disk *disk = file->disk;
  if (!file->path) {
    if (disk->is_down) return SQLITE_IOERR_WRITE;
    return file->real->pMethods->xWrite(file->real, bytes, length, offset);
  }
  enum verdict verdict = strike(disk, &disk->counts.writes, 1);
  if (verdict == NO_ROOM) return SQLITE_FULL;
  if (verdict == REFUSE || verdict == DIE) return SQLITE_IOERR_WRITE;
  int count = verdict == HALF ? length / 2 : length;
  remember(file, bytes, count, offset);
  int result = file->real->pMethods->xWrite(file->real, bytes, count, offset);
  if (verdict == GO_ON) return result;
  disk->is_down = 1;
  return SQLITE_IOERR_WRITE;
}

static int file_truncate(sqlite3_file *head, sqlite3_int64 size) {
  struct fault_file *file = of(head);
  fault_disk *disk = file->disk;
  if (!file->path) return file->real->pMethods->xTruncate(file->real, size);
  enum verdict verdict = strike(disk, &disk->counts.truncates, 0);
  if (verdict == REFUSE || verdict == DIE) return SQLITE_IOERR_TRUNCATE;
  if (verdict != HALF) {
    remember(file, NULL, 0, size);
    int result = file->real->pMethods->xTruncate(file->real, size);
    if (verdict == GO_ON) return result;
  }
  disk->is_down = 1;
  return SQLITE_IOERR_TRUNCATE;
}

static int file_sync(sqlite3_file *head, int flags) {
  struct fault_file *file = of(head);
  fault_disk *disk = file->disk;
  if (!file->path) return disk->is_down ? SQLITE_IOERR_FSYNC : SQLITE_OK;
  enum verdict verdict = strike(disk, &disk->counts.syncs, 0);
  if (verdict == REFUSE || verdict == DIE) return SQLITE_IOERR_FSYNC;
  if (verdict != HALF) {
    // The real disk need not turn for each of thousands of runs: what a power loss leaves is played.
    (void)flags;
    forget_changes(file->path);
    forget_ghost(file->path);
    file->path->is_name_durable = 1;
    if (verdict == GO_ON) return SQLITE_OK;
  }
  disk->is_down = 1;
  return SQLITE_IOERR_FSYNC;
}

static int file_close(sqlite3_file *head) {
  struct fault_file *file = of(head);
  if (file->path) {
    struct fault_file **link = &file->path->open;
    while (*link && *link != file) link = &(*link)->next;
    if (*link) *link = file->next;
  }
  return file->real->pMethods->xClose(file->real);
}

static int file_read(sqlite3_file *head, void *bytes, int length, sqlite3_int64 offset) {
  struct fault_file *file = of(head);
  if (file->disk->is_down) return SQLITE_IOERR_READ;
  return file->real->pMethods->xRead(file->real, bytes, length, offset);
}

static int file_size(sqlite3_file *head, sqlite3_int64 *size) {
  struct fault_file *file = of(head);
  if (file->disk->is_down) return SQLITE_IOERR_FSTAT;
  return file->real->pMethods->xFileSize(file->real, size);
}

static int file_lock(sqlite3_file *head, int level) {
  struct fault_file *file = of(head);
  if (file->disk->is_down) return SQLITE_IOERR_LOCK;
  return file->real->pMethods->xLock(file->real, level);
}

static int file_unlock(sqlite3_file *head, int level) {
  return of(head)->real->pMethods->xUnlock(of(head)->real, level);
}

static int file_check_reserved(sqlite3_file *head, int *is_reserved) {
  return of(head)->real->pMethods->xCheckReservedLock(of(head)->real, is_reserved);
}

static int file_control(sqlite3_file *head, int op, void *argument) {
  return of(head)->real->pMethods->xFileControl(of(head)->real, op, argument);
}

static int file_sector_size(sqlite3_file *head) {
  return of(head)->real->pMethods->xSectorSize(of(head)->real);
}

static int file_characteristics(sqlite3_file *head) {
  return of(head)->real->pMethods->xDeviceCharacteristics(of(head)->real);
}

static int shm_map(sqlite3_file *head, int page, int size, int extends, void volatile **memory) {
  struct fault_file *file = of(head);
  if (file->disk->is_down) return SQLITE_IOERR_SHMMAP;
  return file->real->pMethods->xShmMap(file->real, page, size, extends, memory);
}

static int shm_lock(sqlite3_file *head, int offset, int count, int flags) {
  struct fault_file *file = of(head);
  if (file->disk->is_down && !(flags & SQLITE_SHM_UNLOCK)) return SQLITE_IOERR_SHMLOCK;
  return file->real->pMethods->xShmLock(file->real, offset, count, flags);
}

static void shm_barrier(sqlite3_file *head) {
  of(head)->real->pMethods->xShmBarrier(of(head)->real);
}

static int shm_unmap(sqlite3_file *head, int deletes) {
  struct fault_file *file = of(head);
  return file->real->pMethods->xShmUnmap(file->real, file->disk->is_down ? 0 : deletes);
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

// Methods of the file system

static int disk_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *head, int flags,
                     int *out_flags) {
  fault_disk *disk = vfs->pAppData;
  struct fault_file *file = of(head);
  memset(file, 0, sizeof *file);
  if (disk->is_down) return SQLITE_CANTOPEN;
  file->disk = disk;
  file->real = (sqlite3_file *)(file + 1);
  enum verdict verdict = GO_ON;
  struct path_state *path = name ? path_of(disk, name) : NULL;
  if (path && !path->is_there && (flags & SQLITE_OPEN_CREATE)) {
    verdict = strike(disk, &disk->counts.creates, 1);
    if (verdict == NO_ROOM) return SQLITE_FULL;
    if (verdict == REFUSE || verdict == DIE) return SQLITE_CANTOPEN;
    if (verdict == HALF) {
      disk->is_down = 1;
      return SQLITE_CANTOPEN;
    }
  }
  int result = disk->base->xOpen(disk->base, name, file->real, flags, out_flags);
  if (result != SQLITE_OK) return result;
  if (path && !path->is_there) {
    path->is_there = 1;
    path->is_name_durable = 0;
  }
  if (path) {
    file->path = path;
    file->next = path->open;
    path->open = file;
  }
  head->pMethods = &methods;
  if (verdict == WHOLE) disk->is_down = 1;
  return SQLITE_OK;
}

// Keeps what of a file is durable, before its name goes.
static void keep_ghost(fault_disk *disk, struct path_state *path) {
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_WAL;
  sqlite3_file *real = calloc(1, (size_t)disk->base->szOsFile);
  if (!real) abort();
  if (disk->base->xOpen(disk->base, path->name, real, flags, &flags) == SQLITE_OK) {
    undo(real, path->last);
    sqlite3_int64 size = 0;
    real->pMethods->xFileSize(real, &size);
    path->ghost = malloc((size_t)size + 1);
    if (!path->ghost) abort();
    real->pMethods->xRead(real, path->ghost, (int)size, 0);
    path->ghost_length = size;
    real->pMethods->xClose(real);
  }
  free(real);
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int syncs_folder) {
  fault_disk *disk = vfs->pAppData;
  struct path_state *path = path_of(disk, name);
  if (disk->is_down) return SQLITE_IOERR_DELETE;
  if (!path->is_there) return disk->base->xDelete(disk->base, name, syncs_folder);
  enum verdict verdict = strike(disk, &disk->counts.deletes, 0);
  if (verdict == REFUSE || verdict == DIE) return SQLITE_IOERR_DELETE;
  if (verdict != HALF) {
    if (path->is_name_durable) {
      forget_ghost(path);
      if (!syncs_folder) keep_ghost(disk, path);
    }
    if (syncs_folder) forget_ghost(path);
    forget_changes(path);
    path->is_there = 0;
    int result = disk->base->xDelete(disk->base, name, 0);
    if (verdict == GO_ON) return result;
  }
  disk->is_down = 1;
  return SQLITE_IOERR_DELETE;
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
  fault_disk *disk = vfs->pAppData;
  if (disk->is_down) return SQLITE_IOERR_ACCESS;
  return disk->base->xAccess(disk->base, name, flags, result);
}

fault_disk *fault_disk_new(const char *name) {
  fault_disk *disk = calloc(1, sizeof *disk);
  if (!disk) return NULL;
  disk->base = sqlite3_vfs_find(NULL);
  snprintf(disk->name, sizeof disk->name, "%s", name);
  disk->vfs = *disk->base;
  disk->vfs.pNext = NULL;
  disk->vfs.zName = disk->name;
  disk->vfs.pAppData = disk;
  disk->vfs.szOsFile = (int)sizeof(struct fault_file) + disk->base->szOsFile;
  disk->vfs.xOpen = disk_open;
  disk->vfs.xDelete = disk_delete;
  disk->vfs.xAccess = disk_access;
  if (sqlite3_vfs_register(&disk->vfs, 0) != SQLITE_OK) abort();
  return disk;
}

void fault_disk_restart(fault_disk *disk) {
  while (disk->paths) {
    struct path_state *path = disk->paths;
    if (path->open) {
      fprintf(stderr, "fault_vfs: %s is still open\n", path->name);
      abort();  // a test still holds a connection of before the crash
    }
    disk->paths = path->next;
    forget_changes(path);
    forget_ghost(path);
    free(path);
  }
  disk->is_down = disk->is_full = 0;
  disk->kind = FAULT_NONE;
  memset(&disk->counts, 0, sizeof disk->counts);
}

void fault_disk_free(fault_disk *disk) {
  fault_disk_restart(disk);
  sqlite3_vfs_unregister(&disk->vfs);
  free(disk);
}

void fault_disk_arm(fault_disk *disk, enum fault_kind kind, int64_t call, uint64_t seed) {
  memset(&disk->counts, 0, sizeof disk->counts);
  disk->kind = kind;
  disk->at_call = call;
  disk->random = seed;
  disk->is_full = 0;
}

int fault_disk_open_files(const fault_disk *disk) {
  int count = 0;
  for (const struct path_state *path = disk->paths; path; path = path->next)
    for (const struct fault_file *file = path->open; file; file = file->next) count++;
  return count;
}

int fault_disk_is_down(const fault_disk *disk) { return disk->is_down; }

struct fault_counts fault_disk_counts(const fault_disk *disk) { return disk->counts; }
