// Preloaded into a server by writes.py: counts how often files are synced to the disk, and at exit writes the two numbers,
// of write-ahead logs and of all others, to the file that COUNT_SYNCS names. Not part of any timed run.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_long of_logs, of_others;

static void count(int descriptor) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path);
    atomic_fetch_add(length > 4 && memcmp(path + length - 4, "-wal", 4) == 0 ? &of_logs : &of_others, 1);
}

static int call(char const *name, int descriptor) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    count(descriptor);
    return real(descriptor);
}

int fdatasync(int descriptor) { return call("fdatasync", descriptor); }
int fsync(int descriptor) { return call("fsync", descriptor); }

__attribute__((destructor)) static void tell(void) {
    char const *name = getenv("COUNT_SYNCS");
    FILE *file = name ? fopen(name, "w") : NULL;
    if (!file) return;
    fprintf(file, "%ld %ld\n", atomic_load(&of_logs), atomic_load(&of_others));
    fclose(file);
}
