/// @file For the tests of writes: plans built by hand, a write to its end, and what a failure says.
#pragma once

#include "store/sqlite/testing.hpp"

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace koine::store::sqlite::testing {

using Names = std::vector<std::string_view>;

inline query::Cell cell(std::int64_t value) { return query::Cell::of(value); }
inline query::Cell cell(int value) { return query::Cell::of(std::int64_t{value}); }
inline query::Cell cell(char const* value) { return query::Cell::text(value); }
inline query::Cell cell(std::nullptr_t) { return {}; }

/// The cells of all rows, one after another.
template <class... Values>
std::vector<query::Cell> cells(Values... values) {
    return {cell(values)...};
}

/// The reason and all its arguments: "unique_violation relation=t constraint=t_pkey columns=id values=1".
inline std::string told(Result<void> const& done) {
    if (done) return "done";
    std::string text(to_string(done.error().reason()));
    for (std::string_view name :
         {"relation",
          "constraint",
          "column",
          "columns",
          "values",
          "target",
          "origin",
          "type",
          "value",
          "message",
          "feature",
          "limit",
          "affected",
          "maximum",
          "count",
          "statement"})
        if (auto value = done.error().argument(name)) text.append(" ").append(name).append("=").append(*value);
    return text;
}

/// Makes write plans with names looked up in a model.
class WriteBuilder {
public:
    explicit WriteBuilder(model::Model const& model) : model_(model), make_(model) {}

    query::WritePlan insert(std::string_view entity, Names const& columns) const {
        auto plan = of(query::Change::insert, entity);
        plan.columns = ids(entity, columns);
        return plan;
    }
    query::WritePlan upsert(
        query::OnConflict how, std::string_view entity, Names const& columns, Names const& key, Names const& merged = {}
    ) const {
        auto plan = insert(entity, columns);
        plan.on_conflict = how;
        plan.conflict_columns = ids(entity, key);
        plan.merged = ids(entity, merged);
        return plan;
    }
    /// Of the rows whose `column` compares so with the one argument; all rows without one.
    query::WritePlan remove(std::string_view entity, std::string_view column = {}, query::Operator op = query::Operator::eq) const {
        return choosing(of(query::Change::remove, entity), entity, column, op);
    }
    query::WritePlan update(
        std::string_view entity, Names const& columns, std::string_view column = {}, query::Operator op = query::Operator::eq
    ) const {
        auto plan = choosing(of(query::Change::update, entity), entity, column, op);
        plan.columns = ids(entity, columns);
        return plan;
    }
    /// Only the first of the chosen rows: their number is the last argument.
    query::WritePlan first(query::WritePlan plan, std::string_view entity, std::string_view order) const {
        plan.chosen.order.push_back({.expression = make_.column(0, entity, order), .direction = {}, .nulls = std::nullopt});
        plan.chosen.limit = static_cast<query::Slot>(plan.slots.size());
        plan.slots.emplace_back();
        return plan;
    }
    query::WritePlan returning(query::WritePlan plan, std::string_view entity, Names const& columns) const {
        plan.returning = std::make_shared<query::Plan const>(reading(entity, columns));
        return plan;
    }
    query::Plan reading(std::string_view entity, Names const& columns) const {
        query::Plan plan;
        auto& step = plan.steps.emplace_back();
        step.select.sources = {make_.root(0, entity)};
        for (auto name : columns) step.select.columns.push_back(make_.column(0, entity, name));
        return plan;
    }
    Builder const& make() const { return make_; }

private:
    std::vector<model::ColumnId> ids(std::string_view entity, Names const& names) const {
        std::vector<model::ColumnId> made;
        for (auto name : names) made.push_back(model_[model_.entity(entity).value()].column(name).value());
        return made;
    }
    query::WritePlan of(query::Change change, std::string_view entity) const {
        query::WritePlan plan;
        plan.change = change;
        plan.entity = model_.entity(entity).value();
        return plan;
    }
    query::WritePlan choosing(query::WritePlan plan, std::string_view entity, std::string_view column, query::Operator op) const {
        plan.chosen.sources = {make_.root(0, entity)};
        if (column.empty()) return plan;
        plan.slots.emplace_back();
        plan.chosen.where = Builder::where(query::Predicate::Kind::compare, op, make_.column(0, entity, column));
        return plan;
    }

    model::Model const& model_;
    Builder make_;
};

/// A write with all it needs; `request` may be changed before it is started.
struct Writing {
    std::shared_ptr<Prepared> prepared;
    std::vector<query::Argument> arguments;
    std::vector<query::Argument> returning;
    query::WriteValues values;
    WriteRequest request;
    query::Written written;
    std::optional<Result<void>> done;

    void start(boost::asio::io_context& loop, Session& session) {
        request.chosen = arguments;
        request.returning = returning;
        request.values = &values;
        boost::asio::co_spawn(loop, run(session), [](std::exception_ptr failed) { EXPECT_FALSE(failed); });
    }
    Awaitable<> run(Session& session) { done = co_await session.write(prepared, request, written); }
};

/// A database of its own schema, opened to be written.
class WriteTest : public ::testing::Test {
protected:
    void open(std::string const& schema, SqliteOptions options = {}) {
        if (!schema.empty()) ForeignProgram(folder_.file()).run(schema);
        worker_.reset();
        options.file = folder_.file();
        options.write = true;
        // A power failure is not tested here; a disk's patience should not be either.
        options.durability = Durability::normal;
        store_ = open_sqlite(options).value();
        worker_ = std::make_unique<Worker>(*store_);
    }
    WriteBuilder make() const { return WriteBuilder(store_->model()); }

    std::unique_ptr<Writing> writing(
        query::WritePlan plan, std::vector<query::Cell> cells = {}, std::vector<query::Argument> arguments = {}
    ) {
        auto made = std::make_unique<Writing>();
        auto width = plan.columns.size();
        if (plan.change != query::Change::remove) made->values.rows = width == 0 ? 1 : static_cast<std::uint32_t>(cells.size() / width);
        made->values.cells = std::move(cells);
        made->arguments = std::move(arguments);
        made->prepared = worker_->session().prepare(std::make_shared<query::WritePlan const>(std::move(plan))).value();
        return made;
    }
    std::string finish(Writing& writing) {
        writing.start(worker_->loop(), worker_->session());
        worker_->loop().restart();
        worker_->loop().run();
        return told(writing.done.value());
    }
    /// "done affected=1 inserted=1", and the rows read back; or the failure.
    std::string shown(Writing& writing) {
        auto text = finish(writing);
        if (text != "done") return text;
        text += " affected=" + std::to_string(writing.written.affected) + " inserted=" + std::to_string(writing.written.inserted);
        if (writing.written.rows.steps.empty()) return text;
        std::string rows = testing::shown(writing.written.rows.steps[0]);
        std::ranges::replace(rows, '\n', ';');
        return text + " rows=" + rows;
    }
    std::string write(query::WritePlan plan, std::vector<query::Cell> cells = {}, std::vector<query::Argument> arguments = {}) {
        return shown(*writing(std::move(plan), std::move(cells), std::move(arguments)));
    }
    std::string stored(std::string const& query) { return ForeignProgram(folder_.file()).rows(query); }

    TemporaryFolder folder_;
    std::shared_ptr<Store> store_;
    std::unique_ptr<Worker> worker_;
};

}  // namespace koine::store::sqlite::testing
