#include "store/sqlite/errors.hpp"

#include <sqlite3.h>

#include <cstdint>

namespace koine::store::sqlite {
namespace {

Reason reason_of(int code, std::string_view message) {
    switch (code) {
        case SQLITE_READONLY:
        case SQLITE_READONLY_DIRECTORY: return Reason::read_only;
        case SQLITE_READONLY_DBMOVED: return Reason::schema_changed;
        default: break;
    }
    switch (code & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL: return Reason::database_busy;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return Reason::database_corrupt;
        case SQLITE_CANTOPEN:
        case SQLITE_IOERR:
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_READONLY: return Reason::database_unavailable;
        case SQLITE_FULL: return Reason::database_full;
        case SQLITE_INTERRUPT: return Reason::statement_timeout;
        case SQLITE_SCHEMA: return Reason::schema_changed;
        case SQLITE_TOOBIG: return Reason::limit_exceeded;
        default: return message == "integer overflow" ? Reason::integer_overflow : Reason::internal;
    }
}

}  // namespace

Problem problem_of(int code, std::string_view message) {
    Problem problem = Problem(reason_of(code, message)).because(message);
    switch (problem.reason()) {
        case Reason::limit_exceeded: return std::move(problem).with("limit", "bytes of a value").with("maximum", std::int64_t{256} << 20);
        case Reason::integer_overflow: return std::move(problem).with("type", "bigint");
        default: return problem;
    }
}

}  // namespace koine::store::sqlite
