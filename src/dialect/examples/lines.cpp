#include "dialect/examples/lines.hpp"

#include "dialect/examples.hpp"
#include "represent/json_text.hpp"

#include <array>
#include <utility>

namespace koine::dialect {
namespace {

enum class Name : std::uint8_t { base, list, first, relation, row, token };
constexpr std::array<std::string_view, 6> kNames = {"base", "list", "first", "relation", "row", "token"};

/// Single quotes hold everything in a shell but themselves.
std::string shell_literal(std::string_view text) {
    std::string quoted = "'";
    for (char const c : text) {
        if (c == '\'')
            quoted += R"('\'')";
        else
            quoted += c;
    }
    return quoted += '\'';
}

std::string literal(std::string_view text, Language language) {
    if (language == Language::shell) return shell_literal(text);
    std::string quoted;
    represent::append_json_string(quoted, text);
    return quoted;
}

/// The values of one line's holes, made once.
class Holes {
public:
    Holes(ExampleFacts const& facts, std::string_view list, std::string_view first, Language language, std::string_view token)
        : texts_{
              literal(facts.base, language),
              literal(list, language),
              literal(first, language),
              literal(facts.relation, language),
              language == Language::shell ? shell_literal(row_literal(facts.row, language)) : row_literal(facts.row, language),
              std::string(token),
          } {}

    templates::Value value(templates::NameId id) const {
        if (static_cast<Name>(id) == Name::token && texts_[id].empty()) return {};
        return templates::Value::of(std::string_view(texts_[id]));
    }

private:
    std::array<std::string, kNames.size()> texts_;
};

/// The values of the address of first rows.
struct ListHole {
    std::string_view list;
    templates::Value value(templates::NameId) const { return templates::Value::of(list); }
};

std::string filled(templates::Phrase const& phrase, auto const& holes) {
    std::string buffer;
    std::string text;
    phrase.evaluate(holes, buffer).append_to(text);
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

std::string_view json_value(ExampleField const& field, Language language) {
    if (field.type != model::Type::boolean || language != Language::python) return field.value;
    return field.value == "true" ? "True" : "False";
}

bool is_bare(model::Type type) {
    return model::is_number(type) || type == model::Type::boolean || type == model::Type::json || type == model::Type::dynamic;
}

}  // namespace

Result<ExampleLines> ExampleLines::compile(yaml::Node const& node) {
    using templates::Phrase;
    static constexpr std::array<std::string_view, 1> first_names = {"list"};
    ExampleLines made;
    yaml::Options options(node);
    auto const* first = options.node("first");
    auto const* lines = options.node("lines");
    KOINE_TRY(options.done());
    if (first != nullptr) {
        KOINE_TRY(made.first_, Phrase::compile(*first, first_names));
        made.has_first_ = true;
    }
    if (lines == nullptr) return made;
    if (!lines->is_map()) return lines->problem("expected a map of tools");
    for (auto const& [key, value] : lines->members) {
        Tool tool;
        yaml::Options tool_options(value);
        tool.label = tool_options.text("label", key.text);
        tool.needs = tool_options.text("needs", "");
        tool.language = static_cast<Language>(tool_options.word("language", {"shell", "javascript", "python"}, "shell"));
        auto const* read = tool_options.node("read");
        auto const* insert = tool_options.node("insert");
        KOINE_TRY(tool_options.done());
        if (read == nullptr) return value.problem("expected the lines that read");
        KOINE_TRY(tool.read, Phrase::compile(*read, kNames, Phrase::Lists::alternatives));
        if (insert != nullptr) {
            KOINE_TRY(tool.insert, Phrase::compile(*insert, kNames, Phrase::Lists::alternatives));
        }
        made.tools_.push_back(std::move(tool));
    }
    return made;
}

std::string ExampleLines::first_rows(std::string_view list_url) const {
    return has_first_ ? filled(first_, ListHole{list_url}) : std::string(list_url);
}

std::vector<ExampleLine> ExampleLines::lines(ExampleFacts const& facts) const {
    auto const list = std::string(facts.base).append(facts.list_path);
    auto const first = first_rows(list);
    std::vector<ExampleLine> lines;
    for (auto const& tool : tools_) {
        auto& line = lines.emplace_back(ExampleLine{tool.label, tool.needs, tool.language, {}, {}});
        line.read = filled(tool.read, Holes(facts, list, first, tool.language, facts.read_token));
        if (!facts.row.empty()) line.insert = filled(tool.insert, Holes(facts, list, first, tool.language, facts.insert_token));
    }
    return lines;
}

std::vector<ExampleField> example_row(model::Entity const& entity) {
    std::vector<ExampleField> row;
    auto const* telling = telling_column(entity);
    for (model::ColumnId i = 0; i < entity.columns.size(); ++i) {
        auto const& column = entity.columns[i];
        bool const telling_and_free = &column == telling && !column.generated && !column.default_value && !entity.is_rowid(i);
        if (!entity.is_required(i) && !telling_and_free) continue;
        auto const value = column.type == model::Type::text ? "Example" : example_value(column.type);
        row.push_back({column.name, column.type, std::string(value)});
    }
    return row;
}

std::string row_literal(std::vector<ExampleField> const& row, Language language) {
    std::string text = "{";
    for (auto const& field : row) {
        if (text.size() > 1) text += ", ";
        represent::append_json_string(text, field.name);
        text += ": ";
        if (is_bare(field.type))
            text += json_value(field, language);
        else
            represent::append_json_string(text, field.value);
    }
    return text += '}';
}

}  // namespace koine::dialect
