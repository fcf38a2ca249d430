#include "machine.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct tracked machine_descriptors[DESCRIPTORS];

static char root[PATH_MAX];
static size_t root_length;
static char pool[PATH_MAX + 16];
static int log_descriptor = -1;
static struct fault_control *control;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void *next_of(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

// System calls of the shim itself, so that it does not meet itself.
static int open_directly(const char *path, int flags) {
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0600);
}

__attribute__((constructor)) static void begin(void) {
  const char *given = getenv("GRIDWALK_FAULT_ROOT");
  if (!given || !realpath(given, root)) return;
  root_length = strlen(root);
  char path[PATH_MAX + 16];
  snprintf(pool, sizeof pool, "%s.fault/pool", root);
  snprintf(path, sizeof path, "%s.fault/log", root);
  log_descriptor = open_directly(path, O_WRONLY | O_APPEND | O_CREAT);
  snprintf(path, sizeof path, "%s.fault/control", root);
  int descriptor = open_directly(path, O_RDWR | O_CREAT);
  if (log_descriptor < 0 || descriptor < 0) abort();
  struct stat status;
  if (fstat(descriptor, &status)) abort();
  if ((size_t)status.st_size < sizeof *control && syscall(SYS_ftruncate, descriptor, sizeof *control))
    abort();
  void *map =
      mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (map == MAP_FAILED) abort();
  syscall(SYS_close, descriptor);
  control = map;
}

bool machine_is_on(void) { return control != NULL; }

static bool ends_in(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && !strcmp(text + length - tail, end);
}

const char *machine_below(const char *path) {
  if (!control || !path || strncmp(path, root, root_length)) return NULL;
  path += root_length;
  if (*path == 0) return "";
  if (*path != '/') return NULL;
  while (*path == '/') path++;
  if (path[0] == '.' && path[1] == 0) path++;
  return ends_in(path, "-shm") ? NULL : path;
}

int machine_class(const char *below) {
  if (strstr(below, "photos/") || strstr(below, "uploads/")) return FAULT_BLOB;
  if (ends_in(below, "-wal")) return FAULT_WAL;
  if (ends_in(below, "-journal") || strstr(below, ".db")) return FAULT_DATABASE;
  return FAULT_OTHER;
}

void machine_lock(void) {
  pthread_mutex_lock(&mutex);
  while (flock(log_descriptor, LOCK_EX) && errno == EINTR) {}
}

void machine_unlock(void) {
  flock(log_descriptor, LOCK_UN);
  pthread_mutex_unlock(&mutex);
}

void machine_die(void) {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

static bool is_kill(int64_t kind) { return kind >= FAULT_KILL_BEFORE && kind <= FAULT_KILL_TORN; }

static struct verdict judge(int classes, int operation) {
  struct verdict verdict = {FAULT_NONE, 0};
  if (control->is_dead) machine_die();
  if (control->kind == FAULT_NONE || !(control->classes & classes) ||
      !(control->operations & operation))
    return verdict;
  control->matched++;
  if (control->skip-- > 0) return verdict;
  control->skip = 0;
  verdict.kind = (int)control->kind;
  verdict.part = (int)control->part;
  control->fired++;
  control->fired_class = classes;
  control->fired_operation = operation;
  if (is_kill(verdict.kind)) {
    control->is_dead = 1;
    control->kind = FAULT_NONE;
  } else if (control->repeat > 0 && --control->repeat == 0) {
    control->kind = FAULT_NONE;
  }
  if (verdict.kind == FAULT_CLOCK) {
    control->clock += control->jump;
    verdict.kind = FAULT_NONE;
  }
  if (verdict.kind == FAULT_KILL_BEFORE) machine_die();
  return verdict;
}

struct verdict machine_point(int classes, int operation) {
  control->points++;
  return judge(classes, operation);
}

struct verdict machine_network_point(int operation) {
  struct verdict none = {FAULT_NONE, 0};
  if (!control) return none;
  __atomic_add_fetch(&control->network_points, 1, __ATOMIC_RELAXED);
  if (control->kind == FAULT_NONE || !(control->classes & FAULT_NETWORK)) {
    if (control->is_dead) machine_die();
    return none;
  }
  machine_lock();
  struct verdict verdict = judge(FAULT_NETWORK, operation);
  machine_unlock();
  return verdict;
}

bool machine_lies(int classes) { return (control->lies & classes) != 0; }

int64_t machine_clock(void) {
  return control ? __atomic_load_n(&control->clock, __ATOMIC_RELAXED) : 0;
}

void machine_keep(const char *path, ino_t inode) {
  char name[PATH_MAX + 64];
  snprintf(name, sizeof name, "%s/%llu", pool, (unsigned long long)inode);
  // Says EEXIST for a file that has its second name already.
  syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, name, 0);
}

void machine_record(
    int kind, ino_t inode, int64_t offset, int64_t size, int64_t extra, const void *payload,
    size_t length) {
  struct fault_record record = {
      kind, (int64_t)inode, offset, size, extra, (int64_t)length};
  struct iovec parts[2] = {{&record, sizeof record}, {(void *)payload, length}};
  if (syscall(SYS_writev, log_descriptor, parts, 2) != (long)(sizeof record + length)) abort();
}
