#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "jinja/jinja.hpp"
#include "operation/conversation.hpp"
#include "operation/where.hpp"
#include "query/filters.hpp"
#include "value/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace koine::operation {
namespace {

using description::Verb;
using script::Value;
using script::Wait;

constexpr std::int64_t kUsualRows = 1000;
constexpr std::int64_t kMostRows = 10'000;
/// What hashing a password may take, on a busy machine. It can't be ended before.
constexpr std::chrono::milliseconds kHashes{50};

Value const& argument(Wait const& wait, std::size_t place) {
    static Value const nothing;
    return place < wait.arguments.size() ? wait.arguments[place] : nothing;
}

Result<std::int64_t> window(Value const& options, std::string_view name, std::int64_t otherwise, std::int64_t most) {
    auto const* given = options.find(name);
    if (given == nullptr || given->is_null()) return otherwise;
    auto const* number = given->integer();
    if (number == nullptr || *number < 0 || *number > most) return mistake(fmt::format("{} is a whole number from 0 to {}", name, most));
    return *number;
}

Result<void> check_options(Value const& options, std::initializer_list<std::string_view> known) {
    if (options.is_null()) return outcome::success();
    if (options.map() == nullptr) return mistake("options are a table");
    for (auto const& [name, value] : *options.map())
        if (std::ranges::find(known, name) == known.end()) return mistake(fmt::format("there is no option {}", name));
    return outcome::success();
}

/// Of a number of seconds. @return nothing: it is none, or more than ten years.
std::optional<std::int64_t> microseconds(Value const& value) {
    constexpr double kLongest = 10.0 * 365 * 86400;
    auto const seconds = value.real() != nullptr      ? *value.real()
                         : value.integer() != nullptr ? static_cast<double>(*value.integer())
                                                      : -1.0;
    if (!(seconds >= 0 && seconds <= kLongest)) return std::nullopt;
    return static_cast<std::int64_t>(seconds * 1e6);
}

/// As it will be stored.
bool is_schedule_name(std::string_view name) {
    constexpr std::size_t kLongest = 100;
    return !name.empty() && trimmed(name) == name && first_invalid_utf8(name) == std::string_view::npos &&
           count_characters(name) <= kLongest;
}

}  // namespace

Result<std::string> Conversation::function_named(Value const& name) const {
    if (name.text() == nullptr || !book_.program().find(*name.text()))
        return mistake(fmt::format("there is no function {}", name.text() != nullptr ? *name.text() : "of this name"));
    return *name.text();
}

Result<void> Conversation::make_ask(Wait const& wait) {
    auto const [call, trusted] = asked(wait.function);
    trusted_ = trusted || invocation_.trusted;
    switch (call) {
        case HostCall::get:
        case HostCall::find:
        case HostCall::first:
        case HostCall::count: return make_reading(call, wait);
        case HostCall::insert:
        case HostCall::update:
        case HostCall::upsert:
        case HostCall::remove:
        case HostCall::link:
        case HostCall::unlink: return make_writing(call, wait);
        case HostCall::start_job:
        case HostCall::after:
        case HostCall::update_job: return make_job(call, wait);
        case HostCall::every: return make_repeat(wait);
        case HostCall::emit: return make_event(wait);
        case HostCall::render: return make_rendering(wait);
        case HostCall::hash_password:
        case HostCall::verify_password: return make_password(call, wait);
        case HostCall::put_blob:
        case HostCall::get_blob:
        case HostCall::size_blob: return make_handling(call, wait);
        case HostCall::sql: {
            KOINE_TRY(ask_, Asking::make(book_, argument(wait, 0), argument(wait, 1), invocation_.principal));
            return outcome::success();
        }
    }
    return mistake("unreachable");
}

Result<resource::Resource const*> Conversation::resource_of(Value const& name, Verb verb) const {
    auto const* resource = name.text() == nullptr ? nullptr : book_.find(*name.text());
    if (resource == nullptr)
        return mistake(fmt::format("there is no resource {}", name.text() != nullptr ? *name.text() : name.json().substr(0, 100)));
    bool const writes = verb != Verb::get && verb != Verb::list;
    if (writes && !invocation_.writes)
        return mistake("this function only reads: an operation that writes is none of GET, and does not say reads: true");
    if (!trusted_) {
        KOINE_TRY(check_right(book_, invocation_.principal, *resource, verb));
    }
    return resource;
}

Result<void> Conversation::make_reading(HostCall call, Wait const& wait) {
    bool const by_key_only = call == HostCall::get;
    KOINE_TRY(auto const* resource, resource_of(argument(wait, 0), by_key_only ? Verb::get : Verb::list));
    auto const& options = argument(wait, 2);
    KOINE_TRY(check_options(options, {"view", "order", "limit", "offset"}));
    Reading reading;
    reading.query.relation = book_.model()[resource->entity].name;
    if (by_key_only) {
        KOINE_TRY(auto const key, key_of(argument(wait, 1)));
        reading.gives = Reading::Gives::row;
        reading.query.filters.push_back({{}, query::with_key(key)});
    } else {
        KOINE_TRY(auto filters, conditions(book_, *resource, argument(wait, 1)));
        for (auto& filter : filters) reading.query.filters.push_back({{}, std::move(filter)});
    }
    reading.most_rows = static_cast<std::uint32_t>(kMostRows);
    if (call == HostCall::count) {
        reading.gives = Reading::Gives::count;
        query::SelectItem item;
        item.aggregate = query::Aggregate::count;
        reading.query.select.push_back(std::move(item));
        ask_ = std::move(reading);
        return outcome::success();
    }
    auto const* view = book_.stored(*resource).view("full");
    if (auto const* named = options.find("view"); named != nullptr && !named->is_null()) {
        view = named->text() != nullptr ? resource->view(*named->text()) : nullptr;
        if (view == nullptr) return mistake(fmt::format("{} has no view {}", resource->said->name, named->json()));
        reading.documents = true;
    }
    reading.query.selection = view->selection;
    if (!by_key_only) {
        static Value const none;
        auto const* words = options.find("order");
        KOINE_TRY(auto terms, order(book_, *resource, words != nullptr ? *words : none));
        reading.query.orders.push_back({{}, std::move(terms)});
        KOINE_TRY(reading.query.window.offset, window(options, "offset", 0, 1'000'000'000));
        KOINE_TRY(reading.query.window.limit, window(options, "limit", kUsualRows, kMostRows));
        reading.gives = call == HostCall::first ? Reading::Gives::first : Reading::Gives::list;
        if (call == HostCall::first) reading.query.window.limit = 1;
    }
    ask_ = std::move(reading);
    return outcome::success();
}

Result<void> Conversation::make_writing(HostCall call, Wait const& wait) {
    Writing writing;
    bool const makes = call == HostCall::insert || call == HostCall::upsert;
    auto const verb = makes ? Verb::create : call == HostCall::remove ? Verb::remove : Verb::patch;
    KOINE_TRY(writing.resource, resource_of(argument(wait, 0), verb));
    auto const& stored = book_.stored(*writing.resource);
    switch (call) {
        case HostCall::insert: {
            KOINE_TRY(keep_blobs(stored, argument(wait, 1)));
            KOINE_TRY(writing.json, document_of(stored, argument(wait, 1)));
            break;
        }
        case HostCall::update: {
            writing.verb = edit::Verb::patch;
            KOINE_TRY(writing.key, key_of(argument(wait, 1)));
            KOINE_TRY(keep_blobs(stored, argument(wait, 2)));
            KOINE_TRY(writing.json, document_of(stored, argument(wait, 2)));
            break;
        }
        case HostCall::upsert: {
            writing.kind = Writing::Kind::upsert;
            KOINE_TRY(auto const may_change, resource_of(argument(wait, 0), Verb::patch));
            (void)may_change;
            auto const& match = argument(wait, 1);
            if (match.map() == nullptr || match.map()->empty())
                return mistake("upsert wants the fields that tell the row, then the others");
            KOINE_TRY(writing.match, conditions(book_, *writing.resource, match));
            Value all = match;
            if (auto const* more = argument(wait, 2).map()) {
                auto& members = std::get<script::Map>(all.data);
                members.insert(members.end(), more->begin(), more->end());
            }
            KOINE_TRY(keep_blobs(stored, all));
            KOINE_TRY(writing.json, document_of(stored, all));
            break;
        }
        case HostCall::link:
        case HostCall::unlink: {
            writing.kind = call == HostCall::link ? Writing::Kind::link : Writing::Kind::unlink;
            KOINE_TRY(writing.key, key_of(argument(wait, 1)));
            auto const* name = argument(wait, 2).text();
            auto const* field = name != nullptr ? stored.described->field(*name) : nullptr;
            if (field == nullptr || !field->reference || field->reference->kind != description::Reference::Kind::many)
                return mistake("link and unlink want a field that holds a set of rows");
            writing.set = *name;
            auto const& keys = argument(wait, 3);
            if (auto const* list = keys.list()) {
                for (auto const& one : *list) {
                    KOINE_TRY(auto const key, key_of(one));
                    writing.keys.push_back(key);
                }
            } else {
                KOINE_TRY(auto const key, key_of(keys));
                writing.keys.push_back(key);
            }
            break;
        }
        default: {
            writing.verb = edit::Verb::remove;
            auto const& which = argument(wait, 1);
            if (which.map() != nullptr && which.find("id") == nullptr) {
                writing.kind = Writing::Kind::remove;
                KOINE_TRY(writing.match, conditions(book_, *writing.resource, which));
                break;
            }
            KOINE_TRY(writing.key, key_of(argument(wait, 1)));
        }
    }
    ask_ = std::move(writing);
    return outcome::success();
}

Result<void> Conversation::make_job(HostCall call, Wait const& wait) {
    if (!invocation_.writes) return mistake("this function only reads, so it starts no job");
    if (call == HostCall::update_job) {
        auto const* shown = argument(wait, 0).find("shown");
        if (shown == nullptr || shown->integer() == nullptr) return mistake("jobs of this app are not shown: there is nothing to update");
        auto const* stored = book_.stored(book_.app().jobs.entity);
        JobChange change{*shown->integer(), {}};
        KOINE_TRY(change.json, document_of(*stored, argument(wait, 1)));
        ask_ = std::move(change);
        return outcome::success();
    }
    JobOrder job;
    bool const later = call == HostCall::after;
    KOINE_TRY(job.call, function_named(argument(wait, later ? 1 : 0)));
    job.name = job.call;
    job.arguments = argument(wait, later ? 2 : 1).json();
    job.due = book_.now();
    auto const& options = argument(wait, later ? 3 : 2);
    KOINE_TRY(check_options(options, {"name", "object", "delay"}));
    auto const* delay = later ? &argument(wait, 0) : options.find("delay");
    if (delay != nullptr && !delay->is_null()) {
        auto const micros = microseconds(*delay);
        if (!micros) return mistake("a delay is a number of seconds, ten years at most");
        job.due += *micros;
    }
    if (auto const* name = options.find("name"); name != nullptr && name->text() != nullptr) job.name = *name->text();
    if (auto const* object = options.find("object"); object != nullptr && !object->is_null()) {
        auto const* list = object->list();
        auto const* resource_name = list != nullptr && (list->size() == 1 || list->size() == 2) ? list->front().text() : nullptr;
        auto const* resource = resource_name != nullptr ? book_.find(*resource_name) : nullptr;
        if (resource == nullptr) return mistake("object is {resource, row}, or {resource} for all of its kind");
        job.object.emplace(resource->described->type_word, std::nullopt);
        if (list->size() == 2) {
            KOINE_TRY(job.object->second, key_of((*list)[1]));
        }
    }
    ask_ = std::move(job);
    return outcome::success();
}

Result<void> Conversation::make_repeat(Wait const& wait) {
    if (!invocation_.writes) return mistake("this function only reads, so it starts no job");
    constexpr std::int64_t kShortest = 1'000'000;
    Repeat order;
    auto const every = microseconds(argument(wait, 0));
    if (!every || (*every != 0 && *every < kShortest))
        return mistake("time.every wants a number of seconds, from 1 to ten years, or 0, which ends it");
    order.every = *every;
    auto const& options = argument(wait, 3);
    KOINE_TRY(check_options(options, {"name"}));
    auto const* named = options.find("name");
    auto const* name = named == nullptr || named->is_null() ? argument(wait, 1).text() : named->text();
    if (name == nullptr || !is_schedule_name(*name))
        return mistake(
            "the name of a schedule is a text of 100 characters at most, without blanks at its ends; the function's, if none is given"
        );
    order.name = *name;
    order.arguments = argument(wait, 2).json();
    if (order.every != 0) {  // what is to end may be gone
        KOINE_TRY(order.call, function_named(argument(wait, 1)));
    }
    ask_ = std::move(order);
    return outcome::success();
}

Result<void> Conversation::make_event(Wait const& wait) {
    if (!invocation_.writes) return mistake("this function only reads, so it tells of no events");
    auto const* name = argument(wait, 0).text();
    if (name == nullptr || name->empty() || name->size() > 200) return mistake("emit wants the event's name, and its data");
    ask_ = Event{*name, argument(wait, 1).json()};
    return outcome::success();
}

Result<void> Conversation::make_rendering(Wait const& wait) {
    auto const* source = argument(wait, 0).text();
    auto const& variables = argument(wait, 1);
    if (source == nullptr || (!variables.is_null() && variables.map() == nullptr))
        return mistake("template.render wants a template, a table of variables, and perhaps options");
    auto const& options = argument(wait, 2);
    KOINE_TRY(check_options(options, {"trim_blocks", "lstrip_blocks", "keep_trailing_newline", "autoescape", "strict"}));
    auto const is_set = [&](std::string_view option) {
        auto const* value = options.find(option);
        return value != nullptr && value->boolean() != nullptr && *value->boolean();
    };
    jinja::Options how;
    how.trim_blocks = is_set("trim_blocks");
    how.lstrip_blocks = is_set("lstrip_blocks");
    how.keep_trailing_newline = is_set("keep_trailing_newline");
    how.autoescape = is_set("autoescape");
    how.strict = is_set("strict");
    auto const json = variables.is_null() ? "{}" : variables.json();
    ask_ = Computing{[how, json, text = *source](std::chrono::milliseconds longest) mutable -> Result<Value> {
        how.limits.time = std::min(how.limits.time, longest);
        KOINE_TRY(auto made, jinja::render(text, json, how));
        return Value(std::move(made));
    }};
    return outcome::success();
}

Result<void> Conversation::make_password(HostCall call, Wait const& wait) {
    bool const verifies = call == HostCall::verify_password;
    auto const* first = argument(wait, 0).text();
    auto const* password = argument(wait, verifies ? 1 : 0).text();
    if (first == nullptr || password == nullptr)
        return mistake(verifies ? "crypto.password.verify wants a hash and a text" : "crypto.password.hash wants a text");
    auto const stored = verifies ? std::optional(*first) : std::nullopt;
    ask_ = Computing{[stored, text = *password](std::chrono::milliseconds longest) -> Result<Value> {
        bool const usual = !stored || value::takes_usual_time(*stored);
        if (longest < kHashes * (usual ? 1 : 20)) return mistake("to hash a password would hold the writer for too long");
        if (stored) return Value(value::verify_password(*stored, text));
        auto made = value::hash_password(text);
        if (!made && made.error().reason() == Reason::text_too_long)
            return mistake("crypto.password.hash takes texts of 1024 bytes at most");
        if (!made) return made.as_failure();
        return Value(std::move(made).value());
    }};
    return outcome::success();
}

}  // namespace koine::operation
