/// @file Writer: SQL text in the making, and one small function for each kind of node. Used by render only.
#pragma once

#include "model/schema.hpp"
#include "query/statement.hpp"
#include "store/sqlite/render.hpp"

#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::store::sqlite {

/// Text and binds. `text` takes constants of this room only; names go through `name`, values through `bind`.
class Writer {
public:
    explicit Writer(model::Model const& model) : model_(model) {}

    Writer& text(std::string_view constant) {
        text_ += constant;
        return *this;
    }
    Writer& number(std::size_t count);
    Writer& name(std::string_view of_model) {
        text_ += quoted(of_model);
        return *this;
    }
    /// A placeholder. The same form and slot get the same number, so that equal expressions are equal to SQLite (GROUP BY).
    Writer& bind(BindForm form, query::Slot slot);
    model::Model const& model() const { return model_; }

    std::string take_text() { return std::move(text_); }
    std::vector<Bind> take_binds() { return std::move(binds_); }

private:
    model::Model const& model_;
    std::string text_;
    std::vector<Bind> binds_;
};

void write_expression(Writer& out, query::Expression const& expression);
/// A condition where nothing stands around it.
void write_condition(Writer& out, query::Predicate const& predicate);
/// A condition as an operand of AND, OR: in parentheses if it needs them.
void write_operand(Writer& out, query::Predicate const& predicate);
void write_sources(Writer& out, std::vector<query::Source> const& sources);
void write_order(Writer& out, std::vector<query::OrderBy> const& order);
/// " DESC NULLS LAST" or what of it is meant.
void write_direction(Writer& out, query::OrderBy const& term);
void write_select(Writer& out, query::Select const& select);

}  // namespace koine::store::sqlite
