/// @file Text: a statement that reads, as people write it: of all statements the only one whose words are not the store's own.
#pragma once

#include "base/result.hpp"
#include "query/cell.hpp"
#include "query/rows.hpp"
#include "store/tables.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace koine::store {

/// One that was looked at. Immutable.
struct Text {
    /// Written `:name`, each told once.
    struct Parameter {
        std::string name;
        int line = 0;  ///< where it stands first, from 1
    };
    std::string text;
    std::vector<std::string>
        columns;  ///< names of its own, no two alike. What `*` stands for may come in another order from a database that has grown
    std::vector<Parameter> parameters;
};

/// A value for the parameter of that name.
struct Named {
    std::string_view name;
    query::Cell value;
};

/// What a text brought.
struct TextRows {
    std::vector<std::string> columns;
    query::Rows rows;  ///< one step
};

/// An empty database in memory, by which texts are looked at before anything is served. One thread at a time.
class TextCheck {
public:
    virtual ~TextCheck() = default;
    /// @return configuration: what is wrong with the tables.
    static Result<std::unique_ptr<TextCheck>> make(std::vector<WantedTable> const& tables);

    /// @param file for mistakes.
    /// @return configuration, with its place: it is no single statement that only reads tables, by functions that look at nothing else; a column has no
    ///         name, or that of another one; a parameter is none of `:name`.
    virtual Result<std::shared_ptr<Text const>> check(std::string_view file, std::string text) = 0;
};

}  // namespace koine::store
