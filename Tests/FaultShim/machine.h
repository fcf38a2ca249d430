// What the interposed calls ask of the machine they run on.
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "include/FaultShim.h"

// What is known of an open descriptor below the root.
struct tracked {
  int classes;  // 0 when the descriptor is nobody's
  ino_t inode;
  int reader;   // another descriptor to read by when this one only writes; else -1
  char *path;   // of directories, relative to the root
};

// What a call is to do.
struct verdict {
  int kind;   // FAULT_NONE: go on
  int part;   // share in 1/256
};

bool machine_is_on(void);
// The path below the root, or NULL when it lies elsewhere or is passed over.
const char *machine_below(const char *path);
int machine_class(const char *below);
void machine_lock(void);
void machine_unlock(void);
// Counts one call and says what becomes of it; under the lock.
struct verdict machine_point(int classes, int operation);
// The same for sockets; takes the lock itself.
struct verdict machine_network_point(int operation);
void machine_die(void) __attribute__((noreturn));
bool machine_lies(int classes);
int64_t machine_clock(void);
// Gives a file its second name.
void machine_keep(const char *path, ino_t inode);
void machine_record(
    int kind, ino_t inode, int64_t offset, int64_t size, int64_t extra, const void *payload,
    size_t length);

#define DESCRIPTORS 65536
extern struct tracked machine_descriptors[DESCRIPTORS];

// The C library's own function of this name.
#define NEXT(name) ((__typeof__(&name))next_of(#name))
void *next_of(const char *name);

#endif
