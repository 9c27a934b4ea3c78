#include "jinja/jinja.hpp"
#include "operation/testing.hpp"

namespace koine::operation {
namespace {

using script::Map;
using script::Value;
using testing::kJobsSection;
using testing::OperationTest;

constexpr auto kHooked = R"(
resources:
  plans:
    entity: task
    path: plans
    members: [id, title, state, labels]
    endpoints: [crud]
    allow: {read: anyone, create: user, update: user, delete: user}
    before: {create: hooks.fill, update: hooks.guard, delete: hooks.keep}
    after: {create: hooks.made, update: hooks.changed, delete: hooks.gone}
  endless: {entity: label, path: endless, members: [id, name], endpoints: [crud], allow: {create: user}, after: {create: hooks.again}}
)";

constexpr auto kHooks = R"(
local function note(what) db.trusted("a note").insert("people", {name = what}) end
function fill(document)
  if document.title == "bad" then problem("invalid", {field = "title", message = "Not this."}) end
  if document.title == "odd" then return {nonsense = 1} end
  if document.title == "taken" then return {owner = 99} end
  note("before " .. document.title .. " " .. document.state .. " of " .. db.count("tasks"))
  return {title = string.upper(document.title), weight = "2.50", labels = document.labels and list{1} or nil}
end
function guard(document, row)
  if row.state == "done" then problem("conflict", {message = "It is done."}) end
  if document.state == "done" then return {closed_by = principal.name} end
end
function keep(row)
  if row.title == "KEEP" then problem("not_permitted", {message = "It stays."}) end
end
function made(document) note("made " .. document.id .. " " .. document.title .. " " .. document.weight) end
function changed(document, row) note(row.state .. " to " .. document.state .. " by " .. (document.closed_by or "")) end
function gone(row) note("gone " .. row.title) end
function again(document) db.insert("endless", {name = document.name .. "+"}) end
)";

constexpr auto kCalls = R"(
function add(title) return db.insert("plans", {title = title, labels = list{1, 2}}) end
function close(id) return db.update("plans", id, {state = "done"}) end
function remove(id) return db.delete("plans", id) end
function endless() return db.insert("endless", {name = "x"}) end
)";

class HooksTest : public OperationTest {
protected:
    void SetUp() override {
        ASSERT_NO_FATAL_FAILURE(load({{"hooks", kHooks}, {"calls", kCalls}}, kJobsSection, kHooked));
        people_ = stored("SELECT count(*) FROM person");
    }
    /// What the hooks noted.
    std::string notes() { return stored("SELECT name FROM person WHERE id > " + people_); }

    std::string people_;
};

TEST_F(HooksTest, SeeAndChangeWhatIsAboutToBeWritten) {
    auto const added = write("calls.add", "tidy up");
    EXPECT_TRUE(added.contains(R"("title":"TIDY UP")") && added.contains(R"("labels":[1])")) << added;
    EXPECT_EQ(notes(), "before tidy up open of 3 made 4 TIDY UP 2.50");
    EXPECT_EQ(stored("SELECT title, weight FROM task WHERE id = 4"), "TIDY UP|2.50");
    EXPECT_EQ(stored("SELECT action, json_extract(after, '$.title') FROM change"), "create|TIDY UP") << "recorded once, as it was written";
    write("calls.close", 4);
    EXPECT_EQ(stored("SELECT closed_by FROM task WHERE id = 4"), "anna");
    write("calls.remove", 4);
    EXPECT_EQ(notes(), "before tidy up open of 3 made 4 TIDY UP 2.50 open to done by anna gone TIDY UP");
}

TEST_F(HooksTest, RefuseAndNothingIsWritten) {
    EXPECT_EQ(write("calls.add", "bad"), "invalid_document title:operation_invalid(Not this.)");
    EXPECT_TRUE(
        write("calls.add", "odd").starts_with("operation_failed because tasks has no field nonsense") ||
        write("calls.add", "odd").starts_with("operation_failed because plans has no field nonsense")
    ) << write("calls.add", "odd");
    EXPECT_EQ(write("calls.add", "taken"), "invalid_document owner:reference_not_found") << "what it gives is checked, too";
    EXPECT_EQ(stored("SELECT count(*) FROM task"), "3");
    EXPECT_EQ(notes(), "");
    write("calls.add", "keep");
    EXPECT_EQ(write("calls.remove", 4), "operation_forbidden(It stays.)");
    write("calls.close", 4);
    EXPECT_EQ(write("calls.close", 4), "operation_conflict(It is done.)");
}

TEST_F(HooksTest, EndIfTheyCallEachOtherWithoutEnd) {
    EXPECT_TRUE(write("calls.endless").starts_with("operation_failed because functions before and after writes call each other without end")
    ) << write("calls.endless");
    EXPECT_EQ(stored("SELECT count(*) FROM label WHERE name LIKE 'x%'"), "0");
}

TEST_F(OperationTest, RendersTemplatesBesideTheLoopAndInTransactions) {
    if (!jinja::available()) GTEST_SKIP() << "this build has no templates";
    ASSERT_NO_FATAL_FAILURE(load({{"mail", R"(
function greet(name) return template.render("Dear {{ name }},\n{% for n in numbers %}{{ n }};{% endfor %}", {name = name, numbers = list{1, 2.5}}) end
function broken() return template.render("{% if %}", {}) end
function caught()
  local ok = pcall(template.render, "{{ 1 // 0 }}", {})
  return {ok = ok}
end
function odd() return template.render("x", {}, {nonsense = true}) end
)"}}));
    EXPECT_EQ(read("mail.greet", "Ada"), "\"Dear Ada,\\n1;2.5;\"");
    EXPECT_EQ(write("mail.greet", "Ada"), "\"Dear Ada,\\n1;2.5;\"");
    EXPECT_TRUE(read("mail.broken").starts_with("check_failed(template:1: ")) << read("mail.broken");
    EXPECT_EQ(read("mail.caught"), R"({"ok":false})");
    EXPECT_EQ(read("mail.odd"), "operation_failed because there is no option nonsense (operations/mail.lua:8)");
}

TEST_F(OperationTest, HashesPasswordsBesideTheLoopAndSomeInTransactions) {
    ASSERT_NO_FATAL_FAILURE(load({{"words", R"(
function make(text) return crypto.password.hash(text) end
function both(text)
  local hash = crypto.password.hash(text)
  return {hash:sub(1, 30), crypto.password.verify(hash, text), crypto.password.verify(hash, text .. "x"), crypto.password.verify("x", text)}
end
function published() return crypto.password.verify("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password") end
function many()
  for i = 1, 100 do crypto.password.hash("x") end
end
function caught()
  local _, why = pcall(crypto.password.hash, ("x"):rep(2000))
  return tostring(why)
end
function odd() return crypto.password.verify("x") end
)"}}));
    EXPECT_EQ(read("words.both", "secret"), R"(["$argon2id$v=19$m=20480,t=2,p=1",true,false,false])");
    EXPECT_TRUE(write("words.make", "secret").starts_with(R"("$argon2id$v=19$m=20480,t=2,p=1$)"));
    EXPECT_EQ(read("words.published"), "true");
    EXPECT_TRUE(write("words.published").starts_with("operation_failed because to hash a password would hold the writer for too long"))
        << "its parameters make it take longer than ours";
    EXPECT_TRUE(write("words.many").starts_with("operation_failed because ")) << write("words.many");
    EXPECT_EQ(read("words.caught"), R"("problem: internal")");
    EXPECT_EQ(read("words.odd"), "operation_failed because crypto.password.verify wants a hash and a text (operations/words.lua:15)");
}

}  // namespace
}  // namespace koine::operation
