/// @file For tests: a model whose relationships have names, and selections and formulas over it in a few words.
#pragma once

#include "query/selection.hpp"
#include "query/test_model.hpp"
#include "query/test_query.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::query::testing {

using expression::Class;
using expression::Formula;
using expression::Function;

/// Names the first relationship without a name that goes from one entity to the other by the constraint.
inline void name(model::Model& model, std::string_view from, std::string_view to, std::string_view constraint, std::string called) {
    for (auto& relationship : model.entities[*model.entity(from)].relationships) {
        bool meant = model[relationship.target].name == to && relationship.constraint == constraint;
        if (!meant || !relationship.name.empty()) continue;
        relationship.name = std::move(called);
        return;
    }
}

/// Sessions of peers on routers; tags of peers, some of them labels; notes on either.
inline model::Model network() {
    auto model = ModelBuilder()
                     .table("router", "id:bigint! name:text! platform_id:bigint")
                     .table("platform", "id:bigint! name:text!")
                     .table("peer", "id:bigint! asn:bigint! name:text affiliated:boolean rate:text")
                     .table("session", "id:bigint! address:text router_id:bigint peer_id:bigint! enabled:boolean accepted:integer")
                     .table("tag", "id:bigint! slug:text!")
                     .table("peer_tags", "source_id:bigint! target_id:bigint! kind:text", "source_id target_id")
                     .table("note", "id:bigint! body:text object_type:text object_id:bigint")
                     .references("router", "router_platform", "platform_id", "platform", "id")
                     .references("session", "session_router", "router_id", "router", "id")
                     .references("session", "session_peer", "peer_id", "peer", "id")
                     .references("peer_tags", "peer_tags_source", "source_id", "peer", "id")
                     .references("peer_tags", "peer_tags_target", "target_id", "tag", "id")
                     .build();
    name(model, "router", "platform", "router_platform", "platform");
    name(model, "platform", "router", "router_platform", "routers");
    name(model, "session", "router", "session_router", "router");
    name(model, "router", "session", "session_router", "sessions");
    name(model, "session", "peer", "session_peer", "peer");
    name(model, "peer", "session", "session_peer", "sessions");
    name(model, "peer", "tag", "peer_tags_source", "tags");
    model::Relationship notes;
    notes.cardinality = model::Cardinality::one_to_many;
    notes.target = *model.entity("note");
    notes.columns = {0};
    notes.target_columns = {*model[notes.target].column("object_id")};
    notes.name = "notes";
    notes.fixed = model::Relationship::Fixed{*model[notes.target].column("object_type"), "net.peer"};
    auto& peer = model.entities[*model.entity("peer")];
    peer.columns[*peer.column("rate")].ordering = model::Ordering::decimal;
    auto labels = peer.relationships[*peer.relationship_named("tags")];
    labels.name = "labels";
    labels.fixed = model::Relationship::Fixed{*model[labels.junction->entity].column("kind"), "label"};
    peer.relationships.push_back(notes);
    peer.relationships.push_back(labels);
    return model;
}

/// The number of a relationship of the network.
inline std::uint32_t number_of(std::string_view entity, std::string_view relationship) {
    auto const model = network();
    return *model[*model.entity(entity)].relationship_named(relationship);
}

inline SelectItem marked(SelectItem item, std::uint32_t mark) {
    item.mark = mark;
    return item;
}
/// A relation of `entity` as an object or list.
inline SelectItem along(std::string_view entity, std::string relationship, std::vector<SelectItem> items) {
    auto item = embed("", std::move(items), relationship);
    item.relationship = number_of(entity, relationship);
    return item;
}
inline SelectItem lifted(SelectItem item) {
    item.kind = SelectItem::Kind::spread;
    return item;
}
inline SelectItem count_of(std::string_view entity, std::string_view relationship) {
    auto item = along(entity, std::string(relationship), {});
    item.kind = SelectItem::Kind::count;
    return item;
}
inline SelectItem computed(Formula formula, std::string alias = "computed") {
    SelectItem item;
    item.kind = SelectItem::Kind::formula;
    item.alias = std::move(alias);
    item.formula = std::make_shared<Formula const>(std::move(formula));
    return item;
}
inline SelectItem blank(std::string alias, Type type) {
    SelectItem item;
    item.kind = SelectItem::Kind::blank;
    item.alias = std::move(alias);
    item.type = type;
    return item;
}
inline SelectItem variant(std::string target, std::string type_word, std::vector<SelectItem> items) {
    auto item = embed(target, std::move(items), target);
    item.kind = SelectItem::Kind::variant;
    item.type_column = "object_type";
    item.key_column = "object_id";
    item.type_word = std::move(type_word);
    return item;
}
inline Query selecting(std::string relation, std::vector<SelectItem> items, Query query = {}) {
    auto selection = std::make_shared<Selection>();
    selection->id = next_selection_id();
    selection->items = std::move(items);
    query.relation = std::move(relation);
    query.selection = std::move(selection);
    return query;
}

inline Filter related(std::string_view entity, std::string_view relationship, std::vector<Filter> children) {
    auto filter = group(Filter::Kind::related, std::move(children));
    filter.relationship = number_of(entity, relationship);
    return filter;
}
inline Filter holding(Formula formula) {
    Filter filter;
    filter.kind = Filter::Kind::formula;
    filter.formula = std::make_shared<Formula const>(std::move(formula));
    return filter;
}
inline OrderTerm through(std::vector<std::uint32_t> path, OrderTerm term) {
    term.through = std::move(path);
    return term;
}

inline Formula formula(Formula::Kind kind, Class type, std::vector<Formula> operands = {}) {
    Formula made;
    made.kind = kind;
    made.type = type;
    made.operands = std::move(operands);
    return made;
}
inline Formula said(Formula::Kind kind, Class type, std::string literal) {
    auto made = formula(kind, type);
    made.literal = std::move(literal);
    return made;
}
inline Formula text(std::string literal) { return said(Formula::Kind::text, Class::text, std::move(literal)); }
inline Formula number(std::string literal) { return said(Formula::Kind::number, Class::number, std::move(literal)); }
inline Formula null() { return formula(Formula::Kind::null, Class::any); }
inline Formula path(std::string words, Class type = Class::any) {
    auto made = formula(Formula::Kind::path, type);
    made.path = std::move(words);
    return made;
}
inline Formula outer(std::string words) {
    auto made = path(std::move(words));
    made.outer = true;
    return made;
}
inline Formula with(Formula::Kind kind, Formula::Op op, Class type, Formula left, Formula right) {
    auto made = formula(kind, type, {std::move(left), std::move(right)});
    made.op = op;
    return made;
}
inline Formula compare(Formula left, Formula::Op op, Formula right) {
    return with(Formula::Kind::compare, op, Class::boolean, std::move(left), std::move(right));
}
inline Formula calculate(Formula left, Formula::Op op, Formula right) {
    return with(Formula::Kind::arithmetic, op, Class::number, std::move(left), std::move(right));
}
inline Formula call(Function function, Class type, std::vector<Formula> operands, std::string relation = "") {
    auto made = formula(Formula::Kind::call, type, std::move(operands));
    made.function = function;
    made.relation = std::move(relation);
    return made;
}

}  // namespace koine::query::testing
