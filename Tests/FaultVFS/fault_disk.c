// What a disk remembers of its files, and what a power loss leaves of them.
#include "fault_disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECTOR = 512 };

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

// Whether a name is there, of an empty file too.
static int exists(fault_disk *disk, const char *name) {
  int is_there = 0;
  disk->base->xAccess(disk->base, name, SQLITE_ACCESS_READWRITE, &is_there);
  return is_there;
}

struct path_state *fault_disk_path(fault_disk *disk, const char *name) {
  for (struct path_state *one = disk->paths; one; one = one->next)
    if (strcmp(one->name, name) == 0) return one;
  struct path_state *made = calloc(1, sizeof *made + strlen(name) + 1);
  if (!made) abort();
  strcpy(made->name, name);
  made->is_there = made->is_name_durable = exists(disk, name);
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

static sqlite3_file *open_again(fault_disk *disk, const struct path_state *path, int flags) {
  sqlite3_file *real = calloc(1, (size_t)disk->base->szOsFile);
  if (!real) abort();
  int result = disk->base->xOpen(disk->base, path->name, real, flags, &flags);
  if (result == SQLITE_OK) return real;
  free(real);
  return NULL;
}

static void put_back(fault_disk *disk, const struct path_state *path) {
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_WAL;
  sqlite3_file *real = open_again(disk, path, flags);
  if (!real) abort();
  real->pMethods->xTruncate(real, 0);
  if (path->ghost_length > 0)
    real->pMethods->xWrite(real, path->ghost, (int)path->ghost_length, 0);
  real->pMethods->xClose(real);
  free(real);
}

static void lose_power(fault_disk *disk, int keeps_parts) {
  for (struct path_state *path = disk->paths; path; path = path->next) {
    if (path->is_there && path->last && path->open) {
      undo(path->open->real, path->last);
      if (keeps_parts) redo_some(disk, path->open->real, path->last);
    }
    if (!path->is_name_durable || !path->is_there) {
      int keeps = keeps_parts && draw(disk) % 2;
      if (!keeps && path->ghost) put_back(disk, path);
      if (!keeps && !path->ghost && path->is_there) disk->base->xDelete(disk->base, path->name, 0);
    }
    forget_changes(path);
  }
}

// Counting

enum verdict fault_disk_strike(fault_disk *disk, int64_t *counter, int needs_room) {
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

void fault_disk_remember(struct fault_file *file, const void *bytes, sqlite3_int64 length,
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

void fault_disk_settle(struct path_state *path) {
  forget_changes(path);
  forget_ghost(path);
  path->is_name_durable = 1;
}

// Keeps what of a file is durable, before its name goes.
static void keep_ghost(fault_disk *disk, struct path_state *path) {
  sqlite3_file *real = open_again(disk, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_WAL);
  if (!real) return;
  undo(real, path->last);
  sqlite3_int64 size = 0;
  real->pMethods->xFileSize(real, &size);
  path->ghost = malloc((size_t)size + 1);
  if (!path->ghost) abort();
  real->pMethods->xRead(real, path->ghost, (int)size, 0);
  path->ghost_length = size;
  real->pMethods->xClose(real);
  free(real);
}

void fault_disk_bury(fault_disk *disk, struct path_state *path, int syncs_folder) {
  if (path->is_name_durable) {
    forget_ghost(path);
    if (!syncs_folder) keep_ghost(disk, path);
  }
  if (syncs_folder) forget_ghost(path);
  forget_changes(path);
  path->is_there = 0;
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
  if (disk->quick) quick_vfs_free(disk->quick);
  free(disk);
}

void fault_disk_arm(fault_disk *disk, enum fault_kind kind, int64_t call, uint64_t seed) {
  memset(&disk->counts, 0, sizeof disk->counts);
  disk->kind = kind;
  disk->at_call = call;
  disk->random = seed;
  disk->is_full = 0;
}

void fault_disk_turn_off(fault_disk *disk, enum fault_kind kind, uint64_t seed) {
  if (disk->is_down) return;
  disk->random = seed;
  if (kind == FAULT_DROP || kind == FAULT_REORDER) lose_power(disk, kind == FAULT_REORDER);
  disk->is_down = 1;
}

int fault_disk_open_files(const fault_disk *disk) {
  int count = 0;
  for (const struct path_state *path = disk->paths; path; path = path->next)
    for (const struct fault_file *file = path->open; file; file = file->next) count++;
  return count;
}

int fault_disk_is_down(const fault_disk *disk) { return disk->is_down; }

struct fault_counts fault_disk_counts(const fault_disk *disk) { return disk->counts; }
