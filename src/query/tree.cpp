#include "query/planner.hpp"
#include "query/planner_tree.hpp"
#include "query/relationship.hpp"
#include "query/selection.hpp"
#include "query/shape.hpp"

#include <algorithm>

namespace koine::query {
namespace {

using Kind = SelectItem::Kind;

struct Counted {
    std::uint32_t conditions = 0;  ///< by which later conditions are numbered
    std::size_t terms = 0;         ///< the same, with each value of a quantifier
};

void count(Filter const& filter, Counted& counted) {
    if (filter.kind == Filter::Kind::condition) {
        ++counted.conditions;
        counted.terms += filter.condition.quantifier == Quantifier::none ? 1 : std::max<std::size_t>(filter.condition.values.size(), 1);
    }
    for (auto const& child : filter.children) count(child, counted);
}

class TreeMaker {
public:
    TreeMaker(Drafting& draft, Query const& query, std::string_view schema) : draft_(draft), query_(query), schema_(schema) {}

    Result<std::unique_ptr<Node>> make() {
        auto id = draft_.model.entity(query_.relation);
        if (!id) return unknown_relation(draft_.model, query_.relation, schema_);
        auto root = std::make_unique<Node>();
        root->entity = *id;
        root->alias = draft_.next_alias++;
        if (!query_.select.empty()) root->items = &query_.select;
        if (query_.selection) root->items = &query_.selection->items;
        draft_.trusted = query_.selection != nullptr;
        KOINE_TRY(add_children(*root));
        KOINE_TRY(place_filters(*root));
        KOINE_TRY(place_orders(*root));
        for (std::uint32_t i = 0; i < query_.windows.size(); ++i) {
            KOINE_TRY(auto* node, find(*root, query_.windows[i].path));
            node->window = &query_.windows[i].value;
            node->window_index = i;
        }
        return root;
    }

private:
    Result<void> add_children(Node& node) {
        if (node.items == nullptr) return outcome::success();
        for (auto const& item : *node.items) {
            if (!draft_.trusted && ++columns_ > draft_.limits.max_columns) return too_many("selected members", draft_.limits.max_columns);
            if (item.kind != Kind::embed && item.kind != Kind::spread && item.kind != Kind::variant) continue;
            KOINE_TRY(auto child, make_child(node, item));
            node.children.push_back(std::move(child));
        }
        return outcome::success();
    }

    Result<std::unique_ptr<Node>> make_child(Node const& node, SelectItem const& item) {
        if (!draft_.trusted && ++embeds_ > draft_.limits.max_embeds) return too_many("embedded relations", draft_.limits.max_embeds);
        if (!draft_.trusted && node.depth >= draft_.limits.max_depth) return too_many("levels of embedding", draft_.limits.max_depth);
        auto child = std::make_unique<Node>();
        KOINE_TRY(auto const* relationship, relationship_of(node, item, *child));
        child->entity = relationship->target;
        child->alias = draft_.next_alias++;
        child->depth = node.depth + 1;
        child->item = &item;
        child->items = &item.items;
        child->relationship = relationship;
        if (!item.order.empty()) child->order = &item.order;
        if (child->is_spread() && !relationship->to_one())
            return Problem(Reason::spread_to_many).with("origin", draft_.entity(node).name).with("relation", draft_.entity(*child).name);
        KOINE_TRY(add_children(*child));
        return child;
    }

    Result<model::Relationship const*> relationship_of(Node const& node, SelectItem const& item, Node& child) const {
        if (item.kind == Kind::variant) {
            KOINE_TRY(child.by_type, relationship_by_type(node, item));
            return &*child.by_type;
        }
        if (item.relationship) return relationship_at(draft_, node.entity, item.relationship);
        return find_relationship(draft_.model, node.entity, item.target, item.hint, schema_);
    }

    Result<std::optional<model::Relationship>> relationship_by_type(Node const& node, SelectItem const& item) const {
        auto target = draft_.model.entity(item.target);
        if (!target) return unknown_relation(draft_.model, item.target, schema_);
        auto const& entity = draft_.entity(node);
        for (auto const& name : {item.key_column, item.type_column})
            if (!entity.column(name)) return unknown_name(Reason::unknown_column, entity, entity.name, name);
        auto const& key = draft_.model[*target].primary_key;
        if (!key || key->columns.size() != 1)
            return Problem(Reason::internal).because("a variant of an entity without a key of one column");
        model::Relationship made;
        made.target = *target;
        made.columns = {*entity.column(item.key_column)};
        made.target_columns = key->columns;
        return std::optional(std::move(made));
    }

    Result<void> place_filters(Node& root) {
        Counted counted;
        for (auto const& placed : query_.filters) {
            KOINE_TRY(auto* node, find(root, placed.path));
            node->filters.push_back({&placed.value, counted.conditions});
            count(placed.value, counted);
        }
        if (counted.terms > draft_.limits.max_terms) return too_many("filter terms", draft_.limits.max_terms);
        return outcome::success();
    }

    Result<void> place_orders(Node& root) {
        for (auto const& placed : query_.orders) {
            KOINE_TRY(auto* node, find(root, placed.path));
            bool prepared = node->item != nullptr && node->order == &node->item->order;
            if (node->order == nullptr || prepared) node->order = &placed.value;
            if (placed.value.size() > draft_.limits.max_order_terms) return too_many("terms of an order", draft_.limits.max_order_terms);
        }
        return outcome::success();
    }

    Result<Node*> find(Node& root, std::vector<std::string> const& path) {
        Node* node = &root;
        for (auto const& name : path) {
            node = node->child(name);
            if (node == nullptr) return Problem(Reason::not_embedded).with("relation", name);
        }
        return node;
    }

    Drafting& draft_;
    Query const& query_;
    std::string_view schema_;
    std::uint32_t columns_ = 0;
    std::uint32_t embeds_ = 0;
};

}  // namespace

Problem unknown_relation(model::Model const& model, std::string_view name, std::string_view schema) {
    auto problem = Problem(Reason::unknown_relation).with("schema", schema).with("relation", name);
    std::vector<std::string_view> names;
    for (auto const& entity : model.entities) names.push_back(entity.name);
    auto suggestion = model::nearest(name, names);
    return suggestion ? std::move(problem).with("suggestion", *suggestion) : problem;
}

bool Node::is_windowed() const { return window != nullptr && hides_one(*window); }

Node* Node::child(std::string_view wanted) const {
    for (auto const& child : children)
        if (child->name() == wanted && !child->is_variant()) return child.get();
    for (auto const& child : children)
        if (child->item->target == wanted && !child->is_variant()) return child.get();
    return nullptr;
}

Node const* Node::joined_by(model::Relationship const& wanted) const {
    for (auto const& child : children) {
        bool whole = child->joined && child->filters.empty() && !child->is_windowed();
        bool chosen = std::ranges::any_of(child->children, [](auto const& below) { return below->is_inner(); });
        if (whole && !chosen && child->relationship == &wanted) return child.get();
    }
    return nullptr;
}

bool Node::has_content() const {
    if (items == nullptr) return true;
    auto is_scalar = [](SelectItem const& one) {
        return one.kind == Kind::all || one.kind == Kind::field || one.kind == Kind::count || one.kind == Kind::formula ||
               one.kind == Kind::blank;
    };
    return std::ranges::any_of(*items, is_scalar) || std::ranges::any_of(children, [](auto const& child) { return child->has_content(); });
}

Slot Drafting::slot(SlotSpec spec) {
    auto& slots = plan.slots;
    auto found = spec.from == SlotSpec::From::constant ? std::ranges::find(slots, spec) : slots.end();
    if (found == slots.end()) found = slots.insert(slots.end(), std::move(spec));
    return static_cast<Slot>(found - slots.begin());
}

Slot Drafting::window_slot(SlotSpec::From from, std::uint32_t window) {
    SlotSpec spec;
    spec.form = SlotForm::integer;
    spec.type = Type::bigint;
    spec.from = from;
    spec.value = window;
    return slot(std::move(spec));
}

Slot Drafting::constant_slot(Type type, std::string_view text) {
    SlotSpec spec;
    spec.type = type;
    spec.from = SlotSpec::From::constant;
    spec.constant = text;
    return slot(std::move(spec));
}

Problem too_many(std::string_view limit, std::size_t maximum) {
    return Problem(Reason::limit_exceeded).with("limit", limit).with("maximum", static_cast<std::int64_t>(maximum));
}

Result<std::unique_ptr<Node>> make_tree(Drafting& draft, Query const& query, std::string_view schema) {
    return TreeMaker(draft, query, schema).make();
}

}  // namespace koine::query
