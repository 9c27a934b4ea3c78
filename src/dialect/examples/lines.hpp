/// @file Lines that a person pastes into a shell or a program: a dialect's templates for them, filled in for one relation.
#pragma once

#include "base/result.hpp"
#include "model/schema.hpp"
#include "model/yaml.hpp"
#include "template/phrase.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace koine::dialect {

/// How literals are written in a line.
enum class Language : std::uint8_t { shell, javascript, python };

/// A column of the row that an example inserts.
struct ExampleField {
    std::string name;
    model::Type type = model::Type::text;
    std::string value;  ///< a literal, as `example_value` writes them
    bool operator==(ExampleField const&) const = default;
};

/// What the lines are filled in with. Views are read while the lines are made.
struct ExampleFacts {
    std::string_view base;             ///< where the dialect's paths begin, without a slash at the end
    std::string_view list_path;        ///< of the relation, below `base`, percent-encoded
    std::string_view relation;         ///< its name
    std::vector<ExampleField> row;     ///< to insert; empty = nothing to insert
    std::string_view read_token = {};  ///< the environment variable that holds a token; empty = none is needed
    std::string_view insert_token = {};
};

/// The lines of one tool.
struct ExampleLine {
    std::string label;  ///< "curl", "JavaScript"
    std::string needs;  ///< what to run before, empty if nothing
    Language language = Language::shell;
    std::string read;
    std::string insert;  ///< empty where nothing is inserted
};

/// The axis `examples`, compiled. A hole of a line is a literal of its language, quoted; but `token`, which is the bare name of an
/// environment variable. Immutable, shared between threads.
class ExampleLines {
public:
    /// Null node: no lines. @return configuration problems.
    static Result<ExampleLines> compile(yaml::Node const& node);

    /// One for each tool, in the order of the file.
    std::vector<ExampleLine> lines(ExampleFacts const& facts) const;
    /// The address of a relation's first rows. @param list_url of the relation.
    std::string first_rows(std::string_view list_url) const;

private:
    struct Tool {
        std::string label;
        std::string needs;
        Language language = Language::shell;
        templates::Phrase read;
        templates::Phrase insert;
    };
    std::vector<Tool> tools_;
    templates::Phrase first_;
    bool has_first_ = false;
};

/// A row that an insert of the entity would take: what it requires, and its most telling column.
std::vector<ExampleField> example_row(model::Entity const& entity);
/// The row as a literal: an object of JSON, or a dictionary.
std::string row_literal(std::vector<ExampleField> const& row, Language language);

}  // namespace koine::dialect
