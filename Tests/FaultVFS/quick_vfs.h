// A file system for SQLite whose files are the system's own, but are read and written in mapped memory,
// and whose locks are counters: everything but opening and closing costs a copy of bytes and no call of
// the system. Write-ahead logs are in memory as long as any file is open; when the last one is closed,
// those that are still there are written to the disk. Then all files are as SQLite left them.
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
