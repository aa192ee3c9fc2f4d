/* A disk that keeps what was synced and nothing else, by LD_PRELOAD.
 *
 * Each fsync or fdatasync of a file in the folder $ONLY_SYNCED_FROM copies it, as it is at that
 * moment, into the folder $ONLY_SYNCED_TO under its own name, and then returns. That of the folder
 * itself takes away what was deleted. After a kill $ONLY_SYNCED_TO is what a disk without mercy
 * would hold: no byte that was written and not synced, each deleted file whose folder was not.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int copied(int from, const char *to)
{
    static char block[1 << 16];
    char part[PATH_MAX];
    ssize_t got;
    off_t at = 0;
    if (snprintf(part, sizeof part, "%s.part", to) >= (int)sizeof part) return -1;
    int out = open(part, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    if (out < 0) return -1;
    while ((got = pread(from, block, sizeof block, at)) > 0) {
        if (write(out, block, got) != got) { got = -1; break; }
        at += got;
    }
    close(out);
    return got == 0 ? rename(part, to) : -1; /* whole or not at all, if we are killed meanwhile */
}

static int forget_deleted(const char *from, const char *to)
{
    char there[2 * PATH_MAX], kept[2 * PATH_MAX];
    struct dirent *each;
    DIR *folder = opendir(to);
    if (!folder) return -1;
    while ((each = readdir(folder))) {
        snprintf(there, sizeof there, "%s/%s", from, each->d_name);
        snprintf(kept, sizeof kept, "%s/%s", to, each->d_name);
        if (each->d_name[0] != '.' && access(there, F_OK) != 0) unlink(kept);
    }
    return closedir(folder);
}

static int keep(int fd)
{
    const char *from = getenv("ONLY_SYNCED_FROM"), *to = getenv("ONLY_SYNCED_TO");
    char link[64], path[PATH_MAX], kept[2 * PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!from || !to || length < 0) return 0;
    path[length] = 0;
    if (strcmp(path, from) == 0) return forget_deleted(from, to);
    if (strncmp(path, from, strlen(from)) != 0) return 0;
    const char *name = strrchr(path, '/');
    if (path[strlen(from)] != '/' || name != path + strlen(from)) return 0; /* a folder, or deeper */
    snprintf(kept, sizeof kept, "%s%s", to, name);
    return copied(fd, kept);
}

int fsync(int fd) { return keep(fd); }
int fdatasync(int fd) { return keep(fd); }
