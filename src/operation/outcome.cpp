#include "operation/outcome.hpp"

#include "base/ascii.hpp"
#include "description/words.hpp"
#include "operation/host.hpp"
#include "operation/where.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

namespace koine::operation {
namespace {

using script::Value;

constexpr std::size_t kMostRows = 10'000;
constexpr std::size_t kMostHeaders = 50;
constexpr std::size_t kMostWords = 50;

constexpr auto kKinds = std::to_array<description::Word<Reason>>({
    {"invalid", Reason::operation_invalid, {}},
    {"unauthorized", Reason::login_required, {}},
    {"not_permitted", Reason::operation_forbidden, {}},
    {"not_found", Reason::operation_not_found, {}},
    {"conflict", Reason::operation_conflict, {}},
    {"too_large", Reason::operation_too_large, {}},
    {"unavailable", Reason::operation_unavailable, {}},
});

Problem raised(script::Raised const& raised) {
    std::span<description::Word<Reason> const> const kinds = kKinds;
    auto const* known = description::find(kinds, raised.kind);
    if (known == nullptr)
        return mistake(fmt::format("problem: there is no kind {}; there are {}", raised.kind, fmt::join(description::names_of(kinds), " "))
        );
    auto const text = [&](std::string_view name) -> std::string_view {
        auto const* value = raised.fields.find(name);
        return value != nullptr && value->text() != nullptr ? std::string_view(*value->text()) : std::string_view();
    };
    auto problem = Problem(known->value);
    for (auto const* name : {"message", "code"})
        if (!text(name).empty()) problem = std::move(problem).with(name, text(name));
    if (known->value != Reason::operation_invalid || text("field").empty()) return problem;
    return Problem(Reason::invalid_document).with_faults({Fault{0, std::string(text("field")), false, std::move(problem)}});
}

bool is_header_name(std::string_view name) {
    auto const fits = [](char c) { return is_ascii_alphanumeric(c) || c == '-' || c == '_'; };
    return !name.empty() && name.size() <= 100 && std::ranges::all_of(name, fits);
}
bool is_header_value(std::string_view value) {
    return value.size() <= 4000 &&
           std::ranges::all_of(value, [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7f); });
}
/// What the server itself says of an answer.
bool is_reserved(std::string_view name) {
    constexpr auto kReserved = std::to_array<std::string_view>({"content-length", "transfer-encoding", "connection", "date", "set-cookie"});
    return std::ranges::any_of(kReserved, [&](std::string_view one) { return ascii_equal(one, name); });
}

Result<void> take_headers(Value const& headers, Outcome& out) {
    if (headers.map() == nullptr || headers.map()->size() > kMostHeaders) return mistake("reply: headers are a table of names and texts");
    for (auto const& [name, value] : *headers.map()) {
        auto const text = value.text() != nullptr ? *value.text() : value.json();
        if (!is_header_name(name) || !is_header_value(text) || is_reserved(name))
            return mistake(fmt::format("reply: no header {} can be given", name));
        out.headers.emplace_back(name, text);
    }
    return outcome::success();
}

/// What stands around rows, where the frame of the dialect shows it.
Result<void> take_frame(Value const& reply, Outcome& out) {
    auto const* words = reply.find("words");
    auto const* links = reply.find("links");
    if (words == nullptr && links == nullptr) return outcome::success();
    if (out.kind != Outcome::Kind::rows)
        return mistake("reply: words and links stand around rows: the operation's answer is to be a resource");
    if (links != nullptr) {
        if (links->map() == nullptr) return mistake("reply: links are a table of names and values");
        if (!links->map()->empty()) out.links = links->json();
    }
    if (words == nullptr) return outcome::success();
    if (words->map() == nullptr || words->map()->size() > kMostWords)
        return mistake(fmt::format("reply: words are a table of names and texts, {} at most", kMostWords));
    for (auto const& [name, value] : *words->map()) {
        if (value.text() == nullptr) return mistake(fmt::format("reply: the word {} is to be a text", name));
        out.words.emplace_back(name, *value.text());
    }
    return outcome::success();
}

constexpr std::string_view kNoRow = "the function's answer is to be a row, its key, or a list of these";

Result<Outcome> answered(Value const& value, bool rows) {
    Outcome out;
    if (value.is_null()) return out;
    if (!rows) {
        out.kind = Outcome::Kind::json;
        out.body = value.json();
        return out;
    }
    out.kind = Outcome::Kind::rows;
    auto const* list = value.list();
    // An empty table is an empty list where rows are asked for.
    if (auto const* map = value.map(); map != nullptr && map->empty()) {
        out.list = true;
        return out;
    }
    if (list == nullptr) {
        KOINE_TRY(auto const key, key_of(value, kNoRow));
        out.keys.push_back(key);
        return out;
    }
    if (list->size() > kMostRows) return mistake(fmt::format("the answer has more than {} rows", kMostRows));
    out.list = true;
    for (auto const& one : *list) {
        KOINE_TRY(auto const key, key_of(one, kNoRow));
        out.keys.push_back(key);
    }
    return out;
}

Result<Outcome> replied(Value const& reply, bool rows) {
    Outcome out;
    auto const* value = reply.find("value");
    auto const* text = reply.find("text");
    if (value != nullptr) {
        for (auto const mark : {Mark::reply, Mark::redirect, Mark::file})
            if (value->find(mark_of(mark)) != nullptr) return mistake("reply: value is a value, not another answer");
        KOINE_TRY(out, answered(*value, rows));
    } else if (text != nullptr) {
        if (text->text() == nullptr) return mistake("reply: text is to be a text");
        out.kind = Outcome::Kind::text;
        out.body = *text->text();
        out.content_type = "text/plain; charset=utf-8";
        if (auto const* type = reply.find("type")) {
            if (type->text() == nullptr || !is_header_value(*type->text())) return mistake("reply: type is a media type");
            out.content_type = *type->text();
        }
    }
    if (auto const* status = reply.find("status")) {
        auto const* number = status->integer();
        if (number == nullptr || *number < 200 || *number > 599) return mistake("reply: status is a whole number from 200 to 599");
        out.status = static_cast<int>(*number);
    }
    if (auto const* headers = reply.find("headers")) {
        KOINE_TRY(take_headers(*headers, out));
    }
    KOINE_TRY(take_frame(reply, out));
    return out;
}

/// Rows as they are mostly returned: of each no more than its key is read. @return nothing: it is something else.
std::optional<Outcome> rows_of(script::Reader const& returned) {
    Outcome out;
    out.kind = Outcome::Kind::rows;
    auto const add = [&out](script::Reader const& row) {
        std::int64_t key = 0;
        bool is_key = false;
        row.member("id", [&](script::Reader const& id) {
            is_key = id.type() == script::Class::integer;
            key = id.integer();
        });
        if (is_key) out.keys.push_back(key);
        return is_key;
    };
    if (returned.type() == script::Class::map) return add(returned) ? std::optional(std::move(out)) : std::nullopt;
    auto const count = returned.size();
    if (count == 0 || count > kMostRows) return std::nullopt;
    out.list = true;
    returned.each([&](script::Reader const& row, std::size_t) { return add(row); });
    return out.keys.size() == count ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace

Result<Outcome> outcome_of(script::Reader const& returned, bool rows) {
    if (rows)
        if (auto made = rows_of(returned)) return std::move(*made);
    auto const read = returned.value();
    if (!read) return mistake(fmt::format("what the function returned is no value: {}", read.error().cause()));
    auto const& value = read.value();
    if (auto const* reply = value.find(mark_of(Mark::reply))) return replied(*reply, rows);
    if (auto const* address = value.find(mark_of(Mark::redirect))) {
        Outcome out;
        out.kind = Outcome::Kind::redirect;
        out.status = 302;
        if (!is_header_value(*address->text())) return mistake("redirect: no such address");
        out.body = *address->text();
        return out;
    }
    if (auto const* file = value.find(mark_of(Mark::file))) {
        Outcome out;
        out.kind = Outcome::Kind::file;
        out.status = 200;
        out.body = *file->find("blob")->text();
        out.file = {*file->find("name")->text(), *file->find("type")->text(), *file->find("inline")->boolean()};
        return out;
    }
    return answered(value, rows);
}

Problem problem_of(script::Failure const& failure) {
    if (auto const* thrown = failure.raised()) {
        auto problem = raised(*thrown);
        if (problem.cause().empty()) return problem;
        auto const cause = fmt::format("{} ({})", problem.cause(), failure.trace);
        return std::move(problem).because(cause);
    }
    auto problem = *failure.problem();
    if (problem.reason() != Reason::operation_failed || failure.trace.empty()) return problem;
    auto const cause = fmt::format("{} ({})", problem.cause(), failure.trace);
    return std::move(problem).because(cause);
}

}  // namespace koine::operation
