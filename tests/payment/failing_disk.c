/* A disk that fails the journal when it is told to: loaded by LD_PRELOAD.
 *
 * While the file $JOURNAL_FAILS is there, writes to a file that ends in "kiosk.db-wal" fail, with
 * ENOSPC where it begins with "S" and EIO where it begins with "W"; where it begins with "Y",
 * writes are done and the fsync or fdatasync fails with EIO.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int told(void) {
    const char *name = getenv("JOURNAL_FAILS");
    char how = 0;
    int file;
    if (!name) return 0;
    file = open(name, O_RDONLY);
    if (file < 0) return 0;
    if (read(file, &how, 1) != 1) how = 0;
    close(file);
    return how;
}

static int is_journal(int fd) {
    char link[64], name[4096];
    ssize_t length;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, name, sizeof name - 1);
    if (length < 12) return 0;
    name[length] = 0;
    return strcmp(name + length - 12, "kiosk.db-wal") == 0;
}

static int fails(int fd, int syncing) {
    int saved = errno, how = is_journal(fd) ? told() : 0;
    errno = saved;
    if (!how || (how == 'Y') != syncing) return 0;
    errno = how == 'S' ? ENOSPC : EIO;
    return 1;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
    return fails(fd, 0) ? -1 : NEXT(pwrite64)(fd, bytes, count, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
    return fails(fd, 0) ? -1 : NEXT(pwrite)(fd, bytes, count, offset);
}

ssize_t write(int fd, const void *bytes, size_t count) {
    return fails(fd, 0) ? -1 : NEXT(write)(fd, bytes, count);
}

int fsync(int fd) { return fails(fd, 1) ? -1 : NEXT(fsync)(fd); }

int fdatasync(int fd) { return fails(fd, 1) ? -1 : NEXT(fdatasync)(fd); }
