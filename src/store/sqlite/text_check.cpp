#include "base/ascii.hpp"
#include "model/schema.hpp"
#include "store/sqlite/introspect.hpp"
#include "store/sqlite/migrate_text.hpp"
#include "store/sqlite/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace koine::store {
namespace sqlite {
namespace {

int number_of(Problem const& problem, std::string_view name) {
    auto const text = problem.argument(name).value_or("0");
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

class SqliteTextCheck final : public TextCheck {
public:
    SqliteTextCheck(std::unique_ptr<Connection> connection, std::vector<WantedTable> const& tables) : connection_(std::move(connection)) {
        for (auto const& table : tables) {
            tables_.push_back(table.name);
            if (table.numbered) columns_.emplace_back("id");
            for (auto const& column : table.columns) columns_.push_back(column.name);
        }
        std::ranges::sort(columns_);
        auto const [first, last] = std::ranges::unique(columns_);
        columns_.erase(first, last);
    }

    Result<std::shared_ptr<Text const>> check(std::string_view file, std::string text) override {
        auto const statement = compile_text(*connection_, text);
        if (!statement && statement.error().reason() != Reason::configuration)
            return configuration_problem(file, 0, 0, fmt::format("cannot be compiled: {}", describe(statement.error())));
        if (!statement) {
            auto const& problem = statement.error();
            return configuration_problem(
                file, number_of(problem, "line"), number_of(problem, "column"), hinted(*problem.argument("message"))
            );
        }
        auto made = std::make_shared<Text>();
        made->columns = columns_of(statement.value().get());
        made->parameters = parameters_of(statement.value().get(), text);
        made->text = std::move(text);
        return std::shared_ptr<Text const>(std::move(made));
    }

private:
    /// With the name that may have been meant.
    std::string hinted(std::string_view message) const {
        constexpr std::string_view kNoColumn = "no such column: ";
        constexpr std::string_view kNoTable = "no such table: ";
        bool const is_column = message.starts_with(kNoColumn);
        if (!is_column && !message.starts_with(kNoTable)) return std::string(message);
        auto name = message.substr(is_column ? kNoColumn.size() : kNoTable.size());
        if (is_column && name.rfind('.') != std::string_view::npos) name = name.substr(name.rfind('.') + 1);
        auto const& known = is_column ? columns_ : tables_;
        auto meant = std::ranges::find(known, fmt::format("{}_id", name)) != known.end()
                         ? std::optional(fmt::format("{}_id", name))
                         : model::nearest(name, std::vector<std::string_view>(known.begin(), known.end()));
        auto const told = fmt::format("there is no {} {}", is_column ? "column" : "table", name);
        return meant ? fmt::format("{}; did you mean {}?", told, *meant) : told;
    }

    std::unique_ptr<Connection> connection_;
    std::vector<std::string> tables_, columns_;
};

Result<void> make_tables(Connection& connection, std::vector<WantedTable> const& tables) {
    TableTexts const texts(tables);
    KOINE_TRY(texts.check());
    auto const run = [&](std::string const& text) -> Result<void> {
        if (int rc = sqlite3_exec(connection.handle(), text.c_str(), nullptr, nullptr, nullptr); rc != SQLITE_OK)
            return connection.problem(rc);
        return outcome::success();
    };
    for (auto const& table : tables) {
        KOINE_TRY(run(texts.create_table(table, table.name)));
        for (auto const& columns : table.indexes) {
            KOINE_TRY(run(texts.create_index(table, columns)));
        }
    }
    return outcome::success();
}

/// In memory.
Result<std::unique_ptr<Connection>> database_of(std::vector<WantedTable> const& tables) {
    auto connection = Connection::open_in_memory();
    auto const made = connection ? make_tables(*connection.value(), tables) : Result<void>(connection.error());
    if (!made && made.error().reason() == Reason::configuration) return made.error();
    if (!made) return configuration_problem("", 0, 0, fmt::format("the app's tables cannot be made: {}", describe(made.error())));
    return connection;
}

}  // namespace
}  // namespace sqlite

Result<std::unique_ptr<TextCheck>> TextCheck::make(std::vector<WantedTable> const& tables) {
    KOINE_TRY(auto connection, sqlite::database_of(tables));
    return std::unique_ptr<TextCheck>(std::make_unique<sqlite::SqliteTextCheck>(std::move(connection), tables));
}

Result<model::Model> model_of(std::vector<WantedTable> const& tables) {
    KOINE_TRY(auto const connection, sqlite::database_of(tables));
    return sqlite::introspect(connection->handle());
}

}  // namespace koine::store
