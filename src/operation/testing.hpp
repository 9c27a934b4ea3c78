/// @file For this room's tests: a small app with functions, on a database of its own, and calls run to their end.
#pragma once

#include "operation/operation.hpp"
#include "resource/testing.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::operation::testing {

inline constexpr std::string_view kApp = R"(
app: {name: tracker, title: Tracker, version: "1", settings: {limit: "3"}}
entities:
  person:
    type: tracker.person
    fields: {name: text(50) unique, secret: secret null}
  label:
    type: tracker.label
    fields: {name: text(20) unique}
    checks: [{expr: "name != 'bad'", message: "not {name}"}]
  task:
    type: tracker.task
    logged: true
    fields:
      title: text(50)
      state: enum(open|done) = open
      weight: decimal(6.2) null
      owner: ref(person) null set_null
      labels: refs(label)
      closed_by: text(50) readonly = ""
      extra: json null
    order: [title]
  change:
    type: tracker.change
    fields: {time: datetime, user_name: text(100), request: text(100), action: text(10), object: any_ref, before: json null, after: json null}
  run:
    type: tracker.run
    fields: {job: text(40), name: text(100), status: "enum(pending|running|completed|failed|errored) = pending", created: datetime null, started: datetime null, completed: datetime null,
             object: any_ref(task) null, data: json null, output: text null, why: text null}
identity:
  log: {entity: change, time: time, user_name: user_name, request: request, action: action, object: object, before: before, after: after}
resources:
  people: {entity: person, path: team/people, members: [id, name], endpoints: [crud]}
  labels: {entity: label, members: [id, name], endpoints: [crud], allow: {create: user, update: user}}
  tasks:
    entity: task
    members: [id, display: {text: "Task {title}"}, title, state, weight, owner, labels, {closed: {from: closed_by}}, extra]
    endpoints: [crud, bulk]
    allow: {read: anyone, create: user, update: permission('tracker.change_task'), delete: nobody}
  runs: {entity: run, members: [id, name, status, data], endpoints: [read]}
)";

inline constexpr std::string_view kJobsSection =
    "jobs: {entity: run, key: job, name: name, status: status, created: created, started: started, completed: completed, object: object, "
    "data: data, output: output, error: why}";

class OperationTest : public resource::testing::AppTest {
protected:
    /// @param files of Lua: name without suffix, and text; of others name with suffix.
    /// @param jobs the section, if it is to be another one. @param more a further file of YAML.
    void load(
        std::vector<std::pair<std::string, std::string>> const& files, std::string_view jobs = kJobsSection, std::string_view more = {}
    ) {
        std::vector<std::pair<std::string, std::string>> texts = {{"app.yaml", std::string(kApp).append(jobs)}};
        if (!more.empty()) texts.emplace_back("more.yaml", more);
        for (auto const& [name, text] : files)
            texts.emplace_back("operations/" + name + (name.find('.') == std::string::npos ? ".lua" : ""), text);
        ASSERT_NO_FATAL_FAILURE(make_app(texts));
        auto bound = resource::bind(app_, store_->model(), {}, true);
        ASSERT_TRUE(bound) << describe(bound.error());
        auto scripts = compile_scripts(*app_);
        for (auto const& mistake : scripts.mistakes) ADD_FAILURE() << describe(mistake);
        ASSERT_TRUE(scripts.program);
        auto made = Book::make(bound.value(), {}, scripts.program, {}, {}, files_);
        ASSERT_TRUE(made) << describe(made.error());
        book_ = std::move(made).value();
        statements_ = std::make_unique<Statements>(worker_->session());
        principal_.anonymous = false;
        principal_.name = "anna";
        principal_.may_read = principal_.may_write = true;
        principal_.rights = std::make_shared<query::Rights const>(query::Rights{.permissions = {"tracker.change_task"}});
        store::sqlite::testing::ForeignProgram database(folder_.file());
        database.insert("person", {"id", "name"}, {{1, "Ada"}, {2, "Bob"}});
        database.insert("label", {"id", "name"}, {{1, "red"}, {2, "green"}, {3, "blue"}});
        database.insert(
            "task",
            {"id", "title", "state", "weight", "owner_id", "closed_by", "extra"},
            {{1, "alpha", "open", "2.50", 1, "", "{\"a\":[1,2]}"},
             {2, "beta", "done", "10.00", 2, "x", nullptr},
             {3, "gamma", "open", nullptr, nullptr, "", nullptr}}
        );
        database.insert("task_labels", {"source_id", "target_id"}, {{1, 1}, {1, 2}});
    }

    Invocation invocation(std::string_view function, script::Push const& push, bool writes) const {
        return {function, push, principal_, "r-1", writes, trusted_, rows_, {}};
    }

    /// Runs it on the worker's loop. @return what it gave as text.
    std::string read(std::string_view function, script::Value argument = {}) { return told(run(function, std::move(argument), false)); }
    std::string on_loop(std::string_view function, script::Value argument = {}) { return told(run(function, std::move(argument), true)); }
    /// Runs it in a transaction, which is undone if it fails. @param times the transaction is run so often, all but the last undone.
    std::string write(std::string_view function, script::Value argument = {}) {
        script::Push const push = [&](script::Pusher& out) { out.value(argument); };
        auto const call = invocation(function, push, true);
        std::optional<Result<Outcome>> outcome;
        store::Work const work = [&](store::Transaction& transaction) -> Result<void> {
            outcome = run_in(*book_, call, transaction);
            if (!*outcome) return outcome->error();
            return outcome::success();
        };
        (void)waited(worker_->session().transact(work, nullptr));
        return told(std::move(*outcome));
    }

    static std::string told(Result<Outcome> const& result) {
        if (!result) {
            auto const& problem = result.error();
            std::string text(to_string(problem.reason()));
            if (auto message = problem.argument("message")) text += "(" + std::string(*message) + ")";
            for (auto const& fault : problem.faults()) {
                text += fmt::format(" {}:{}", fault.member, to_string(fault.problem.reason()));
                if (auto message = fault.problem.argument("message")) text += "(" + std::string(*message) + ")";
            }
            if (!problem.cause().empty()) text += " because " + std::string(problem.cause());
            return text;
        }
        auto const& outcome = result.value();
        std::string text = outcome.status == 0 ? "" : fmt::format("{} ", outcome.status);
        for (auto const& [name, value] : outcome.headers) text += fmt::format("{}: {}; ", name, value);
        switch (outcome.kind) {
            case Outcome::Kind::nothing: return text + "nothing";
            case Outcome::Kind::json: return text + outcome.body;
            case Outcome::Kind::text: return text + outcome.content_type + " " + outcome.body;
            case Outcome::Kind::file: return text + "file " + outcome.body;
            case Outcome::Kind::redirect: return text + "to " + outcome.body;
            case Outcome::Kind::rows:
                text += fmt::format("{}rows {}", outcome.list ? "list of " : "", fmt::join(outcome.keys, " "));
                for (auto const& [name, word] : outcome.words) text += fmt::format(" {}={}", name, word);
                return outcome.links.empty() ? text : text + " " + outcome.links;
        }
        return text;
    }

    Result<Outcome> run(std::string_view function, script::Value argument, bool writes) {
        script::Push const push = [&](script::Pusher& out) { out.value(argument); };
        auto const call = invocation(function, push, writes);
        return waited(run_on(*book_, call, *statements_, nullptr));
    }

    bool trusted_ = false;
    bool rows_ = false;
    Files files_;  ///< to be set before `load`
    query::Principal principal_;
    std::shared_ptr<Book const> book_;

private:
    std::unique_ptr<Statements> statements_;
};

}  // namespace koine::operation::testing
