/// @file Host: the functions that an app's Lua may call beyond those of its library, and what they are called with.
#pragma once

#include "base/message.hpp"
#include "query/principal.hpp"
#include "script/script.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace koine::operation {

/// What a function asks of the host that may have to wait. Their places in the list of host functions are their numbers.
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
    update_job,
    emit,
    render,
    hash_password,
    verify_password
};
inline constexpr std::uint32_t kHostCalls = 18;

/// What immediate functions know of their call.
struct CallContext {
    query::Principal const* principal = nullptr;
    std::map<std::string, std::string> const* settings = nullptr;
    std::span<Header const> headers;
};

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

/// Marks of what `reply` and `redirect` return, as members of a map.
inline constexpr std::string_view kReply = "\x01reply";
inline constexpr std::string_view kRedirect = "\x01redirect";

}  // namespace koine::operation
