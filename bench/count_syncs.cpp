// Preloaded into a server by writes.py: counts how often files are synced to the disk, and at exit writes the two numbers,
// of write-ahead logs and of all others, to the file that COUNT_SYNCS names. Not part of any timed run.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <string_view>
#include <unistd.h>

namespace {

std::atomic<long> of_logs, of_others;

void count(int descriptor) {
    char link[64], path[4096];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    auto const length = readlink(link, path, sizeof path);
    bool const is_log = length > 0 && std::string_view(path, static_cast<std::size_t>(length)).ends_with("-wal");
    ++(is_log ? of_logs : of_others);
}

int call(char const* name, int descriptor) {
    count(descriptor);
    return reinterpret_cast<int (*)(int)>(dlsym(RTLD_NEXT, name))(descriptor);
}

struct Teller {
    ~Teller() {
        auto const* name = std::getenv("COUNT_SYNCS");
        auto* file = name ? std::fopen(name, "w") : nullptr;
        if (!file) return;
        std::fprintf(file, "%ld %ld\n", of_logs.load(), of_others.load());
        std::fclose(file);
    }
} teller;

}  // namespace

extern "C" int fdatasync(int descriptor) { return call("fdatasync", descriptor); }
extern "C" int fsync(int descriptor) { return call("fsync", descriptor); }
