#include "operation/host.hpp"

#include "base/ascii.hpp"
#include "operation/where.hpp"
#include "script/value.hpp"

#include <array>
#include <utility>

namespace koine::operation {
namespace {

using script::Arguments;
using script::Class;
using script::HostFunction;
using script::Pusher;
using Mode = HostFunction::Mode;

constexpr std::array<std::string_view, kHostCalls> kNames = {
    "db.get",
    "db.find",
    "db.first",
    "db.count",
    "db.insert",
    "db.update",
    "db.upsert",
    "db.delete",
    "db.link",
    "db.unlink",
    "db.sql",
    "jobs.start",
    "time.after",
    "job.update",
    "emit",
    "template.render",
    "crypto.password.hash",
    "crypto.password.verify"
};
/// Those of `db`, of which there is a second, hidden copy that asks no rules.
constexpr std::uint32_t kOfDatabase = 11;

constexpr std::string_view kHiddenHead = "\x01";

/// db.trusted(reason): the functions of db, without rules. Why is for whoever reads the file, and for koine check.
Result<void> trusted(Arguments const& arguments, Pusher& out) {
    if (arguments[0].type() != Class::text || arguments[0].text().empty())
        return mistake("db.trusted wants a text: why no rules are asked");
    out.begin_map(kOfDatabase);
    for (std::uint32_t i = 0; i < kOfDatabase; ++i) {
        out.key(kNames[i].substr(kNames[i].find('.') + 1));
        out.function(script::HostId{kHostCalls + i});
    }
    out.end_map();
    return outcome::success();
}

Result<void> setting(Arguments const& arguments, Pusher& out) {
    auto const& settings = *static_cast<CallContext const*>(arguments.context())->settings;
    auto const found = settings.find(std::string(arguments[0].text()));
    if (found == settings.end()) return mistake("there is no setting \"" + std::string(arguments[0].text().substr(0, 100)) + "\"");
    out.text(found->second);
    return outcome::success();
}

/// principal:can("tracker.change_task")
Result<void> can(Arguments const& arguments, Pusher& out) {
    auto const& principal = *static_cast<CallContext const*>(arguments.context())->principal;
    if (arguments[1].type() != Class::text) return mistake("principal:can wants the name of a permission");
    out.boolean(principal.has_permission(arguments[1].text()));
    return outcome::success();
}

/// request:header("X-Event"), in whatever case. nil: there is none.
Result<void> header(Arguments const& arguments, Pusher& out) {
    auto const name = arguments[1].text();
    for (auto const& each : static_cast<CallContext const*>(arguments.context())->headers)
        if (ascii_equal(each.name, name)) {
            out.text(each.value);
            break;
        }
    return outcome::success();
}

/// The only argument as the one member of a map.
Result<void> marked(std::string_view mark, Arguments const& arguments, Pusher& out) {
    KOINE_TRY(auto const value, arguments[0].value());
    out.begin_map(1);
    out.key(mark);
    out.value(value);
    out.end_map();
    return outcome::success();
}

Result<void> reply(Arguments const& arguments, Pusher& out) {
    if (arguments[0].type() != Class::map) return mistake("reply wants a table: status, headers, value, text, type");
    return marked(kReply, arguments, out);
}

/// text(s, type): the same as reply{text = s, type = type}.
Result<void> text(Arguments const& arguments, Pusher& out) {
    bool const typed = arguments[1].type() == Class::text;
    if (arguments[0].type() != Class::text || (!typed && arguments[1].type() != Class::nothing))
        return mistake("text wants a text, and perhaps its media type");
    out.begin_map(1);
    out.key(kReply);
    out.begin_map(2);
    out.key("text");
    out.text(arguments[0].text());
    if (typed) {
        out.key("type");
        out.text(arguments[1].text());
    }
    out.end_map();
    out.end_map();
    return outcome::success();
}

Result<void> redirect(Arguments const& arguments, Pusher& out) {
    if (arguments[0].type() != Class::text) return mistake("redirect wants an address");
    return marked(kRedirect, arguments, out);
}

}  // namespace

std::vector<HostFunction> host_functions() {
    std::vector<HostFunction> all;
    for (auto const name : kNames) all.push_back({std::string(name), Mode::yields, {}, name == "job.update"});  // of the job at hand only
    for (std::uint32_t i = 0; i < kOfDatabase; ++i) all.push_back({std::string(kHiddenHead).append(kNames[i]), Mode::yields, {}, true});
    all.push_back({"principal.can", Mode::immediate, can, true});
    all.push_back({"request.header", Mode::immediate, header, true});
    all.push_back({"db.trusted", Mode::immediate, trusted, false});
    all.push_back({"setting", Mode::immediate, setting, false});
    all.push_back({"reply", Mode::immediate, reply, false});
    all.push_back({"text", Mode::immediate, text, false});
    all.push_back({"redirect", Mode::immediate, redirect, false});
    return all;
}

Asked asked(script::HostId id) {
    auto const number = static_cast<std::uint32_t>(id);
    if (number < kHostCalls) return {static_cast<HostCall>(number), false};
    return {static_cast<HostCall>(number - kHostCalls), true};
}

void push_principal(script::Program const& program, query::Principal const& principal, Pusher& out) {
    out.key("principal");
    out.begin_map(6);
    out.key("anonymous");
    out.boolean(principal.anonymous);
    if (principal.user) {
        out.key("id");
        out.integer(*principal.user);
    }
    out.key("name");
    out.text(principal.name);
    out.key("staff");
    out.boolean(principal.staff);
    out.key("superuser");
    out.boolean(principal.superuser);
    out.key("can");
    out.function(*program.host("principal.can"));
    out.end_map();
}

}  // namespace koine::operation
