// The interposed calls. Each one below the root is judged, recorded and then
// done, under the machine's lock.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"

#define SECTOR 512

static struct tracked *of(int descriptor) {
  if (descriptor < 0 || descriptor >= DESCRIPTORS) return NULL;
  struct tracked *found = &machine_descriptors[descriptor];
  return found->classes ? found : NULL;
}

static int64_t size_of(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) ? 0 : status.st_size;
}

// The inode a path names, 0 when there is none.
static ino_t inode_of(const char *path) {
  struct stat status;
  return lstat(path, &status) ? 0 : status.st_ino;
}

static int failing(struct verdict verdict) {
  if (verdict.kind == FAULT_NO_SPACE) return ENOSPC;
  return verdict.kind == FAULT_INPUT_OUTPUT ? EIO : 0;
}

// --- Names -------------------------------------------------------------------

static void track(int descriptor, const char *path, const char *below, int flags) {
  struct stat status;
  if (descriptor < 0 || descriptor >= DESCRIPTORS || fstat(descriptor, &status)) return;
  struct tracked *entry = &machine_descriptors[descriptor];
  entry->reader = -1;
  entry->path = NULL;
  entry->inode = status.st_ino;
  if (S_ISDIR(status.st_mode)) {
    entry->path = strdup(below);
    entry->classes = FAULT_DIRECTORY;
  } else if (S_ISREG(status.st_mode)) {
    machine_keep(path, status.st_ino);
    // Never for one that can be read: closing it would let go of SQLite's locks.
    if ((flags & O_ACCMODE) == O_WRONLY)
      entry->reader = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    entry->classes = machine_class(below);
  }
}

static int opened(const char *path, int flags, mode_t mode) {
  const char *below = machine_below(path);
  if (!below) return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
  machine_lock();
  bool makes = (flags & O_CREAT) && !inode_of(path);
  struct verdict verdict = {FAULT_NONE, 0};
  if (makes) verdict = machine_point(machine_class(below), FAULT_CREATE);
  int error = failing(verdict);
  int descriptor = -1;
  if (!error) {
    descriptor = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    error = errno;
    if (descriptor >= 0) {
      track(descriptor, path, below, flags);
      if (makes)
        machine_record(
            RECORD_LINK, machine_descriptors[descriptor].inode, 0, 0, 0, below, strlen(below));
    }
  }
  if (verdict.kind == FAULT_KILL_AFTER || verdict.kind == FAULT_KILL_TORN) machine_die();
  machine_unlock();
  errno = error;
  return descriptor;
}

static mode_t mode_of(int flags, va_list list) {
  return flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
}

#define OPEN(name)                                                   \
  int name(const char *path, int flags, ...) {                       \
    va_list list;                                                    \
    va_start(list, flags);                                           \
    mode_t mode = mode_of(flags, list);                              \
    va_end(list);                                                    \
    return opened(path, flags, mode);                                \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                 \
  int name(int folder, const char *path, int flags, ...) {           \
    va_list list;                                                    \
    va_start(list, flags);                                           \
    mode_t mode = mode_of(flags, list);                              \
    va_end(list);                                                    \
    if (folder == AT_FDCWD || *path == '/') return opened(path, flags, mode); \
    return (int)syscall(SYS_openat, folder, path, flags, mode);      \
  }
OPENAT(openat)
OPENAT(openat64)

int creat(const char *path, mode_t mode) { return opened(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int descriptor) {
  struct tracked *entry = of(descriptor);
  if (entry) {
    entry->classes = 0;
    free(entry->path);
    entry->path = NULL;
    if (entry->reader >= 0) syscall(SYS_close, entry->reader);
    entry->reader = -1;
  }
  return (int)syscall(SYS_close, descriptor);
}

// One call that changes a name; `done` is its answer.
#define NAMED(below, operation, call, record)                        \
  machine_lock();                                                    \
  struct verdict verdict = machine_point(machine_class(below), operation); \
  int error = failing(verdict);                                      \
  int done = -1;                                                     \
  if (!error) {                                                      \
    done = (int)(call);                                              \
    error = errno;                                                   \
    if (!done) { record; }                                           \
  }                                                                  \
  if (verdict.kind == FAULT_KILL_AFTER || verdict.kind == FAULT_KILL_TORN) machine_die(); \
  machine_unlock();                                                  \
  errno = error;                                                     \
  return done

int rename(const char *from, const char *to) {
  const char *below = machine_below(from), *after = machine_below(to);
  if (!below || !after) return (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
  ino_t inode = inode_of(from), former = inode_of(to);
  machine_keep(from, inode);
  if (former) machine_keep(to, former);
  char names[2 * PATH_MAX];
  int length = snprintf(names, sizeof names, "%s%c%s", below, 0, after);
  NAMED(
      after, FAULT_RENAME, syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to),
      machine_record(RECORD_RENAME, inode, (int64_t)former, 0, 0, names, (size_t)length));
}

int renameat(int a, const char *from, int b, const char *to) {
  if ((a == AT_FDCWD || *from == '/') && (b == AT_FDCWD || *to == '/')) return rename(from, to);
  return (int)syscall(SYS_renameat, a, from, b, to);
}

int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
  if (!flags) return renameat(a, from, b, to);
  return (int)syscall(SYS_renameat2, a, from, b, to, flags);
}

int unlink(const char *path) {
  const char *below = machine_below(path);
  ino_t inode = below ? inode_of(path) : 0;
  if (!below || !inode) return (int)syscall(SYS_unlink, path);
  machine_keep(path, inode);
  NAMED(
      below, FAULT_UNLINK, syscall(SYS_unlink, path),
      machine_record(RECORD_UNLINK, inode, 0, 0, 0, below, strlen(below)));
}

int unlinkat(int folder, const char *path, int flags) {
  if (!flags && (folder == AT_FDCWD || *path == '/')) return unlink(path);
  return (int)syscall(SYS_unlinkat, folder, path, flags);
}

int link(const char *from, const char *to) {
  const char *below = machine_below(to);
  if (!below) return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
  ino_t inode = inode_of(from);
  machine_keep(from, inode);
  NAMED(
      below, FAULT_CREATE, syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0),
      machine_record(RECORD_LINK, inode, 0, 0, 0, below, strlen(below)));
}

int mkdir(const char *path, mode_t mode) {
  const char *below = machine_below(path);
  if (!below || inode_of(path)) return (int)syscall(SYS_mkdir, path, mode);
  NAMED(
      below, FAULT_CREATE, syscall(SYS_mkdir, path, mode),
      machine_record(RECORD_LINK, inode_of(path), 0, 0, 1, below, strlen(below)));
}

// --- Bytes -------------------------------------------------------------------

// Records what a write is about to cover, in whole sectors.
static void cover(int descriptor, struct tracked *entry, off_t offset, size_t count) {
  int64_t size = size_of(descriptor);
  int64_t from = offset / SECTOR * SECTOR;
  int64_t to = (offset + (int64_t)count + SECTOR - 1) / SECTOR * SECTOR;
  int64_t have = (to < size ? to : size) - from;
  char *former = NULL;
  if (have > 0) {
    former = malloc((size_t)have);
    int reader = entry->reader >= 0 ? entry->reader : descriptor;
    if (!former || syscall(SYS_pread64, reader, former, have, from) != have) abort();
  }
  machine_record(
      RECORD_WRITE, entry->inode, from, size, to - from, former, have > 0 ? (size_t)have : 0);
  free(former);
}

static ssize_t written(int descriptor, const void *bytes, size_t count, off_t offset) {
  struct tracked *entry = of(descriptor);
  if (!entry) return (ssize_t)syscall(SYS_pwrite64, descriptor, bytes, count, offset);
  machine_lock();
  struct verdict verdict = machine_point(entry->classes, FAULT_WRITE);
  int error = failing(verdict);
  ssize_t done = -1;
  if (!error) {
    bool isPart = verdict.kind == FAULT_KILL_TORN || verdict.kind == FAULT_SHORT;
    if (isPart) count = count * (size_t)verdict.part / 256;
    if (isPart && count == 0 && verdict.kind == FAULT_SHORT) count = 1;
    cover(descriptor, entry, offset, count);
    done = (ssize_t)syscall(SYS_pwrite64, descriptor, bytes, count, offset);
    error = errno;
  }
  if (verdict.kind == FAULT_KILL_AFTER || verdict.kind == FAULT_KILL_TORN) machine_die();
  machine_unlock();
  errno = error;
  return done;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  return written(descriptor, bytes, count, offset);
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
  return written(descriptor, bytes, count, offset);
}

static ssize_t written_here(int descriptor, const void *bytes, size_t count) {
  int flags = fcntl(descriptor, F_GETFL);
  off_t offset =
      flags & O_APPEND ? (off_t)size_of(descriptor) : lseek(descriptor, 0, SEEK_CUR);
  ssize_t done = written(descriptor, bytes, count, offset);
  if (done > 0) lseek(descriptor, offset + done, SEEK_SET);
  return done;
}

static bool is_socket(int descriptor) {
  struct stat status;
  return !fstat(descriptor, &status) && S_ISSOCK(status.st_mode);
}

#define NETWORK(operation, type, call)                               \
  struct verdict verdict = machine_network_point(operation);         \
  type done = (type)(call);                                          \
  if (verdict.kind == FAULT_KILL_AFTER || verdict.kind == FAULT_KILL_TORN) machine_die(); \
  return done

ssize_t write(int descriptor, const void *bytes, size_t count) {
  if (of(descriptor)) return written_here(descriptor, bytes, count);
  if (!machine_is_on() || !is_socket(descriptor))
    return (ssize_t)syscall(SYS_write, descriptor, bytes, count);
  NETWORK(FAULT_SEND, ssize_t, syscall(SYS_write, descriptor, bytes, count));
}

// A vector below the root is written as one run of bytes.
static char *joined(const struct iovec *parts, int count, size_t *total) {
  *total = 0;
  for (int i = 0; i < count; i++) *total += parts[i].iov_len;
  char *bytes = malloc(*total ? *total : 1);
  if (!bytes) abort();
  size_t at = 0;
  for (int i = 0; i < count; at += parts[i].iov_len, i++)
    memcpy(bytes + at, parts[i].iov_base, parts[i].iov_len);
  return bytes;
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  if (of(descriptor)) {
    size_t total;
    char *bytes = joined(parts, count, &total);
    ssize_t done = written_here(descriptor, bytes, total);
    free(bytes);
    return done;
  }
  if (!machine_is_on() || !is_socket(descriptor))
    return (ssize_t)syscall(SYS_writev, descriptor, parts, count);
  NETWORK(FAULT_SEND, ssize_t, syscall(SYS_writev, descriptor, parts, count));
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
  size_t total;
  char *bytes = joined(parts, count, &total);
  ssize_t done = written(descriptor, bytes, total, offset);
  free(bytes);
  return done;
}

static int truncated(int descriptor, off_t length) {
  struct tracked *entry = of(descriptor);
  if (!entry) return (int)syscall(SYS_ftruncate, descriptor, length);
  machine_lock();
  struct verdict verdict = machine_point(entry->classes, FAULT_TRUNCATE);
  int error = failing(verdict);
  int done = -1;
  if (!error) {
    int64_t size = size_of(descriptor), from = length / SECTOR * SECTOR;
    size_t lost = size > from ? (size_t)(size - from) : 0;
    char *former = lost ? malloc(lost) : NULL;
    int reader = entry->reader >= 0 ? entry->reader : descriptor;
    if (lost && (!former || syscall(SYS_pread64, reader, former, lost, from) != (long)lost)) abort();
    machine_record(RECORD_TRUNCATE, entry->inode, length, size, 0, former, lost);
    free(former);
    done = (int)syscall(SYS_ftruncate, descriptor, length);
    error = errno;
  }
  if (verdict.kind == FAULT_KILL_AFTER || verdict.kind == FAULT_KILL_TORN) machine_die();
  machine_unlock();
  errno = error;
  return done;
}

int ftruncate(int descriptor, off_t length) { return truncated(descriptor, length); }
int ftruncate64(int descriptor, off64_t length) { return truncated(descriptor, length); }

// Room set aside changes no byte that a power loss could take back.
int fallocate(int descriptor, int mode, off_t offset, off_t length) {
  struct tracked *entry = of(descriptor);
  if (entry) {
    errno = EOPNOTSUPP;
    return -1;
  }
  return (int)syscall(SYS_fallocate, descriptor, mode, offset, length);
}
int posix_fallocate(int descriptor, off_t offset, off_t length) {
  if (of(descriptor)) return EINVAL;
  return syscall(SYS_fallocate, descriptor, 0, offset, length) ? errno : 0;
}

static int synced(int descriptor, long number) {
  struct tracked *entry = of(descriptor);
  if (!entry) return (int)syscall(number, descriptor);
  machine_lock();
  struct verdict verdict = machine_point(entry->classes, FAULT_SYNC);
  int error = failing(verdict);
  int done = error ? -1 : 0;
  if (error) {
    // The kernel says so once and calls the same bytes clean from then on.
    machine_record(RECORD_SYNC_FAILED, entry->inode, 0, 0, 0, NULL, 0);
  } else if (!machine_lies(entry->classes)) {
    done = (int)syscall(number, descriptor);
    error = errno;
    if (!done && entry->path)
      machine_record(RECORD_SYNC_DIRECTORY, 0, 0, 0, 0, entry->path, strlen(entry->path));
    else if (!done)
      machine_record(RECORD_SYNC, entry->inode, 0, size_of(descriptor), 0, NULL, 0);
  }
  if (verdict.kind == FAULT_KILL_AFTER || verdict.kind == FAULT_KILL_TORN) machine_die();
  machine_unlock();
  errno = error;
  return done;
}

int fsync(int descriptor) { return synced(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return synced(descriptor, SYS_fdatasync); }

// --- Sockets -----------------------------------------------------------------

ssize_t send(int descriptor, const void *bytes, size_t count, int flags) {
  NETWORK(FAULT_SEND, ssize_t, syscall(SYS_sendto, descriptor, bytes, count, flags, NULL, 0));
}

ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags) {
  NETWORK(FAULT_SEND, ssize_t, syscall(SYS_sendmsg, descriptor, message, flags));
}

ssize_t sendfile(int to, int from, off_t *offset, size_t count) {
  NETWORK(FAULT_SEND, ssize_t, syscall(SYS_sendfile, to, from, offset, count));
}

ssize_t sendfile64(int to, int from, off64_t *offset, size_t count) {
  NETWORK(FAULT_SEND, ssize_t, syscall(SYS_sendfile, to, from, offset, count));
}

ssize_t recv(int descriptor, void *bytes, size_t count, int flags) {
  NETWORK(
      FAULT_RECEIVE, ssize_t, syscall(SYS_recvfrom, descriptor, bytes, count, flags, NULL, NULL));
}

// --- The time of day ---------------------------------------------------------

int clock_gettime(clockid_t clock, struct timespec *time) {
  int done = NEXT(clock_gettime)(clock, time);
  int64_t offset = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE ? machine_clock() : 0;
  if (done || !offset) return done;
  time->tv_sec += offset / 1000;
  time->tv_nsec += offset % 1000 * 1000000;
  if (time->tv_nsec < 0) {
    time->tv_nsec += 1000000000;
    time->tv_sec--;
  } else if (time->tv_nsec >= 1000000000) {
    time->tv_nsec -= 1000000000;
    time->tv_sec++;
  }
  return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  struct timespec now;
  if (zone || clock_gettime(CLOCK_REALTIME, &now)) return -1;
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *place) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (place) *place = now.tv_sec;
  return now.tv_sec;
}
