// What a faulty disk remembers, shared by its two halves.
#ifndef FAULT_DISK_H
#define FAULT_DISK_H

#include "fault_vfs.h"
#include "quick_vfs.h"

#include <sqlite3.h>

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
  sqlite3_vfs *quick;  // NULL where the base is the system's own
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

// Says how much of a call is still done: all, half and then death, all and then death, or
// nothing, because it is refused, has no room or the machine is off.

enum verdict { GO_ON, HALF, WHOLE, REFUSE, NO_ROOM, DIE };

/// Counts a call, and lets the fault strike whose turn it is.
enum verdict fault_disk_strike(fault_disk *disk, int64_t *counter, int needs_room);
/// What is remembered of a path; made where nothing is yet.
struct path_state *fault_disk_path(fault_disk *disk, const char *name);
/// Notes a write, or with NULL a truncation to offset, before it is done.
void fault_disk_remember(struct fault_file *file, const void *bytes, sqlite3_int64 length,
                         sqlite3_int64 offset);
/// A file is synced: what was written is durable, and so is its name.
void fault_disk_settle(struct path_state *path);
/// A file goes; unless the folder is synced it may come back as it was last synced.
void fault_disk_bury(fault_disk *disk, struct path_state *path, int syncs_folder);

#endif
