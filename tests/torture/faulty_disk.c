/* Faults on demand, for one file and for accept(2): disks.py preloads this into farehook.
 *
 * FAULTY_FILE is the path whose calls fail; of its folder only fsync does. FAULTY_RULES is a file of lines
 * "CALL HOW PERCENT", read at each call, so that a disk can break and be mended while the program runs. HOW is
 * an error ("EIO"), "short" (half of it is written), "torn-" and an error: half of it is written, and the
 * rest fails; or "late-" and an error: it fails after 20 ms.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

struct fault {
  int error; /* 0: none */
  int tears;
  int is_short;
  int is_late;
};

static _Atomic unsigned calls;
static _Atomic int torn_error; /* what the write behind a torn half fails with; one thread writes at a time */

static int number_of(const char *name) {
  static const struct {
    const char *name;
    int number;
  } all[] = {{"EIO", EIO},     {"ENOSPC", ENOSPC}, {"EINTR", EINTR},   {"EDQUOT", EDQUOT},
             {"EROFS", EROFS}, {"EMFILE", EMFILE}, {"ENOLCK", ENOLCK}, {"EAGAIN", EAGAIN},
                {"ENFILE", ENFILE}, {"ENOMEM", ENOMEM}};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; ++i)
    if (strcmp(name, all[i].name) == 0) return all[i].number;
  fprintf(stderr, "faulty_disk: no error is called %s\n", name);
  abort();
}

/* The rules are read with bare system calls: what stands below must not meet itself. */
static struct fault fault_of(const char *call) {
  struct fault fault = {0, 0, 0, 0};
  const char *const path = getenv("FAULTY_RULES");
  const int file = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return fault;
  char text[512] = "";
  const long size = syscall(SYS_read, file, text, sizeof text - 1);
  syscall(SYS_close, file);
  text[size > 0 ? size : 0] = '\0';
  char *next = text;
  for (char *line; (line = strsep(&next, "\n")) != NULL;) {
    char name[16], how[24];
    unsigned percent;
    if (sscanf(line, "%15s %23s %u", name, how, &percent) != 3 || strcmp(name, call) != 0) continue;
    if ((calls++ * 2654435761u >> 12) % 100 >= percent) continue;
    if (strcmp(how, "short") == 0) {
      fault.is_short = 1;
    } else {
      fault.tears = strncmp(how, "torn-", 5) == 0;
      fault.is_late = strncmp(how, "late-", 5) == 0;
      fault.error = number_of(fault.tears || fault.is_late ? how + 5 : how);
    }
    break;
  }
  return fault;
}

static int is_faulty_path(const char *path) {
  const char *const faulty = getenv("FAULTY_FILE");
  return faulty && strcmp(path, faulty) == 0;
}

static int is_faulty(int descriptor, int or_its_folder) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const long size = readlink(link, path, sizeof path - 1);
  if (size <= 0) return 0;
  path[size] = '\0';
  const char *const faulty = getenv("FAULTY_FILE");
  const size_t length = faulty ? strlen(faulty) : 0;
  if (length == 0) return 0;
  if (strncmp(path, faulty, length) == 0) return 1; /* perhaps " (deleted)" follows */
  const char *const slash = strrchr(faulty, '/');
  return or_its_folder && slash && strlen(path) == (size_t)(slash - faulty) &&
         strncmp(path, faulty, (size_t)(slash - faulty)) == 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int descriptor, const void *bytes, size_t count) {
  if (!is_faulty(descriptor, 0)) return REAL(write)(descriptor, bytes, count);
  const int rest_fails = atomic_exchange(&torn_error, 0);
  const struct fault fault = rest_fails ? (struct fault){rest_fails, 0, 0, 0} : fault_of("write");
  if (fault.is_short) return REAL(write)(descriptor, bytes, count > 1 ? count / 2 : count);
  if (fault.tears && count > 1) {
    torn_error = fault.error;
    return REAL(write)(descriptor, bytes, count / 2);
  }
  if (fault.error == 0) return REAL(write)(descriptor, bytes, count);
  errno = fault.error;
  return -1;
}

#define FAILS_OR(type, name, call, folder_too, parameters, arguments)                    \
  type name parameters {                                                                 \
    const struct fault fault = is_faulty(descriptor, folder_too) ? fault_of(call) : (struct fault){0, 0, 0, 0}; \
    if (fault.error == 0) return REAL(name) arguments;                                   \
    if (fault.is_late) usleep(20000);                                                    \
    errno = fault.error;                                                                 \
    return -1;                                                                           \
  }

FAILS_OR(int, fdatasync, "fdatasync", 0, (int descriptor), (descriptor))
FAILS_OR(int, fsync, "fsync", 1, (int descriptor), (descriptor))
FAILS_OR(int, ftruncate, "ftruncate", 0, (int descriptor, off_t size), (descriptor, size))
FAILS_OR(int, ftruncate64, "ftruncate", 0, (int descriptor, off64_t size), (descriptor, size))
FAILS_OR(int, fstat, "fstat", 0, (int descriptor, struct stat *status), (descriptor, status))
FAILS_OR(int, fstat64, "fstat", 0, (int descriptor, struct stat64 *status), (descriptor, status))
FAILS_OR(int, flock, "flock", 0, (int descriptor, int how), (descriptor, how))
FAILS_OR(ssize_t, pread, "pread", 0, (int descriptor, void *to, size_t size, off_t at), (descriptor, to, size, at))
FAILS_OR(ssize_t, pread64, "pread", 0, (int descriptor, void *to, size_t size, off64_t at), (descriptor, to, size, at))

static int taken(int connection) {
  const struct fault fault = fault_of("accept");
  if (connection < 0 || fault.error == 0) return connection;
  close(connection);
  errno = fault.error;
  return -1;
}

int accept(int descriptor, __SOCKADDR_ARG peer, socklen_t *restrict size) {
  return taken(REAL(accept)(descriptor, peer, size));
}

int accept4(int descriptor, __SOCKADDR_ARG peer, socklen_t *restrict size, int flags) {
  return taken(REAL(accept4)(descriptor, peer, size, flags));
}

#define OPENS(name)                                                        \
  int name(const char *path, int flags, ...) {                             \
    va_list rest;                                                          \
    va_start(rest, flags);                                                 \
    const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;        \
    va_end(rest);                                                          \
    const struct fault fault = is_faulty_path(path) ? fault_of("open") : (struct fault){0, 0, 0, 0}; \
    if (fault.error == 0) return REAL(name)(path, flags, mode);            \
    errno = fault.error;                                                   \
    return -1;                                                             \
  }

OPENS(open)
OPENS(open64)
