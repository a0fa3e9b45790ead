// The methods by which SQLite reaches a faulty disk.
#include "fault_disk.h"

#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// File methods

static struct fault_file *of(sqlite3_file *file) { return (struct fault_file *)file; }

static int file_write(sqlite3_file *head, const void *bytes, int length, sqlite3_int64 offset) {
  struct fault_file *file = of(head);
  fault_disk *disk = file->disk;
  if (!file->path) {
    if (disk->is_down) return SQLITE_IOERR_WRITE;
    return file->real->pMethods->xWrite(file->real, bytes, length, offset);
  }
  enum verdict verdict = fault_disk_strike(disk, &disk->counts.writes, 1);
  if (verdict == NO_ROOM) return SQLITE_FULL;
  if (verdict == REFUSE || verdict == DIE) return SQLITE_IOERR_WRITE;
  int count = verdict == HALF ? length / 2 : length;
  fault_disk_remember(file, bytes, count, offset);
  int result = file->real->pMethods->xWrite(file->real, bytes, count, offset);
  if (verdict == GO_ON) return result;
  disk->is_down = 1;
  return SQLITE_IOERR_WRITE;
}

static int file_truncate(sqlite3_file *head, sqlite3_int64 size) {
  struct fault_file *file = of(head);
  fault_disk *disk = file->disk;
  if (!file->path) return file->real->pMethods->xTruncate(file->real, size);
  enum verdict verdict = fault_disk_strike(disk, &disk->counts.truncates, 0);
  if (verdict == REFUSE || verdict == DIE) return SQLITE_IOERR_TRUNCATE;
  if (verdict != HALF) {
    fault_disk_remember(file, NULL, 0, size);
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
  enum verdict verdict = fault_disk_strike(disk, &disk->counts.syncs, 0);
  if (verdict == REFUSE || verdict == DIE) return SQLITE_IOERR_FSYNC;
  if (verdict != HALF) {
    // The real disk need not turn for each of thousands of runs: what a power loss leaves is played.
    (void)flags;
    fault_disk_settle(file->path);
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
  struct path_state *path = name ? fault_disk_path(disk, name) : NULL;
  if (path && !path->is_there && (flags & SQLITE_OPEN_CREATE)) {
    verdict = fault_disk_strike(disk, &disk->counts.creates, 1);
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

static int disk_delete(sqlite3_vfs *vfs, const char *name, int syncs_folder) {
  fault_disk *disk = vfs->pAppData;
  struct path_state *path = fault_disk_path(disk, name);
  if (disk->is_down) return SQLITE_IOERR_DELETE;
  if (!path->is_there) return disk->base->xDelete(disk->base, name, syncs_folder);
  enum verdict verdict = fault_disk_strike(disk, &disk->counts.deletes, 0);
  if (verdict == REFUSE || verdict == DIE) return SQLITE_IOERR_DELETE;
  if (verdict != HALF) {
    fault_disk_bury(disk, path, syncs_folder);
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

static pthread_once_t once = PTHREAD_ONCE_INIT;

// Must come before SQLite begins, which the first search for a file system makes it do.
static void begin(void) {
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  // Memory is used again within a run and from run to run: giving it back costs more than a step.
  mallopt(M_MMAP_THRESHOLD, 1 << 26);
  mallopt(M_TRIM_THRESHOLD, 1 << 28);
}

fault_disk *fault_disk_new(const char *name, int is_quick) {
  pthread_once(&once, begin);
  fault_disk *disk = calloc(1, sizeof *disk);
  if (!disk) return NULL;
  disk->quick = is_quick ? quick_vfs_new() : NULL;
  disk->base = is_quick ? disk->quick : sqlite3_vfs_find(NULL);
  if (!disk->base) abort();
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
