#include "store/sqlite/text.hpp"

#include "base/ascii.hpp"
#include "store/sqlite/bindings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <new>
#include <set>
#include <utility>

namespace koine::store::sqlite {
namespace {

using query::Cell;

constexpr std::size_t kLongestName = 100;

bool is_letter(char c) { return c == '_' || is_ascii_alphanumeric(c); }

/// The end of the blanks or comment that begin at `at`; `at` if there are none.
std::size_t after_nothing(std::string_view text, std::size_t at) {
    constexpr std::string_view kBlanks = " \t\r\n\f";
    auto const rest = text.substr(at);
    auto const end_at = [&](std::string_view end, std::size_t from) {
        auto const found = rest.find(end, from);
        return found == std::string_view::npos ? text.size() : at + found + end.size();
    };
    if (rest.starts_with("--")) return end_at("\n", 2);
    if (rest.starts_with("/*")) return end_at("*/", 2);
    auto const other = rest.find_first_not_of(kBlanks);
    return other == std::string_view::npos ? text.size() : at + other;
}

/// The beginning of the first word at or behind `at`.
std::size_t first_word(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        auto const next = after_nothing(text, at);
        if (next == at) break;
        at = next;
    }
    return at;
}

bool stands_at(std::string_view text, std::size_t at, std::string_view word) {
    auto const end = at + word.size();
    bool const within = is_letter(word.front()) && at > 0 && is_letter(text[at - 1]);
    return !within && text.substr(at).starts_with(word) && (end == text.size() || !is_letter(text[end]));
}

/// Where ":name" or a word first stands, neither quoted nor in a comment; the text's size if nowhere.
std::size_t place_of(std::string_view text, std::string_view word) {
    constexpr std::string_view kQuotes = "'\"`[";
    for (std::size_t at = 0; at < text.size();) {
        if (auto const next = after_nothing(text, at); next != at) {
            at = next;
        } else if (kQuotes.find(text[at]) != std::string_view::npos) {
            auto const end = text.find(text[at] == '[' ? ']' : text[at], at + 1);
            at = end == std::string_view::npos ? text.size() : end + 1;
        } else if (stands_at(text, at, word)) {
            return at;
        } else {
            ++at;
        }
    }
    return text.size();
}

Problem mistake_at(std::string_view text, std::size_t at, std::string_view message) {
    auto const before = text.substr(0, at);
    auto const line = 1 + std::ranges::count(before, '\n');
    auto const begin = before.rfind('\n');
    auto const column = before.size() - (begin == std::string_view::npos ? 0 : begin + 1) + 1;
    return configuration_problem("", static_cast<int>(line), static_cast<int>(column), message);
}

constexpr std::string_view kOnlyReads = "only reads are taken: one SELECT, or WITH … SELECT";

/// What a text may do while it is compiled.
struct Guard {
    std::set<std::string, std::less<>> relations;
    std::string refused;  ///< why it was, the first time

    int refuse(std::string why) {
        if (refused.empty()) refused = std::move(why);
        return SQLITE_DENY;
    }

    static bool is_inner(std::string_view name) {
        constexpr auto kInner = std::to_array<std::string_view>({"sqlite_", "pragma_", "koine_", "dbstat", "fts"});
        return std::ranges::any_of(kInner, [&](auto head) {
            return name.size() >= head.size() && ascii_equal(name.substr(0, head.size()), head);
        });
    }

    int judge_relation(std::string_view name, std::string_view column) {
        if (relations.contains(name) || name == "json_each" || name == "json_tree") return SQLITE_OK;
        // Where rows are but counted the name is as the text writes it, and may be one of its own WITH.
        auto const same = [&](std::string const& known) { return ascii_equal(known, name); };
        if (column.empty() && (!is_inner(name) || std::ranges::any_of(relations, same))) return SQLITE_OK;
        return refuse(fmt::format("{} is no table of the app", name));
    }

    int judge(int action, std::string_view first, std::string_view second) {
        switch (action) {
            case SQLITE_SELECT:
            case SQLITE_RECURSIVE: return SQLITE_OK;
            case SQLITE_READ: return judge_relation(first, second);
            case SQLITE_FUNCTION:
                if (second == "load_extension" || is_inner(second)) return refuse(fmt::format("the function {} is not for texts", second));
                return SQLITE_OK;
            default: return refuse(std::string(kOnlyReads));
        }
    }
};

int on_action(void* guard, int action, char const* first, char const* second, char const*, char const*) {
    try {
        return static_cast<Guard*>(guard)->judge(action, first != nullptr ? first : "", second != nullptr ? second : "");
    } catch (std::bad_alloc const&) {
        return SQLITE_DENY;
    }
}

class Guarding {
public:
    Guarding(sqlite3* handle, Guard& guard) : handle_(handle) { sqlite3_set_authorizer(handle, on_action, &guard); }
    ~Guarding() { sqlite3_set_authorizer(handle_, nullptr, nullptr); }
    Guarding(Guarding const&) = delete;
    Guarding& operator=(Guarding const&) = delete;

private:
    sqlite3* handle_;
};

/// The file's own tables and views; names that begin with sqlite_ are not.
Result<void> read_relations(Connection& connection, Guard& guard) {
    KOINE_TRY(auto const statement, connection.compile("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')", 0));
    int rc = SQLITE_OK;
    while ((rc = sqlite3_step(statement.get())) == SQLITE_ROW) {
        std::string name(reinterpret_cast<char const*>(sqlite3_column_text(statement.get(), 0)));
        if (!name.starts_with("sqlite_")) guard.relations.insert(std::move(name));
    }
    if (rc != SQLITE_DONE) return connection.problem(rc);
    return outcome::success();
}

std::size_t place_of_mistake(Connection& connection, std::string_view text, std::string_view message) {
    if (auto const offset = sqlite3_error_offset(connection.handle()); offset >= 0) return static_cast<std::size_t>(offset);
    if (message == "incomplete input") return text.find_last_not_of(" \t\r\n") + 1;
    constexpr std::string_view kNoTable = "no such table: ";
    auto const place =
        message.starts_with(kNoTable) && message.size() > kNoTable.size() ? place_of(text, message.substr(kNoTable.size())) : text.size();
    return place < text.size() ? place : first_word(text, 0);
}

Problem refused(Connection& connection, int rc, std::string_view text, Guard const& guard) {
    bool const is_mistake = (rc & 0xFF) == SQLITE_ERROR || (rc & 0xFF) == SQLITE_AUTH;
    if (!is_mistake) return connection.problem(rc);
    std::string_view const message = guard.refused.empty() ? sqlite3_errmsg(connection.handle()) : guard.refused.c_str();
    return mistake_at(text, place_of_mistake(connection, text, message), message);
}

bool is_name(std::string_view name) {
    auto const fits = [](char c) { return is_letter(c) || c == '-'; };
    return !name.empty() && name.size() <= kLongestName && !is_ascii_digit(name.front()) && std::ranges::all_of(name, fits);
}

Result<void> check_names(sqlite3_stmt* statement, std::string_view text) {
    auto const begin = first_word(text, 0);
    auto const columns = columns_of(statement);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        auto const& name = columns[i];
        if (!is_name(name))
            return mistake_at(
                text, begin, fmt::format("column {} ({}) has no name: write AS and one behind it", i + 1, name.substr(0, kLongestName))
            );
        if (std::ranges::count(columns, name) > 1)
            return mistake_at(text, begin, fmt::format("two columns are called {}: rename one by AS", name));
    }
    for (int i = 1; i <= sqlite3_bind_parameter_count(statement); ++i) {
        std::string_view const name =
            sqlite3_bind_parameter_name(statement, i) != nullptr ? sqlite3_bind_parameter_name(statement, i) : "?";
        auto const fits = name.starts_with(':') && name.size() <= kLongestName && std::ranges::all_of(name.substr(1), is_letter);
        if (!fits)
            return mistake_at(text, place_of(text, name), fmt::format("the parameter {} has no name: parameters are written :name", name));
    }
    return outcome::success();
}

Problem too_many(std::string_view what, std::int64_t most) {
    return Problem(Reason::limit_exceeded).with("limit", what).with("maximum", most);
}

/// A cell whose text is in the arena.
Result<Cell> cell_of(sqlite3_stmt* statement, int column, RunLimits const& limits, TextRows& rows, std::size_t cell_bytes) {
    switch (sqlite3_column_type(statement, column)) {
        case SQLITE_NULL: return Cell();
        case SQLITE_INTEGER: return Cell::of(std::int64_t{sqlite3_column_int64(statement, column)});
        case SQLITE_FLOAT: return Cell::of(sqlite3_column_double(statement, column));
        case SQLITE_TEXT: {
            auto const* data = reinterpret_cast<char const*>(sqlite3_column_text(statement, column));
            auto const size = data != nullptr ? static_cast<std::size_t>(sqlite3_column_bytes(statement, column)) : 0;
            if (cell_bytes + rows.rows.arena.used() + size > limits.max_bytes)
                return too_many("bytes of an answer", static_cast<std::int64_t>(limits.max_bytes));
            return Cell::text(rows.rows.arena.copy({data, size}));
        }
        default:
            return Problem(Reason::operation_failed)
                .because(fmt::format("the column {} holds bytes", rows.columns[static_cast<std::size_t>(column)]));
    }
}

Result<void> bind(Connection& connection, sqlite3_stmt* statement, std::span<Named const> values) {
    sqlite3_clear_bindings(statement);
    for (auto const& [name, value] : values) {
        int const index = sqlite3_bind_parameter_index(statement, fmt::format(":{}", name).c_str());
        if (index == 0) return Problem(Reason::internal).because(fmt::format("no parameter is called {}", name));
        if (int rc = bind_cell(statement, index, value); rc != SQLITE_OK) return connection.problem(rc);
    }
    return outcome::success();
}

/// A text that was prepared fails as it runs for what it met: where values were given, these do not fit (json_each of what is no JSON, a sum too large).
Problem met(Problem const& problem, bool has_values) {
    if (problem.reason() != Reason::internal) return problem;
    if (!has_values) return Problem(Reason::operation_failed).because(problem.cause());
    auto const message = fmt::format("The values that were given do not fit: {}.", problem.cause());
    return Problem(Reason::operation_invalid).with("message", message).because(problem.cause());
}

Result<void> fetch(Connection& connection, sqlite3_stmt* statement, RunLimits const& limits, bool has_values, TextRows& rows) {
    auto& out = rows.rows.steps.emplace_back();
    int rc = sqlite3_step(statement);
    rows.columns = columns_of(statement);  // after the first step: before it, a changed schema may not have been noticed
    out.width = static_cast<std::uint32_t>(rows.columns.size());
    for (; rc == SQLITE_ROW; rc = sqlite3_step(statement)) {
        if (out.count() == limits.max_rows) return too_many("rows of an answer", limits.max_rows);
        auto const cell_bytes = (out.cells.size() + out.width) * sizeof(Cell);
        if (cell_bytes + rows.rows.arena.used() > limits.max_bytes)
            return too_many("bytes of an answer", static_cast<std::int64_t>(limits.max_bytes));
        for (int i = 0; i < static_cast<int>(out.width); ++i) {
            KOINE_TRY(auto const cell, cell_of(statement, i, limits, rows, cell_bytes));
            out.cells.push_back(cell);
        }
    }
    if (rc == SQLITE_DONE) return outcome::success();
    return met(connection.problem(rc), has_values && (rc == SQLITE_ERROR || rc == SQLITE_TOOBIG || rc == SQLITE_MISMATCH));
}

}  // namespace

std::vector<std::string> columns_of(sqlite3_stmt* statement) {
    std::vector<std::string> names;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        auto const* name = sqlite3_column_name(statement, i);
        names.emplace_back(name != nullptr ? name : "");
    }
    return names;
}

std::vector<Text::Parameter> parameters_of(sqlite3_stmt* statement, std::string_view text) {
    std::vector<Text::Parameter> parameters;
    for (int i = 1; i <= sqlite3_bind_parameter_count(statement); ++i) {
        std::string const name = sqlite3_bind_parameter_name(statement, i);
        auto const before = text.substr(0, place_of(text, name));
        parameters.push_back({name.substr(1), static_cast<int>(1 + std::ranges::count(before, '\n'))});
    }
    return parameters;
}

Result<StatementHandle> compile_text(Connection& connection, std::string_view text) {
    if (auto const zero = text.find('\0'); zero != std::string_view::npos) return mistake_at(text, zero, "a zero byte ends no statement");
    Guard guard;
    KOINE_TRY(read_relations(connection, guard));
    // Their first use in a connection declares a table, which the guard would refuse.
    KOINE_TRY(connection.compile("SELECT 1 FROM json_each(1), json_tree(1)", 0));
    Guarding const guarding(connection.handle(), guard);
    sqlite3_stmt* made = nullptr;
    char const* tail = nullptr;
    int const rc =
        sqlite3_prepare_v3(connection.handle(), text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT, &made, &tail);
    if (rc != SQLITE_OK) return refused(connection, rc, text, guard);
    StatementHandle statement(made);
    if (!statement) return mistake_at(text, 0, "there is no statement: one SELECT is wanted");
    auto const end = static_cast<std::size_t>(tail - text.data());
    auto next = first_word(text, end);
    while (next < text.size() && text[next] == ';') next = first_word(text, next + 1);
    if (next < text.size()) return mistake_at(text, next, "one statement is wanted, and here begins another one");
    bool const reads = sqlite3_stmt_readonly(statement.get()) != 0 && sqlite3_stmt_isexplain(statement.get()) == 0 &&
                       sqlite3_column_count(statement.get()) > 0;
    if (!reads) return mistake_at(text, first_word(text, 0), kOnlyReads);
    KOINE_TRY(check_names(statement.get(), text));
    return statement;
}

Result<void> run_text(
    Connection& connection, sqlite3_stmt* statement, std::span<Named const> values, RunLimits const& limits, TextRows& rows
) {
    try {
        rows.rows.clear();
        rows.rows.steps.clear();
        connection.state().problem.reset();
        connection.state().now.reset();
        ResetGuard const reset(statement);
        KOINE_TRY(bind(connection, statement, values));
        ++rows.rows.statements;
        return fetch(connection, statement, limits, !values.empty(), rows);
    } catch (std::bad_alloc const&) {
        return Problem(Reason::internal).because("out of memory");
    }
}

}  // namespace koine::store::sqlite
