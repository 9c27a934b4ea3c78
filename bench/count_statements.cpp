// Preloaded into a server by apps.py: appends a byte to the file that COUNT_STATEMENTS names for each SELECT that SQLite begins.
// Not part of any timed run.
#include <sqlite3.h>

#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace {

int count(unsigned, void*, void*, void* text) {
    static int const file = open(std::getenv("COUNT_STATEMENTS"), O_WRONLY | O_APPEND | O_CREAT, 0600);
    std::string_view const statement(static_cast<char const*>(text));
    bool const reads = statement.starts_with("SELECT") || statement.starts_with("WITH");
    return reads && write(file, ".", 1) != 1;
}

}  // namespace

extern "C" int sqlite3_open_v2(char const* name, sqlite3** database, int flags, char const* file_system) {
    using Open = int (*)(char const*, sqlite3**, int, char const*);
    int const code = reinterpret_cast<Open>(dlsym(RTLD_NEXT, "sqlite3_open_v2"))(name, database, flags, file_system);
    if (code == SQLITE_OK) sqlite3_trace_v2(*database, SQLITE_TRACE_STMT, count, nullptr);
    return code;
}
