// A file system for SQLite whose files are the system's own, but are read and written in mapped memory,
// and whose locks are counters: everything but opening and closing costs a copy of bytes and no call of
// the system. The files are always what a reader of the system's own calls sees, except that a file may be
// longer by zeros as long as it is open.
//
// For one process and one thread: who opens a file through another file system at the same time is not
// kept out.
#ifndef QUICK_VFS_H
#define QUICK_VFS_H

#include <sqlite3.h>

/// Makes a file system, not registered; NULL where there is no memory.
sqlite3_vfs *quick_vfs_new(void);
/// Ends a file system whose files are all closed.
void quick_vfs_free(sqlite3_vfs *vfs);

#endif
