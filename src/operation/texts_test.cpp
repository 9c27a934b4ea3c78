#include "operation/texts.hpp"

#include "operation/testing.hpp"

#include <algorithm>

namespace koine::operation {
namespace {

using script::List;
using script::Map;
using script::Value;
using testing::OperationTest;

constexpr auto kByState = R"(-- How many tasks each has
SELECT p.name AS person, t.state, count(*) AS tasks, max(t.weight) AS heaviest
FROM task t LEFT JOIN person p ON p.id = t.owner_id
WHERE :state IS NULL OR t.state = :state
GROUP BY p.id, t.state ORDER BY p.name
)";

constexpr auto kReports = R"(
function by_state(values) return db.sql("by_state", values) end
function trusted() return db.trusted("a report").sql("by_state", {state = "done"}) end
function mine() return db.sql("mine") end
function of(user) return db.sql("mine", {user = user}) end
function some(ids) return db.sql("some", {ids = ids}) end
function nowhere() return db.sql("by_stat") end
function caught()
  local ok, why = pcall(db.sql, "broken", {text = "no"})
  return {ok = ok, n = #db.sql("by_state")}
end
function broken() return db.sql("broken", {text = "no"}) end
function odd() return db.sql("by_state", "done") end
function add()
  db.insert("tasks", {title = "delta", owner = 2})
  return db.sql("by_state", {state = "open"})
end
)";

class TextsTest : public OperationTest {
protected:
    void load_all() {
        load(
            {{"reports", kReports},
             {"by_state.sql", kByState},
             {"mine.sql", "SELECT :user AS caller"},
             {"some.sql", "SELECT title, weight * 1.0 AS weight FROM task JOIN json_each(:ids) ON value = task.id ORDER BY title"},
             {"broken.sql", "SELECT value FROM json_each(:text)"}}
        );
    }
    std::string answer(std::string_view name, std::vector<store::Named> const& values, store::RunLimits limits = {}) {
        Statements statements(worker_->session());
        auto const json = waited(answer_text(*book_, name, values, statements, limits, nullptr));
        return json ? json.value() : told(json.error());
    }
};

TEST_F(TextsTest, GiveFunctionsTheirRows) {
    ASSERT_NO_FATAL_FAILURE(load_all());
    principal_.user = 7;
    struct Case {
        std::string_view function;
        Value argument;
        std::string_view want;
    } const cases[] = {
        {"reports.by_state",
         Value(),
         R"([{"state":"open","tasks":1},{"heaviest":"2.50","person":"Ada","state":"open","tasks":1},)"
         R"({"heaviest":"10.00","person":"Bob","state":"done","tasks":1}])"},
        {"reports.by_state", Map{{"state", "done"}}, R"([{"heaviest":"10.00","person":"Bob","state":"done","tasks":1}])"},
        {"reports.by_state", Map{{"state", "none"}}, "[]"},
        {"reports.trusted", Value(), R"([{"heaviest":"10.00","person":"Bob","state":"done","tasks":1}])"},
        {"reports.mine", Value(), R"([{"caller":7}])"},
        {"reports.of", 9, R"([{"caller":9}])"},
        {"reports.some", List{2, 1}, R"([{"title":"alpha","weight":2.5},{"title":"beta","weight":10.0}])"},
        {"reports.caught", Value(), R"({"n":3,"ok":false})"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(std::string(each.function) + each.argument.json());
        EXPECT_EQ(read(each.function, each.argument), each.want);
        EXPECT_EQ(write(each.function, each.argument), each.want) << "in a transaction";
    }
    principal_.user.reset();
    EXPECT_EQ(read("reports.mine"), "[{}]") << "nobody is null";
    EXPECT_EQ(
        write("reports.add"),
        R"([{"state":"open","tasks":1},{"heaviest":"2.50","person":"Ada","state":"open","tasks":1},)"
        R"({"person":"Bob","state":"open","tasks":1}])"
    ) << "it sees what it wrote";
}

TEST_F(TextsTest, TellFunctionsWhatIsWrong) {
    ASSERT_NO_FATAL_FAILURE(load_all());
    struct Case {
        std::string_view function;
        Value argument;
        std::string_view want;
    } const cases[] = {
        {"reports.nowhere", Value(), "there is no file operations/by_stat.sql"},
        {"reports.odd", Value(), "db.sql wants the name of a .sql file and a table of its parameters"},
        {"reports.by_state", Map{{"stat", 1}}, "operations/by_state.sql takes no :stat"},
    };
    for (auto const& each : cases) {
        for (auto const& got : {read(each.function, each.argument), write(each.function, each.argument)}) {
            EXPECT_TRUE(got.starts_with("operation_failed because ")) << got;
            EXPECT_NE(got.find(each.want), std::string::npos) << got;
        }
    }
}

constexpr auto kNoJson = "operation_invalid(The values that were given do not fit: malformed JSON.) because malformed JSON";

TEST_F(TextsTest, TellAValueThatDoesNotFit) {
    ASSERT_NO_FATAL_FAILURE(load_all());
    EXPECT_EQ(read("reports.broken"), kNoJson);
    EXPECT_EQ(write("reports.broken"), kNoJson);
}

TEST_F(TextsTest, AnswerRequestsWithAList) {
    ASSERT_NO_FATAL_FAILURE(load_all());
    EXPECT_EQ(
        answer("by_state", {{"state", query::Cell::text("open")}}),
        R"([{"person":null,"state":"open","tasks":1,"heaviest":null},{"person":"Ada","state":"open","tasks":1,"heaviest":"2.50"}])"
    );
    EXPECT_EQ(answer("by_state", {{"state", query::Cell::text("none")}}), "[]");
    EXPECT_EQ(answer("mine", {}), R"([{"caller":null}])");
    EXPECT_EQ(answer("by_state", {}, {.max_rows = 2}), "limit_exceeded");
    EXPECT_EQ(answer("broken", {{"text", query::Cell::text("no")}}), kNoJson);
}

TEST_F(TextsTest, AreCheckedWithTheApp) {
    struct Case {
        std::string_view name;
        std::string_view operation;
        std::string_view text;
        std::string_view want;  ///< a line each, behind the file's folder
    } const cases[] = {
        {"right", "GET a/{year}: {sql: it, query: {as-set: text null}}", "SELECT :year AS y, :as_set AS s, :user AS u", ""},
        {"a row's key need not be taken", "", "SELECT title FROM task", ""},
        {"syntax", "", "SELECT title\nFROM task WHERE", "operations/it.sql:2:16: incomplete input"},
        {"column", "", "SELECT titel FROM task", "operations/it.sql:1:8: there is no column titel; did you mean title?"},
        {"reference", "", "SELECT owner FROM task", "operations/it.sql:1:8: there is no column owner; did you mean owner_id?"},
        {"two", "", "SELECT 1 AS a; SELECT 2 AS b", "operations/it.sql:1:16: one statement is wanted, and here begins another one"},
        {"a write", "", "DELETE FROM task", "operations/it.sql:1:1: only reads are taken: one SELECT, or WITH … SELECT"},
        {"nobody gives",
         "GET a: {sql: it, query: {year: int null}}",
         "SELECT :year AS y,\n  :yeer AS z,\n  :other AS o",
         "operations/it.sql:2: :yeer is given by nothing of a; did you mean :year?\n"
         "operations/it.sql:3: :other is given by nothing of a: say it in its query"},
        {"nobody takes",
         "GET a: {sql: it, query: {year: int null}}",
         "SELECT :user AS u",
         "more.yaml:2:28: operations/it.sql takes no :year; it takes :user"},
        {"a hole that nobody takes", "GET a/{year}: {sql: it}", "SELECT 1 AS u", "more.yaml:2:3: operations/it.sql takes no :year"},
        {"twice", "POST a/{year}: {sql: it, body: {year: int}}", "SELECT :year AS y", "more.yaml:2:35: :year is given twice"},
        {"the caller",
         "GET a: {sql: it, query: {user: int}}",
         "SELECT :user AS y",
         "more.yaml:2:28: :user is the caller, so no input is called user"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.name);
        auto const operation = each.operation.empty() ? std::string_view("GET a: {sql: it}") : each.operation;
        auto const loaded = description::load_app_texts(
            {{"app.yaml", std::string(testing::kApp).append(testing::kJobsSection)},
             {"more.yaml", "operations:\n  " + std::string(operation) + "\n"},
             {"operations/it.sql", std::string(each.text)}}
        );
        for (auto const& mistake : loaded.mistakes) ADD_FAILURE() << describe(mistake);
        ASSERT_TRUE(loaded.app);
        std::string told;
        for (auto const& mistake : read_texts(*loaded.app).mistakes) told += (told.empty() ? "" : "\n") + describe(mistake);
        EXPECT_EQ(told, each.want);
    }
}

}  // namespace
}  // namespace koine::operation
