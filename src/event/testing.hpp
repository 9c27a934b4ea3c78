/// @file For this room's tests: a small app with hooks, on a database of its own, and edits that are told of.
#pragma once

#include "edit/edit.hpp"
#include "event/outbox.hpp"
#include "format/read_body.hpp"
#include "resource/testing.hpp"
#include "store/transaction.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::event::testing {

inline constexpr std::string_view kApp = R"(
app: {name: tracker, title: Tracker, version: "1", settings: {chat_host: "http://127.0.0.1:9", chat_key: key}}
entities:
  label: {type: tracker.label, fields: {name: text(20) unique}}
  task:
    type: tracker.task
    logged: true
    fields:
      title: text(50)
      state: enum(open|done) = open
      owner: text(50) null
      labels: refs(label)
      secret: secret null
    order: [title]
  hook:
    type: tracker.hook
    logged: true
    fields:
      name: text(50)
      enabled: bool = true
      types: list(text)
      url: text(500)
      method: enum(GET|POST|PUT|PATCH|DELETE) = POST
      content_type: text(100) = application/json
      headers: text blank
      body: text blank
      secret: text blank
      conditions: json null
      verify: bool = true
      authority: text null blank
      creates: bool = false
      updates: bool = false
      deletes: bool = false
  change:
    fields: {time: datetime, user_name: text(100), request: text(100), action: text(10), object: any_ref, before: json null, after: json null, words: text(200)}
identity:
  log: {entity: change, time: time, user_name: user_name, request: request, action: action, object: object, before: before, after: after, text: words}
resources:
  labels: {entity: label, members: [id, name], endpoints: [crud, bulk]}
  tasks:
    entity: task
    members: [id, {url: {link: self}}, display: {text: "Task {title}"}, title, state, owner, labels]
    views: {short: {only: [id, title]}}
    endpoints: [crud, bulk]
  hooks: {entity: hook, members: [id, name, enabled, types, url, method, content_type, headers, body, secret, conditions, verify, authority, creates, updates, deletes], endpoints: [crud, bulk]}
)";

inline constexpr std::string_view kRoles =
    "  entity: hook\n  enabled: enabled\n  types: types\n  url: url\n  method: method\n  content_type: content_type\n  headers: headers\n"
    "  body: body\n  secret: secret\n  conditions: conditions\n  verify: verify\n  authority: authority\n  on_create: creates\n"
    "  on_update: updates\n  on_delete: deletes\n";

class EventTest : public resource::testing::AppTest {
protected:
    /// @param further of the section webhooks, beside the roles of the entity hook. @param more files of the app.
    void load(std::string const& further = "", bool roles = true, std::vector<std::pair<std::string, std::string>> const& more = {}) {
        auto const section = "webhooks:\n" + std::string(roles ? kRoles : "") + further;
        std::vector<std::pair<std::string, std::string>> files = {{"app.yaml", std::string(kApp) + section}};
        files.insert(files.end(), more.begin(), more.end());
        make_app(files);
        auto bound = resource::bind(app_, store_->model(), {}, true);
        ASSERT_TRUE(bound) << describe(bound.error());
        resources_ = bound.value();
        plans_ = edit::Plans::make(*resources_, store_->model());
        auto made = Outbox::make(resources_, render_);
        ASSERT_TRUE(made) << describe(made.error());
        outbox_ = made.value();
        principal_.anonymous = false;
        principal_.name = "anna";
        store::sqlite::testing::ForeignProgram(folder_.file()).insert("label", {"id", "name"}, {{1, "red"}});
    }

    /// "ok KEYS", or the reason of the failure.
    std::string edit(std::string const& resource, edit::Verb verb, bool bulk, std::string const& key, std::string const& json) {
        query::Body body;
        if (!json.empty()) {
            EXPECT_TRUE(format::read_body(format::BodyFormat::json, json, {}, body, {.documents = true}));
        }
        edit::Rules const rules;
        edit::Order const order{
            *resources_,
            *resources_->find(resource),
            store_->model(),
            verb,
            bulk,
            key,
            body,
            principal_,
            "r-1",
            rules,
            plans_,
            outbox_.get()
        };
        Arena arena;
        auto begun = edit::begin(order, arena);
        if (!begun) return std::string(to_string(begun.error().reason()));
        auto& edit = *begun.value();
        auto const done = transact([&](store::Transaction& transaction) -> Result<void> {
            KOINE_TRY(edit.apply(transaction));
            return fails_ ? Result<void>(Problem(Reason::cancelled)) : Result<void>(outcome::success());
        });
        if (!done) return describe(done.error());
        std::string text = "ok";
        for (auto const one : edit.keys()) text += " " + std::to_string(one);
        return text;
    }
    std::string create(std::string const& resource, std::string const& json) {
        return edit(resource, edit::Verb::create, json.starts_with('['), "", json);
    }
    std::string patch(std::string const& resource, std::string const& key, std::string const& json) {
        return edit(resource, edit::Verb::patch, false, key, json);
    }
    std::string remove(std::string const& resource, std::string const& key) { return edit(resource, edit::Verb::remove, false, key, ""); }

    Result<void> transact(store::Work const& work) {
        std::optional<Result<void>> done;
        auto const all = [&]() -> Awaitable<> { done = co_await worker_->session().transact(work, nullptr); };
        run_to_end(all());
        return *done;
    }
    std::string emit(std::string_view event, std::string_view json) {
        auto const done =
            transact([&](store::Transaction& transaction) { return outbox_->emit(transaction, event, json, principal_, "r-2"); });
        return done ? "ok" : std::string(to_string(done.error().reason()));
    }

    Render render_ = [](std::string_view source, std::string_view context) -> Result<std::string> {
        if (source == "endless") return Problem(Reason::limit_exceeded).with("limit", "template_steps");
        if (source.contains("{{ bad }}")) return Problem(Reason::check_failed).with("message", "template:2: bad");
        if (source == "bad") return Problem(Reason::check_failed).with("message", "template:1: bad");
        return std::string(source) + " of " + std::string(context.substr(0, 8));
    };
    bool fails_ = false;  ///< what is done is undone
    std::shared_ptr<resource::Resources const> resources_;
    std::shared_ptr<edit::Plans> plans_;
    std::shared_ptr<Outbox> outbox_;
    query::Principal principal_;
};

}  // namespace koine::event::testing
