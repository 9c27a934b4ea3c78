/// @file What SQLite keeps only as text: names of constraints, checks, and the shape of a view's query. Read from the CREATE statement.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::store::sqlite {

/// One piece of SQL text; blanks and comments are none.
struct DdlToken {
    enum class Kind : std::uint8_t {
        word,        ///< a keyword, or a name without quotes
        name,        ///< a name in "…", `…` or […]
        string,      ///< '…': SQLite takes it for a name where only a name can stand
        number,      ///< also blob literals and parameters: nothing that matters here
        punctuation  ///< one character
    };
    Kind kind = Kind::punctuation;
    std::string_view text;  ///< as written, with its quotes

    /// True for the unquoted word, in any letter case. `keyword` is upper case.
    bool is(std::string_view keyword) const;
    bool is(char punctuation) const { return kind == Kind::punctuation && text.front() == punctuation; }
    /// True for what can be a name: quotes off by `name_text`.
    bool may_be_name() const { return kind != Kind::number && kind != Kind::punctuation; }
    /// The name without its quotes, doubled quotes made one.
    std::string name_text() const;
};

/// The pieces of any text, in order; they point into it. Never fails: what is unterminated ends with the text.
std::vector<DdlToken> tokenize_ddl(std::string_view sql);

/// A PRIMARY KEY, UNIQUE or FOREIGN KEY of a table. Columns as written there (letter case may differ from the column's).
struct DdlKey {
    std::string name;  ///< empty if not named
    std::vector<std::string> columns;
};

struct DdlCheck {
    std::string name;
    std::string expression;            ///< as written, without its parentheses
    std::vector<std::string> columns;  ///< of the table, that the expression names; each once
};

/// The constraints of a table in the order of the text. Columns' constraints and the table's own alike.
struct TableDdl {
    std::optional<DdlKey> primary_key;
    std::vector<DdlKey> unique_keys;
    std::vector<DdlKey> foreign_keys;
    std::vector<DdlCheck> checks;
};

/// Reads a CREATE TABLE. Never fails: what it does not understand is not reported.
TableDdl parse_create_table(std::string_view sql);
/// The module of a CREATE VIRTUAL TABLE in lower case ("fts5"); empty if there is none.
std::string virtual_table_module(std::string_view sql);
/// Whether a CREATE VIRTUAL TABLE gives its module this option, `option=…`, in any letter case. @param option in upper case.
bool has_virtual_table_option(std::string_view sql, std::string_view option);

/// What a view's query is made of, as far as it decides what its columns may be taken for.
struct ViewDdl {
    bool compound = false;  ///< UNION, INTERSECT, EXCEPT or VALUES anywhere: columns come from no single table
    /// One plain SELECT over this one relation, without DISTINCT, GROUP BY, joins: each row is one of its rows. Nothing if it is more.
    std::optional<std::string> plain_source;
    bool ordered = false;            ///< has ORDER BY, LIMIT or windows: SQLite may not merge it into the query around it
    std::vector<std::string> names;  ///< every name and word of the query, so that views it is made of can be found
};

/// Reads a CREATE VIEW. Never fails: a text that is none counts as compound.
ViewDdl parse_create_view(std::string_view sql);

/// Equal but for the case of ASCII letters: how SQLite compares names.
bool same_name(std::string_view left, std::string_view right);
/// The name with ASCII letters in lower case: equal for names that are the same.
std::string folded_name(std::string_view name);

}  // namespace koine::store::sqlite
