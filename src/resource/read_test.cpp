/// @file An app's views of rows in a real database, as JSON.
#include "format/document.hpp"
#include "query/planner.hpp"
#include "resource/testing.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace koine::resource {
namespace {

constexpr char const* kApp = R"(
entities:
  network:
    type: net.network
    fields: {asn: int unique, name: text(50), state: enum(up|down) = up, parent: ref(network) null set_null, tags: refs(tag), data: json null}
    order: [asn]
  tag:
    type: net.tag
    fields: {name: text(20) unique}
    order: [name]
  context:
    fields: {active: bool = true, data: json}
  note:
    type: net.note
    logged: true
    fields:
      object: any_ref(network|tag) inverse(notes)
      context: ref(context) cascade
      tags: refs(tag)
      weight: int = 1
      at: datetime null
    order: [-weight]
resources:
  networks:
    entity: network
    members:
    - id
    - url: {link: self}
    - display: {text: ["AS{asn} below {parent.name}", "AS{asn}"]}
    - [state, parent, tags]
    - merged: {merge: {rows: notes, path: context.data, where: context.active, then: data}, order: [weight]}
    - notes_count: {count: notes}
    views:
      nested: {only: [id, display, state], values: {enum: value}}
    endpoints: [crud]
  tags: {entity: tag, members: [id, name], views: {nested: {only: [name]}}, endpoints: [crud]}
  notes: {entity: note, members: [id, object, at], endpoints: [crud]}
)";

class Reading : public testing::AppTest {
protected:
    void SetUp() override {
        ASSERT_NO_FATAL_FAILURE(make_app({{"app.yaml", kApp}}));
        store::sqlite::testing::ForeignProgram database(folder_.file());
        database.insert(
            "network",
            {"id", "asn", "name", "state", "parent_id", "data"},
            {{1, 10, "Ten", "up", nullptr, R"({"a":{"own":1.50}})"}, {2, 20, "Twenty", "down", 1, nullptr}, {3, 30, "", "up", 2, nullptr}}
        );
        database.insert("tag", {"id", "name"}, {{1, "red"}, {2, "blue"}});
        database.insert("network_tags", {"source_id", "target_id"}, {{1, 1}, {1, 2}, {3, 1}});
        database.insert(
            "context", {"id", "active", "data"}, {{1, 1, R"({"a":{"x":1},"b":[]})"}, {2, 1, R"({"a":{"x":2}})"}, {3, 0, R"({"off":1})"}}
        );
        database.insert(
            "note",
            {"id", "object_type", "object_id", "context_id", "weight", "at"},
            {{1, "net.network", 1, 2, 2, "2026-07-01T10:00:00.123456Z"},
             {2, "net.network", 1, 1, 1, nullptr},
             {3, "net.network", 1, 3, 3, nullptr},
             {4, "net.tag", 1, 1, 9, nullptr},
             {5, "net.network", 99, 1, 0, nullptr}}
        );
        database.insert("note_tags", {"source_id", "target_id"}, {{1, 2}, {1, 1}});
        Forms forms;
        forms.labelled_choices = true;
        forms.nested = true;
        forms.datetime.zone = "Europe/Paris";
        auto made = resource::bind(app_, store_->model(), forms, true);
        ASSERT_TRUE(made) << describe(made.error());
        all_ = made.value();
    }

    /// All rows, a line each.
    std::string read(
        model::EntityId entity, std::shared_ptr<query::Selection const> const& selection, std::vector<query::OrderTerm> order
    ) {
        query::Query query;
        query.relation = store_->model()[entity].name;
        query.selection = selection;
        query.orders.push_back({{}, std::move(order)});
        auto plan = query::plan_read(store_->model(), query, {}, "app");
        if (!plan) return describe(plan.error());
        Arena arena;
        std::vector<query::Argument> arguments;
        if (auto bound = query::bind(*plan.value(), query, 100, arena, arguments); !bound) return describe(bound.error());
        query::Rows rows;
        if (auto run = worker_->run(*plan.value(), arguments, rows); !run) return describe(run.error());
        auto const program = represent::compile(*plan.value(), *selection);
        std::string text;
        for (std::uint32_t row = 0; row < rows.steps.front().count(); ++row) {
            format::append_json(program, rows, row, {"http://h"}, text);
            text += '\n';
        }
        return text;
    }
    std::string read(std::string_view path, std::string_view view) {
        auto const& resource = *all_->find(path);
        return read(resource.entity, resource.view(view)->selection, resource.order);
    }

    std::shared_ptr<Resources const> all_;
};

TEST_F(Reading, AViewShowsRelationsTextsCountsAndMergedObjects) {
    EXPECT_EQ(
        read("networks", "full"),
        R"({"id":1,"url":"http://h/networks/1/","display":"AS10","state":{"value":"up","label":"Up"},"parent":null,"tags":[{"name":"blue"},{"name":"red"}],"merged":{"a":{"x":2,"own":1.50},"b":[]},"notes_count":3}
{"id":2,"url":"http://h/networks/2/","display":"AS20 below Ten","state":{"value":"down","label":"Down"},"parent":{"id":1,"display":"AS10","state":"up"},"tags":[],"merged":null,"notes_count":0}
{"id":3,"url":"http://h/networks/3/","display":"AS30 below Twenty","state":{"value":"up","label":"Up"},"parent":{"id":2,"display":"AS20 below Ten","state":"down"},"tags":[{"name":"red"}],"merged":null,"notes_count":0}
)"
    );
}

TEST_F(Reading, AnAnyRefShowsWhicheverRowItMeans) {
    EXPECT_EQ(read("notes", "full"), R"({"id":4,"object":{"name":"red"},"at":null}
{"id":3,"object":{"id":1,"display":"AS10","state":"up"},"at":null}
{"id":1,"object":{"id":1,"display":"AS10","state":"up"},"at":"2026-07-01T12:00:00.123456+02:00"}
{"id":2,"object":{"id":1,"display":"AS10","state":"up"},"at":null}
{"id":5,"object":null,"at":null}
)");
}

TEST_F(Reading, ARecordKeepsKeysNamesAndTimesInUtc) {
    auto const& record = all_->records.at(*store_->model().entity("note"));
    query::OrderTerm key;
    key.field.name = "id";
    EXPECT_EQ(
        read(record.entity, record.selection, {key}),
        R"({"object_type":"net.network","object_id":1,"context":2,"tags":["blue","red"],"weight":2,"at":"2026-07-01T10:00:00.123Z"}
{"object_type":"net.network","object_id":1,"context":1,"tags":[],"weight":1,"at":null}
{"object_type":"net.network","object_id":1,"context":3,"tags":[],"weight":3,"at":null}
{"object_type":"net.tag","object_id":1,"context":1,"tags":[],"weight":9,"at":null}
{"object_type":"net.network","object_id":99,"context":1,"tags":[],"weight":0,"at":null}
)"
    );
}

TEST_F(Reading, SomeMembersOnly) {
    auto const& networks = *all_->find("networks");
    EXPECT_EQ(
        read(networks.entity, networks.only({"notes_count", "state"}), networks.order),
        R"({"state":{"value":"up","label":"Up"},"notes_count":3}
{"state":{"value":"down","label":"Down"},"notes_count":0}
{"state":{"value":"up","label":"Up"},"notes_count":0}
)"
    );
}

}  // namespace
}  // namespace koine::resource
