#include "operation/texts.hpp"

#include "base/ascii.hpp"
#include "format/json.hpp"
#include "model/schema.hpp"
#include "operation/book.hpp"
#include "operation/operation.hpp"
#include "operation/where.hpp"
#include "resource/tables.hpp"
#include "store/transaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

namespace koine::operation {
namespace {

using description::Operation;
using query::Cell;
using script::Value;

/// Of what a function asks.
constexpr store::RunLimits kLimits{.max_rows = 10'000, .max_bytes = 64UL << 20U};

/// Whether an operation gives its file what that takes, and nothing else.
class Inputs {
public:
    Inputs(Operation const& operation, description::Script const& file, store::Text const& text, std::vector<Problem>& mistakes)
        : operation_(operation),
          file_(file),
          text_(text),
          mistakes_(mistakes) {}

    void check() {
        given_.emplace(kCaller);
        for (auto path = std::string_view(operation_.path); !path.empty();) {
            auto const part = split_off(path, '/');
            if (!part.starts_with('{')) continue;
            auto const name = part.substr(1, part.size() - 2);
            bool const is_row = operation_.of_row && name == "id";
            take(name, operation_.place, is_row);
        }
        for (auto const* inputs : {&operation_.query, &operation_.body})
            for (auto const& input : *inputs) take(input.name, input.place, false);
        for (auto const& [name, line] : text_.parameters)
            if (!given_.contains(name)) mistakes_.push_back(configuration_problem(file_.file, line, 0, missing(name)));
    }

private:
    void take(std::string_view name, description::Place const& place, bool is_used) {
        auto const parameter = parameter_of(name);
        if (parameter == kCaller) return tell(place, ":user is the caller, so no input is called user");
        if (!given_.insert(parameter).second) return tell(place, fmt::format(":{} is given twice", parameter));
        if (is_used || takes(parameter)) return;
        tell(place, fmt::format("{} takes no :{}{}", file_.file, parameter, known()));
    }

    bool takes(std::string_view name) const {
        return std::ranges::find(text_.parameters, name, &store::Text::Parameter::name) != text_.parameters.end();
    }

    std::string known() const {
        std::string names;
        for (auto const& [name, line] : text_.parameters) names.append(names.empty() ? "; it takes :" : ", :").append(name);
        return names;
    }

    std::string missing(std::string_view name) const {
        std::vector<std::string_view> const names(given_.begin(), given_.end());
        if (auto const near = model::nearest(name, names))
            return fmt::format(":{} is given by nothing of {}; did you mean :{}?", name, operation_.path, *near);
        return fmt::format(
            ":{} is given by nothing of {}: say it in its query{}", name, operation_.path, operation_.body.empty() ? "" : " or body"
        );
    }

    void tell(description::Place const& place, std::string_view message) {
        auto const file = place.file ? std::string_view(*place.file) : std::string_view();
        mistakes_.push_back(configuration_problem(file, place.line, place.column, message));
    }

    Operation const& operation_;
    description::Script const& file_;
    store::Text const& text_;
    std::vector<Problem>& mistakes_;
    std::set<std::string, std::less<>> given_;
};

/// A fault of the file is told with it.
Problem of_file(std::string_view name, Problem problem) {
    bool const is_fault = problem.reason() == Reason::operation_failed || problem.reason() == Reason::configuration;
    if (!is_fault) return problem;
    auto const why = problem.reason() == Reason::configuration ? describe(problem) : std::string(problem.cause());
    return mistake(fmt::format("operations/{}.sql{}{}", name, why.starts_with(':') ? "" : ": ", why));
}

Awaitable<Result<void>> run(
    std::string_view name,
    std::shared_ptr<store::Text const> text,
    std::span<store::Named const> values,
    Statements& statements,
    store::RunLimits limits,
    Cancellation const* cancellation,
    store::TextRows& rows
) {
    auto const prepared = statements.of(text);
    if (!prepared) co_return of_file(name, prepared.error());
    auto const ran = co_await statements.session().run(prepared.value(), values, limits, cancellation, rows);
    if (!ran) co_return of_file(name, ran.error());
    co_return outcome::success();
}

std::string json_of(store::TextRows const& rows) {
    std::vector<std::string> keys;
    for (auto const& name : rows.columns) {
        auto& key = keys.emplace_back(keys.empty() ? "{" : ",");
        script::append_json(std::string_view(name), key);
        key += ':';
    }
    std::string json;
    format::JsonWriter writer(json);
    auto const& all = rows.rows.steps.front();
    writer.raw("[");
    for (std::size_t i = 0; i < all.count(); ++i) {
        if (i > 0) writer.raw(",");
        for (std::size_t column = 0; column < keys.size(); ++column) {
            auto const& cell = all.row(i)[column];
            writer.raw(keys[column]);
            switch (cell.kind()) {
                case Cell::Kind::integer: writer.integer(cell.integer()); break;
                case Cell::Kind::real: writer.real(cell.real()); break;
                case Cell::Kind::text: writer.text(cell.view()); break;
                default: writer.null();
            }
        }
        writer.raw("}");
    }
    writer.raw("]");
    writer.finish();
    return json;
}

}  // namespace

std::string parameter_of(std::string_view input) {
    std::string name(input);
    std::ranges::replace(name, '-', '_');
    return name;
}

Texts read_texts(description::App const& app) {
    Texts texts;
    if (std::ranges::none_of(app.scripts, &description::Script::is_sql)) return texts;
    auto const check = store::TextCheck::make(resource::tables_of(app));
    if (!check) {
        texts.mistakes.push_back(check.error());
        return texts;
    }
    for (auto const& file : app.scripts) {
        if (!file.is_sql) continue;
        auto text = check.value()->check(file.file, file.text);
        if (!text) {
            texts.mistakes.push_back(text.error());
            continue;
        }
        for (auto const& operation : app.operations)
            if (operation.kind == Operation::Kind::sql && operation.target == file.name)
                Inputs(operation, file, *text.value(), texts.mistakes).check();
        texts.all.emplace(file.name, std::move(text).value());
    }
    return texts;
}

Result<Asking> Asking::make(Book const& book, Value const& file, Value const& values, query::Principal const& principal) {
    if (file.text() == nullptr || (!values.is_null() && values.map() == nullptr))
        return mistake("db.sql wants the name of a .sql file and a table of its parameters");
    Asking made{*file.text(), book.text(*file.text()), {}};
    if (!made.text) return mistake(fmt::format("there is no file operations/{}.sql", made.file.substr(0, 100)));
    static script::Map const none;
    for (auto const& [name, value] : values.is_null() ? none : *values.map()) {
        auto const& known = made.text->parameters;
        if (std::ranges::find(known, name, &store::Text::Parameter::name) == known.end())
            return mistake(fmt::format("operations/{}.sql takes no :{}", made.file, name.substr(0, 100)));
        bool const is_tree = value.list() != nullptr || value.map() != nullptr;
        made.values.emplace_back(name, is_tree ? Value(value.json()) : value);
    }
    for (auto const& [name, line] : made.text->parameters)
        if (name == kCaller && values.find(name) == nullptr && principal.user) made.values.emplace_back(name, *principal.user);
    return made;
}

std::vector<store::Named> Asking::named() const {
    std::vector<store::Named> all;
    for (auto const& [name, value] : values) {
        store::Named one{name, {}};
        if (auto const* truth = value.boolean()) one.value = Cell::of(std::int64_t{*truth ? 1 : 0});
        if (auto const* number = value.integer()) one.value = Cell::of(*number);
        if (auto const* number = value.real()) one.value = Cell::of(*number);
        if (auto const* characters = value.text()) one.value = Cell::text(*characters);
        all.push_back(one);
    }
    return all;
}

Result<void> ask(Asking const& asking, store::Transaction& transaction, store::TextRows& rows) {
    auto const done = transaction.read(asking.text, asking.named(), kLimits, rows);
    if (!done) return of_file(asking.file, done.error());
    return outcome::success();
}

Awaitable<Result<void>> ask(Asking const& asking, Statements& statements, Cancellation const* cancellation, store::TextRows& rows) {
    auto const values = asking.named();
    co_return co_await run(asking.file, asking.text, values, statements, kLimits, cancellation, rows);
}

Awaitable<Result<std::string>> answer_text(
    Book const& book,
    std::string_view name,
    std::span<store::Named const> values,
    Statements& statements,
    store::RunLimits const& limits,
    Cancellation const* cancellation
) {
    auto const text = book.text(name);
    if (!text) co_return mistake(fmt::format("there is no file operations/{}.sql", name));
    store::TextRows rows;
    KOINE_CO_TRY(co_await run(name, text, values, statements, limits, cancellation, rows));
    co_return json_of(rows);
}

void push_text_rows(store::TextRows const& rows, script::Pusher& out) {
    auto const& all = rows.rows.steps.front();
    out.begin_list(all.count());
    for (std::size_t i = 0; i < all.count(); ++i) {
        out.begin_map(rows.columns.size());
        for (std::size_t column = 0; column < rows.columns.size(); ++column) {
            auto const& cell = all.row(i)[column];
            if (cell.is_null()) continue;
            out.key(rows.columns[column]);
            switch (cell.kind()) {
                case Cell::Kind::integer: out.integer(cell.integer()); break;
                case Cell::Kind::real: out.real(cell.real()); break;
                default: out.text(cell.view());
            }
        }
        out.end_map();
    }
    out.end_list();
}

}  // namespace koine::operation
