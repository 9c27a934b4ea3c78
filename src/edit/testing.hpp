/// @file For this room's tests: a small app on a database of its own, bodies written as JSON, and edits run to their end.
#pragma once

#include "description/description.hpp"
#include "edit/edit.hpp"
#include "format/read_body.hpp"
#include "resource/testing.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace koine::edit::testing {

inline constexpr std::string_view kApp = R"(
app: {name: test, title: Test, version: "1"}
entities:
  region:
    type: net.region
    fields: {name: text(50), parent: ref(region) null set_null, head: ref(user) null set_null}
    order: [name]
  tag:
    type: net.tag
    fields: {name: text(50) unique, hint: text blank}
  user:
    fields: {name: text(50) unique, password: password null}
  peer:
    type: net.peer
    label: peer
    logged: true
    fields:
      asn: int64(1..4294967295) unique
      name: text(20)
      state: enum(active|off) = active
      note: text blank
      maximum: int null
      region: ref(region) null set_null
      tags: refs(tag)
      updated: datetime readonly touched
    order: [asn]
  link:
    type: net.link
    logged: true
    fields: {peer: ref(peer) protect, slot: int = 1}
    unique: [[peer, slot]]
    checks:
    - {expr: "slot < 13", message: "{slot} is no slot of {peer.name}", field: slot}
    - {expr: "slot != 11", message: "not {slot}, which {peer.name} may not have"}
  note:
    fields: {about: any_ref(peer|link), words: text, author: ref(user) null set_null readonly = caller}
  seat: {fields: {region: ref(region) null required set_null, row: text null required}}
  change:
    fields: {time: datetime, user: ref(user) null set_null, user_name: text(100), request: text(100), action: text(10), object: any_ref, before: json null,
             after: json null, words: text(200)}
identity:
  user: {entity: user, name: name, password: password}
  log: {entity: change, time: time, user: user, user_name: user_name, request: request, action: action, object: object, before: before, after: after, text: words}
resources:
  peers:
    entity: peer
    members: [id, display: {text: "AS{asn} - {name}"}, asn, name, state, note, maximum, region, tags, updated]
    endpoints: [crud, bulk]
  links: {entity: link, members: [id, display: {text: "slot {slot}"}, peer, slot], endpoints: [crud, bulk]}
  tags: {entity: tag, members: [id, name]}
  regions: {entity: region, members: [id, name, parent], endpoints: [crud, bulk]}
  seats: {entity: seat, members: [id, region, row], endpoints: [crud]}
  notes:
    entity: note
    members: [id, kind: {from: about.type}, object: {from: about.id}, words]
    endpoints: [crud]
)";

class EditTest : public resource::testing::AppTest {
protected:
    void SetUp() override {
        ASSERT_NO_FATAL_FAILURE(make_app({{"app.yaml", std::string(kApp)}}));
        auto bound = resource::bind(app_, store_->model(), {}, true);
        ASSERT_TRUE(bound) << describe(bound.error());
        resources_ = std::move(bound).value();
        plans_ = Plans::make(*resources_, store_->model());
        principal_.anonymous = false;
        principal_.user = 7;
        principal_.name = "anna";
        store::sqlite::testing::ForeignProgram database(folder_.file());
        database.insert(
            "region", {"id", "name", "parent_id"}, {{4, "World", nullptr}, {1, "Europe", 4}, {2, "Estonia", nullptr}, {3, "Asia", 4}}
        );
        database.insert("tag", {"id", "name", "hint"}, {{1, "red", "warm"}, {2, "green", "cold"}});
        database.insert("user", {"id", "name"}, {{7, "anna"}});
    }

    std::unique_ptr<query::Body> body_of(std::string_view text) {
        auto body = std::make_unique<query::Body>();
        if (text.empty()) return body;
        texts_.push_back(std::make_unique<std::string>(text));
        auto read = format::read_body(format::BodyFormat::json, *texts_.back(), {}, *body, {.documents = true});
        EXPECT_TRUE(read) << describe(read.error());
        return body;
    }

    Order create_order(std::unique_ptr<query::Body> const& body) { return order(Verb::create, false, "", *body); }

    Order order(Verb verb, bool bulk, std::string_view key, query::Body const& body) {
        return {
            .resources = *resources_,
            .resource = *resources_->find(resource_),
            .model = store_->model(),
            .verb = verb,
            .bulk = bulk,
            .key = key,
            .body = body,
            .principal = principal_,
            .request_id = "r-1",
            .rules = rules_,
            .plans = plans_,
        };
    }

    /// "ok KEYS", or what is at fault.
    std::string run(Order const& order, int times = 1) {
        Arena arena;
        auto begun = begin(order, arena);
        if (!begun) return told(begun.error());
        auto& edit = *begun.value();
        std::optional<Result<void>> done;
        run_to_end(transact(edit, times, done));
        if (!done.value()) return told(done->error());
        std::string text = "ok";
        for (auto key : edit.keys()) text += " " + std::to_string(key);
        auto rows = edit.rows().steps.empty() ? 0 : edit.rows().steps[0].count();
        EXPECT_EQ(rows, order.verb == Verb::remove ? 0 : edit.keys().size());
        return text;
    }

    std::string create(std::string_view text) { return run(order(Verb::create, false, "", *keep(text))); }
    std::string create_all(std::string_view text) { return run(order(Verb::create, true, "", *keep(text))); }
    std::string change(Verb verb, std::string_view key, std::string_view text) { return run(order(verb, false, key, *keep(text))); }
    std::string change_all(Verb verb, std::string_view text) { return run(order(verb, true, "", *keep(text))); }
    std::string remove_all(std::string_view text) { return run(order(Verb::remove, true, "", *keep(text))); }

    std::string resource_ = "peers";
    int next_ = 0;

private:
    query::Body const* keep(std::string_view text) {
        bodies_.push_back(body_of(text));
        return bodies_.back().get();
    }

    Awaitable<> transact(Edit& edit, int times, std::optional<Result<void>>& done) {
        store::Work failing = [&edit](store::Transaction& transaction) -> Result<void> {
            KOINE_TRY(edit.apply(transaction));
            return Problem(Reason::cancelled);
        };
        for (int i = 1; i < times; ++i) {
            done = co_await worker_->session().transact(failing, nullptr);
            EXPECT_EQ(told(done->error()), "cancelled");
        }
        store::Work work = [&edit](store::Transaction& transaction) { return edit.apply(transaction); };
        done = co_await worker_->session().transact(work, nullptr);
    }

    static std::string told(Problem const& problem) {
        std::string text(to_string(problem.reason()));
        if (auto count = problem.argument("count"); count && problem.reason() == Reason::invalid_documents)
            text += "(" + std::string(*count) + ")";
        if (problem.reason() == Reason::not_found)
            text +=
                " " + std::string(problem.argument("relation").value_or("?")) + "/" + std::string(problem.argument("key").value_or("?"));
        if (problem.reason() == Reason::row_is_referenced)
            text += " " + std::string(problem.argument("count").value_or("?")) + ": " + std::string(problem.argument("rows").value_or("?"));
        for (auto const& fault : problem.faults()) {
            text += fmt::format(" {}.{}:{}", fault.document, fault.member, to_string(fault.problem.reason()));
            if (auto message = fault.problem.argument("message")) text += "(" + std::string(*message) + ")";
            if (fault.in_list) text += "*";
        }
        if (!problem.cause().empty()) text += " because " + std::string(problem.cause());
        return text;
    }

    std::shared_ptr<resource::Resources const> resources_;
    std::shared_ptr<Plans> plans_;
    query::Principal principal_;
    Rules rules_;
    std::vector<std::unique_ptr<std::string>> texts_;
    std::vector<std::unique_ptr<query::Body>> bodies_;
};

}  // namespace koine::edit::testing
