#include "edit/plans.hpp"

#include "query/filters.hpp"
#include "query/literal.hpp"
#include "query/planner.hpp"

#include <algorithm>
#include <ranges>

namespace koine::edit {
namespace {

using description::Default;
using description::Field;
using description::Reference;
using query::SelectItem;

constexpr std::size_t kMostUpdates = 64;
constexpr std::size_t kMostAttributeReads = 256;

Problem unbound(std::string_view what) { return Problem(Reason::internal).because("the app and the tables differ: " + std::string(what)); }

Result<std::shared_ptr<query::WritePlan const>> plan(model::Model const& model, query::Mutation const& mutation) {
    return query::plan_write(model, mutation, {}, {});
}

query::Filter keys_filter(std::string column) { return query::condition(std::move(column), query::Operator::in); }

/// Everything of one resource, in the order in which it is needed.
class Maker {
public:
    Maker(resource::Resources const& resources, model::Model const& model, resource::Resource const& resource)
        : app_(*resources.app),
          model_(model),
          resource_(resource),
          entity_(model[resource.entity]),
          plans_(std::make_unique<ResourcePlans>()) {}

    Result<std::unique_ptr<ResourcePlans>> make() {
        plans_->resource = &resource_;
        plans_->described = resource_.described;
        plans_->entity = resource_.entity;
        KOINE_TRY(add_columns());
        KOINE_TRY(add_members());
        KOINE_TRY(add_writes());
        KOINE_TRY(add_reads());
        KOINE_TRY(add_uniques());
        KOINE_TRY(add_checks());
        return std::move(plans_);
    }

private:
    Result<void> add_columns() {
        for (auto const& field : plans_->described->fields) {
            if (field.computed) continue;
            if (!field.reference) {
                KOINE_TRY(add_column(field, Part::value));
            } else if (field.reference->kind == Reference::Kind::one) {
                KOINE_TRY(add_column(field, Part::key));
            } else if (field.reference->kind == Reference::Kind::any) {
                AnyReference any{place(), place() + 1, &field};
                KOINE_TRY(add_column(field, Part::type));
                KOINE_TRY(add_column(field, Part::key));
                plans_->any_references.push_back(any);
            }
        }
        return outcome::success();
    }

    std::uint32_t place() const { return static_cast<std::uint32_t>(plans_->columns.size()); }

    Result<void> add_column(Field const& field, Part part) {
        Column column;
        column.name = column_name(field, part);
        column.field = &field;
        column.part = part;
        column.member = field.name;
        auto id = entity_.column(column.name);
        if (!id) return unbound(entity_.name + "." + column.name);
        column.id = *id;
        KOINE_TRY(set_otherwise(field, column));
        if (field.touched) plans_->touched.push_back(place());
        plans_->columns.push_back(std::move(column));
        return outcome::success();
    }

    Result<void> set_otherwise(Field const& field, Column& column) {
        using Fill = Column::Fill;
        if (field.touched) {
            column.fill = Fill::now;
        } else if (field.otherwise) {
            switch (field.otherwise->kind) {
                case Default::Kind::now: column.fill = Fill::now; break;
                case Default::Kind::caller: column.fill = Fill::caller; break;
                case Default::Kind::random_key: column.fill = Fill::random; break;
                case Default::Kind::literal:
                    if (field.otherwise->null) break;
                    KOINE_TRY(column.otherwise, literal(field.otherwise->text, entity_.columns[column.id].type));
                    break;
            }
        } else if (field.nullable) {
            column.otherwise = {};
        } else if (field.blank && !field.reference) {
            column.otherwise = query::Cell::text("");
        } else {
            column.fill = Fill::database;
        }
        return outcome::success();
    }

    Result<query::Cell> literal(std::string_view text, model::Type type) {
        if (model::is_integer(type) || type == model::Type::boolean || type == model::Type::real)
            return query::parse_literal(text, type, 'T', plans_->texts);
        return query::Cell::text(plans_->texts.copy(text));
    }

    Result<void> add_members() {
        for (auto const& writable : resource_.writable) {
            if (writable.field == nullptr) continue;
            Member member;
            member.said = &writable;
            member.field = writable.field;
            if (!set_kind(writable, member)) continue;
            member.required = writable.field->is_required();
            if (member.column != kNone) plans_->columns[member.column].member = writable.name;
            plans_->members.push_back(member);
        }
        return outcome::success();
    }

    /// @return false for what is not written here: rows that are owned.
    bool set_kind(resource::Writable const& writable, Member& member) {
        auto const* reference = writable.field->reference ? &*writable.field->reference : nullptr;
        if (reference == nullptr) {
            member.kind = Member::Kind::value;
        } else if (reference->kind == Reference::Kind::any) {
            member.kind = writable.type_column ? Member::Kind::any_type : Member::Kind::any_key;
        } else if (writable.relationship) {
            auto const& relationship = entity_.relationships[*writable.relationship];
            member.target = relationship.target;
            if (relationship.junction) return set_set(relationship, member);
            member.kind = Member::Kind::reference;
        } else {
            return false;
        }
        auto id = member.kind == Member::Kind::any_type ? writable.type_column : writable.column;
        if (!id) return false;
        auto found = std::ranges::find(plans_->columns, *id, &Column::id);
        if (found == plans_->columns.end()) return false;
        member.column = static_cast<std::uint32_t>(found - plans_->columns.begin());
        return true;
    }

    bool set_set(model::Relationship const& relationship, Member& member) {
        auto const& junction = *relationship.junction;
        auto const& table = model_[junction.entity];
        if (junction.origin_columns.size() != 1 || junction.target_columns.size() != 1) return false;
        auto const& source = table.columns[junction.origin_columns[0]].name;
        query::Mutation insert;
        insert.relation = table.name;
        insert.columns = {source, table.columns[junction.target_columns[0]].name};
        Set set;
        set.target = relationship.target;
        set.clearing.change = query::Change::remove;
        set.clearing.relation = table.name;
        set.clearing.chosen.relation = table.name;
        set.clearing.chosen.filters.push_back({{}, keys_filter(source)});
        auto inserting = plan(model_, insert);
        auto clearing = plan(model_, set.clearing);
        if (!inserting || !clearing) return false;
        set.insert = std::move(inserting).value();
        set.clear = std::move(clearing).value();
        member.kind = Member::Kind::set;
        member.set = static_cast<std::uint32_t>(plans_->sets.size());
        plans_->sets.push_back(std::move(set));
        return true;
    }

    Result<void> add_writes() {
        query::Mutation insert;
        insert.relation = entity_.name;
        for (auto const& column : plans_->columns) insert.columns.push_back(column.name);
        insert.absent_is_default = true;
        insert.returning = query::Returning::rows;
        insert.returned.relation = entity_.name;
        insert.returned.select = {column_item("id")};
        KOINE_TRY(plans_->insert, plan(model_, insert));
        plans_->removing.change = query::Change::remove;
        plans_->removing.relation = entity_.name;
        plans_->removing.chosen = by_keys(entity_);
        KOINE_TRY(plans_->remove, plan(model_, plans_->removing));
        return outcome::success();
    }

    query::Query in_order(query::Query query, bool by_resource) const {
        query::OrderTerm key;
        key.field.name = "id";
        query.orders.push_back({{}, by_resource && !resource_.order.empty() ? resource_.order : std::vector{key}});
        return query;
    }

    Result<void> add_reads() {
        auto stored = in_order(by_keys(entity_), true);
        stored.select = {column_item("id")};
        KOINE_TRY(plans_->ordered, read_of(model_, stored));
        for (auto const& column : plans_->columns) stored.select.push_back(column_item(column.name));
        KOINE_TRY(plans_->stored, read_of(model_, std::move(stored)));
        auto const* view = resource_.view("full");
        if (view == nullptr) return unbound("the view full of " + resource_.said->name);
        auto full = by_keys(entity_);
        full.selection = view->selection;
        KOINE_TRY(plans_->full, read_of(model_, in_order(full, false)));
        KOINE_TRY(plans_->full_ordered, read_of(model_, in_order(full, true)));
        return outcome::success();
    }

    std::vector<std::uint32_t> columns_of(std::string_view name) const {
        std::vector<std::uint32_t> places;
        for (std::uint32_t i = 0; i < place(); ++i)
            if (plans_->columns[i].field->name == name) places.push_back(i);
        return places;
    }

    Result<void> add_uniques() {
        for (auto const& field : plans_->described->fields)
            if (field.unique && !field.computed) {
                KOINE_TRY(add_unique({field.name}));
            }
        for (auto const& together : plans_->described->uniques) {
            KOINE_TRY(add_unique(together.fields));
        }
        return outcome::success();
    }

    Result<void> add_unique(std::vector<std::string> const& fields) {
        Unique unique;
        unique.alone = fields.size() == 1;
        auto query = by_keys(entity_);
        query.filters.clear();
        query.select = {column_item("id")};
        for (auto const& field : fields) {
            for (auto place : columns_of(field)) {
                auto const& column = plans_->columns[place];
                unique.columns.push_back(place);
                if (!unique.names.empty()) unique.names += ", ";
                unique.names += column.member;
                query.select.push_back(column_item(column.name));
                query.filters.push_back({{}, keys_filter(column.name)});
            }
        }
        if (unique.columns.empty()) return outcome::success();
        KOINE_TRY(unique.read, read_of(model_, std::move(query)));
        plans_->uniques.push_back(std::move(unique));
        return outcome::success();
    }

    SelectItem formula_item(std::shared_ptr<expression::Formula const> formula, std::size_t number) const {
        SelectItem item;
        item.kind = SelectItem::Kind::formula;
        item.alias = "c" + std::to_string(number);
        item.formula = std::move(formula);
        return item;
    }

    Result<void> add_checks() {
        if (plans_->described->checks.empty()) return outcome::success();
        auto query = by_keys(entity_);
        query.select = {column_item("id")};
        auto add = [&](std::shared_ptr<expression::Formula const> formula) {
            query.select.push_back(formula_item(std::move(formula), query.select.size()));
            return static_cast<std::uint32_t>(query.select.size() - 1);
        };
        for (auto const& said : plans_->described->checks) {
            Check check;
            check.said = &said;
            check.cell = add(said.formula);
            std::string_view rest = said.message;
            for (;;) {
                auto open = rest.find('{');
                auto close = open == std::string_view::npos ? open : rest.find('}', open);
                if (close == std::string_view::npos) break;
                check.literals.emplace_back(rest.substr(0, open));
                auto path = std::make_shared<expression::Formula>();
                path->kind = expression::Formula::Kind::path;
                path->path = std::string(rest.substr(open + 1, close - open - 1));
                check.holes.push_back(add(std::move(path)));
                rest.remove_prefix(close + 1);
            }
            check.literals.emplace_back(rest);
            plans_->checks.push_back(std::move(check));
        }
        KOINE_TRY(plans_->checking, read_of(model_, std::move(query)));
        // What is selected twice stands in one cell.
        auto const& members = plans_->checking.plan->members;
        for (auto& check : plans_->checks) {
            check.cell = members[check.cell].cell;
            for (auto& hole : check.holes) hole = members[hole].cell;
        }
        return outcome::success();
    }

    description::App const& app_;
    model::Model const& model_;
    resource::Resource const& resource_;
    model::Entity const& entity_;
    std::unique_ptr<ResourcePlans> plans_;
};

/// As an object of one member, "text".
query::Selection text_selection(resource::Record const& record) {
    query::Selection made;
    made.items = record.selection->items;
    query::Layout layout;
    layout.kind = query::Layout::Kind::text;
    layout.name = "text";
    layout.texts = {record.text};
    layout.texts.insert(layout.texts.end(), record.others.begin(), record.others.end());
    made.layout.members.push_back(std::move(layout));
    return made;
}

}  // namespace

std::string column_name(Field const& field, Part part) {
    switch (part) {
        case Part::value: return field.name;
        case Part::type: return field.name + "_type";
        case Part::key: break;
    }
    return field.name + "_id";
}

SelectItem column_item(std::string name) {
    SelectItem item;
    item.field.name = std::move(name);
    return item;
}

query::Query by_keys(model::Entity const& entity) {
    query::Query query;
    query.relation = entity.name;
    query.filters.push_back({{}, keys_filter("id")});
    return query;
}

Result<Read> read_of(model::Model const& model, query::Query query) {
    KOINE_TRY(auto made, query::plan_read(model, query, {}, {}));
    // Each run copies it for its values: what only planning asks for need not be copied.
    query.select.clear();
    query.orders.clear();
    return Read{std::move(made), std::move(query)};
}

Result<std::unique_ptr<ResourcePlans>> make_plans(
    resource::Resources const& resources, model::Model const& model, resource::Resource const& resource
) {
    return Maker(resources, model, resource).make();
}

std::shared_ptr<Plans> Plans::make(resource::Resources const& resources, model::Model const& model, WallClock clock) {
    return std::make_shared<PlanBook>(resources, model, std::move(clock));
}

Result<ResourcePlans const*> PlanBook::of(resource::Resource const& resource) {
    std::lock_guard lock(mutex_);
    auto& kept = by_resource_[&resource];
    if (!kept) {
        KOINE_TRY(kept, make_plans(resources_, model_, resource));
    }
    return kept.get();
}

Result<std::shared_ptr<ResourcePlans::Update const>> PlanBook::update(
    ResourcePlans const& plans, std::vector<std::uint32_t> const& columns
) {
    std::lock_guard lock(plans.mutex);
    auto found = plans.updates.find(columns);
    if (found != plans.updates.end()) return found->second;
    auto made = std::make_shared<ResourcePlans::Update>();
    made->mutation.change = query::Change::update;
    made->mutation.relation = model_[plans.entity].name;
    made->mutation.chosen.relation = made->mutation.relation;
    made->mutation.chosen.key.emplace(1);
    for (auto place : columns) made->mutation.columns.push_back(plans.columns[place].name);
    KOINE_TRY(made->plan, plan(model_, made->mutation));
    if (plans.updates.size() >= kMostUpdates) plans.updates.clear();
    return plans.updates.emplace(columns, std::move(made)).first->second;
}

Result<Read const*> PlanBook::existing(model::EntityId entity) {
    std::lock_guard lock(mutex_);
    auto& kept = existing_[entity];
    if (!kept) {
        auto query = by_keys(model_[entity]);
        query.select = {column_item("id")};
        KOINE_TRY(auto read, read_of(model_, std::move(query)));
        kept = std::make_unique<Read>(std::move(read));
    }
    return kept.get();
}

Result<std::vector<Referrer> const*> PlanBook::referrers(model::EntityId entity) {
    std::lock_guard lock(mutex_);
    auto& kept = referrers_[entity];
    if (kept) return kept.get();
    auto made = std::make_unique<std::vector<Referrer>>();
    for (auto const& described : app().entities) {
        auto id = model_.entity(described.name);
        if (!id) continue;
        for (auto const& field : described.fields) {
            if (!field.reference || field.reference->kind != Reference::Kind::one) continue;
            if (field.reference->on_delete == description::OnDelete::set_null) continue;
            if (field.reference->targets != std::vector{model_[entity].name}) continue;
            auto column = column_name(field, Part::key);
            query::Query query;
            query.relation = described.name;
            query.select = {column_item("id"), column_item(column)};
            query.filters.push_back({{}, keys_filter(column)});
            query::OrderTerm key;
            key.field.name = "id";
            query.orders.push_back({{}, {key}});
            KOINE_TRY(auto read, read_of(model_, std::move(query)));
            made->push_back({*id, &described, field.reference->on_delete, std::move(read)});
        }
    }
    kept = std::move(made);
    return kept.get();
}

Result<Recording const*> PlanBook::recording(model::EntityId entity) {
    auto record = resources_.records.find(entity);
    if (record == resources_.records.end() || !record->second.selection) return nullptr;
    std::lock_guard lock(mutex_);
    auto& kept = recordings_[entity];
    if (kept) return kept.get();
    auto made = std::make_unique<Recording>();
    made->record = &record->second;
    auto query = by_keys(model_[entity]);
    query.selection = record->second.selection;
    query::OrderTerm key;
    key.field.name = "id";
    query.orders.push_back({{}, {key}});
    KOINE_TRY(made->read, read_of(model_, std::move(query)));
    made->program = represent::compile(*made->read.plan, *record->second.selection);
    if (!record->second.text.literals.empty()) {
        auto text = text_selection(record->second);
        made->text = represent::compile(*made->read.plan, text);
    }
    kept = std::move(made);
    return kept.get();
}

Result<LogPlan const*> PlanBook::log() {
    std::lock_guard lock(mutex_);
    if (!log_made_) {
        KOINE_TRY(log_, make_log_plan(resources_, model_));
        log_made_ = true;
    }
    return log_.get();
}

Result<std::shared_ptr<AttributeRead const>> PlanBook::attributes(
    model::EntityId entity, std::vector<std::pair<std::string, bool>> const& names, std::string_view separator
) {
    std::string key = std::to_string(entity) + ' ' + std::string(separator);
    for (auto const& [name, is_null] : names) (key += is_null ? '0' : '1').append(name) += '\0';
    std::lock_guard lock(mutex_);
    auto found = attributes_.find(key);
    if (found != attributes_.end()) return found->second;
    KOINE_TRY(auto made, make_attribute_read(app(), model_, entity, names, separator));
    if (attributes_.size() >= kMostAttributeReads) attributes_.clear();
    return attributes_.emplace(std::move(key), std::shared_ptr<AttributeRead const>(std::move(made))).first->second;
}

}  // namespace koine::edit
