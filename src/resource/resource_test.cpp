#include "query/planner.hpp"
#include "resource/testing.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace koine::resource {
namespace {

constexpr char const* kApp = R"(
entities:
  network:
    type: net.network
    logged: true
    fields:
      asn: int(1..4294967295) unique
      name: text(50)
      state: enum(up|down) = up
      parent: ref(network) null set_null inverse(children)
      tags: refs(tag)
      peers: refs(network) inverse(peered)
      data: json null
      secret: password hidden
      created: datetime = now immutable
      updated: datetime touched
    order: [parent, -asn]
  tag:
    type: net.tag
    fields: {name: text(20) unique, slug: slug(20) indexed}
    order: [name]
  context:
    fields: {active: bool = true, data: json}
  note:
    type: net.note
    logged: true
    fields:
      object: any_ref(network|tag) inverse(notes)
      kind: text(10) = plain
      context: ref(context) protect
      network: ref(network) cascade
      weight: int = 1
      at: datetime null
    order: [-weight, network]
resources:
  net/networks:
    entity: network
    aliases: [networks]
    members:
    - id
    - url: {link: self}
    - display: {text: ["AS{asn} below {parent.name}", "AS{asn}"]}
    - [asn, name, state, parent, tags, peers, data]
    - secret: {write: only}
    - merged: {merge: {rows: notes, path: context.data, where: context.active, then: data}, order: [weight]}
    - notes_count: {count: notes}
    - [created, updated]
    views:
      brief: {only: [id, asn, state]}
      nested: {like: brief, values: {enum: value}}
    search: [name, {asn: prefix}]
    filters: [asn, {q: {search: true}}, {tag: {path: tags.slug}}, {heavy: {path: notes.weight, where: "notes.kind == 'stone'"}}, {parent: parent}]
    endpoints: [crud, bulk]
  net/tags:
    entity: tag
    members: [id, name, slug]
    endpoints: [crud]
  net/notes:
    entity: note
    members:
    - id
    - object_type: {from: object.type}
    - object_id: {from: object.id}
    - [object, network, weight, at]
    - network_key: {from: network, as: key}
    - network_tags: {from: network.tags, as: keys}
    - children: {from: network.children, as: keys}
    views:
      nested: {only: [id, network]}
    endpoints: [crud]
)";

/// The app over the model of its own tables.
class Bound : public ::testing::Test {
protected:
    Bound() {
        app_ = testing::app_of(kApp);
        if (!app_) return;
        model_ = testing::model_of(tables_of(*app_));
        auto extended = extend(model_, *app_);
        if (!extended) ADD_FAILURE() << describe(extended.error());
        forms_.labelled_choices = true;
        forms_.nested = true;
        forms_.datetime.zone = "Europe/Paris";
        forms_.prefix = "/api";
        all_ = bound(forms_);
    }
    std::shared_ptr<Resources const> bound(Forms const& forms, bool closed = true) {
        auto made = resource::bind(app_, model_, forms, closed);
        if (!made) ADD_FAILURE() << describe(made.error());
        return made.value();
    }
    void SetUp() override { ASSERT_TRUE(all_); }
    Resource const& at(std::string_view path) const { return *all_->find(path); }
    static std::string shown(query::Selection const& selection) {
        return testing::shown(selection.items) + "\n" + testing::shown(selection.layout);
    }
    std::string shown(Target const& target, model::EntityId from) const {
        std::string text;
        for (auto step : target.path) {
            text += model_[from].relationships[step].name + ".";
            from = model_[from].relationships[step].target;
        }
        EXPECT_EQ(from, target.entity);
        return text + model_[from].columns[target.column].name + (target.is_key ? " (key)" : "");
    }

    std::shared_ptr<description::App const> app_;
    model::Model model_;
    Forms forms_;
    std::shared_ptr<Resources const> all_;
};

TEST_F(Bound, TablesHoldFieldsReferencesAndSets) {
    std::string text;
    for (auto const& table : tables_of(*app_)) {
        text += table.name + (table.numbered ? " numbered" : "");
        for (auto const& column : table.columns) {
            text += fmt::format(" {}:{}", column.name, model::sql_name(column.type));
            if (column.nullable) text += "?";
            if (column.default_text) text += "=" + *column.default_text;
            if (!column.target.empty()) text += fmt::format("->{}/{}", column.target, static_cast<int>(column.on_delete));
        }
        for (auto const& unique : table.uniques) text += fmt::format(" unique({})", fmt::join(unique, ","));
        for (auto const& index : table.indexes) text += fmt::format(" index({})", fmt::join(index, ","));
        text += "\n";
    }
    EXPECT_EQ(
        text,
        R"(network numbered asn:bigint name:text state:text=up parent_id:bigint?->network/2 data:json? secret:text created:timestamp without time zone updated:timestamp without time zone unique(asn) index(parent_id)
tag numbered name:text slug:text unique(name) index(slug)
context numbered active:boolean=1 data:json
note numbered object_type:text object_id:bigint kind:text=plain context_id:bigint->context/0 network_id:bigint->network/1 weight:integer=1 at:timestamp without time zone? index(object_type,object_id) index(context_id) index(network_id)
network_tags source_id:bigint->network/1 target_id:bigint->tag/1 index(target_id)
network_peers source_id:bigint->network/1 target_id:bigint->network/1 index(target_id)
)"
    );
}

TEST_F(Bound, TheQueuesOfTheServerAreTablesThatResourcesMayShow) {
    auto const app = testing::app_of(R"(
webhooks: {targets: {chat: {url: "https://chat.example", on: said}}}
resources: {deliveries: {entity: koine_delivery, members: [id, event, state, headers], filters: [state]}}
)");
    ASSERT_TRUE(app);
    auto const tables = tables_of(*app);
    ASSERT_EQ(tables.size(), 1U);
    EXPECT_EQ(tables.front().name, "koine_delivery");
    EXPECT_EQ(tables.front().columns.size(), 17U);
    EXPECT_EQ(tables.front().indexes, (std::vector<std::vector<std::string>>{{"state"}, {"due"}}));
    auto model = testing::model_of(tables);
    ASSERT_TRUE(extend(model, *app));
    auto const bound = bind(app, model, {}, true);
    EXPECT_TRUE(bound) << describe(bound.error());
}

TEST_F(Bound, MembersOfFunctionsAreCellsToBeFilled) {
    auto loaded = description::load_app_texts(
        {{"app.yaml", R"(
entities: {o: {fields: {n: text}}, e: {fields: {a: int, o: ref(o) null}}}
resources:
  os: {entity: o, members: [id, {m: {lua: x.m, needs: [n], type: datetime}}], views: {brief: {only: [m]}}}
  es: {entity: e, members: [id, {b: {lua: x.f, needs: [a, o.n, o], type: bool}}, {o: {view: brief}}, a]}
)"},
         {"operations/x.lua", ""}}
    );
    ASSERT_TRUE(loaded.app);
    auto model = testing::model_of(tables_of(*loaded.app));
    ASSERT_TRUE(extend(model, *loaded.app));
    auto const bound = bind(loaded.app, model, {}, true);
    ASSERT_TRUE(bound) << describe(bound.error());
    auto const& resource = *bound.value()->named("es");
    EXPECT_FALSE(resource.sortable.contains("b"));
    auto const told = [](query::Selection const& selection) {
        auto text = testing::shown(selection.items) + "; " + testing::shown(selection.layout);
        for (auto const& blank : selection.blanks) {
            text += fmt::format("; {} {}", blank.mark, blank.function);
            for (auto const& [name, mark] : blank.needs) text += fmt::format(" {}={}", name, mark);
        }
        return text;
    };
    EXPECT_EQ(
        told(*resource.view("full")->selection),
        "id#1 a#2 o_id#5 ?b#6 o#3{n#4 ?m#7}; {id:1 b:6 o:row3{m:time7(UTC,6)} a:2}; 6 x.f a=2 o.n=4 o=5; 7 x.m n=4"
    );
    EXPECT_EQ(told(*resource.only({"b"})), "id#1 a#2 o_id#5 ?b#6 o#3{n#4}; {b:6}; 6 x.f a=2 o.n=4 o=5") << "what it needs is read with it";
    EXPECT_EQ(told(*resource.only({"a"})), "id#1 a#2; {a:2}");
}

TEST_F(Bound, RelationsAreCalledByFieldsAndInverses) {
    std::string text;
    for (auto const& entity : model_.entities) {
        for (auto const& one : entity.relationships) {
            if (one.name.empty()) continue;
            text += fmt::format("{}.{} {} {}", entity.name, one.name, to_string(one.cardinality), model_[one.target].name);
            if (one.fixed) text += fmt::format(" where {} = {}", model_[one.target].columns[one.fixed->column].name, one.fixed->text);
            text += "\n";
        }
    }
    EXPECT_EQ(text, R"(context.note_context one-to-many note
network.parent many-to-one network
network.children one-to-many network
network.note_network one-to-many note
network.peers many-to-many network
network.peered many-to-many network
network.tags many-to-many tag
network.notes one-to-many note where object_type = net.network
note.context many-to-one context
note.network many-to-one network
tag.network_tags many-to-many network
tag.notes one-to-many note where object_type = net.tag
)");
}

TEST_F(Bound, ColumnsCompareAsTheirValuesDo) {
    auto app = testing::app_of(R"(
types: {price: decimal(8.2)}
entities:
  line: {fields: {id_of: int, price: price, net: cidr null, from: interface, host: ip(4), name: text(9), twice: {type: decimal(9.2), computed: "price * 2"}}}
resources: {lines: {entity: line, members: [id, price], endpoints: [crud]}}
)");
    ASSERT_TRUE(app);
    auto model = testing::model_of(tables_of(*app));
    ASSERT_TRUE(extend(model, *app));
    std::string text;
    for (auto const& column : model.entities.front().columns) text += fmt::format("{}:{} ", column.name, static_cast<int>(column.ordering));
    EXPECT_EQ(text, "id:0 id_of:0 price:1 net:2 from:2 host:2 name:0 ");
}

TEST_F(Bound, AViewFetchesEachColumnAndEachJoinOnce) {
    EXPECT_EQ(
        shown(*at("net/networks").view("full")->selection),
        R"(id#1 asn#2 name#5 state#6 tags#11{id#10} by name,id peers#15{id#12 asn#13 state#14} by parent_id,-asn,id data#16 notes#18{=merged#17} by weight,id count(notes)#19 created#20 updated#21 parent#3{name#4 id#7 asn#8 state#9}
{id:1 url:link('/api/net/networks/'1'/') display:text('AS'2' below '4)('AS'2) asn:2 name:5 state:choice6 parent:row3{id:7 asn:8 state:9} tags:row11{id:10} peers:row15{id:12 asn:13 state:14} data:16 merged:merged18{17}+16 notes_count:19 created:time20(Europe/Paris,6) updated:time21(Europe/Paris,6)})"
    );
    EXPECT_EQ(shown(*at("net/networks").view("nested")->selection), R"(id#1 asn#2 state#3
{id:1 asn:2 state:3})");
}

TEST_F(Bound, AnAnyRefIsOneOfItsTargets) {
    EXPECT_EQ(
        shown(*at("net/notes").view("full")->selection),
        R"(id#1 object_type#2 object_id#3 network(object_type=net.network,object_id)#7{id#4 asn#5 state#6} tag(object_type=net.tag,object_id)#9{id#8} weight#14 at#15 network_id#16 network#10{id#11 asn#12 state#13 tags#18{id#17} by name,id children#20{id#19} by parent_id,-asn,id}
{id:1 object_type:2 object_id:3 object:variant{row7{id:4 asn:5 state:6} row9{id:8}} network:row10{id:11 asn:12 state:13} weight:14 at:time15(Europe/Paris,6) network_key:16 network_tags:values18{17} children:values20{19}})"
    );
}

TEST_F(Bound, WithoutNestingReferencesAreKeys) {
    auto const plain = bound(Forms{}, false);
    EXPECT_EQ(
        shown(*plain->find("net/networks")->view("full")->selection),
        R"(id#1 asn#2 name#5 state#6 parent_id#7 tags#9{id#8} by name,id peers#11{id#10} by parent_id,-asn,id data#12 notes#14{=merged#13} by weight,id count(notes)#15 created#16 updated#17 parent#3{name#4}
{id:1 url:link('/net/networks/'1) display:text('AS'2' below '4)('AS'2) asn:2 name:5 state:6 parent:7 tags:values9{8} peers:values11{10} data:12 merged:merged14{13}+12 notes_count:15 created:time16(UTC,6) updated:time17(UTC,6)})"
    );
}

TEST_F(Bound, EveryViewAndRecordCanBePlanned) {
    for (auto const& resource : all_->all) {
        for (auto const& view : resource->views) {
            query::Query query;
            query.relation = resource->described->name;
            query.selection = view.selection;
            query.orders.push_back({{}, resource->order});
            auto plan = query::plan_read(model_, query, {}, "app");
            EXPECT_TRUE(plan) << resource->path() << " " << view.name << ": " << describe(plan.error());
        }
    }
    for (auto const& [id, record] : all_->records) {
        query::Query query;
        query.relation = model_[id].name;
        query.selection = record.selection;
        EXPECT_TRUE(query::plan_read(model_, query, {}, "app"));
    }
}

TEST_F(Bound, OrdersFollowReferencesToTheirRowsOwnOrder) {
    auto order = [&](std::string_view path) {
        std::string text;
        for (auto const& term : at(path).order) {
            std::string words = term.direction == query::Direction::descending ? "-" : "";
            auto from = at(path).entity;
            for (auto step : term.through) {
                words += model_[from].relationships[step].name + ".";
                from = model_[from].relationships[step].target;
            }
            text += (text.empty() ? "" : " ") + words + term.field.name;
            EXPECT_EQ(term.nulls, term.direction == query::Direction::descending ? query::Nulls::first : query::Nulls::last);
        }
        return text;
    };
    EXPECT_EQ(order("net/networks"), "parent_id -asn id") << "a network's parent is a network: its order would never end";
    EXPECT_EQ(order("net/notes"), "-weight network.parent_id -network.asn id");
    EXPECT_EQ(order("net/tags"), "name id");
}

TEST_F(Bound, FiltersAreColumnsAtTheEndOfPaths) {
    auto const& networks = at("net/networks");
    std::string text;
    for (auto const& [name, filter] : networks.filters) {
        text += name + ":";
        if (filter.search.empty()) text += " " + shown(filter.target, networks.entity);
        for (auto const& [target, how] : filter.search)
            text += fmt::format(" {}/{}", shown(target, networks.entity), static_cast<int>(how));
        if (filter.fixed) text += " where " + filter.fixed->first + " = " + filter.fixed->second;
        text += "\n";
    }
    EXPECT_EQ(text, R"(asn: asn
heavy: notes.weight where kind = stone
parent: parent_id (key)
q: name/0 asn/1
tag: tags.slug
)");
}

TEST_F(Bound, WhatMayBeOrderedByAndWritten) {
    std::string text;
    for (auto const& [name, target] : at("net/notes").sortable) text += name + "=" + shown(target, at("net/notes").entity) + " ";
    EXPECT_EQ(
        text,
        "at=at id=id (key) network=network_id (key) network_key=network_id (key) object=object_id (key) object_id=object_id (key) "
        "object_type=object_type weight=weight "
    );
    auto written = [&](std::string_view path) {
        std::string all;
        auto const& table = model_[at(path).entity];
        for (auto const& one : at(path).writable) {
            all += one.name;
            if (one.column) all += "=" + table.columns[*one.column].name;
            if (one.type_column) all += "~" + table.columns[*one.type_column].name;
            if (one.relationship) all += "." + table.relationships[*one.relationship].name;
            all += one.create_only ? "! " : " ";
        }
        return all;
    };
    EXPECT_EQ(
        written("net/networks"),
        "asn=asn name=name state=state parent=parent_id.parent tags.tags peers.peers data=data secret=secret created=created! "
    );
    EXPECT_EQ(
        written("net/notes"),
        "object_type~object_type object_id=object_id network=network_id.network weight=weight at=at network_key=network_id.network "
    );
}

TEST_F(Bound, OnlySomeMembersNeedOnlyTheirItems) {
    auto const& networks = at("net/networks");
    auto some = networks.only({"url", "tags", "nonsense", "display"});
    EXPECT_EQ(shown(*some), R"(id#1 asn#2 tags#11{id#10} by name,id parent#3{name#4}
{url:link('/api/net/networks/'1'/') display:text('AS'2' below '4)('AS'2) tags:row11{id:10}})");
    EXPECT_EQ(networks.only({"display", "tags", "url"}), some) << "the same members are the same selection";
    auto none = networks.only({"nonsense"});
    EXPECT_EQ(shown(*none), "id#1\n") << "rows without members";
    EXPECT_NE(none->id, some->id);
    for (int i = 0; i < 5; ++i) networks.only({"asn", i % 2 == 0 ? "name" : "state"});
}

TEST_F(Bound, RecordsKeepWhatIsStored) {
    ASSERT_EQ(all_->records.size(), 2U);
    auto const& network = all_->records.at(*model_.entity("network"));
    EXPECT_EQ(network.type_word, "net.network");
    EXPECT_EQ(
        shown(*network.selection),
        R"(id#1 asn#2 name#3 state#4 parent_id#5 tags#7{name#6} by name peers#9{name#8} by name data#10 created#11 parent#12{name#13}
{asn:2 name:3 state:4 parent:5 tags:values7{6} peers:values9{8} data:10 created:time11(UTC,3,Z)})"
    );
    EXPECT_EQ(network.text.literals.size(), 3U);
    EXPECT_EQ(network.others.size(), 1U);
    auto const& note = all_->records.at(*model_.entity("note"));
    EXPECT_EQ(shown(*note.selection), R"(id#1 object_type#2 object_id#3 kind#4 context_id#5 network_id#6 weight#7 at#8
{object_type:2 object_id:3 kind:4 context:5 network:6 weight:7 at:time8(UTC,3,Z)})");
    EXPECT_TRUE(note.text.literals.empty()) << "notes have no display";
}

TEST_F(Bound, RecordsKeepBackWhatIsOnlyWritten) {
    auto app = testing::app_of(R"(
entities:
  door: {type: d.door, logged: true, fields: {name: text(9), code: text(9), pin: text(9), token: secret blank, note: text(9) hidden}}
resources:
  doors:
    entity: door
    members:
    - [id, name]
    - code: {write: only}
    - pin: {write: only}
    - shown_pin: {from: pin}
    endpoints: [crud]
)");
    ASSERT_TRUE(app);
    auto model = testing::model_of(tables_of(*app));
    ASSERT_TRUE(extend(model, *app));
    auto made = resource::bind(app, model, forms_, true);
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_EQ(shown(*made.value()->records.at(*model.entity("door")).selection), "id#1 name#2 pin#3\n{name:2 pin:3}")
        << "a pin that another member shows is no secret; a code that none does is one";
}

TEST_F(Bound, AliasesFindTheSameResource) {
    EXPECT_EQ(all_->find("networks"), all_->find("net/networks"));
    EXPECT_EQ(all_->home_of("tag"), all_->find("net/tags"));
    EXPECT_EQ(all_->home_of("context"), nullptr);
    EXPECT_EQ(all_->find("nothing"), nullptr);
}

TEST_F(Bound, NestingThatWouldNeverEndEndsInKeys) {
    auto app = testing::app_of(R"(
entities:
  e: {fields: {up: ref(e) null}}
resources:
  es: {entity: e, members: [id, up], views: {nested: {only: [id, up]}}, endpoints: [crud]}
)");
    ASSERT_TRUE(app);
    auto model = testing::model_of(tables_of(*app));
    ASSERT_TRUE(extend(model, *app));
    auto made = resource::bind(app, model, forms_, true);
    ASSERT_TRUE(made);
    EXPECT_EQ(
        shown(*made.value()->find("es")->view("full")->selection),
        "id#1 up#2{id#3 up#4{id#5 up#6{id#7 up#8{id#9 up_id#10}}}}\n"
        "{id:1 up:row2{id:3 up:row4{id:5 up:row6{id:7 up:row8{id:9 up:10}}}}}"
    );
}

TEST_F(Bound, OtherTablesAreRefusedWithThePlaceOfTheField) {
    auto tables = tables_of(*app_);
    std::erase_if(tables, [](auto const& table) { return table.name == "network_tags"; });
    auto model = testing::model_of(tables);
    auto extended = extend(model, *app_);
    ASSERT_FALSE(extended);
    EXPECT_EQ(describe(extended.error()), "app.yaml:11:7: the tables are not the app's: there is no table network_tags");
}

}  // namespace
}  // namespace koine::resource
