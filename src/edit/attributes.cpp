#include "edit/plans.hpp"
#include "query/filters.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace koine::edit {
namespace {

using description::Field;
using description::Reference;
using query::Operator;

struct Lookup {
    std::string_view name;
    Operator op;
    bool prefix;
};
constexpr std::array kLookups = {
    Lookup{"exact", Operator::eq, false},
    Lookup{"iexact", Operator::ilike, false},
    Lookup{"startswith", Operator::like, true},
    Lookup{"istartswith", Operator::ilike, true},
};

std::string dotted(std::string_view name, std::string_view separator) {
    if (separator.empty()) return std::string(name);
    std::string path;
    for (;;) {
        auto end = name.find(separator);
        path += name.substr(0, end);
        if (end == std::string_view::npos) return path;
        path += '.';
        name.remove_prefix(end + separator.size());
    }
}

/// Steps from the row that is meant to what tells it. They are asked on the writer: no way through all rows that refer to something.
constexpr std::size_t kMostSteps = 2;

/// What nobody sees may not be found out by asking for it either: the entity's home shows it.
bool is_shown(description::App const& app, description::Entity const& entity, description::Field const* field) {
    auto const* home = app.home_of(entity.name);
    if (home == nullptr) return false;
    return field == nullptr ||
           std::ranges::any_of(home->members, [&](description::Member const& member) { return member.shows(field->name); });
}

bool is_told(description::App const& app, description::PathEnd const& end) {
    if (end.steps.size() > kMostSteps) return false;
    for (auto const& step : end.steps)
        if (step.to_many() || !is_shown(app, *step.from, step.field)) return false;
    return is_shown(app, *end.entity, end.field);
}

Problem unknown_attribute(std::string_view name, description::Entity const& entity) {
    std::set<std::string> names{"id"};
    for (auto const& field : entity.fields)
        if (!field.hidden) names.insert(field.name);
    std::string choices;
    for (auto const& choice : names) choices += (choices.empty() ? "" : ", ") + choice;
    return Problem(Reason::unknown_attribute).with("attribute", name.substr(0, 100)).with("choices", choices);
}

class Maker {
public:
    Maker(description::App const& app, model::Model const& model, model::EntityId entity, std::string_view separator)
        : app_(app),
          model_(model),
          entity_(entity),
          separator_(separator),
          read_(std::make_unique<AttributeRead>()) {}

    Result<std::unique_ptr<AttributeRead>> make(std::vector<std::pair<std::string, bool>> const& names) {
        auto const* described = app_.entity(model_[entity_].name);
        if (described == nullptr) return Problem(Reason::internal).because("a reference to no entity");
        query_.relation = model_[entity_].name;
        query_.select = {column_item("id")};
        query_.window.limit = 2;
        for (auto const& [name, is_null] : names) {
            if (!add(*described, name, is_null)) {
                read_->problem = unknown_attribute(name, *described);
                return std::move(read_);
            }
        }
        KOINE_TRY(read_->read, read_of(model_, query_));
        bool by_column = read_->terms.size() == 1 && query_.filters[0].value.condition.field.name != "id";
        if (by_column && !through_ && !names[0].second && read_->terms[0].op == Operator::eq) {
            KOINE_TRY(read_->many, read_of(model_, many()));
            read_->batch = true;
        }
        return std::move(read_);
    }

private:
    bool add(description::Entity const& described, std::string_view name, bool is_null) {
        AttributeRead::Term term;
        auto path = dotted(name, separator_);
        auto end = description::follow(app_, described, path);
        if (!end) {
            auto cut = path.rfind('.');
            if (cut == std::string::npos) return false;
            auto lookup = std::ranges::find(kLookups, std::string_view(path).substr(cut + 1), &Lookup::name);
            if (lookup == kLookups.end()) return false;
            term.op = lookup->op;
            term.prefix = lookup->prefix;
            path.resize(cut);
            end = description::follow(app_, described, path);
            if (!end) return false;
        }
        auto column = column_of(end.value());
        if (!column || !is_told(app_, end.value())) return false;
        auto const* field = end.value().field;
        if (field != nullptr && !field->reference) term.type = &field->type;
        if (term.op != Operator::eq && (term.type == nullptr || !term.type->is_textual())) return false;
        std::vector<std::string> values;
        if (!is_null) values.emplace_back();  // put in when it is asked
        auto filter = query::condition(*column, is_null ? Operator::is_null : term.op, std::move(values));
        return place(std::move(filter), path, end.value().steps.size(), std::move(term));
    }

    static std::optional<std::string> column_of(description::PathEnd const& end) {
        if (end.field == nullptr) return "id";
        if (end.field->computed) return std::nullopt;
        if (!end.field->reference) return column_name(*end.field, Part::value);
        auto kind = end.field->reference->kind;
        if (kind == Reference::Kind::any)
            return column_name(*end.field, end.part == description::PathEnd::Part::type ? Part::type : Part::key);
        if (kind != Reference::Kind::one) return std::nullopt;
        return column_name(*end.field, Part::key);
    }

    /// Inside one filter for each step of the path.
    bool place(query::Filter filter, std::string_view path, std::size_t steps, AttributeRead::Term term) {
        std::vector<std::uint32_t> way;
        auto at = entity_;
        for (std::size_t i = 0; i < steps; ++i) {
            auto dot = path.find('.');
            auto number = model_[at].relationship_named(path.substr(0, dot));
            if (!number) return false;
            way.push_back(*number);
            at = model_[at].relationships[*number].target;
            path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
        }
        through_ = through_ || !way.empty();
        term.depth = way.size();
        query_.filters.push_back({{}, query::over(way, std::move(filter))});
        read_->terms.push_back(std::move(term));
        return true;
    }

    query::Query many() const {
        auto query = query_;
        auto& condition = query.filters[0].value.condition;
        condition.op = Operator::in;
        condition.values.clear();
        query.select.push_back(column_item(condition.field.name));
        query.window = {};
        return query;
    }

    description::App const& app_;
    model::Model const& model_;
    model::EntityId entity_;
    std::string_view separator_;
    std::unique_ptr<AttributeRead> read_;
    query::Query query_;
    bool through_ = false;
};

}  // namespace

Result<std::unique_ptr<AttributeRead>> make_attribute_read(
    description::App const& app,
    model::Model const& model,
    model::EntityId entity,
    std::vector<std::pair<std::string, bool>> const& names,
    std::string_view separator
) {
    return Maker(app, model, entity, separator).make(names);
}

}  // namespace koine::edit
