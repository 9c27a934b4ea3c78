#include "store/store.hpp"

#include "store/sqlite/music_fixture.hpp"

#include <gtest/gtest.h>

#include <fstream>
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
    EXPECT_EQ(opening(folder.file()), "database_busy: the database is locked by another program");
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

TEST(OpenSqlite, AFileThatIsDamagedIsCorrupt) {
    TemporaryFolder folder;
    ForeignProgram(folder.file()).run("CREATE TABLE t(a); INSERT INTO t VALUES (1)");
    std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file << std::string(200, '\xff');
    file.close();
    EXPECT_TRUE(opening(folder.file()).starts_with("database_corrupt")) << opening(folder.file());
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

}  // namespace
}  // namespace koine::store
