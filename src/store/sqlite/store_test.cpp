#include "store/store.hpp"

#include "store/sqlite/music_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sys/stat.h>

namespace koine::store {
namespace {

using namespace sqlite::testing;

std::string opening(std::string const& file) {
    auto store = open_sqlite({.file = file});
    if (store) return "open";
    auto message = store.error().argument("message");
    return std::string(to_string(store.error().reason())) + ": " + std::string(message.value_or(store.error().cause()));
}

TEST(OpenSqlite, TellsPlainlyWhatIsWrong) {
    TemporaryFolder folder;
    EXPECT_EQ(opening(folder.file("absent.db")), "configuration: there is no such file");
    EXPECT_EQ(opening(folder.file(".")), "configuration: this is a folder, not a database file");
    std::ofstream(folder.file("text")) << "This is a text of some length, but no database at all, however long one looks at it.";
    EXPECT_EQ(opening(folder.file("text")), "configuration: this is not an SQLite database (or it is encrypted)");
    std::ofstream(folder.file("short")) << "x";
    EXPECT_EQ(opening(folder.file("short")), "configuration: this is not an SQLite database (or it is encrypted)");
    std::ofstream(folder.file("empty")).flush();
    EXPECT_EQ(opening(folder.file("empty")), "open");
    mkfifo(folder.file("pipe").c_str(), 0600);
    EXPECT_EQ(opening(folder.file("pipe")), "configuration: this is not a regular file");
}

TEST(OpenSqlite, TellsThatAnotherProgramLocksIt) {
    TemporaryFolder folder;
    ForeignProgram writer(folder.file());
    writer.run("CREATE TABLE t(a); BEGIN EXCLUSIVE");
    EXPECT_EQ(
        opening(folder.file()),
        "configuration: another program holds the database locked; end it, or wait until it has written, and try again"
    );
}

TEST(OpenSqlite, ReadsAWriteAheadLogAndLeavesTheModeAlone) {
    TemporaryFolder folder;
    ForeignProgram writer(folder.file());
    writer.run("PRAGMA journal_mode=WAL; CREATE TABLE t(a); INSERT INTO t VALUES (1)");
    auto store = open_sqlite({.file = folder.file()});
    ASSERT_TRUE(store);
    EXPECT_NE(store.value()->description().find(", WAL, "), std::string::npos) << store.value()->description();
    EXPECT_EQ(store.value()->model().entities.size(), 1U);
}

/// A database of some hundred pages, with some of its bytes changed.
class Damaged {
public:
    Damaged() {
        ForeignProgram(folder_.file())
            .run(
                "CREATE TABLE t(a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) INSERT INTO t SELECT "
                "printf('%040d', i) FROM n; CREATE TABLE u(a); CREATE VIEW v AS SELECT a FROM u"
            );
    }
    std::string file() const { return folder_.file(); }
    void cut(std::uintmax_t size) { std::filesystem::resize_file(file(), size); }
    void fill(std::streamoff from, std::size_t count, unsigned seed) {
        std::mt19937 random(seed);
        std::string noise(count, '\0');
        for (char& c : noise) c = static_cast<char>(random());
        std::fstream stream(file(), std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(from);
        stream << noise;
    }

private:
    TemporaryFolder folder_;
};

TEST(OpenSqlite, TellsOfADamagedFileWhatCanBeDone) {
    constexpr std::string_view kDamaged = "configuration: the database is damaged or was cut short (";
    constexpr std::string_view kForeign = "configuration: this is not an SQLite database (or it is encrypted)";
    for (std::uintmax_t size : {512U, 1000U, 4096U, 6000U, 200'000U}) {
        Damaged damaged;
        damaged.cut(size);
        EXPECT_TRUE(opening(damaged.file()).starts_with(kDamaged)) << size << opening(damaged.file());
    }
    Damaged header;
    header.fill(0, 100, 1);
    EXPECT_EQ(opening(header.file()), kForeign);
    Damaged schema;
    schema.fill(100, 3900, 2);
    EXPECT_TRUE(opening(schema.file()).starts_with(kDamaged)) << opening(schema.file());
    EXPECT_TRUE(opening(schema.file()).ends_with("restore it from a copy, or save what is left of it with `sqlite3 FILE .recover`"));
    Damaged text;
    ForeignProgram(text.file()).run("PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = 'CREATE TABL u(' WHERE name = 'u'");
    EXPECT_TRUE(opening(text.file()).starts_with(kDamaged)) << opening(text.file());
}

/// Whatever stands in the file: it opens or is refused in a sentence, and what is open answers or says that it is corrupt (or that a
/// value is too long, if a length was hit).
TEST(OpenSqlite, NoNoiseInAFileEndsTheProgram) {
    for (unsigned seed = 0; seed < 60; ++seed) {
        Damaged damaged;
        std::mt19937 random(seed);
        for (unsigned hole = 0; hole <= seed % 5; ++hole)
            damaged.fill(static_cast<std::streamoff>(random() % 400'000), 1 + random() % (seed % 2 ? 40 : 9000), seed + hole);
        auto store = open_sqlite({.file = damaged.file()});
        if (!store) {
            EXPECT_EQ(store.error().reason(), Reason::configuration) << describe(store.error());
            continue;
        }
        for (auto const& entity : store.value()->model().entities) {
            if (entity.columns.empty()) continue;
            Worker worker(*store.value());
            query::Plan plan;
            auto& select = plan.steps.emplace_back().select;
            select.sources = {Builder(store.value()->model()).root(0, entity.name)};
            select.columns = {Builder(store.value()->model()).column(0, entity.name, entity.columns[0].name)};
            query::Rows rows;
            auto done = reason(worker.run(std::move(plan), {}, rows));
            EXPECT_TRUE(done == "done" || done == "database_corrupt" || done == "limit_exceeded") << seed << " " << done;
        }
    }
}

class StoreTest : public MusicTest {};

TEST_F(StoreTest, DescribesItself) {
    EXPECT_EQ(store_->description(), "SQLite " + std::string(sqlite3_libversion()) + ", rollback journal, 20.5 kB");
}

TEST_F(StoreTest, IsCurrentUntilTheSchemaChanges) {
    EXPECT_TRUE(store_->is_current());
    ForeignProgram writer(folder_.file());
    writer.run("INSERT INTO artist(name) VALUES ('x')");
    EXPECT_TRUE(store_->is_current());
    EXPECT_TRUE(store_->is_current());
    writer.run("BEGIN EXCLUSIVE");
    EXPECT_TRUE(store_->is_current()) << "while it cannot be seen";
    writer.run("COMMIT; ALTER TABLE artist ADD COLUMN born INT");
    EXPECT_FALSE(store_->is_current());
}

TEST_F(StoreTest, IsNotCurrentOnceTheFileIsReplacedOrGone) {
    std::filesystem::copy_file(folder_.file(), folder_.file("copy"));
    std::filesystem::rename(folder_.file("copy"), folder_.file());
    EXPECT_FALSE(store_->is_current());
    open();
    EXPECT_TRUE(store_->is_current());
    std::filesystem::remove(folder_.file());
    EXPECT_FALSE(store_->is_current());
}

TEST_F(StoreTest, AStatementThatTheSchemaNoLongerCarriesSaysSo) {
    auto prepared = worker_->prepare(root("artist", {"name"}));
    auto later = worker_->prepare(root("note", {"text"}));
    ASSERT_EQ(reason(worker_->run(prepared, {}, rows_)), "done");
    ForeignProgram(folder_.file()).run("ALTER TABLE artist RENAME COLUMN name TO title; DROP TABLE note");
    EXPECT_EQ(reason(worker_->run(prepared, {}, rows_)), "schema_changed");
    EXPECT_EQ(reason(worker_->run(later, {}, rows_)), "schema_changed");
    EXPECT_FALSE(store_->is_current());
}

TEST_F(StoreTest, NothingIsEverWritten) {
    auto before = std::filesystem::last_write_time(folder_.file());
    ASSERT_EQ(reason(worker_->run(root("artist", {"name"}), {}, rows_)), "done");
    EXPECT_EQ(std::filesystem::last_write_time(folder_.file()), before);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.file(".")), {}), 1);
}

TEST(OpenSqlite, WhatTheCatalogueCannotSayIsAddedToTheModel) {
    TemporaryFolder folder;
    ForeignProgram(folder.file()).run("CREATE TABLE t(id INTEGER PRIMARY KEY, parent INT REFERENCES t(id))");
    SqliteOptions options{.file = folder.file()};
    options.extend = [](model::Model& model) -> Result<void> {
        for (auto& relationship : model.entities.front().relationships) relationship.name = relationship.holds_key ? "parent" : "children";
        return outcome::success();
    };
    auto store = open_sqlite(options).value();
    EXPECT_TRUE(store->model()[0].relationship_named("children"));
    options.extend = [](model::Model&) -> Result<void> { return Problem(Reason::unknown_column).with("column", "x"); };
    auto refused = open_sqlite(options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason(), Reason::configuration);
}

}  // namespace
}  // namespace koine::store
