/* LD_PRELOAD: lets the Nth call of one kind fail that touches a path with FAIL_PATH in it, and all after it when FAIL_STICKY is set.
   FAIL_OP: read, write, fsync, rename or unlink. FAIL_AT: N, from 1, counted over all threads of a process. FAIL_ERRNO: the error, default ENOSPC.
   FAIL_LOG: a file that gets a line when it happened. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static int calls;

static const char *setting(const char *name, const char *otherwise) {
  const char *value = getenv(name);
  return value ? value : otherwise;
}

static int fails_on_path(const char *op, const char *path) {
  if (strcmp(setting("FAIL_OP", ""), op) != 0) return 0;
  if (strstr(path, setting("FAIL_PATH", "\n")) == NULL) return 0;
  const int at = atoi(setting("FAIL_AT", "0"));
  const int call = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
  if (call != at && !(call > at && getenv("FAIL_STICKY"))) return 0;
  if (call == at) {
    const int log = open(setting("FAIL_LOG", "/dev/null"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (log >= 0) {
      dprintf(log, "%s %d\n", path, call);
      close(log);
    }
  }
  errno = atoi(setting("FAIL_ERRNO", "28"));
  return 1;
}

static int fails(const char *op, int fd) {
  if (strcmp(setting("FAIL_OP", ""), op) != 0) return 0;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return fails_on_path(op, path);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t size) {
  return fails("write", fd) ? -1 : NEXT(write)(fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
  return fails("write", fd) ? -1 : NEXT(pwrite)(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
  return fails("write", fd) ? -1 : NEXT(pwrite64)(fd, data, size, at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  return fails("write", fd) ? -1 : NEXT(writev)(fd, parts, count);
}
ssize_t read(int fd, void *data, size_t size) {
  return fails("read", fd) ? -1 : NEXT(read)(fd, data, size);
}
ssize_t pread(int fd, void *data, size_t size, off_t at) {
  return fails("read", fd) ? -1 : NEXT(pread)(fd, data, size, at);
}
ssize_t pread64(int fd, void *data, size_t size, off64_t at) {
  return fails("read", fd) ? -1 : NEXT(pread64)(fd, data, size, at);
}
int fsync(int fd) { return fails("fsync", fd) ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return fails("fsync", fd) ? -1 : NEXT(fdatasync)(fd); }
int rename(const char *from, const char *to) {
  return fails_on_path("rename", from) ? -1 : NEXT(rename)(from, to);
}
int unlink(const char *path) { return fails_on_path("unlink", path) ? -1 : NEXT(unlink)(path); }
