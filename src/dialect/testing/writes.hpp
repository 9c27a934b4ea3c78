/// @file For tests of the write axis: a request as text, what a dialect makes of it, and of what came of it, as text again.
#pragma once

#include "dialect/dialect.hpp"
#include "dialect/testing/print.hpp"
#include "query/test_model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace koine::dialect::testing {

inline model::Model written_model() {
    auto model = query::testing::ModelBuilder()
                     .table("w", "id:bigint! name:text! qty:integer code:text gen:text")
                     .table("w2", "a:integer! b:integer! v:text", "a b")
                     .table("Odd Name", "my\tid:text! a.b:text", "my\tid")
                     .table("nopk", "a:integer b:text", "")
                     .view("wv", "w", "id name")
                     .view("frozen", "w", "id")
                     .build();
    auto entity = [&](std::string_view name) -> model::Entity& { return model.entities[*model.entity(name)]; };
    auto& w = entity("w");
    w.columns[0].declared_type = "INTEGER";
    w.columns[4].generated = true;
    entity("Odd Name").columns[0].name = "my id";
    entity("wv").primary_key = model::Key{"w_pkey", {0}};
    auto& frozen = entity("frozen");
    frozen.insertable = frozen.updatable = frozen.deletable = false;
    return model;
}

struct Asked {
    Method method = Method::post;
    std::string_view path;  ///< with the query
    std::string_view prefer = {};
    std::string_view body = {};
    std::string_view type = "application/json";
};

/// A request on its way, with what its views are of.
class Writing {
public:
    Writing(Dialect const& dialect, model::Model const& model, Asked const& asked) : dialect_(dialect), asked_(asked) {
        if (!asked.prefer.empty()) headers_.push_back({"Prefer", asked_.prefer});
        headers_.push_back({"Content-Type", asked_.type});
        exchange.method = asked.method;
        exchange.method_text = "METHOD";
        exchange.headers = headers_;
        exchange.base_url = "http://h.test:1";
        read(model);
    }

    /// The intent in words, or the problem's reason and its arguments.
    std::string intent_text() const { return problem_ ? text_of(*problem_) : text_of(intent); }

    /// The answer in words, of a write that affected so many rows.
    std::string answer_text(model::Model const& model, std::int64_t affected, std::int64_t inserted, bool singular = false) const {
        query::Written written;
        written.affected = affected;
        written.inserted = inserted;
        query::Plan plan;
        auto const& entity = model[*model.entity(exchange.endpoint.name)];
        if (intent.mutation.returning == query::Returning::rows) {
            // Columns from the last to the first, so that a key is found by its name and not by its place.
            auto& rows = written.rows.steps.emplace_back();
            for (auto i = entity.columns.size(); i-- > 0;) {
                auto const number = static_cast<std::uint32_t>(plan.members.size());
                plan.members.push_back({.name = entity.columns[i].name, .cell = number, .end = number + 1});
            }
            rows.width = static_cast<std::uint32_t>(entity.columns.size());
            for (std::int64_t row = 0; row < affected; ++row)
                for (auto i = entity.columns.size(); i-- > 0;) {
                    if (entity.columns[i].type == model::Type::text)
                        rows.cells.push_back(query::Cell::text("a b"));
                    else
                        rows.cells.push_back(query::Cell::of(static_cast<std::int64_t>(i) + 1 + row));
                }
        }
        auto const answer = dialect_.write->answer(exchange, intent, entity, written, &plan, singular);
        constexpr std::string_view bodies[] = {"none", "list", "item"};
        auto text = fmt::format("{} {}", answer.status, bodies[static_cast<std::size_t>(answer.body)]);
        if (answer.page.returned > 0) text += fmt::format(" of {}", answer.page.returned);
        if (!answer.page.range.empty()) text += " " + answer.page.range;
        if (!answer.location.empty()) text += " at " + answer.location;
        if (!answer.applied.empty()) text += fmt::format(" ({})", fmt::join(answer.applied, ", "));
        return text;
    }

    Exchange exchange;
    query::Body body;
    WriteIntent intent;

private:
    void read(model::Model const& model) {
        if (auto const done = try_read(model); !done) problem_ = done.error();
    }

    Result<void> try_read(model::Model const& model) {
        auto const question = asked_.path.find('?');
        KOINE_TRY(auto found, dialect_.routes.find(asked_.path.substr(0, question)));
        exchange.endpoint = std::move(found.endpoint);
        KOINE_TRY(dialect_.context.read(exchange));
        if (question != std::string_view::npos) {
            KOINE_TRY(exchange.parameters, dialect_.input.read(asked_.path.substr(question + 1)));
        }
        KOINE_TRY(auto query, dialect_.read(exchange));
        if (exchange.method != Method::del && !asked_.body.empty()) {
            KOINE_TRY(auto const format, dialect_.input.body_format(exchange));
            KOINE_TRY(format::read_body(format, asked_.body, {}, body));
        }
        KOINE_TRY(intent, dialect_.write->read(exchange, std::move(query), body, model[*model.entity(exchange.endpoint.name)]));
        return outcome::success();
    }

    static std::string text_of(Problem const& problem) {
        std::string text(to_string(problem.reason()));
        for (auto const& argument : arguments_of(problem.reason()))
            if (auto const given = problem.argument(argument.name)) text += fmt::format(" {}={}", argument.name, *given);
        return text;
    }

    static std::string text_of(WriteIntent const& intent) {
        constexpr std::string_view changes[] = {"insert", "update", "remove"};
        constexpr std::string_view conflicts[] = {"", " or ignore", " or merge", " or replace"};
        auto const& mutation = intent.mutation;
        auto text = fmt::format("{} {}", changes[static_cast<std::size_t>(mutation.change)], mutation.relation);
        if (mutation.change != query::Change::remove) text += fmt::format("({})", fmt::join(mutation.columns, ","));
        if (mutation.absent_is_default) text += " default";
        text += conflicts[static_cast<std::size_t>(mutation.on_conflict)];
        if (!mutation.conflict_columns.empty()) text += fmt::format(" by {}", fmt::join(mutation.conflict_columns, ","));
        auto const& chosen = mutation.chosen;
        if (chosen.key) text += fmt::format(" key {}", fmt::join(*chosen.key, ","));
        for (auto const& filter : chosen.filters) {
            auto const shown = print(filter);
            text += " where " + shown.key + "=" + shown.value;
        }
        for (auto const& order : chosen.orders) text += " order " + print(order.value);
        if (chosen.window.limit) text += fmt::format(" limit {}", *chosen.window.limit);
        if (chosen.window.offset > 0) text += fmt::format(" offset {}", chosen.window.offset);
        if (mutation.returning == query::Returning::rows) {
            text += " returning " + (mutation.returned.select.empty() ? std::string("all") : print(mutation.returned.select));
            for (auto const& filter : mutation.returned.filters) text += " with " + print(filter).key;
        }
        if (intent.nothing) text += "; nothing";
        if (intent.rollback) text += "; rollback";
        if (intent.max_affected) text += fmt::format("; at most {}", *intent.max_affected);
        if (intent.exactly_one) text += "; exactly one";
        if (intent.not_found) text += "; or not found";
        return text;
    }

    Dialect const& dialect_;
    Asked asked_;
    std::vector<Header> headers_;
    std::optional<Problem> problem_;
};

inline Dialect dialect_of(std::string_view text) {
    auto dialect = text.starts_with("dialects:") ? load_dialect_text(text, "mine.yaml") : load_dialect(text);
    EXPECT_TRUE(dialect) << describe(dialect.error());
    return std::move(dialect).value();
}

/// "ok", or the mistake that compiling this finds.
inline std::string mistake_in(std::string_view text) {
    auto const dialect = load_dialect_text(text, "mine.yaml");
    return dialect ? "ok" : describe(dialect.error());
}

}  // namespace koine::dialect::testing
