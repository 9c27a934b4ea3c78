#include "event/outbox.hpp"

#include "event/testing.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <thread>

namespace koine::event {
namespace {

using edit::Verb;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class OutboxTest : public testing::EventTest {
protected:
    /// Of all deliveries in their order, these columns; and forgets them.
    std::string taken(std::string const& columns) {
        auto told = stored("SELECT " + columns + " FROM koine_delivery ORDER BY id");
        run_sql("DELETE FROM koine_delivery");
        return told;
    }
    /// A hook of tasks for everything, but for what is given.
    std::string hook(std::string const& further = "") {
        return create(
            "hooks",
            R"({"name":"h","types":["tracker.task"],"url":"http://example.com/","creates":true,"updates":true,"deletes":true)" +
                (further.empty() ? "}" : "," + further + "}")
        );
    }
};

TEST_F(OutboxTest, holds_one_whole_request_for_each_change_and_hook_that_wants_it) {
    load();
    EXPECT_EQ(hook(), "ok 1");
    EXPECT_EQ(taken("id"), "");
    EXPECT_EQ(create("tasks", R"({"title":"alpha","labels":[1],"secret":"s"})"), "ok 1");
    EXPECT_EQ(outbox_->written(), 1U);
    EXPECT_EQ(
        stored("SELECT target, hook, event, request, url, method, headers, state, attempts, verify, authority FROM koine_delivery"),
        R"(hook:1|1|tracker.task.create|r-1|http://example.com/|POST|{"Content-Type":"application/json"}|waiting|0|1|)"
    );
    auto const time = stored("SELECT time FROM change WHERE object_type = 'tracker.task'");
    EXPECT_EQ(
        taken("body"),
        R"({"event":"create","time":")" + time +
            R"(","model":"tracker.task","user":"anna","request":"r-1","data":{"id":1,"url":"/tasks/1/","display":"Task alpha","title":"alpha","state":"open","owner":null,"labels":[1]},)"
            R"("snapshots":{"before":null,"after":{"title":"alpha","state":"open","owner":null,"labels":["red"]}}})"
    );
    EXPECT_EQ(patch("tasks", "1", R"({"state":"done"})"), "ok 1");
    auto const update = taken("body");
    EXPECT_THAT(update, StartsWith(R"({"event":"update")"));
    EXPECT_THAT(update, HasSubstr(R"("snapshots":{"before":{"title":"alpha","state":"open",)"));
    EXPECT_THAT(update, HasSubstr(R"("after":{"title":"alpha","state":"done",)"));
    EXPECT_EQ(patch("tasks", "1", R"({"state":"done"})"), "ok 1");
    EXPECT_EQ(taken("body"), "") << "nothing has changed";
    EXPECT_EQ(remove("tasks", "1"), "ok");
    auto const removal = taken("body");
    EXPECT_THAT(removal, StartsWith(R"({"event":"delete")"));
    EXPECT_THAT(removal, HasSubstr(R"("data":{"id":1,"url":"/tasks/1/","display":"Task alpha")"));
    EXPECT_THAT(removal, HasSubstr(R"("after":null)"));
}

TEST_F(OutboxTest, holds_nothing_for_hooks_that_want_something_else) {
    struct Case {
        std::string hook, want;
    };
    Case const cases[] = {
        {R"("name":"all")", "tracker.task.create tracker.task.update tracker.task.delete"},
        {R"("creates":false)", "tracker.task.update tracker.task.delete"},
        {R"("updates":false,"deletes":false)", "tracker.task.create"},
        {R"("enabled":false)", ""},
        {R"("types":[])", ""},
        {R"("types":["tracker.label"])", ""},
        {R"("types":["tracker.label","tracker.task"])", "tracker.task.create tracker.task.update tracker.task.delete"},
        {R"("types":["nothing"])", ""},
    };
    load();
    std::int64_t row = 0;
    for (auto const& one : cases) {
        auto body = std::string(R"({"name":"h","url":"http://x.test/")");
        for (auto const* name : {"creates", "updates", "deletes"})
            if (!one.hook.contains(name)) body += fmt::format(R"(,"{}":true)", name);
        if (!one.hook.contains("types")) body += R"(,"types":["tracker.task"])";
        if (!one.hook.contains("name")) body += "," + one.hook;
        EXPECT_EQ(create("hooks", body + "}"), fmt::format("ok {}", ++row)) << body;
        auto const key = create("tasks", R"({"title":"t"})").substr(3);
        patch("tasks", key, R"({"state":"done"})");
        remove("tasks", key);
        EXPECT_EQ(taken("event"), one.want) << one.hook;
        EXPECT_EQ(remove("hooks", std::to_string(row)), "ok");
    }
}

TEST_F(OutboxTest, is_undone_with_the_change) {
    load();
    hook();
    fails_ = true;
    EXPECT_EQ(create("tasks", R"({"title":"alpha"})"), "cancelled");
    fails_ = false;
    EXPECT_EQ(taken("id"), "");
}

TEST_F(OutboxTest, tells_of_each_row_of_many) {
    load();
    hook();
    std::string rows = "[";
    for (int i = 0; i < 700; ++i) rows += fmt::format(R"({}{{"title":"t{}"}})", i == 0 ? "" : ",", i);
    EXPECT_THAT(create("tasks", rows + "]"), StartsWith("ok 1 2 3"));
    EXPECT_EQ(stored("SELECT count(*) FROM koine_delivery"), "700");
    EXPECT_EQ(
        stored("SELECT count(*) FROM koine_delivery WHERE body LIKE '%\"data\":{\"id\":' || (id) || ',\"url\":\"/tasks/' || (id) || '/\"%'"
        ),
        "700"
    );
}

TEST_F(OutboxTest, follows_its_hooks_as_they_change) {
    load();
    auto const told = [&] {
        create("tasks", R"({"title":"t"})");
        return taken("target");
    };
    EXPECT_EQ(told(), "");
    EXPECT_EQ(hook(), "ok 1");
    EXPECT_EQ(told(), "hook:1");
    EXPECT_EQ(hook(), "ok 2");
    EXPECT_EQ(told(), "hook:1 hook:2");
    EXPECT_EQ(patch("hooks", "1", R"({"enabled":false})"), "ok 1");
    EXPECT_EQ(told(), "hook:2");
    fails_ = true;
    EXPECT_EQ(remove("hooks", "2"), "cancelled");
    fails_ = false;
    EXPECT_EQ(told(), "hook:2") << "it was not removed";
    EXPECT_EQ(remove("hooks", "2"), "ok");
    EXPECT_EQ(told(), "");
    // Another program's change counts within a second.
    run_sql("UPDATE hook SET enabled = 1");
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    EXPECT_EQ(told(), "hook:1");
}

TEST_F(OutboxTest, signs_the_body_and_keeps_no_secret) {
    load();
    hook(R"("secret":"mystery","body":"text","method":"PUT","content_type":"text/plain","headers":"X-One: 1\r\nX-Two:2\n\n")");
    create("tasks", R"({"title":"alpha"})");
    std::string const kSignature =
        "925eda9d06c7d127c1ff7c663d219286c3ac886e5e6712bcbbd153b1d54d582e"
        "82352c9bb149888445f101d5ff9ef59687ce7f1e7015f0ed546a22fa19ac6e80";
    // printf '%s' 'text of {"event"' | openssl dgst -sha512 -hmac mystery
    EXPECT_EQ(
        stored("SELECT body, method, headers FROM koine_delivery"),
        R"(text of {"event"|PUT|{"Content-Type":"text/plain","X-One":"1","X-Two":"2","X-Hook-Signature":")" + kSignature + "\"}"
    );
    EXPECT_EQ(stored("SELECT count(*) FROM koine_delivery WHERE body || headers || url || error LIKE '%mystery%'"), "0");
}

TEST_F(OutboxTest, says_why_something_cannot_be_sent) {
    struct Case {
        std::string hook, want;
    };
    Case const cases[] = {
        {R"("body":"bad")", "template:1: bad"},
        {R"("body":"endless")", "more than the limit of template_steps"},
        {R"("headers":"X: {{ bad }}")", "template:2: bad"},
        {R"("headers":"no line")", "no line Name: value"},
        {R"("headers":"Host: x")", "Host is not to be given"},
        {R"("headers":"content-length: 1")", "content-length is not to be given"},
        {R"("headers":"Transfer-Encoding: chunked")", "not to be given"},
        {R"("headers":"Connection: close")", "not to be given"},
        {R"("headers":"X-Hook-Signature: 00")", "not to be given"},
        {R"("headers":"X-Hook-Delivery: 1")", "not to be given"},
        {R"("headers":"X Y: 1")", "no proper name"},
        {R"("headers":": 1")", "no proper name"},
        {R"("headers":"X: a\rY: b")", "no proper value"},
        {R"("headers":"X: \u0001")", "no proper value"},
        {R"("content_type":"a\r\nX: b")", "content type"},
        {R"("conditions":{"attr":1})", "its conditions: "},
    };
    load();
    std::int64_t row = 0;
    for (auto const& one : cases) {
        EXPECT_EQ(hook(one.hook), fmt::format("ok {}", ++row)) << one.hook;
        create("tasks", R"({"title":"alpha"})");
        EXPECT_EQ(stored("SELECT state, finished > 0, attempts FROM koine_delivery"), "failed|1|0") << one.hook;
        EXPECT_THAT(taken("error"), HasSubstr(one.want)) << one.hook;
        EXPECT_EQ(remove("hooks", std::to_string(row)), "ok");
    }
}

TEST_F(OutboxTest, asks_the_conditions_of_a_hook) {
    load();
    hook(R"("conditions":{"and":[{"attr":"state","value":"open"},{"attr":"title","op":"contains","value":"x"}]})");
    create("tasks", R"([{"title":"a"},{"title":"x"},{"title":"xy","state":"done"},{"title":"ax"}])");
    EXPECT_EQ(taken("json_extract(body, '$.data.title')"), "x ax");
}

TEST_F(OutboxTest, tells_the_targets_of_the_yaml) {
    load(
        R"(
  digest: sha256
  signature: X-Signed
  view: short
  payload: {what: $event, of: $model, name: $model_name, row: $data, words: "{user}: {text}", at: {here~: $before}}
  targets:
    everything: {url: "{setting.chat_host}/all", on: [task, label]}
    born: {url: "http://b.test/", on: [tracker.task.create, label.delete], secret: chat_key}
    own: {url: "http://c.test/", on: [deploy.done]}
)",
        false
    );
    create("tasks", R"({"title":"alpha"})");
    EXPECT_EQ(
        stored("SELECT target, hook, url, body FROM koine_delivery"),
        R"(everything|null|http://127.0.0.1:9/all|{"what":"create","of":"tracker.task","name":"task","row":{"id":1,"title":"alpha"},"words":"anna: Task alpha","at":{}} )"
        R"(born|null|http://b.test/|{"what":"create","of":"tracker.task","name":"task","row":{"id":1,"title":"alpha"},"words":"anna: Task alpha","at":{}})"
    );
    EXPECT_THAT(taken("headers"), HasSubstr(R"("X-Signed":")"));
    patch("tasks", "1", R"({"state":"done"})");
    EXPECT_EQ(taken("target"), "everything");
    create("labels", R"({"name":"blue"})");
    EXPECT_EQ(
        taken("target, body"),
        R"(everything|{"what":"create","of":"tracker.label","name":"label","row":{"id":2,"name":"blue"},"words":null,"at":{}})"
    ) << "changes of labels are not recorded";
    remove("labels", "2");
    EXPECT_EQ(taken("target"), "everything born");
}

TEST_F(OutboxTest, takes_events_of_the_app) {
    load("  targets:\n    own: {url: \"http://c.test/\", on: [deploy.done], secret: chat_key}\n");
    EXPECT_EQ(emit("deploy.done", R"({"id": 7})"), "ok");
    EXPECT_THAT(
        stored("SELECT target, event, request, body FROM koine_delivery"),
        StartsWith(R"(own|deploy.done|r-2|{"event":"deploy.done","time":"2)")
    );
    EXPECT_EQ(
        taken("json_remove(body, '$.time')"),
        R"({"event":"deploy.done","model":null,"user":"anna","request":"r-2","data":{"id":7},"snapshots":{"before":null,"after":null}})"
    );
    EXPECT_EQ(emit("deploy.begun", R"({"id": 7})"), "ok");
    EXPECT_EQ(taken("id"), "");
    EXPECT_EQ(emit("deploy.done", "{"), "invalid_body");
    EXPECT_EQ(emit("deploy.done", '"' + std::string(2'000'000, 'x') + '"'), "limit_exceeded");
}

/// Counts what is asked of it.
class CountingTransaction final : public store::Transaction {
public:
    explicit CountingTransaction(store::Transaction& real) : real_(real) {}
    Result<void> read(
        std::shared_ptr<query::Plan const> const& plan,
        std::span<query::Argument const> arguments,
        store::RunLimits limits,
        query::Rows& rows
    ) override {
        ++asked;
        return real_.read(plan, arguments, limits, rows);
    }
    Result<void> read(
        std::shared_ptr<store::Text const> const& text, std::span<store::Named const> values, store::RunLimits limits, store::TextRows& rows
    ) override {
        ++asked;
        return real_.read(text, values, limits, rows);
    }
    Result<void> write(std::shared_ptr<query::WritePlan const> const& plan, store::WriteRequest const& request, query::Written& written)
        override {
        ++asked;
        return real_.write(plan, request, written);
    }
    Result<void> attempt(std::function<Result<void>()> const& part) override { return real_.attempt(part); }
    int asked = 0;

private:
    store::Transaction& real_;
};

TEST_F(OutboxTest, needs_no_statement_once_it_knows_that_nobody_wants_to_be_told) {
    load();
    auto const asked = [&](std::string_view entity) {
        int count = -1;
        auto const done = transact([&](store::Transaction& transaction) -> Result<void> {
            CountingTransaction counting(transaction);
            KOINE_TRY(
                auto const hearing,
                outbox_->listen({counting, "create", *app_->entity(entity), principal_, "r-1", "2026-11-22T14:03:00.562426Z"})
            );
            EXPECT_FALSE(hearing);
            count = counting.asked;
            return outcome::success();
        });
        EXPECT_TRUE(done);
        return count;
    };
    EXPECT_EQ(asked("task"), 1);
    EXPECT_EQ(asked("task"), 0);
    EXPECT_EQ(asked("label"), 0);
    EXPECT_EQ(asked("hook"), 1);
    EXPECT_EQ(asked("task"), 1) << "hooks may have changed";
}

TEST_F(OutboxTest, refuses_a_payload_that_is_wrong) {
    auto const check = [](std::string const& payload) {
        auto const loaded = description::load_app_texts(
            {{"app.yaml",
              std::string(testing::kApp) + "webhooks:\n  payload: " + payload + "\n  targets: {a: {url: \"http://x.test\", on: [task]}}\n"}}
        );
        EXPECT_TRUE(loaded.app);
        auto const checked = Outbox::check(*loaded.app);
        return checked ? std::string("ok") : describe(checked.error());
    };
    EXPECT_EQ(check("{a: $event}"), "ok");
    EXPECT_THAT(check("{a: $evnt}"), HasSubstr("event"));
}

TEST_F(OutboxTest, tells_members_that_functions_give_once_somebody_fills_them) {
    load(
        "",
        true,
        {{"more.yaml", R"(
entities: {note: {type: tracker.note, fields: {text: text(50)}}}
resources: {notes: {entity: note, members: [id, text, {by: {lua: notes.by, needs: [text], type: text}}], endpoints: [crud]}}
)"},
         {"operations/notes.lua", ""}}
    );
    ASSERT_EQ(
        create("hooks", R"({"name":"n","types":["tracker.note"],"url":"http://example.com/","creates":true,"updates":true})"), "ok 1"
    );
    taken("id");
    EXPECT_EQ(create("notes", R"({"text":"a"})"), "ok 1");
    EXPECT_THAT(taken("body"), HasSubstr(R"("data":{"id":1,"text":"a","by":null})"));
    outbox_->fill_by([](represent::Program const& program, query::Rows& rows, edit::Occasion const& occasion) -> Result<void> {
        auto const& blank = program.blanks.front();
        auto& step = rows.steps[blank.step];
        for (std::size_t row = 0; row < step.count(); ++row)
            step.cells[row * step.width + blank.cell] = query::Cell::text(occasion.principal.name);
        return outcome::success();
    });
    EXPECT_EQ(patch("notes", "1", R"({"text":"b"})"), "ok 1");
    EXPECT_THAT(taken("body"), HasSubstr(R"("data":{"id":1,"text":"b","by":"anna"})"));
    outbox_->fill_by([](auto&&...) -> Result<void> { return Problem(Reason::operation_failed); });
    EXPECT_EQ(patch("notes", "1", R"({"text":"c"})"), "operation_failed") << "and nothing is written";
    EXPECT_EQ(stored("SELECT text FROM note"), "b");
}

}  // namespace
}  // namespace koine::event
