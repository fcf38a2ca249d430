// A disk and a clock that fail on command, for programs that are started with
// LD_PRELOAD=libFaultShim.so and GRIDWALK_FAULT_ROOT=FOLDER.
//
// The folder is one machine's disk. Beside it, in FOLDER.fault/, lie
//   control  what is to fail and what has been counted (below), shared by all
//            processes of the machine while they run;
//   log      what would have to be taken back if the power went now: the former
//            bytes of every write, and every change of a name, until an fsync;
//   pool/    a second name for every file that was opened or named, so that one
//            that was unlinked can come back.
// Every write, fsync, truncation, rename, link, unlink, mkdir and creation below
// the folder is one numbered point; calls on sockets are counted apart. Files
// that end in -shm are SQLite's shared index, which no power loss keeps, and are
// passed over.
#ifndef FAULT_SHIM_H
#define FAULT_SHIM_H

#include <stdint.h>

enum fault_kind {
  FAULT_NONE = 0,
  FAULT_KILL_BEFORE = 1,
  FAULT_KILL_AFTER = 2,
  FAULT_KILL_TORN = 3,   // a write does a part of its work first
  FAULT_NO_SPACE = 4,
  FAULT_INPUT_OUTPUT = 5,
  FAULT_SHORT = 6,       // a write does a part of its work and says so
  FAULT_CLOCK = 7,       // the clock jumps
};

enum fault_class {
  FAULT_DATABASE = 1,
  FAULT_WAL = 2,
  FAULT_BLOB = 4,
  FAULT_OTHER = 8,
  FAULT_DIRECTORY = 16,
  FAULT_NETWORK = 32,
};

enum fault_operation {
  FAULT_WRITE = 1,
  FAULT_SYNC = 2,
  FAULT_TRUNCATE = 4,
  FAULT_RENAME = 8,
  FAULT_UNLINK = 16,
  FAULT_CREATE = 32,
  FAULT_SEND = 64,
  FAULT_RECEIVE = 128,
};

// The whole of FOLDER.fault/control.
struct fault_control {
  int64_t points;          // file calls since the control was made
  int64_t network_points;  // socket calls
  int64_t kind;            // what is armed; FAULT_NONE when nothing is
  int64_t classes;         // calls it looks at
  int64_t operations;
  int64_t skip;            // so many of them pass first
  int64_t repeat;          // so many fail then; -1 = all
  int64_t part;            // for parts of writes: a share in 1/256
  int64_t matched;         // calls it looked at since it was armed
  int64_t fired;           // times it struck since the control was made
  int64_t fired_class;     // where it struck last
  int64_t fired_operation;
  int64_t is_dead;         // a kill struck: every other process dies at its next point
  int64_t lies;            // classes whose syncs answer 0 and do nothing
  int64_t clock;           // milliseconds added to the time of day
  int64_t jump;            // added to `clock` by FAULT_CLOCK
};

enum fault_record_kind {
  RECORD_WRITE = 1,     // inode, offset, size before, extra = bytes from offset on that change
  RECORD_TRUNCATE = 2,  // inode, offset = new size, size before
  RECORD_SYNC = 3,      // inode, size
  RECORD_SYNC_FAILED = 4,
  RECORD_LINK = 5,      // inode, path
  RECORD_UNLINK = 6,    // inode, path
  RECORD_RENAME = 7,    // inode, offset = inode that had the new name or 0, "old\0new"
  RECORD_SYNC_DIRECTORY = 8,  // path
};

// The head of a record of FOLDER.fault/log; `length` bytes follow.
struct fault_record {
  int64_t kind;
  int64_t inode;
  int64_t offset;
  int64_t size;
  int64_t extra;
  int64_t length;
};

#endif
