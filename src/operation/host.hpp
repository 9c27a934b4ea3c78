/// @file Host: the functions that an app's Lua may call beyond those of its library, and what they are called with.
#pragma once

#include "base/message.hpp"
#include "operation/book.hpp"
#include "query/principal.hpp"
#include "script/script.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace koine::operation {

/// What a function asks of the host that may have to wait.
enum class HostCall : std::uint32_t {
    get,
    find,
    first,
    count,
    insert,
    update,
    upsert,
    remove,
    link,
    unlink,
    sql,
    start_job,
    after,
    every,
    update_job,
    emit,
    render,
    hash_password,
    verify_password,
    put_blob,
    get_blob,
    size_blob
};

/// What immediate functions know of their call.
struct CallContext {
    query::Principal const* principal = nullptr;
    std::map<std::string, std::string> const* settings = nullptr;
    std::span<Header const> headers;
    Book const* book = nullptr;
};

/// Whether the rule of a resource lets the principal do this. @return login_required, not_permitted.
Result<void> check_right(Book const& book, query::Principal const& principal, resource::Resource const& resource, description::Verb verb);

/// A mistake of a function, in an app that keeps no files.
Result<void> check_files(Files const& files);

/// All of them: the HostCalls, the same of `db` without rules, hidden, and those that never wait.
std::vector<script::HostFunction> host_functions();
/// Which call it is, and whether it was made through db.trusted.
struct Asked {
    HostCall call = HostCall::get;
    bool trusted = false;
};
Asked asked(script::HostId id);

/// Writes what a call sees as `principal`, within the map of its globals.
void push_principal(script::Program const& program, query::Principal const& principal, script::Pusher& out);

/// What `reply`, `redirect` and `file` return is a map whose one member is such a mark. Each process draws its own: a function may return what a client sent
/// as it came, and that must not pass for one.
enum class Mark : std::uint8_t { reply, redirect, file };
std::string_view mark_of(Mark mark);

}  // namespace koine::operation
