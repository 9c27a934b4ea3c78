/// @file Writer: SQL text in the making, and one small function for each kind of node. Used by render only.
#pragma once

#include "model/schema.hpp"
#include "query/statement.hpp"
#include "store/sqlite/quoted_name.hpp"
#include "store/sqlite/render.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::store::sqlite {

/// How a test of existence is made: row by row through an index, or by gathering the keys of all rows that exist once.
enum class ExistsForm : std::uint8_t { correlated, gathered };

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
        text_ += quoted_name(of_model);
        return *this;
    }
    /// A placeholder. The same form and slot get the same number, so that equal expressions are equal to SQLite (GROUP BY).
    Writer& bind(BindForm form, query::Slot slot);
    model::Model const& model() const { return model_; }
    /// The name under which the columns of this source stand: t0, t1 …
    Writer& alias(query::Alias number);
    /// Source 0 stands under its own name: a view that is written takes no alias.
    void unaliased(model::EntityId view) { unaliased_ = view; }
    /// True below a NOT, where unknown and false differ.
    bool is_negated() const { return negated_; }
    /// For tests that compare the forms: all existences in this form, where they can be.
    void force_exists(ExistsForm form) { forced_exists_ = form; }
    std::optional<ExistsForm> forced_exists() const { return forced_exists_; }

    std::string take_text() { return std::move(text_); }
    std::vector<Bind> take_binds() { return std::move(binds_); }

private:
    model::Model const& model_;
    std::string text_;
    std::vector<Bind> binds_;
    bool negated_ = false;
    std::optional<model::EntityId> unaliased_;
    std::optional<ExistsForm> forced_exists_;
    friend class NegationScope;
};

/// Within its scope conditions stand below a NOT, or no longer do.
class NegationScope {
public:
    NegationScope(Writer& writer, bool negated) : writer_(writer), before_(std::exchange(writer.negated_, negated)) {}
    ~NegationScope() { writer_.negated_ = before_; }
    NegationScope(NegationScope const&) = delete;
    NegationScope& operator=(NegationScope const&) = delete;

private:
    Writer& writer_;
    bool before_;
};

void write_expression(Writer& out, query::Expression const& expression);
/// A condition where nothing stands around it.
void write_condition(Writer& out, query::Predicate const& predicate);
/// A condition as an operand of AND, OR: in parentheses if it needs them.
void write_operand(Writer& out, query::Predicate const& predicate);
void write_sources(Writer& out, std::vector<query::Source> const& sources);
void write_order(Writer& out, std::vector<query::OrderBy> const& order);
/// " ORDER BY …"; nothing without an order.
void write_order_by(Writer& out, std::vector<query::OrderBy> const& order);
/// " COLLATE koine_decimal DESC NULLS LAST" or what of it is meant.
void write_direction(Writer& out, query::OrderBy const& term);
/// " LIMIT … OFFSET …" of a select, or nothing.
void write_window(Writer& out, query::Select const& select);
void write_select(Writer& out, query::Select const& select);

// exists.cpp

/// An index that serves the links makes it `correlated`; so does a window, or a link that compares by another collation than bytes.
ExistsForm exists_form(model::Model const& model, query::Select const& select);
/// A row of `select` exists: never unknown where that matters.
void write_exists(Writer& out, query::Select const& select);

}  // namespace koine::store::sqlite
