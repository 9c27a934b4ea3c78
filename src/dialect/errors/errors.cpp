#include "dialect/errors/errors.hpp"

#include "base/ascii.hpp"
#include "dialect/headers/headers.hpp"
#include "format/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

namespace koine::dialect {
namespace {

using templates::NameId;
using templates::Phrase;
using templates::Template;
using templates::Value;

constexpr std::array<std::string_view, kReasonCount> kArguments = {{
#define KOINE_REASON(name, kind, arguments) arguments,
#include "base/reasons.def"
#undef KOINE_REASON
}};

/// What every body may name; `argument.NAME` of all reasons follow.
constexpr std::array<std::string_view, 12> kBodyNames = {
    "code", "title", "message", "details", "hint", "field", "status", "reason", "kind", "records", "request.id", "request.path"
};

std::string_view template_name(std::string_view argument) { return argument == "candidates" ? "records" : argument; }

std::vector<std::string_view> all_arguments() {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kReasonCount; ++i)
        for (auto const& argument : arguments_of(static_cast<Reason>(i)))
            if (argument.name != "candidates") names.insert(argument.name);
    return {names.begin(), names.end()};
}

Value text_or_absent(std::string_view text) { return text.empty() ? Value{} : Value::of(text); }

}  // namespace

std::vector<Argument> arguments_of(Reason reason) {
    std::vector<Argument> arguments;
    for (auto rest = kArguments[static_cast<std::size_t>(reason)]; !rest.empty();) {
        auto name = split_off(rest, ' ');
        bool const optional = name.ends_with('?');
        if (optional) name.remove_suffix(1);
        arguments.push_back({name, optional});
    }
    return arguments;
}

/// Resolves the tables at load: one complete entry for every reason.
class ErrorsCompiler {
public:
    Result<Errors> compile(yaml::Node const& node, std::string_view default_schema) {
        yaml::Options options(node);
        made_.content_type_ = options.text("content_type", "application/json; charset=utf-8");
        auto const* body = options.node("body");
        kinds_ = options.node("kinds");
        reasons_ = options.node("reasons");
        KOINE_TRY(options.done());
        made_.default_schema_ = default_schema;
        KOINE_TRY(check_names(kinds_, "kind", [](std::string_view name) { return kind_named(name).has_value(); }, kind_names()));
        KOINE_TRY(check_names(reasons_, "reason", [](std::string_view name) { return reason_named(name).has_value(); }, reason_names()));
        if (body == nullptr) return node.problem("errors needs a body");
        KOINE_TRY(compile_body(*body));
        for (std::size_t i = 0; i < kReasonCount; ++i) {
            KOINE_TRY(auto entry, compile_entry(static_cast<Reason>(i), node));
            made_.entries_.push_back(std::move(entry));
        }
        return std::move(made_);
    }

private:
    using Entry = Errors::Entry;

    static std::vector<std::string_view> kind_names() {
        std::vector<std::string_view> names;
        for (int i = 0; i <= static_cast<int>(Kind::configuration); ++i) names.push_back(to_string(static_cast<Kind>(i)));
        return names;
    }
    static std::vector<std::string_view> reason_names() {
        std::vector<std::string_view> names;
        for (std::size_t i = 0; i < kReasonCount; ++i) names.push_back(to_string(static_cast<Reason>(i)));
        return names;
    }
    template <class Known>
    static Result<void> check_names(
        yaml::Node const* table, std::string_view what, Known known, std::vector<std::string_view> const& names
    ) {
        if (table == nullptr) return outcome::success();
        if (!table->is_map()) return table->problem(fmt::format("expected a map from {} to entry", what));
        for (auto const& [key, value] : table->members)
            if (!known(key.text)) return yaml::unknown_word(key, what, names);
        return outcome::success();
    }

    Result<void> compile_body(yaml::Node const& node) {
        made_.body_arguments_ = all_arguments();
        std::vector<std::string> owned;
        for (auto const name : made_.body_arguments_) owned.push_back(fmt::format("argument.{}", name));
        std::vector<std::string_view> names(kBodyNames.begin(), kBodyNames.end());
        names.insert(names.end(), owned.begin(), owned.end());
        KOINE_TRY(made_.body_, Template::compile(node, names));
        return outcome::success();
    }

    Result<Entry> compile_entry(Reason reason, yaml::Node const& place) {
        Entry entry;
        auto const* kind = kinds_ != nullptr ? kinds_->find(to_string(kind_of(reason))) : nullptr;
        auto const* own = reasons_ != nullptr ? reasons_->find(to_string(reason)) : nullptr;
        if (kind != nullptr) {
            KOINE_TRY(fill(entry, *kind, {}));
        }
        if (own != nullptr) {
            auto const arguments = arguments_of(reason);
            KOINE_TRY(fill(entry, *own, arguments));
        }
        if (entry.status == 0)
            return place.problem(fmt::format("no status for {}, nor for its kind, {}", to_string(reason), to_string(kind_of(reason))));
        return entry;
    }

    Result<void> fill(Entry& entry, yaml::Node const& node, std::vector<Argument> const& arguments) {
        std::vector<std::string_view> names;
        std::array<bool, 16> always{};
        for (auto const& argument : arguments) {
            always.at(names.size()) = !argument.optional;
            names.push_back(template_name(argument.name));
        }
        yaml::Options options(node);
        entry.status = static_cast<int>(options.integer("status", entry.status, 200, 599));
        for (auto const& [name, target] :
             {std::pair{"code", &entry.code},
              {"title", &entry.title},
              {"message", &entry.message},
              {"details", &entry.details},
              {"hint", &entry.hint},
              {"field", &entry.field}}) {
            auto const* words = options.node(name);
            if (words == nullptr) continue;
            KOINE_TRY(*target, Phrase::compile(*words, names, Phrase::Lists::alternatives));
            bool const may_be_absent = target == &entry.details || target == &entry.hint || target == &entry.field || target->is_null();
            if (!may_be_absent && !target->is_certain(always))
                return words->problem(fmt::format("the {} may be absent: its last alternative uses an argument that is optional", name));
        }
        auto const* headers = options.node("headers");
        KOINE_TRY(options.done());
        entry.arguments = names;
        if (headers == nullptr) return outcome::success();
        for (auto const& [name, value] : headers->members) {
            if (!is_field_name(name.text)) return name.problem("not the name of a header field");
            KOINE_TRY(auto phrase, Phrase::compile(value, names, Phrase::Lists::alternatives));
            std::erase_if(entry.headers, [&](auto const& field) { return ascii_equal(field.name, name.text); });
            entry.headers.push_back({name.text, std::move(phrase)});
        }
        return outcome::success();
    }

    Errors made_;
    yaml::Node const* kinds_ = nullptr;
    yaml::Node const* reasons_ = nullptr;
};

Result<Errors> Errors::compile(yaml::Node const& options, std::string_view default_schema) {
    return ErrorsCompiler().compile(options, default_schema);
}

/// The arguments of one problem, for the phrases of its reason.
struct Errors::ReasonValues {
    Problem const* problem;
    std::vector<std::string_view> const* arguments;
    std::string_view schema;  ///< if the problem names none

    Value value(NameId id) const { return named((*arguments)[id]); }
    Value named(std::string_view name) const {
        if (name == "records") return problem->records().empty() ? Value{} : Value::of(problem->records());
        auto const given = problem->argument(name);
        if (name == "schema" && (!given || given->empty())) return text_or_absent(schema);
        return given ? Value::of(*given) : Value{};
    }
};

/// What a body names: the words already found, and the arguments.
struct Errors::BodyValues {
    std::array<Value, kBodyNames.size()> words;
    ReasonValues const* reason;
    std::vector<std::string_view> const* arguments;

    Value value(NameId id) const { return id < words.size() ? words[id] : reason->named((*arguments)[id - words.size()]); }
    template <class Sink>
    void events(NameId, Sink&) const {}
};

Errors::ReasonValues Errors::values_of(Problem const& problem, Exchange const* exchange) const {
    std::string_view schema = default_schema_;
    if (exchange != nullptr && !exchange->schema.empty()) schema = exchange->schema;
    return {&problem, &entries_[static_cast<std::size_t>(problem.reason())].arguments, schema};
}

std::string Errors::message(Problem const& problem, Exchange const* exchange) const {
    std::string buffer;
    std::string message;
    auto const& entry = entries_[static_cast<std::size_t>(problem.reason())];
    entry.message.evaluate(values_of(problem, exchange), buffer).append_to(message);
    return message;
}

RenderedProblem Errors::render(Problem const& problem, Exchange const* exchange) const {
    auto const& entry = entries_[static_cast<std::size_t>(problem.reason())];
    auto const values = values_of(problem, exchange);

    RenderedProblem rendered;
    rendered.status = entry.status;
    rendered.content_type = content_type_;
    std::array<std::string, 6> buffers;
    BodyValues body{{}, &values, &body_arguments_};
    std::array<Phrase const*, 6> const phrases = {&entry.code, &entry.title, &entry.message, &entry.details, &entry.hint, &entry.field};
    for (std::size_t i = 0; i < phrases.size(); ++i) body.words[i] = phrases[i]->evaluate(values, buffers[i]);
    body.words[6] = Value::of(std::int64_t{entry.status});
    body.words[7] = Value::of(to_string(problem.reason()));
    body.words[8] = Value::of(to_string(problem.kind()));
    body.words[9] = values.named("records");
    if (exchange != nullptr) {
        body.words[10] = text_or_absent(exchange->request_id);
        body.words[11] = text_or_absent(exchange->path);
    }
    body.words[0].append_to(rendered.code);
    body.words[0] = text_or_absent(rendered.code);  // a code of digits is a text, too

    std::string buffer;
    for (auto const& field : entry.headers) {
        auto const value = field.value.evaluate(values, buffer);
        if (value.is_empty()) continue;
        value.append_to(rendered.headers.emplace_back(ResponseHeader{field.name, {}}).value);
    }
    format::JsonWriter sink(rendered.body);
    body_.apply(body, sink);
    sink.finish();
    return rendered;
}

void Errors::describe(Description& description) const {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        auto const kind = kind_of(static_cast<Reason>(i));
        if (kind == Kind::configuration || static_cast<Reason>(i) == Reason::rows_cut) continue;  // never an answer
        auto const& entry = entries_[i];
        auto found = std::ranges::find(description.errors, entry.status, &ResponseDocument::status);
        if (found == description.errors.end()) {
            std::string title;
            if (entry.title.is_constant()) entry.title.constant().append_to(title);
            if (title.empty()) {
                title = to_string(kind);
                std::ranges::replace(title, '_', ' ');
                if (title.front() >= 'a' && title.front() <= 'z') title.front() = static_cast<char>(title.front() - 'a' + 'A');
            }
            description.errors.push_back({entry.status, std::move(title), true});
            found = std::prev(description.errors.end());
        }
        found->writes_only =
            found->writes_only && (kind == Kind::method_not_allowed || kind == Kind::conflict || kind == Kind::unsupported_media);
        std::string code;
        if (entry.code.is_constant()) entry.code.constant().append_to(code);
        if (!code.empty() && found->description.find(code) == std::string::npos)
            found->description.append(found->description.find(':') == std::string::npos ? ": " : ", ").append(code);
        for (auto const& header : entry.headers)
            Description::add_header(
                description.error_headers,
                {header.name, fmt::format("Only with some problems, such as {}", to_string(static_cast<Reason>(i))), "string"}
            );
    }
    std::ranges::sort(description.errors, {}, &ResponseDocument::status);
}

std::string Errors::word_schema(Phrase Entry::* word, bool present) const {
    bool text = false;
    bool absent = false;
    bool records = false;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        auto const& entry = entries_[i];
        auto const& phrase = entry.*word;
        std::array<bool, 16> always{};
        auto const arguments = arguments_of(static_cast<Reason>(i));
        for (std::size_t k = 0; k < arguments.size(); ++k) always.at(k) = !arguments[k].optional;
        absent = absent || !phrase.is_certain(always);
        auto const name = phrase.only_name();
        bool const is_records = name && entry.arguments[*name] == "records";
        records = records || is_records;
        text = text || (!is_records && !phrase.is_null());
    }
    std::string types;
    auto const add = [&](bool there, std::string_view type) {
        if (there) types.append(types.empty() ? "" : ",").append("\"").append(type).append("\"");
    };
    add(text, "string");
    add(records, "array");
    add(absent && !present, "null");
    std::string schema =
        types.find(',') == std::string::npos ? fmt::format(R"({{"type":{})", types) : fmt::format(R"({{"type":[{}])", types);
    if (records) schema += R"(,"items":{"type":"object","additionalProperties":{"type":"string"}})";
    return schema + "}";
}

std::string Errors::body_schema() const {
    static constexpr std::array<Phrase Entry::*, 6> words = {
        &Entry::code, &Entry::title, &Entry::message, &Entry::details, &Entry::hint, &Entry::field
    };
    return body_.schema([&](NameId id, bool present) -> std::string {
        if (id < words.size()) return word_schema(words[id], present);
        auto const name = id < kBodyNames.size() ? kBodyNames[id] : std::string_view();
        if (name == "status") return R"({"type":"integer"})";
        if (name == "records")
            return fmt::format(
                R"({{"type":{},"items":{{"type":"object","additionalProperties":{{"type":"string"}}}}}})",
                present ? R"("array")" : R"(["array","null"])"
            );
        bool const always = present || name == "reason" || name == "kind";
        return always ? R"({"type":"string"})" : R"({"type":["string","null"]})";
    });
}

}  // namespace koine::dialect
