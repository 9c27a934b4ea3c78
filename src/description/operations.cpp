#include "base/ascii.hpp"
#include "description/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

namespace koine::description {
namespace {

constexpr std::size_t kMostOperations = 5000;
constexpr std::size_t kMostInputs = 100;
constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestPath = 200;

std::string_view word_of(Method method) { return std::ranges::find(methods(), method, &Word<Method>::value)->name; }

bool is_word(std::string_view text) {
    auto const fits = [](char c) { return is_ascii_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '~'; };
    return !text.empty() && text != "." && text != ".." && std::ranges::all_of(text, fits);
}

/// The path with its holes made equal.
std::string pattern_of(std::string_view path) {
    std::string pattern;
    for (auto rest = path; !rest.empty();) {
        auto const part = split_off(rest, '/');
        pattern.append(pattern.empty() ? "" : "/").append(part.starts_with('{') ? "{}" : part);
    }
    return pattern;
}

class Reading {
public:
    Reading(Draft& draft, yaml::Node const* resources, TypeBook& book)
        : draft_(draft),
          mistakes_(draft.mistakes),
          resources_(resources),
          book_(book) {
        for (auto const& resource : draft.app.resources) {
            claim(resource.path, resource.name);
            for (auto const& alias : resource.aliases) claim(alias, resource.name);
        }
    }

    void read(std::vector<yaml::Member> const& entries, Resource const* resource) {
        for (auto const& entry : entries) {
            if (draft_.app.operations.size() == kMostOperations)
                return mistakes_.at(entry.key, fmt::format("more than {} operations", kMostOperations));
            read_one(entry, resource);
        }
    }

private:
    /// What was said of a path first.
    struct First {
        std::string path;
        std::string resource;
        Place place;
    };

    void claim(std::string const& path, std::string const& resource) {
        taken_.emplace(path, fmt::format("the list of the resource {}", resource));
        rows_.emplace(path, resource);
    }

    void read_one(yaml::Member const& entry, Resource const* resource) {
        Map const map(entry.value, form("operation"), mistakes_);
        Operation operation;
        operation.place = place_of(entry.key);
        if (resource != nullptr) operation.resource = resource->name;
        bool const named = read_key(entry.key, resource, operation);
        if (entry.value.is_map() || entry.value.kind == yaml::Node::Kind::null) read_target(map, entry.key, operation);
        bool const only_get = std::ranges::all_of(operation.methods, [](Method method) { return method == Method::get; });
        read_inputs(map, "query", operation.query);
        read_body(map, named && only_get, operation);
        operation.status = map.integer("status", 200, 200, 299);
        read_replies(map, operation);
        read_answer(map, operation);
        auto const* allow = map.node("allow");
        operation.rule = allow != nullptr ? read_rule(*allow, mistakes_) : default_rule(operation, resource, only_get);
        bool const is_sql = operation.kind == Operation::Kind::sql;
        operation.reads = map.boolean("reads", only_get || is_sql);
        if (is_sql) check_statement(map, operation);
        read_file(map, entry.key, resource, operation);
        operation.summary = map.text("summary");
        operation.help = map.text("help");
        draft_.app.operations.push_back(std::move(operation));
    }

    void read_replies(Map const& map, Operation& operation) {
        for (auto const& each : map.texts("replies")) {
            int status = 0;
            auto const* const end = each.text.data() + each.text.size();
            if (auto const read = std::from_chars(each.text.data(), end, status); read.ptr != end || status < 200 || status > 599)
                mistakes_.at(each, fmt::format("expected a status from 200 to 599, not {}", each.text));
            operation.replies.push_back(status);
        }
        operation.listed = map.boolean("listed", false);
        if (operation.listed && operation.path.find('{') != std::string::npos)
            mistakes_.at(*map.node("listed"), "an index names no paths with holes");
    }

    /// What a statement cannot have.
    void check_statement(Map const& map, Operation const& operation) {
        if (!operation.reads) mistakes_.at(*map.node("reads"), "a .sql file only reads");
        if (operation.body_is_raw || operation.takes_files()) mistakes_.at(*map.node("body"), "a .sql file takes no files");
        if (operation.body_is_free) mistakes_.at(*map.node("body"), "a .sql file takes values by their names: say what the body holds");
        if (auto const* answer = map.node("answer")) mistakes_.at(*answer, "a .sql file answers with its own columns");
        if (operation.status == 204 || operation.status == 205)
            mistakes_.at(*map.node("status"), fmt::format("an answer of status {} has no rows", operation.status));
    }

    /// `file: content`, and how it is given out.
    void read_file(Map const& map, yaml::Node const& key, Resource const* resource, Operation& operation) {
        operation.file.inlined = map.boolean("inline", false);
        operation.file.name = map.text("name");
        operation.file.type = map.text("type");
        if (operation.kind != Operation::Kind::file) {
            for (auto const* word : {"name", "type", "inline"})
                if (auto const* node = map.node(word)) mistakes_.at(*node, fmt::format("{} is said of a file only", word));
            return;
        }
        if (!operation.methods.empty() && operation.methods != std::vector{Method::get})
            mistakes_.at(key, "a file is given out by GET only");
        for (auto const* word : {"query", "body", "answer", "status", "reads"})
            if (auto const* node = map.node(word)) mistakes_.at(*node, fmt::format("a file has no {}", word));
        operation.reads = true;
        auto const& node = *map.node("file");
        auto const* entity = resource != nullptr ? draft_.app.entity(resource->entity) : nullptr;
        if (entity == nullptr || !operation.of_row)
            return mistakes_.at(node, "a file is one of a row: it is said in a resource's at, of a path with {id}");
        operation.target = map.text("file");
        auto const* field = entity->field(operation.target);
        if (field == nullptr)
            return mistakes_.add(yaml::unknown_word(node, "field", operation.target, names_of(entity->fields, &Field::name)));
        if (field->reference || field->type.kind != value::Kind::blob) return mistakes_.at(node, fmt::format("{} is no blob", field->name));
        auto const named = [&](std::string_view word, std::string const& text, bool& is_field) {
            auto const* said = map.node(word);
            auto const* of = said != nullptr ? entity->field(text) : nullptr;
            is_field = of != nullptr;
            if (of != nullptr &&
                (of->reference || of->computed || of->hidden || (!of->type.is_textual() && of->type.kind != value::Kind::choice) ||
                 of->type.kind == value::Kind::secret || of->type.kind == value::Kind::password))
                mistakes_.at(*said, fmt::format("{} is no text", of->name));
        };
        named("name", operation.file.name, operation.file.name_is_field);
        named("type", operation.file.type, operation.file.type_is_field);
    }

    /// "GET,POST {id}/sync". @return false if it is none.
    bool read_key(yaml::Node const& key, Resource const* resource, Operation& operation) {
        auto path = std::string_view(key.text);
        auto words = split_off(path, ' ');
        path = trimmed(path);
        if (words.empty() || words.ends_with(',') || path.empty()) {
            mistakes_.at(key, "expected methods and a path, as in POST {id}/sync or GET,POST reports/sales");
            return false;
        }
        while (!words.empty()) {
            auto const word = split_off(words, ',');
            auto const* method = find(methods(), word);
            if (method == nullptr) return mistakes_.add(yaml::unknown_word(key, "method", word, names_of(methods()))), false;
            if (contains(operation.methods, method->value)) return mistakes_.at(key, fmt::format("{} is written twice", word)), false;
            operation.methods.push_back(method->value);
        }
        if (auto const why = misfit(path); !why.empty()) return mistakes_.at(key, why), false;
        operation.path = resource != nullptr ? fmt::format("{}/{}", resource->path, path) : std::string(path);
        operation.of_row = resource != nullptr && contains(holes_, "id");
        return is_free(key, operation);
    }

    /// What is wrong with a path; empty if nothing is. Its holes are `holes_` then.
    std::string misfit(std::string_view path) {
        holes_.clear();
        auto const shown = path.substr(0, kLongestPath);
        if (path.size() > kLongestPath || path.starts_with('/') || path.ends_with('/'))
            return fmt::format("\"{}\" is no path such as {{id}}/sync, without a slash at its ends", shown);
        for (auto rest = path; !rest.empty();) {
            auto const part = split_off(rest, '/');
            if (is_word(part)) continue;
            if (part.find_first_of("{}") == std::string_view::npos)
                return fmt::format("\"{}\" is no path: \"{}\" is not letters, digits, hyphens and the like", shown, part);
            if (!part.starts_with('{') || !part.ends_with('}') || !is_name(part.substr(1, part.size() - 2)))
                return fmt::format("\"{}\": a hole is a whole part of a path and a name, as {{id}}", part);
            auto const name = part.substr(1, part.size() - 2);
            if (contains(holes_, name)) return fmt::format("the hole {{{}}} is written twice", name);
            holes_.push_back(name);
        }
        return {};
    }

    /// Whether nobody has the path; told if somebody has.
    bool is_free(yaml::Node const& key, Operation const& operation) {
        auto const pattern = pattern_of(operation.path);
        std::string owner;
        if (auto const list = taken_.find(pattern); list != taken_.end()) owner = list->second;
        auto const slash = pattern.rfind('/');
        auto const last = slash == std::string::npos ? std::string_view() : std::string_view(pattern).substr(slash + 1);
        bool const is_key = last == "{}" || std::ranges::all_of(last, is_ascii_digit);
        if (auto const rows = is_key && slash != std::string::npos ? rows_.find(pattern.substr(0, slash)) : rows_.end();
            rows != rows_.end())
            owner = fmt::format("a row of the resource {}", rows->second);
        if (!owner.empty()) return mistakes_.at(key, fmt::format("{} is the path of {}", operation.path, owner)), false;
        for (auto const method : operation.methods) {
            auto const [twin, fresh] = said_.emplace(std::pair(method, pattern), operation.place);
            if (fresh) continue;
            auto const& place = twin->second;
            mistakes_.at(
                key,
                fmt::format(
                    "{} {} is written twice: also in {}:{}:{}", word_of(method), operation.path, *place.file, place.line, place.column
                )
            );
            return false;
        }
        return is_alike(key, operation, pattern);
    }

    /// Whether all of a path are of one resource and call its holes alike, as documents need it.
    bool is_alike(yaml::Node const& key, Operation const& operation, std::string const& pattern) {
        auto const [known, fresh] = first_.emplace(pattern, First{operation.path, operation.resource, operation.place});
        auto const& [path, resource, place] = known->second;
        if (path == operation.path && resource == operation.resource) return true;
        auto const what = path != operation.path ? fmt::format("the path {}", path)
                                                 : (resource.empty() ? "nobody's" : fmt::format("of the resource {}", resource));
        mistakes_.at(key, fmt::format("{} is {} in {}:{}:{}", operation.path, what, *place.file, place.line, place.column));
        return false;
    }

    void read_target(Map const& map, yaml::Node const& key, Operation& operation) {
        auto const* call = map.node("call");
        auto const* sql = map.node("sql");
        if (call != nullptr) operation.target = function_at(draft_, *call);
        if (sql != nullptr) operation.target = statement_at(draft_, *sql);
        if (sql != nullptr) operation.kind = Operation::Kind::sql;
        auto const* file = map.node("file");
        if (file != nullptr && call == nullptr && sql == nullptr) operation.kind = Operation::Kind::file;
        auto const* second = call != nullptr && sql != nullptr                        ? sql
                             : file != nullptr && (call != nullptr || sql != nullptr) ? file
                                                                                      : nullptr;
        if (second != nullptr) mistakes_.at(*second, "an operation is one of call, sql and file");
        if (call == nullptr && sql == nullptr && file == nullptr) mistakes_.at(key, "an operation needs call, sql or file");
    }

    void read_body(Map const& map, bool only_get, Operation& operation) {
        auto const* node = map.node("body");
        if (node == nullptr) return;
        if (only_get) mistakes_.at(*node, "GET has no body");
        operation.body_is_free = node->is_scalar() && node->text == "any";
        operation.body_is_raw = node->is_scalar() && node->text == "raw";
        if (operation.body_is_raw) draft_.app.keeps_files = true;
        if (operation.body_is_free || operation.body_is_raw) return;
        if (!node->is_map())
            return mistakes_.at(*node, fmt::format("expected any, raw, or a map of what the body holds, not {}", shown(*node)));
        read_inputs(map, "body", operation.body);
    }

    void read_inputs(Map const& map, std::string_view key, std::vector<Input>& inputs) {
        for (auto const& entry : map.entries(key)) {
            if (inputs.size() == kMostInputs) return mistakes_.at(entry.key, fmt::format("more than {} values", kMostInputs));
            auto input = read_input(entry);
            if (!input) continue;
            if (input->is_file() && key != "body") {
                mistakes_.at(entry.value, "a file comes in a body");
                continue;
            }
            draft_.app.keeps_files = draft_.app.keeps_files || input->is_file();
            inputs.push_back(std::move(*input));
        }
    }

    std::optional<Input> read_input(yaml::Member const& entry) {
        if (!is_word(entry.key.text) || entry.key.text.size() > kLongestName)
            return mistakes_.at(
                       entry.key, fmt::format("what is taken is named by letters, digits, hyphens and the like, at most {}", kLongestName)
                   ),
                   std::nullopt;
        Field field;
        if (!read_field(entry, book_, field, mistakes_)) return std::nullopt;
        if (auto const why = misfit(entry, field); !why.empty()) return mistakes_.at(entry.value, why), std::nullopt;
        Input input;
        input.name = field.name;
        input.type = std::move(field.type);
        input.nullable = field.nullable;
        input.blank = field.blank;
        input.has_default = field.otherwise ? !field.otherwise->null : field.blank && !field.nullable;
        if (field.otherwise) input.otherwise = std::move(field.otherwise->text);
        input.required = field.required || (!input.nullable && !input.has_default);
        input.help = std::move(field.help);
        input.place = std::move(field.place);
        return input;
    }

    static std::string_view misfit(yaml::Member const& entry, Field const& field) {
        if (field.reference) return "an operation takes no references; take a key: int64";
        if (field.type.kind == value::Kind::secret || field.type.kind == value::Kind::password)
            return "secrets are hashes of what is kept; take a text";
        if (field.type.kind == value::Kind::blob) return "a client names no file that is kept; take a file";
        if (field.unique || field.indexed || field.readonly || field.hidden || field.immutable || field.touched)
            return "what is taken has no flags but null, required, blank, untrimmed and bare";
        if (entry.value.find("computed") != nullptr) return "what is taken is not computed";
        if (field.otherwise && field.otherwise->kind != Default::Kind::literal) return "the default of what is taken is a value";
        return {};
    }

    /// "autonomous-systems", "net/systems.brief", "list(routers)".
    void read_answer(Map const& map, Operation& operation) {
        auto const* node = map.node("answer");
        if (node == nullptr || !is_text(*node, "RESOURCE, RESOURCE.VIEW, list(…), any or nothing", mistakes_)) return;
        auto text = trimmed(node->text);
        bool const is_free = resource_named(text) == nullptr;
        operation.answer.any = is_free && text == "any";
        operation.answer.nothing = is_free && text == "nothing";
        if (operation.answer.any || operation.answer.nothing) return;
        operation.answer.list = text.starts_with("list(") && text.ends_with(')');
        if (operation.answer.list) text = trimmed(text.substr(5, text.size() - 6));
        if (operation.status == 204 || operation.status == 205)
            mistakes_.at(*node, fmt::format("an answer of status {} has no rows", operation.status));
        auto const dot = text.rfind('.');
        auto const* resource = resource_named(text);
        if (resource == nullptr && is_broken(text)) return;
        if (resource == nullptr && dot != std::string_view::npos) {
            resource = resource_named(text.substr(0, dot));
            if (resource == nullptr && is_broken(text.substr(0, dot))) return;
            operation.answer.view = text.substr(dot + 1);
        }
        if (resource == nullptr)
            return mistakes_.add(yaml::unknown_word(*node, "resource", text.substr(0, dot), names_of(draft_.app.resources, &Resource::name))
            );
        operation.answer.resource = resource->name;
        if (!operation.answer.view.empty() && resource->view(operation.answer.view) == nullptr)
            mistakes_.add(yaml::unknown_word(*node, "view", operation.answer.view, names_of(resource->views, &View::name)));
    }

    Resource const* resource_named(std::string_view name) const {
        auto const& all = draft_.app.resources;
        auto found = std::ranges::find(all, name, &Resource::name);
        if (found == all.end()) found = std::ranges::find(all, name, &Resource::path);
        return found == all.end() ? nullptr : &*found;
    }

    /// Whether it is said, but could not be read.
    bool is_broken(std::string_view name) const {
        if (resources_ == nullptr) return false;
        return std::ranges::any_of(resources_->members, [&](yaml::Member const& said) {
            auto const* path = said.value.find("path");
            return (said.key.text == name || (path != nullptr && path->text == name)) && resource_named(said.key.text) == nullptr;
        });
    }

    Rule default_rule(Operation const& operation, Resource const* resource, bool only_get) const {
        if (resource != nullptr) return resource->rules.at(only_get ? Verb::get : operation.of_row ? Verb::patch : Verb::create);
        return {only_get && !draft_.app.login_required ? Rule::Who::anyone : Rule::Who::user, {}};
    }

    Draft& draft_;
    Collector& mistakes_;
    yaml::Node const* resources_;
    TypeBook& book_;
    std::map<std::string, std::string> taken_;              ///< paths of resources, and what they are
    std::map<std::string, std::string> rows_;               ///< paths whose next part is a row, and of which resource
    std::map<std::pair<Method, std::string>, Place> said_;  ///< by pattern of the path
    std::map<std::string, First> first_;                    ///< by pattern, too
    std::vector<std::string_view> holes_;                   ///< of the path at hand
};

}  // namespace

void read_operations(Draft& draft, yaml::Node const* section, yaml::Node const* resources, TypeBook& book) {
    Reading reading(draft, resources, book);
    static yaml::Node const kNone;
    for (auto const& said : resources != nullptr ? resources->members : kNone.members) {
        auto const resource = std::ranges::find(draft.app.resources, said.key.text, &Resource::name);
        if (resource == draft.app.resources.end() || said.value.find("at") == nullptr) continue;
        reading.read(Map(said.value, form("resource"), draft.mistakes).entries("at"), &*resource);
    }
    if (section != nullptr) reading.read(section->members, nullptr);
}

}  // namespace koine::description
