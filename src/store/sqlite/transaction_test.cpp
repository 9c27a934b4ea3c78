#include "store/transaction.hpp"

#include "store/sqlite/statement_cache.hpp"
#include "store/sqlite/write_fixture.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace koine::store::sqlite {
namespace {

using namespace testing;
using namespace std::chrono_literals;

constexpr char const* kSchema = R"(
    CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT UNIQUE);
    CREATE TABLE child(id INTEGER PRIMARY KEY, t_id INT REFERENCES t(id));
    CREATE TABLE sudden(id INTEGER PRIMARY KEY ON CONFLICT ROLLBACK);
    INSERT INTO sudden VALUES (1);
)";

/// A work on its way, and how often it was begun.
struct Working {
    Work work;
    Cancellation const* cancellation = nullptr;
    int runs = 0;
    std::optional<Result<void>> done;

    void start(boost::asio::io_context& loop, Session& session) {
        boost::asio::co_spawn(loop, run(session), [](std::exception_ptr failed) { EXPECT_FALSE(failed); });
    }
    Awaitable<> run(Session& session) {
        Work counted = [this](Transaction& transaction) {
            ++runs;
            return work(transaction);
        };
        done = co_await session.transact(counted, cancellation);
    }
};

class TransactionTest : public WriteTest {
protected:
    using Plan = std::shared_ptr<query::WritePlan const>;

    void open_all(SqliteOptions options = {}) {
        open(kSchema, std::move(options));
        insert_ = std::make_shared<query::WritePlan const>(make().insert("t", {"id", "x"}));
        insert_child_ = std::make_shared<query::WritePlan const>(make().insert("child", {"id", "t_id"}));
        remove_ = std::make_shared<query::WritePlan const>(make().remove("t", "id"));
        read_ = std::make_shared<query::Plan const>(make().reading("t", {"id", "x"}));
    }
    static Result<void> put(Transaction& transaction, Plan const& plan, std::vector<query::Cell> cells) {
        query::WriteValues values;
        values.rows = 1;
        values.cells = std::move(cells);
        WriteRequest request;
        request.values = &values;
        query::Written written;
        return transaction.write(plan, request, written);
    }
    Result<void> add(Transaction& transaction, std::int64_t id, char const* x) const { return put(transaction, insert_, cells(id, x)); }
    Result<std::string> rows(Transaction& transaction) const {
        query::Rows rows;
        KOINE_TRY(transaction.read(read_, {}, {}, rows));
        return testing::shown(rows.steps[0]);
    }
    std::string finish_work(Working& working) {
        working.start(worker_->loop(), worker_->session());
        worker_->loop().restart();
        worker_->loop().run();
        return told(working.done.value());
    }
    std::string finish_work(Work work) {
        Working working;
        working.work = std::move(work);
        return finish_work(working);
    }

    Plan insert_;
    Plan insert_child_;
    Plan remove_;
    std::shared_ptr<query::Plan const> read_;
};

TEST_F(TransactionTest, AWorkIsDoneAltogetherAndReadsWhatItWrote) {
    open_all();
    std::string before;
    std::string after;
    EXPECT_EQ(
        finish_work([&](Transaction& transaction) -> Result<void> {
            KOINE_TRY(before, rows(transaction));
            KOINE_TRY(add(transaction, 1, "a"));
            KOINE_TRY(add(transaction, 2, "b"));
            KOINE_TRY(after, rows(transaction));
            return outcome::success();
        }),
        "done"
    );
    EXPECT_EQ(before, "");
    EXPECT_EQ(after, "1, 'a'\n2, 'b'\n");
    query::Rows rows;
    ASSERT_TRUE(worker_->run(make().reading("t", {"id", "x"}), {}, rows));
    EXPECT_EQ(testing::shown(rows.steps[0]), after) << "the session that was answered sees it";
}

TEST_F(TransactionTest, APartThatFailsLeavesNothingAndTheWorkGoesOn) {
    open_all();
    EXPECT_EQ(
        finish_work([&](Transaction& transaction) -> Result<void> {
            KOINE_TRY(add(transaction, 1, "a"));
            auto const twice = transaction.attempt([&]() -> Result<void> {
                KOINE_TRY(add(transaction, 2, "b"));
                return add(transaction, 3, "a");
            });
            EXPECT_EQ(told(twice), "unique_violation relation=t constraint=t_x_key columns=x values=a");
            auto const ignored = transaction.attempt([&]() -> Result<void> {
                (void)add(transaction, 3, "a");
                return outcome::success();
            });
            EXPECT_EQ(told(ignored), "unique_violation relation=t constraint=t_x_key columns=x values=a");
            auto const refused = transaction.attempt([&]() -> Result<void> {
                KOINE_TRY(transaction.attempt([&] { return add(transaction, 4, "d"); }));
                return Problem(Reason::not_singular);
            });
            EXPECT_EQ(told(refused), "not_singular");
            return transaction.attempt([&] { return add(transaction, 5, "e"); });
        }),
        "done"
    );
    query::Rows rows;
    ASSERT_TRUE(worker_->run(make().reading("t", {"id", "x"}), {}, rows));
    EXPECT_EQ(testing::shown(rows.steps[0]), "1, 'a'\n5, 'e'\n");
}

TEST_F(TransactionTest, APartThatEndsTheTransactionEndsTheWork) {
    open_all();
    auto const sudden = std::make_shared<query::WritePlan const>(make().insert("sudden", {"id"}));
    EXPECT_NE(
        finish_work([&](Transaction& transaction) -> Result<void> {
            KOINE_TRY(add(transaction, 1, "a"));
            (void)transaction.attempt([&] { return put(transaction, sudden, cells(1)); });
            return outcome::success();
        }),
        "done"
    );
    query::Rows rows;
    ASSERT_TRUE(worker_->run(make().reading("t", {"id", "x"}), {}, rows));
    EXPECT_EQ(testing::shown(rows.steps[0]), "");
}

TEST_F(TransactionTest, OfAWorkThatFailsNothingStays) {
    struct {
        char const* name;
        std::function<Result<void>(Transaction&)> end;
        char const* want;
    } const cases[] = {
        {"by a constraint",
         [&](Transaction& transaction) { return add(transaction, 2, "a"); },
         "unique_violation relation=t constraint=t_x_key columns=x values=a"},
        {"of its own will",
         [](Transaction&) -> Result<void> { return Problem(Reason::not_singular).with("count", 7); },
         "not_singular count=7"},
        {"by an exception", [](Transaction&) -> Result<void> { throw std::runtime_error("no"); }, "internal"},
        {"by a failure it passes over",
         [&](Transaction& transaction) -> Result<void> {
             (void)add(transaction, 1, "z");
             return outcome::success();
         },
         "unique_violation relation=t constraint=t_pkey columns=id values=1"},
        {"by a failure it would go on after",
         [&](Transaction& transaction) -> Result<void> {
             (void)add(transaction, 1, "z");
             return add(transaction, 3, "c");
         },
         "unique_violation relation=t constraint=t_pkey columns=id values=1"},
        {"by what ends the whole transaction",
         [&](Transaction& transaction) -> Result<void> {
             auto sudden = std::make_shared<query::WritePlan const>(make().insert("sudden", {"id"}));
             (void)put(transaction, sudden, cells(1));
             return add(transaction, 3, "c");
         },
         "unique_violation relation=sudden constraint=sudden_pkey columns=id values=1"},
    };
    open_all();
    for (auto const& one : cases) {
        SCOPED_TRACE(one.name);
        EXPECT_EQ(
            finish_work([&](Transaction& transaction) -> Result<void> {
                KOINE_TRY(add(transaction, 1, "a"));
                return one.end(transaction);
            }),
            one.want
        );
        EXPECT_EQ(stored("SELECT count(*) FROM t"), "0");
    }
}

TEST_F(TransactionTest, AFailureIsExplainedByTheRowsTheWorkWrote) {
    open_all();
    EXPECT_EQ(
        finish_work([&](Transaction& transaction) -> Result<void> {
            KOINE_TRY(add(transaction, 5, "a"));
            KOINE_TRY(put(transaction, insert_child_, cells(1, 5)));
            std::vector<query::Argument> chosen{number(5)};
            WriteRequest request;
            request.chosen = chosen;
            query::Written written;
            return transaction.write(remove_, request, written);
        }),
        "foreign_key_referenced relation=t constraint=child_t_id_fkey columns=id values=5 origin=child"
    );
}

TEST_F(TransactionTest, ANeighbourThatEndsTheGroupOnlyMakesItRunAgain) {
    open_all();
    ForeignProgram other(folder_.file());
    other.run("BEGIN IMMEDIATE");
    // Queued while the lock is held, they are one group when it is given back.
    std::vector<std::unique_ptr<Working>> works;
    auto bad = writing(make().insert("sudden", {"id"}), cells(1));
    for (int i = 0; i < 10; ++i) {
        works.push_back(std::make_unique<Working>());
        works.back()->work = [&, i](Transaction& transaction) -> Result<void> {
            KOINE_TRY(add(transaction, i, std::to_string(i).c_str()));
            KOINE_TRY(put(transaction, insert_child_, cells(i, i)));
            if (i == 3) return Problem(Reason::not_singular);
            return outcome::success();
        };
        works.back()->start(worker_->loop(), worker_->session());
        if (i == 5) bad->start(worker_->loop(), worker_->session());
    }
    worker_->loop().poll();
    other.run("COMMIT");
    worker_->loop().restart();
    worker_->loop().run();
    EXPECT_EQ(told(bad->done.value()), "unique_violation relation=sudden constraint=sudden_pkey columns=id values=1");
    int again = 0;
    for (std::size_t i = 0; i < works.size(); ++i) {
        EXPECT_EQ(told(works[i]->done.value()), i == 3 ? "not_singular" : "done") << i;
        again += works[i]->runs > 1;
    }
    EXPECT_GE(again, 1) << "this test has to have undone a group";
    EXPECT_EQ(stored("SELECT count(*), (SELECT count(*) FROM child) FROM t"), "9|9");
}

TEST_F(TransactionTest, AWorkHasOneTimeLimitForAllItsStatements) {
    open_all({.file = {}, .statement_limit = 50ms});
    int done = 0;
    EXPECT_EQ(
        finish_work([&](Transaction& transaction) -> Result<void> {
            for (done = 0;; ++done) {
                KOINE_TRY(add(transaction, done, std::to_string(done).c_str()));
                std::this_thread::sleep_for(1ms);
            }
        }),
        "statement_timeout"
    );
    EXPECT_GT(done, 0);
    EXPECT_EQ(stored("SELECT count(*) FROM t"), "0");
    EXPECT_EQ(finish_work([&](Transaction& transaction) { return add(transaction, 1, "a"); }), "done");
}

TEST_F(TransactionTest, AWorkThatIsCancelledBeforeItBeginsIsNotRun) {
    open_all();
    Cancellation cancellation;
    cancellation.cancel();
    Working working;
    working.work = [&](Transaction& transaction) { return add(transaction, 1, "a"); };
    working.cancellation = &cancellation;
    EXPECT_EQ(finish_work(working), "cancelled");
    EXPECT_EQ(working.runs, 0);
}

TEST_F(TransactionTest, AStoreThatIsOnlyReadRefusesIt) {
    open_all();
    worker_.reset();
    store_ = open_sqlite({.file = folder_.file()}).value();
    worker_ = std::make_unique<Worker>(*store_);
    EXPECT_EQ(finish_work([](Transaction&) -> Result<void> { return outcome::success(); }), "read_only statement=transaction");
}

TEST_F(TransactionTest, PlansThatComeAndGoAreNeverTakenForEachOther) {
    open_all();
    EXPECT_EQ(
        finish_work([&](Transaction& transaction) -> Result<void> {
            KOINE_TRY(add(transaction, 1, "a"));
            for (int i = 0; i < 1000; ++i) {
                // Plans of two shapes, most at the address of one that is gone.
                auto plan = std::make_shared<query::Plan const>(make().reading("t", i % 2 ? Names{"x"} : Names{"id"}));
                query::Rows rows;
                KOINE_TRY(transaction.read(plan, {}, {}, rows));
                if (testing::shown(rows.steps[0]) != (i % 2 ? "'a'\n" : "1\n")) return Problem(Reason::internal).with("value", i);
            }
            return outcome::success();
        }),
        "done"
    );
}

TEST(StatementCache, KeepsWhatWasUsedLast) {
    struct Entry {
        std::size_t statements = 0;
        std::size_t count() const { return statements; }
        void shrink() { statements = 0; }
    };
    StatementCache<int, Entry> cache;
    int plans[4] = {};
    cache.add(&plans[0], {90});
    cache.add(&plans[1], {90});
    EXPECT_NE(cache.find(&plans[0]), nullptr);
    cache.add(&plans[2], {90});
    EXPECT_EQ(cache.find(&plans[1]), nullptr);
    EXPECT_NE(cache.find(&plans[0]), nullptr);
    EXPECT_EQ(cache.add(&plans[3], {1000}).count(), 0U) << "one that is too large alone gives back what it has";
    EXPECT_EQ(cache.find(&plans[2]), nullptr);
}

}  // namespace
}  // namespace koine::store::sqlite
