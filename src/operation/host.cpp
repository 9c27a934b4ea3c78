#include "operation/host.hpp"

#include "base/ascii.hpp"
#include "base/digest.hpp"
#include "blob/link.hpp"
#include "description/words.hpp"
#include "identity/identity.hpp"
#include "operation/operation.hpp"
#include "operation/where.hpp"
#include "script/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>
#include <utility>

namespace koine::operation {
namespace {

using script::Arguments;
using script::Class;
using script::HostFunction;
using script::Pusher;
using Mode = HostFunction::Mode;

struct Call {
    std::string_view name;
    HostCall call;
};
/// The functions that may have to wait. Their places are their numbers.
constexpr auto kCalls = std::to_array<Call>({
    {"db.get", HostCall::get},
    {"db.find", HostCall::find},
    {"db.first", HostCall::first},
    {"db.count", HostCall::count},
    {"db.insert", HostCall::insert},
    {"db.update", HostCall::update},
    {"db.upsert", HostCall::upsert},
    {"db.delete", HostCall::remove},
    {"db.link", HostCall::link},
    {"db.unlink", HostCall::unlink},
    {"db.sql", HostCall::sql},
    {"jobs.start", HostCall::start_job},
    {"time.after", HostCall::after},
    {"time.every", HostCall::every},
    {"job.update", HostCall::update_job},
    {"emit", HostCall::emit},
    {"template.render", HostCall::render},
    {"text.template", HostCall::render},
    {"crypto.password.hash", HostCall::hash_password},
    {"crypto.password.verify", HostCall::verify_password},
    {"blob.put", HostCall::put_blob},
    {"blob.get", HostCall::get_blob},
    {"blob.size", HostCall::size_blob},
});
/// Those of `db`, the first ones. There is a second, hidden copy of them that asks no rules; it follows upon the calls.
constexpr std::uint32_t kOfDatabase = 11;
constexpr std::uint32_t kHidden = kCalls.size();
static_assert(kCalls[kOfDatabase - 1].name == "db.sql");

/// Where the functions of `db` take the row that they are about. What db.delete takes there may also be conditions.
constexpr std::optional<std::size_t> row_argument(HostCall call) {
    bool const of_one_row = call == HostCall::get || call == HostCall::update || call == HostCall::link || call == HostCall::unlink;
    return of_one_row ? std::optional<std::size_t>(1) : std::nullopt;
}

constexpr std::string_view kHiddenHead = "\x01";

/// db.trusted(reason): the functions of db, without rules. Why is for whoever reads the file, and for koine check.
Result<void> trusted(Arguments const& arguments, Pusher& out) {
    if (arguments[0].type() != Class::text || arguments[0].text().empty())
        return mistake("db.trusted wants a text: why no rules are asked");
    out.begin_map(kOfDatabase);
    for (std::uint32_t i = 0; i < kOfDatabase; ++i) {
        out.key(kCalls[i].name.substr(kCalls[i].name.find('.') + 1));
        out.function(script::HostId{kHidden + i});
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

/// principal:can("tracker.change_task"); principal:can("update", "tasks"): by the rules of the resource, which know no single rows.
Result<void> can(Arguments const& arguments, Pusher& out) {
    auto const& context = *static_cast<CallContext const*>(arguments.context());
    if (arguments[1].type() != Class::text) return mistake("principal:can wants a permission, or a verb and a resource");
    if (arguments.size() <= 2) {
        out.boolean(context.principal->has_permission(arguments[1].text()));
        return outcome::success();
    }
    auto const* right = description::find(description::rights(), arguments[1].text());
    auto const* resource = arguments[2].type() == Class::text ? context.book->find(arguments[2].text()) : nullptr;
    if (right == nullptr || resource == nullptr)
        return mistake("principal:can wants read, create, update or delete, and the name of a resource");
    out.boolean(check_right(*context.book, *context.principal, *resource, right->value.front()).has_value());
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
    if (arguments[0].type() != Class::map) return mistake("reply wants a table: status, headers, words, links, value, text, type");
    return marked(mark_of(Mark::reply), arguments, out);
}

/// text(s, type): the same as reply{text = s, type = type}.
Result<void> text(Arguments const& arguments, Pusher& out) {
    bool const typed = arguments[1].type() == Class::text;
    if (arguments[0].type() != Class::text || (!typed && arguments[1].type() != Class::nothing))
        return mistake("text wants a text, and perhaps its media type");
    out.begin_map(1);
    out.key(mark_of(Mark::reply));
    out.begin_map(2);
    out.text("text", arguments[0].text());
    if (typed) out.text("type", arguments[1].text());
    out.end_map();
    out.end_map();
    return outcome::success();
}

/// How a file is given out.
Result<Outcome::File> file_options(script::Reader const& given, std::string_view function) {
    Outcome::File options;
    if (given.type() == Class::nothing || given.type() == Class::null) return options;
    KOINE_TRY(auto const value, given.value());
    if (value.map() == nullptr) return mistake(std::string(function) + ": options are a table");
    for (auto const& [name, one] : *value.map()) {
        auto* text = name == "name" ? &options.name : name == "type" ? &options.type : nullptr;
        if (text != nullptr && one.text() != nullptr)
            *text = *one.text();
        else if (name == "inline" && one.boolean() != nullptr)
            options.inlined = *one.boolean();
        else
            return mistake(std::string(function) + ": options are name and type, texts, and inline, true or false");
    }
    return options;
}

void push_options(Outcome::File const& options, Pusher& out) {
    out.text("name", options.name);
    out.text("type", options.type);
    out.boolean("inline", options.inlined);
}

Result<void> redirect(Arguments const& arguments, Pusher& out) {
    if (arguments[0].type() != Class::text) return mistake("redirect wants an address");
    return marked(mark_of(Mark::redirect), arguments, out);
}

/// file(blob, {name =, type =, inline =}): what a function answers with.
Result<void> file(Arguments const& arguments, Pusher& out) {
    if (!is_sha256(arguments[0].text())) return mistake("file wants a blob, and perhaps a table: name, type, inline");
    KOINE_TRY(auto const options, file_options(arguments[1], "file"));
    out.begin_map(1);
    out.key(mark_of(Mark::file));
    out.begin_map(4);
    out.text("blob", arguments[0].text());
    push_options(options, out);
    out.end_map();
    out.end_map();
    return outcome::success();
}

/// blob.link(blob, seconds, {name =, type =, inline =}): an address that needs no login.
Result<void> link(Arguments const& arguments, Pusher& out) {
    auto const& book = *static_cast<CallContext const*>(arguments.context())->book;
    KOINE_TRY(check_files(book.files()));
    auto const seconds = arguments[1].real();
    if (!is_sha256(arguments[0].text()) || !(seconds >= 1 && seconds <= static_cast<double>(blob::kLongestLink)))
        return mistake("blob.link wants a blob, seconds (a year at most), and perhaps a table: name, type, inline");
    KOINE_TRY(auto options, file_options(arguments[2], "blob.link"));
    auto const now = book.now() / 1'000'000;
    blob::Link const link{
        std::string(arguments[0].text()),
        now + static_cast<std::int64_t>(seconds),
        std::move(options.name),
        std::move(options.type),
        options.inlined
    };
    KOINE_TRY(auto const address, blob::address_of(link, book.files().key));
    out.text(address);
    return outcome::success();
}

void push_texts(std::string_view name, std::vector<std::string> const& texts, Pusher& out) {
    out.key(name);
    out.begin_list(texts.size());
    for (auto const& text : texts) out.text(text);
    out.end_list();
}

}  // namespace

std::string_view mark_of(Mark mark) {
    static auto const all = [] {
        std::random_device random;
        std::array<std::string, 3> made;
        for (auto& one : made)
            for (int i = 0; i < 4; ++i) one += fmt::format("\x01{:08x}", random());
        return made;
    }();
    return all[static_cast<std::size_t>(mark)];
}

Result<void> check_right(Book const& book, query::Principal const& principal, resource::Resource const& resource, description::Verb verb) {
    bool const writes = verb != description::Verb::get && verb != description::Verb::list;
    if (writes && !principal.anonymous && !principal.may_write) return Problem(Reason::not_permitted);
    auto const rule = resource.said->rules.find(verb);
    if (rule == resource.said->rules.end()) return outcome::success();
    return identity::admit(principal, rule->second, book.app().login_required);
}

Result<void> check_files(Files const& files) {
    if (!files.blobs) return mistake("this app keeps no files: no field is a blob, and no operation takes a file");
    return outcome::success();
}

std::vector<HostFunction> host_functions() {
    std::vector<HostFunction> all;
    for (auto const& [name, call] : kCalls) {
        bool const of_a_job = call == HostCall::update_job;  // which has it at hand
        all.push_back({std::string(name), Mode::yields, {}, of_a_job, row_argument(call)});
    }
    for (auto const& [name, call] : std::span(kCalls).first<kOfDatabase>())
        all.push_back({std::string(kHiddenHead).append(name), Mode::yields, {}, true, row_argument(call)});
    all.push_back({"principal.can", Mode::immediate, can, true});
    all.push_back({"request.header", Mode::immediate, header, true});
    all.push_back({"db.trusted", Mode::immediate, trusted, false});
    all.push_back({"setting", Mode::immediate, setting, false});
    all.push_back({"reply", Mode::immediate, reply, false});
    all.push_back({"text", Mode::immediate, text, false});
    all.push_back({"redirect", Mode::immediate, redirect, false});
    all.push_back({"file", Mode::immediate, file, false});
    all.push_back({"blob.link", Mode::immediate, link, false});
    return all;
}

Asked asked(script::HostId id) {
    auto const number = static_cast<std::uint32_t>(id);
    bool const is_hidden = number >= kHidden;
    return {kCalls[is_hidden ? number - kHidden : number].call, is_hidden};
}

void push_principal(script::Program const& program, query::Principal const& principal, Pusher& out) {
    out.key("principal");
    out.begin_map(9);
    out.boolean("anonymous", principal.anonymous);
    if (principal.user) out.integer("id", *principal.user);
    out.text("name", principal.name);
    out.boolean("staff", principal.staff);
    out.boolean("superuser", principal.superuser);
    static query::Rights const none;
    auto const& rights = principal.rights ? *principal.rights : none;
    push_texts("roles", rights.roles, out);
    if (rights.scopes) push_texts("scopes", *rights.scopes, out);
    if (!rights.claims.empty()) {
        auto const claims = script::Value::from_json(rights.claims);
        out.key("claims");
        out.value(claims ? claims.value() : script::Value());
    }
    out.key("can");
    out.function(*program.host("principal.can"));
    out.end_map();
}

}  // namespace koine::operation
