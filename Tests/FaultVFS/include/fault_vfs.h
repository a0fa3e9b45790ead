// A virtual file system for SQLite that fails at the n-th call that changes a file. It wraps the system's
// own, so that all but the failing is real. For tests: nothing of it is in the product.
//
// A crash is played inside one process. From the call on nothing reaches the disk and every call fails;
// the test lets go of its connections, calls fault_disk_restart and opens the files anew. A power loss
// takes back what was not synced: each file remembers its writes since its last sync with what they
// overwrote, and names follow the rules of SQLite's own file system (a new file's name is durable with
// its first sync, a removal with a sync of the folder).
//
// One disk is used by one thread at a time.
#ifndef FAULT_VFS_H
#define FAULT_VFS_H

#include <stdint.h>

typedef struct fault_disk fault_disk;

enum fault_kind {
  FAULT_NONE = 0,
  FAULT_BEFORE = 1,   // the process dies before the call
  FAULT_TORN = 2,     // the process dies in the middle: the first half is written
  FAULT_AFTER = 3,    // the process dies after the call
  FAULT_DROP = 4,     // power loss: nothing unsynced is left
  FAULT_REORDER = 5,  // power loss: any part of the unsynced is left, cut at sectors
  FAULT_FAILURE = 6,  // the call fails with an I/O error, once
  FAULT_FULL = 7,     // writes fail with SQLITE_FULL from this call on
};

struct fault_counts {
  int64_t calls, writes, syncs, truncates, deletes, creates, hits;
};

/// Registers a disk under a name that SQLite knows it by; NULL where there is no memory. A quick one reads
/// and writes its files in mapped memory and locks them by counters (quick_vfs.h): then nobody else may
/// open them meanwhile.
fault_disk *fault_disk_new(const char *name, int is_quick);
/// Ends a disk whose files are all closed.
void fault_disk_free(fault_disk *disk);
/// Sets the fault at the call-th change from now on, counted from 1, and counts anew.
void fault_disk_arm(fault_disk *disk, enum fault_kind kind, int64_t call, uint64_t seed);
/// Starts the machine again after a crash; all files must be closed. What is on the disk is taken as
/// durable.
void fault_disk_restart(fault_disk *disk);
/// Turns the machine off now: `kind` says how, as for a fault whose turn it is.
void fault_disk_turn_off(fault_disk *disk, enum fault_kind kind, uint64_t seed);
/// How many files are open.
int fault_disk_open_files(const fault_disk *disk);
/// Whether the machine is off.
int fault_disk_is_down(const fault_disk *disk);
/// Calls since the last arm.
struct fault_counts fault_disk_counts(const fault_disk *disk);

#endif
