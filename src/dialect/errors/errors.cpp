#include "dialect/errors/errors.hpp"

#include "base/ascii.hpp"
#include "dialect/headers/headers.hpp"
#include "dialect/list.hpp"
#include "format/json.hpp"
#include "format/python_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

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
constexpr std::array<std::string_view, 16> kBodyNames = {
    "code",
    "title",
    "message",
    "details",
    "hint",
    "field",
    "status",
    "reason",
    "kind",
    "records",
    "request.id",
    "request.path",
    "faults",
    "request.uuid",
    "app.name",
    "app.version"
};

/// What a list of faults is made as long as: a body has no more documents.
constexpr std::int64_t kMaxDocuments = 100'000;

bool tells_faults(Reason reason) {
    return reason == Reason::invalid_document || reason == Reason::invalid_documents || reason == Reason::invalid_filters;
}

std::string_view template_name(std::string_view argument) { return argument == "candidates" ? "records" : argument; }

std::vector<std::string_view> all_arguments() {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kReasonCount; ++i)
        for (auto const& argument : arguments_of(static_cast<Reason>(i)))
            if (argument.name != "candidates") names.insert(argument.name);
    return {names.begin(), names.end()};
}

Value text_or_absent(std::string_view text) { return text.empty() ? Value{} : Value::of(text); }

/// What the endpoint's rows are, as one word: "autonomous system" is AutonomousSystem. Empty if no app is served.
std::string class_of(Exchange const* exchange) {
    if (exchange == nullptr || exchange->endpoint.resource == nullptr) return {};
    auto const* entity = exchange->endpoint.resource->described;
    if (entity == nullptr) return {};
    return camel_case(entity->label, [](char c) { return c == ' ' || c == '_' || c == '-'; });
}

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
    Result<Errors> compile(yaml::Node const& node, std::string_view default_schema, AppFacts const& app) {
        yaml::Options options(node);
        made_.content_type_ = options.text("content_type", "application/json; charset=utf-8");
        auto const* body = options.node("body");
        kinds_ = options.node("kinds");
        reasons_ = options.node("reasons");
        auto const* faults = options.node("faults");
        made_.python_ = options.word("attributes", {"json", "python"}, "json") == 1;
        KOINE_TRY(options.done());
        made_.default_schema_ = default_schema;
        made_.app_ = app;
        static yaml::Node const none;
        KOINE_TRY(compile_faults(faults != nullptr ? *faults : none));
        KOINE_TRY(check_names(kinds_, "kind", [](std::string_view name) { return kind_named(name).has_value(); }, kind_names()));
        KOINE_TRY(check_names(reasons_, "reason", [](std::string_view name) { return reason_named(name).has_value(); }, reason_names()));
        if (body == nullptr) return node.problem("errors needs a body");
        name_body();
        KOINE_TRY(made_.body_, Template::compile(*body, body_names_));
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

    Result<void> compile_faults(yaml::Node const& node) {
        yaml::Options options(node);
        made_.document_member_ = options.text("document", "document");
        auto const* by_reason = options.node("by_reason");
        options.word("shape", {"map"}, "map");
        KOINE_TRY(options.done());
        if (by_reason == nullptr) return outcome::success();
        KOINE_TRY(check_names(by_reason, "reason", [](std::string_view name) { return reason_named(name).has_value(); }, reason_names()));
        for (auto const& [reason, member] : by_reason->members) {
            if (!member.is_scalar()) return member.problem("expected a name");
            made_.members_by_reason_.emplace_back(*reason_named(reason.text), member.text);
        }
        return outcome::success();
    }

    void name_body() {
        made_.body_arguments_ = all_arguments();
        for (auto const name : made_.body_arguments_) owned_names_.push_back(fmt::format("argument.{}", name));
        body_names_.assign(kBodyNames.begin(), kBodyNames.end());
        body_names_.insert(body_names_.end(), owned_names_.begin(), owned_names_.end());
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
        auto const* body = options.node("body");
        bool const typed = std::ranges::find(names, "type") != names.end();
        auto const* types = typed ? options.node("types") : nullptr;
        KOINE_TRY(options.done());
        entry.arguments = names;
        if (body != nullptr) {
            KOINE_TRY(fill_body(entry, *body));
        }
        if (types != nullptr) {
            KOINE_TRY(fill_types(entry, *types, names, always));
        }
        if (headers == nullptr) return outcome::success();
        for (auto const& [name, value] : headers->members) {
            if (!is_field_name(name.text)) return name.problem("not the name of a header field");
            KOINE_TRY(auto phrase, Phrase::compile(value, names, Phrase::Lists::alternatives));
            std::erase_if(entry.headers, [&](auto const& field) { return ascii_equal(field.name, name.text); });
            if (phrase.is_null()) continue;
            entry.headers.push_back({name.text, std::move(phrase)});
        }
        return outcome::success();
    }

    Result<void> fill_body(Entry& entry, yaml::Node const& node) {
        entry.body.reset();
        entry.bodiless = node.is_scalar() && node.text == "none";
        if (entry.bodiless) return outcome::success();
        KOINE_TRY(entry.body, Template::compile(node, body_names_));
        return outcome::success();
    }

    static Result<void> fill_types(
        Entry& entry, yaml::Node const& node, std::vector<std::string_view> const& names, std::span<bool const> always
    ) {
        if (!node.is_map()) return node.problem("expected a map from types to entries");
        for (auto const& [type, said] : node.members) {
            yaml::Options options(said);
            auto const* message = options.node("message");
            KOINE_TRY(options.done());
            if (message == nullptr) return said.problem("expected a message");
            KOINE_TRY(auto phrase, Phrase::compile(*message, names, Phrase::Lists::alternatives));
            if (!phrase.is_certain(always))
                return message->problem("the message may be absent: its last alternative uses an argument that is optional");
            entry.by_type.emplace_back(type.text, std::move(phrase));
        }
        return outcome::success();
    }

    Errors made_;
    std::vector<std::string> owned_names_;  // before the views of them
    std::vector<std::string_view> body_names_;
    yaml::Node const* kinds_ = nullptr;
    yaml::Node const* reasons_ = nullptr;
};

Result<Errors> Errors::compile(yaml::Node const& options, std::string_view default_schema, AppFacts const& app) {
    return ErrorsCompiler().compile(options, default_schema, app);
}

Phrase const& Errors::Entry::message_of(Problem const& problem) const {
    if (by_type.empty()) return message;
    auto const type = problem.argument("type").value_or("");
    auto const found = std::ranges::find(by_type, type, [](auto const& each) { return std::string_view(each.first); });
    return found != by_type.end() ? found->second : message;
}

/// The arguments of one problem, for the phrases of its reason.
struct Errors::ReasonValues {
    Problem const* problem;
    std::vector<std::string_view> const* arguments;
    std::string_view schema;  ///< if the problem names none
    std::string word;         ///< the class, if the problem names none
    std::string attributes;   ///< as the dialect shows them, if it isn't as they are

    Value value(NameId id) const { return named((*arguments)[id]); }
    Value named(std::string_view name) const {
        if (name == "records") return problem->records().empty() ? Value{} : Value::of(problem->records());
        auto const given = problem->argument(name);
        if (name == "attributes" && !attributes.empty()) return Value::of(std::string_view(attributes));
        if (name == "schema" && (!given || given->empty())) return text_or_absent(schema);
        if (name == "class" && !given) return text_or_absent(word);
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

std::string Errors::attributes_of(Problem const& problem) const {
    std::string text;
    if (auto const json = problem.argument("attributes"); json && python_) format::append_python_text(*json, text);
    return text;
}

Errors::ReasonValues Errors::values_of(Problem const& problem, Exchange const* exchange) const {
    std::string_view schema = default_schema_;
    if (exchange != nullptr && !exchange->schema.empty()) schema = exchange->schema;
    return {
        &problem,
        &entries_[static_cast<std::size_t>(problem.reason())].arguments,
        schema,
        problem.reason() == Reason::not_found ? class_of(exchange) : std::string(),
        attributes_of(problem)
    };
}

std::string Errors::message(Problem const& problem, Exchange const* exchange) const {
    std::string buffer;
    std::string message;
    auto const& entry = entries_[static_cast<std::size_t>(problem.reason())];
    entry.message_of(problem).evaluate(values_of(problem, exchange), buffer).append_to(message);
    return message;
}

std::string_view Errors::member_of(Fault const& fault) const {
    if (!fault.member.empty()) return fault.member;
    auto const found = std::ranges::find(members_by_reason_, fault.problem.reason(), [](auto const& each) { return each.first; });
    return found != members_by_reason_.end() ? found->second : document_member_;
}

void Errors::append_faults(std::span<Fault const> faults, Exchange const* exchange, std::string& out) const {
    std::vector<std::string_view> members;  // in the order of the faults
    std::vector<std::string> lists;         // of their messages, as JSON without the last bracket
    for (auto const& fault : faults) {
        auto const member = member_of(fault);
        auto at = static_cast<std::size_t>(std::ranges::find(members, member) - members.begin());
        if (at == members.size()) {
            members.push_back(member);
            lists.emplace_back();
        }
        auto& list = lists[at];
        list += list.empty() ? "[" : ",";
        if (fault.in_list) list += '[';
        represent::append_json_string(list, message(fault.problem, exchange));
        if (fault.in_list) list += ']';
    }
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i > 0) out += ',';
        represent::append_json_string(out, members[i]);
        out.append(":").append(lists[i]).append("]");
    }
    out += '}';
}

std::string Errors::faults_of(Problem const& problem, Exchange const* exchange) const {
    std::span<Fault const> faults = problem.faults();
    std::string out;
    if (problem.reason() != Reason::invalid_documents) {
        append_faults(faults, exchange, out);
        return out;
    }
    auto count = std::clamp<std::int64_t>(to_integer(problem.argument("count").value_or("0")).value_or(0), 0, kMaxDocuments);
    for (auto const& fault : faults) count = std::max(count, std::int64_t{fault.document} + 1);
    std::vector<std::vector<Fault>> by_document(static_cast<std::size_t>(count));
    for (auto const& fault : faults) by_document[fault.document].push_back(fault);
    for (auto const& each : by_document) {
        out += out.empty() ? '[' : ',';
        append_faults(each, exchange, out);
    }
    return out.empty() ? "[]" : out + "]";
}

RenderedProblem Errors::render(Problem const& problem, Exchange const* exchange) const {
    auto const& entry = entries_[static_cast<std::size_t>(problem.reason())];
    auto const values = values_of(problem, exchange);

    RenderedProblem rendered;
    rendered.status = entry.status;
    rendered.content_type = content_type_;
    std::array<std::string, 6> buffers;
    BodyValues body{{}, &values, &body_arguments_};
    auto const& message = entry.message_of(problem);
    std::array<Phrase const*, 6> const phrases = {&entry.code, &entry.title, &message, &entry.details, &entry.hint, &entry.field};
    for (std::size_t i = 0; i < phrases.size(); ++i) body.words[i] = phrases[i]->evaluate(values, buffers[i]);
    body.words[6] = Value::of(std::int64_t{entry.status});
    body.words[7] = Value::of(to_string(problem.reason()));
    body.words[8] = Value::of(to_string(problem.kind()));
    body.words[9] = values.named("records");
    if (exchange != nullptr) {
        body.words[10] = text_or_absent(exchange->request_id);
        body.words[11] = text_or_absent(exchange->path);
        body.words[13] = text_or_absent(exchange->uuid);
    }
    std::string faults;
    if (tells_faults(problem.reason())) {
        faults = faults_of(problem, exchange);
        body.words[12] = Value::json(faults);
    }
    body.words[14] = text_or_absent(app_.name);
    body.words[15] = text_or_absent(app_.version);
    body.words[0].append_to(rendered.code);
    body.words[0] = text_or_absent(rendered.code);  // a code of digits is a text, too

    std::string buffer;
    for (auto const& field : entry.headers) {
        auto const value = field.value.evaluate(values, buffer);
        if (value.is_empty()) continue;
        value.append_to(rendered.headers.emplace_back(ResponseHeader{field.name, {}}).value);
    }
    if (entry.bodiless) {
        rendered.content_type = {};
        return rendered;
    }
    format::JsonWriter sink(rendered.body);
    (entry.body ? *entry.body : body_).apply(body, sink);
    sink.finish();
    return rendered;
}

std::string Errors::body_schema() const {
    std::vector<std::string> schemas = {schema_of(body_)};
    for (auto const& entry : entries_) {
        if (!entry.body) continue;
        if (auto schema = schema_of(*entry.body); std::ranges::find(schemas, schema) == schemas.end()) schemas.push_back(std::move(schema));
    }
    if (schemas.size() == 1) return std::move(schemas.front());
    return fmt::format(R"({{"anyOf":[{}]}})", fmt::join(schemas, ","));
}

std::string Errors::schema_of(Template const& body) const {
    static constexpr std::array<Phrase Entry::*, 6> words = {
        &Entry::code, &Entry::title, &Entry::message, &Entry::details, &Entry::hint, &Entry::field
    };
    return body.schema([&](NameId id, bool present) -> std::string {
        if (id < words.size()) return word_schema(words[id], present);
        auto const name = id < kBodyNames.size() ? kBodyNames[id] : std::string_view();
        if (name == "status") return R"({"type":"integer"})";
        if (name == "faults") return R"({"type":["object","array"]})";
        if (name == "records")
            return fmt::format(
                R"({{"type":{},"items":{{"type":"object","additionalProperties":{{"type":"string"}}}}}})",
                present ? R"("array")" : R"(["array","null"])"
            );
        bool const always = present || name == "reason" || name == "kind" || name.starts_with("app.");
        return always ? R"({"type":"string"})" : R"({"type":["string","null"]})";
    });
}

}  // namespace koine::dialect
