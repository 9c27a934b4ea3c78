/// @file Bindings: the arguments of one run, made ready for the statements.
#pragma once

#include "base/result.hpp"
#include "query/cell.hpp"
#include "store/sqlite/json.hpp"
#include "store/sqlite/keys_table.hpp"
#include "store/sqlite/pattern.hpp"
#include "store/sqlite/render.hpp"

#include <sqlite3.h>

#include <memory>
#include <span>
#include <vector>

namespace koine::store::sqlite {

/// Binds one scalar; its text must live until the statement is reset or bound anew. @return an SQLite result code.
int bind_cell(sqlite3_stmt* statement, int index, query::Cell const& cell);

/// Patterns, expressions and paths are compiled once a run, here, and lists given by pointer. Must outlive the run.
class Bindings {
public:
    /// @return invalid_regex, limit_exceeded (a pattern too long), internal (fewer arguments than the statements name).
    static Result<Bindings> make(RenderedPlan const& plan, std::span<query::Argument const> arguments);

    /// Binds all parameters but those of BindForm::given. `keys` is for child steps and for what goes by identities, else null; it must
    /// live until the statement is reset.
    /// @return an SQLite result code.
    int bind(sqlite3_stmt* statement, Rendered const& rendered, KeyList const* keys) const;

private:
    struct Compiled {
        Bind bind;
        std::unique_ptr<LikePattern> pattern;
        std::shared_ptr<re2::RE2 const> regex;
        std::unique_ptr<JsonPath> path;
        ValueList list;
    };
    Result<void> add(Bind const& bind);
    Compiled const* compiled(Bind const& bind) const;
    int bind_one(sqlite3_stmt* statement, int index, Bind const& bind, KeyList const* keys) const;
    int bind_pointer(sqlite3_stmt* statement, int index, Bind const& bind) const;

    std::span<query::Argument const> arguments_;
    std::vector<std::unique_ptr<Compiled>> compiled_;
};

}  // namespace koine::store::sqlite
