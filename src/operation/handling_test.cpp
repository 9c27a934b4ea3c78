#include "blob/link.hpp"
#include "operation/testing.hpp"

#include <gmock/gmock.h>

#include <chrono>

namespace koine::operation {
namespace {

using script::Map;
using script::Value;
using testing::OperationTest;

constexpr std::string_view kPapers = R"(
entities: {paper: {fields: {name: text(50), content: blob null}}}
resources: {papers: {entity: paper, members: [id, name, content], endpoints: crud, allow: {create: anyone, update: anyone}}}
)";

constexpr auto kFiles = R"(
function put(text) return blob.put(text) end
function get(request) return blob.get(request.blob, request.options) end
function size(id) return blob.size(id) end
function link(request) return blob.link(request.blob, request.seconds, request.options) end
function give(request) return file(request.blob, request.options) end
function echo(value) return value end
function keep(text) return db.insert("papers", {name = "a", content = blob.put(text)}).content end
function name(hash) return db.insert("papers", {name = "a", content = hash}).content end
function rename(hash) return db.upsert("papers", {name = "b"}, {content = hash}).content end
function caught(hash)
  local ok, why = pcall(blob.get, hash)
  return {ok = ok}
end
function shout(hash)
  local text = blob.get(hash):upper()
  return blob.get(blob.put(text))
end
)";

std::string const kHello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
std::string const kNone(64, '0');

class HandlingTest : public OperationTest {
protected:
    void SetUp() override {
        OperationTest::SetUp();
        auto made = blob::Blobs::temporary();
        ASSERT_TRUE(made);
        files_ = {made.value(), "the key"};
        ASSERT_NO_FATAL_FAILURE(load({{"files", kFiles}}, testing::kJobsSection, kPapers));
    }
    static Value asked(std::string hash, Value options = {}) {
        return Map{{"blob", Value(std::move(hash))}, {"options", std::move(options)}};
    }
    static Value part(std::int64_t from, std::int64_t to) { return Map{{"from", Value(from)}, {"to", Value(to)}}; }
};

TEST_F(HandlingTest, PutsAndGetsOnTheLoopAndInTransactions) {
    EXPECT_EQ(read("files.put", Value("hello")), '"' + kHello + '"');
    EXPECT_EQ(write("files.put", Value("hello")), '"' + kHello + '"');
    EXPECT_EQ(read("files.get", asked(kHello)), "\"hello\"");
    EXPECT_EQ(write("files.get", asked(kHello)), "\"hello\"");
    EXPECT_EQ(read("files.size", Value(kHello)), "5");
    EXPECT_EQ(read("files.shout", Value(kHello)), "\"HELLO\"");
    EXPECT_EQ(read("files.get", asked(kHello, part(2, 4))), "\"ell\"");
    EXPECT_EQ(read("files.get", asked(kHello, part(4, 99))), "\"lo\"");
    EXPECT_EQ(read("files.get", asked(kHello, part(9, 99))), "\"\"");
    EXPECT_EQ(read("files.get", asked(kHello, part(4, 2))), "\"\"");
}

TEST_F(HandlingTest, RefusesWhatIsNotThere) {
    for (auto const& hash : {kNone, std::string("../x"), std::string()}) {
        EXPECT_EQ(read("files.get", asked(hash)), "operation_not_found");
        EXPECT_EQ(read("files.size", Value(hash)), "operation_not_found");
        EXPECT_EQ(read("files.caught", Value(hash)), R"({"ok":false})");
    }
    EXPECT_THAT(read("files.get", asked(kHello, part(0, 2))), ::testing::HasSubstr("from is a whole number from 1 on"));
    EXPECT_THAT(read("files.get", asked(kHello, Map{{"form", Value(1)}})), ::testing::HasSubstr("there is no option form"));
    EXPECT_THAT(read("files.put"), ::testing::HasSubstr("blob.put wants a text"));
}

TEST_F(HandlingTest, ReadsWhatIsLargerThanATextInParts) {
    std::string const large(2'000'000, 'x');
    auto const hash = files_.blobs->put(large).value().hash;
    EXPECT_THAT(read("files.get", asked(hash)), ::testing::HasSubstr("read it in parts"));
    EXPECT_EQ(read("files.get", asked(hash, part(1'999'999, 3'000'000))), "\"xx\"");
}

TEST_F(HandlingTest, WritesOnlyBlobsThatAreThere) {
    EXPECT_EQ(write("files.keep", Value("hello")), '"' + kHello + '"');
    EXPECT_EQ(write("files.name", Value(kHello)), '"' + kHello + '"');
    EXPECT_EQ(write("files.rename", Value(kHello)), '"' + kHello + '"');
    for (auto const& hash : {kNone, std::string("x")}) {
        EXPECT_THAT(write("files.name", Value(hash)), ::testing::HasSubstr("content: there is no such blob"));
        EXPECT_THAT(write("files.rename", Value(hash)), ::testing::HasSubstr("content: there is no such blob"));
    }
}

TEST_F(HandlingTest, MakesLinksThatHold) {
    Value const options = Map{{"name", Value("a.txt")}, {"type", Value("text/plain")}, {"inline", Value(true)}};
    auto const made = read("files.link", Map{{"blob", Value(kHello)}, {"seconds", Value(60)}, {"options", options}});
    auto const now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    ASSERT_GT(made.size(), 2U) << made;
    auto const link = blob::link_of(std::string_view(made).substr(1, made.size() - 2), files_.key, now);
    ASSERT_TRUE(link) << made;
    EXPECT_EQ(link->hash, kHello);
    EXPECT_EQ(link->name, "a.txt");
    EXPECT_TRUE(link->inlined);
    EXPECT_NEAR(static_cast<double>(link->expires), static_cast<double>(now + 60), 5);
    for (auto const& [hash, seconds] : {std::pair(kHello, 0), {kHello, 400 * 86400}, {std::string("x"), 60}})
        EXPECT_THAT(
            read("files.link", Map{{"blob", Value(hash)}, {"seconds", Value(seconds)}}),
            ::testing::HasSubstr("blob.link wants a blob, seconds")
        );
}

TEST_F(HandlingTest, AnswersWithAFile) {
    script::Value const argument = asked(kHello, Map{{"name", Value("a.txt")}});
    auto const outcome = run("files.give", argument, false);
    ASSERT_TRUE(outcome) << describe(outcome.error());
    EXPECT_EQ(outcome.value().kind, Outcome::Kind::file);
    EXPECT_EQ(outcome.value().body, kHello);
    EXPECT_EQ(outcome.value().file.name, "a.txt");
    EXPECT_FALSE(outcome.value().file.inlined);
    EXPECT_THAT(read("files.give", asked("x")), ::testing::HasSubstr("file wants a blob"));
    EXPECT_THAT(read("files.give", asked(kHello, Map{{"nam", Value("a")}})), ::testing::HasSubstr("file: options are name and type"));
}

TEST_F(HandlingTest, TakesNothingOfAClientForAnAnswerOfItsOwn) {
    for (auto const* mark :
         {"\x01"
          "file",
          "\x01reply",
          "\x01redirect"}) {
        Value const sent = Map{{mark, Map{{"blob", Value(kHello)}, {"status", Value(500)}}}};
        auto const outcome = run("files.echo", sent, false);
        ASSERT_TRUE(outcome);
        EXPECT_EQ(outcome.value().kind, Outcome::Kind::json);
        EXPECT_EQ(outcome.value().status, 0);
    }
}

class NoFiles : public OperationTest {};

TEST_F(NoFiles, AreAMistakeOfTheFunction) {
    ASSERT_NO_FATAL_FAILURE(load({{"files", kFiles}}));
    EXPECT_THAT(read("files.put", Value("hello")), ::testing::HasSubstr("this app keeps no files"));
    EXPECT_THAT(read("files.size", Value(kHello)), ::testing::HasSubstr("this app keeps no files"));
}

}  // namespace
}  // namespace koine::operation
