#include "resource/views.hpp"

#include "resource/level.hpp"
#include "resource/names.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace koine::resource {
namespace {

using description::Entity;
using description::Field;
using description::Member;
using description::PathEnd;
using description::Reference;
using expression::Formula;
using query::Layout;
using query::Mark;
using query::Selection;

/// The members by which a target's rows show where they are referred to.
struct Shown {
    description::Resource const* resource = nullptr;
    std::vector<std::string> members;
    bool plain_choices = false;
};

/// Where a member stands.
struct Spot {
    description::Resource const& resource;
    Entity const& entity;
    bool plain_choices = false;
    int level = 0;  ///< of nested views, the root's being 0
};

Layout laid(Layout::Kind kind, std::string_view name, Mark mark = 0) {
    Layout layout;
    layout.kind = kind;
    layout.name = name;
    layout.mark = mark;
    return layout;
}

/// if(condition, value, null), over paths of a row.
std::shared_ptr<Formula const> value_where(std::string const& condition, std::string const& value) {
    auto path = [](std::string const& text, expression::Class type) {
        Formula made;
        made.kind = Formula::Kind::path;
        made.type = type;
        made.path = text;
        return made;
    };
    auto formula = std::make_shared<Formula>();
    formula->kind = Formula::Kind::call;
    formula->type = expression::Class::text;
    formula->function = expression::Function::choose;
    formula->operands = {path(condition, expression::Class::boolean), path(value, expression::Class::text), Formula{}};
    return formula;
}

class ViewMaker {
public:
    ViewMaker(Ways const& ways, Forms const& forms, bool closed) : ways_(ways), forms_(forms), closed_(closed) {}

    Result<std::vector<Layout>> members(Level& level, Spot const& spot, std::vector<std::string> const& names) {
        std::vector<Layout> all;
        for (auto const& name : names) {
            auto const* said = spot.resource.member(name);
            if (said == nullptr || said->writes == Member::Writes::only) continue;
            KOINE_TRY(auto layout, member(level, spot, *said));
            if (layout) all.push_back(std::move(*layout));
        }
        return all;
    }

    /// Nothing for what clients never see.
    Result<std::optional<Layout>> member(Level& level, Spot const& spot, Member const& said) {
        switch (said.form) {
            case Member::Form::path: return path(level, spot, said);
            case Member::Form::text: return text(level, spot, said, Layout::Kind::text);
            case Member::Form::link: return text(level, spot, said, Layout::Kind::link);
            case Member::Form::count: return count(level, spot, said);
            case Member::Form::merged: return merged(level, spot, said);
            case Member::Form::formula: return typed(said.name, level.formula(said.name, said.formula), said.type, spot);
            case Member::Form::script: return script(level, spot, said);
            case Member::Form::constant: {
                auto layout = laid(Layout::Kind::constant, said.name);
                layout.constant = said.constant;
                return layout;
            }
            case Member::Form::group: {
                auto layout = laid(Layout::Kind::object, said.name);
                for (auto const& one : said.members) {
                    KOINE_TRY(auto inner, member(level, spot, one));
                    if (inner) layout.members.push_back(std::move(*inner));
                }
                return layout;
            }
        }
        return std::nullopt;
    }

    /// The members so far that functions give.
    std::vector<query::Blank> take_blanks() { return std::move(blanks_); }

    /// The mark of what fills a hole. @return configuration: a path that is not to one value.
    Result<Mark> hole(Level& level, Entity const& from, std::string_view path, description::Place const& place) {
        KOINE_TRY(auto way, ways_.follow(from, path, place));
        if (!ways_.is_to_one(level.id(), way.steps) || ends_in_rows(way))
            return placed(place, "\"" + std::string(path) + "\" is not one value");
        return scalar(level.down(way.steps, way.steps.size()), way);
    }

    Result<query::TextLayout> text_layout(
        Level& level, Entity const& from, description::TextTemplate const& text, description::Place const& place
    ) {
        query::TextLayout made;
        made.literals.emplace_back();
        for (auto const& part : text.parts) {
            if (part.path.empty()) {
                made.literals.back() += part.literal;
                continue;
            }
            KOINE_TRY(auto mark, hole(level, from, part.path, place));
            made.holes.push_back(mark);
            made.literals.emplace_back();
        }
        return made;
    }

private:
    static Mark scalar(Level& level, Way const& way) {
        if (way.field != nullptr && way.field->computed) return level.formula(way.field->name, way.field->computed);
        return level.column(column_of(way));
    }

    /// A scalar as its type shows.
    Layout typed(std::string_view name, Mark mark, value::Type const& type, Spot const& spot) const {
        if (type.kind == value::Kind::datetime) {
            auto layout = laid(Layout::Kind::datetime, name, mark);
            layout.zone = forms_.datetime.zone;
            layout.digits = forms_.datetime.digits;
            layout.zulu = forms_.datetime.zulu;
            return layout;
        }
        if (type.kind != value::Kind::choice || type.bare || !forms_.labelled_choices || spot.plain_choices)
            return laid(Layout::Kind::scalar, name, mark);
        auto layout = laid(Layout::Kind::choice, name, mark);
        for (auto const& choice : type.choices) layout.choices.emplace_back(choice.value, choice.label);
        return layout;
    }

    Result<std::optional<Layout>> path(Level& level, Spot const& spot, Member const& said) {
        KOINE_TRY(auto way, ways_.follow(spot.entity, said.path, said.place));
        return at_end(level, spot, said, way);
    }

    Result<std::optional<Layout>> at_end(Level& level, Spot const& spot, Member const& said, Way const& way) {
        auto* here = &level;
        for (auto const& step : way.steps) {
            auto const is_last = &step == &way.steps.back();
            if (!ways_.relationship(here->id(), step).to_one()) {
                if (is_last && way.field == nullptr) return related(*here, spot, said, step, way);
                return placed(said.place, "\"" + said.path + "\" goes through several rows");
            }
            here = &here->one(step);
        }
        auto const* field = way.field;
        if (field == nullptr) return laid(Layout::Kind::scalar, said.name, here->column("id"));
        if (field->hidden || field->is_secret()) return std::nullopt;
        if (!field->reference) return typed(said.name, scalar(*here, way), field->type, spot);
        if (way.part != PathEnd::Part::value) return laid(Layout::Kind::scalar, said.name, scalar(*here, way));
        if (field->reference->kind == Reference::Kind::any) return any(*here, spot, said, way);
        auto number = ways_.model()[here->id()].relationship_named(field->name);
        if (!number) return placed(said.place, "there is no relation " + field->name);
        return related(*here, spot, said, *number, way);
    }

    Result<std::vector<query::OrderTerm>> order_of(model::EntityId id, Member const& said) const {
        auto const* entity = ways_.described(id);
        if (entity == nullptr) return std::vector<query::OrderTerm>();
        return ways_.order(*entity, said.order.empty() ? entity->order : said.order, said.place);
    }

    /// The row or rows of a relation: by a view, or as keys.
    Result<std::optional<Layout>> related(Level& here, Spot const& spot, Member const& said, std::uint32_t number, Way const& way) {
        auto const& relationship = ways_.relationship(here.id(), number);
        auto const* target = ways_.described(relationship.target);
        auto const shown = as_objects(spot, said) && target != nullptr ? shown_of(*target, said) : std::nullopt;
        auto const to_one = relationship.to_one();
        if (!shown && to_one && relationship.holds_key && way.field != nullptr)
            return laid(Layout::Kind::scalar, said.name, here.column(column_of(way)));
        auto separate = here.another(relationship.target);
        auto& below = to_one ? here.one(number) : separate;
        auto layout = laid(shown ? Layout::Kind::relation : Layout::Kind::scalars, said.name);
        if (shown) {
            KOINE_TRY(layout.members, nested(below, spot, *target, *shown));
        } else {
            layout.members.push_back(laid(Layout::Kind::scalar, "", below.column("id")));
        }
        if (to_one) {
            layout.mark = here.mark_of_one(number);
            return layout;
        }
        KOINE_TRY(auto order, order_of(relationship.target, said));
        layout.mark = here.rows(number, below, std::move(order));
        return layout;
    }

    /// The row that an any_ref refers to: by the view of whichever entity it is of.
    Result<std::optional<Layout>> any(Level& here, Spot const& spot, Member const& said, Way const& way) {
        if (!as_objects(spot, said)) return laid(Layout::Kind::scalar, said.name, here.column(column_of(way)));
        auto layout = laid(Layout::Kind::variant, said.name);
        for (auto const& name : way.field->reference->targets) {
            auto const* target = ways_.app().entity(name);
            if (target == nullptr) continue;
            auto const shown = shown_of(*target, said);
            if (!shown) continue;
            KOINE_TRY(auto const id, ways_.table(*target));
            auto below = here.another(id);
            auto one = laid(Layout::Kind::relation, "");
            KOINE_TRY(one.members, nested(below, spot, *target, *shown));
            one.mark = here.variant(*way.field, *target, below);
            layout.members.push_back(std::move(one));
        }
        return layout;
    }

    Result<std::vector<Layout>> nested(Level& below, Spot const& spot, Entity const& target, Shown const& shown) {
        return members(below, Spot{*shown.resource, target, shown.plain_choices, spot.level + 1}, shown.members);
    }

    bool as_objects(Spot const& spot, Member const& said) const {
        if (spot.level >= kMostLevels) return false;
        return said.as ? *said.as == Member::As::objects : forms_.nested || !said.view.empty();
    }

    /// Nothing if the target has no resource, or none of the members that would do.
    std::optional<Shown> shown_of(Entity const& target, Member const& said) const {
        auto const* home = ways_.app().home_of(target.name);
        if (home == nullptr) return std::nullopt;
        auto const* view = said.view.empty() ? nullptr : home->view(said.view);
        if (view == nullptr) view = home->view("nested");
        if (view == nullptr) view = home->view("brief");
        if (view != nullptr) return Shown{home, view->members, view->plain_choices};
        Shown shown{home, {}, false};
        for (auto const* name : {"id", "display"})
            if (home->member(name) != nullptr) shown.members.emplace_back(name);
        return shown.members.empty() ? std::nullopt : std::optional(std::move(shown));
    }

    Result<std::optional<Layout>> text(Level& level, Spot const& spot, Member const& said, Layout::Kind kind) {
        auto layout = laid(kind, said.name);
        for (auto const& one : said.texts) {
            KOINE_TRY(auto made, text_layout(level, spot.entity, one, said.place));
            layout.texts.push_back(std::move(made));
        }
        if (kind == Layout::Kind::link && said.texts.empty()) {
            auto const before = forms_.prefix + "/" + spot.resource.path + "/";
            layout.texts.push_back({{before, closed_ ? "/" : ""}, {level.column("id")}});
        }
        return layout;
    }

    Result<std::optional<Layout>> count(Level& level, Spot const& spot, Member const& said) {
        auto layout = laid(Layout::Kind::sum, said.name);
        auto paths = said.paths;
        if (paths.empty()) paths.push_back(said.path);
        for (auto const& one : paths) {
            KOINE_TRY(auto way, ways_.follow_rows(spot.entity, one, said.place));
            auto const last = way.steps.size() - 1;
            if (!ways_.is_to_one(level.id(), Path(way.steps.begin(), way.steps.end() - 1)))
                return placed(said.place, "rows of rows cannot be counted: \"" + one + "\"");
            layout.marks.push_back(level.down(way.steps, last).count(way.steps[last]));
        }
        if (layout.marks.size() > 1) return layout;
        return laid(Layout::Kind::scalar, said.name, layout.marks.front());
    }

    Result<std::optional<Layout>> merged(Level& level, Spot const& spot, Member const& said) {
        auto layout = laid(Layout::Kind::merged, said.name);
        KOINE_TRY(auto way, ways_.follow_rows(spot.entity, said.path, said.place));
        if (way.steps.size() != 1) return placed(said.place, "\"" + said.path + "\" is not one relation of these rows");
        auto const number = way.steps.front();
        auto separate = level.another(way.id);
        auto const to_one = ways_.relationship(level.id(), number).to_one();
        auto& below = to_one ? level.one(number) : separate;
        Mark each = 0;
        if (said.merge_where.empty()) {
            KOINE_TRY(each, hole(below, *way.entity, said.merge_path, said.place));
        } else {
            each = below.formula(said.name, value_where(said.merge_where, said.merge_path));
        }
        layout.members.push_back(laid(Layout::Kind::scalar, "", each));
        if (!said.then_path.empty()) {
            KOINE_TRY(layout.then, hole(level, spot.entity, said.then_path, said.place));
        }
        KOINE_TRY(auto order, order_of(way.id, said));
        layout.mark = to_one ? level.mark_of_one(number) : level.rows(number, below, std::move(order));
        return layout;
    }

    Result<std::optional<Layout>> script(Level& level, Spot const& spot, Member const& said) {
        query::Blank blank;
        blank.function = said.call;
        blank.type = std::make_shared<value::Type const>(said.type);
        for (auto const& need : said.needs) {
            KOINE_TRY(auto const mark, hole(level, spot.entity, need, said.place));
            blank.needs.emplace_back(need, mark);
        }
        blank.mark = level.blank(said.name, value::stored_as(said.type));
        auto layout = typed(said.name, blank.mark, said.type, spot);
        blanks_.push_back(std::move(blank));
        return layout;
    }

    Ways const& ways_;
    Forms const& forms_;
    bool closed_;
    std::vector<query::Blank> blanks_;
};

}  // namespace

Result<std::shared_ptr<Selection const>> make_selection(
    Ways const& ways, Forms const& forms, bool closed, description::Resource const& resource, description::View const& view
) {
    auto const* entity = ways.app().entity(resource.entity);
    if (entity == nullptr) return placed(resource.place, "there is no entity " + resource.entity);
    KOINE_TRY(auto const id, ways.table(*entity));
    auto selection = std::make_shared<Selection>();
    selection->id = query::next_selection_id();
    Mark last = 0;
    Level root(ways, last, id);
    root.column("id");
    ViewMaker maker(ways, forms, closed);
    KOINE_TRY(selection->layout.members, maker.members(root, Spot{resource, *entity, view.plain_choices, 0}, view.members));
    selection->items = root.items();
    selection->blanks = maker.take_blanks();
    return std::shared_ptr<Selection const>(std::move(selection));
}

namespace {

/// A stored field as the log keeps it: under its own name, or the two names of an any_ref.
Result<void> add_recorded(Level& level, Entity const& entity, Field const& field, Layout& layout) {
    auto add = [&](std::string const& name, Layout::Kind kind, std::string const& column) -> Layout& {
        layout.members.push_back(laid(kind, name, level.column(column)));
        return layout.members.back();
    };
    auto const& ways = level.ways();
    auto const* home = ways.app().home_of(entity.name);
    auto const shows = [&](Member const& member) { return member.shows(field.name); };
    auto const only_written = [&](Member const& member) { return member.writes == Member::Writes::only && member.path == field.name; };
    bool const is_kept_back =
        home != nullptr && std::ranges::any_of(home->members, only_written) && std::ranges::none_of(home->members, shows);
    if (field.computed || field.touched || field.hidden || field.is_secret() || is_kept_back) return outcome::success();
    if (!field.reference) {
        auto const is_time = field.type.kind == value::Kind::datetime;
        auto& made = add(field.name, is_time ? Layout::Kind::datetime : Layout::Kind::scalar, field.name);
        made.zone = "UTC";
        made.digits = 3;
        made.zulu = true;
        return outcome::success();
    }
    if (field.reference->kind == Reference::Kind::one) {
        add(field.name, Layout::Kind::scalar, column_of(field));
        return outcome::success();
    }
    if (field.reference->kind == Reference::Kind::any) {
        add(type_column_of(field), Layout::Kind::scalar, type_column_of(field));
        add(column_of(field), Layout::Kind::scalar, column_of(field));
        return outcome::success();
    }
    KOINE_TRY(auto way, ways.follow_rows(entity, field.name, field.place));
    auto const* name = way.entity->field("name");
    auto const column = name != nullptr && !name->reference && !name->computed ? "name" : "id";
    auto below = level.another(way.id);
    auto list = laid(Layout::Kind::scalars, field.name);
    list.members.push_back(laid(Layout::Kind::scalar, "", below.column(column)));
    query::OrderTerm order;
    order.field.name = column;
    list.mark = level.rows(way.steps.back(), below, {order});
    layout.members.push_back(std::move(list));
    return outcome::success();
}

}  // namespace

Result<Record> make_record(Ways const& ways, Entity const& entity) {
    Record record;
    KOINE_TRY(record.entity, ways.table(entity));
    record.type_word = entity.type_word;
    auto selection = std::make_shared<Selection>();
    selection->id = query::next_selection_id();
    Mark last = 0;
    Level root(ways, last, record.entity);
    root.column("id");
    for (auto const& field : entity.fields) {
        KOINE_TRY(add_recorded(root, entity, field, selection->layout));
    }
    auto const* home = ways.app().home_of(entity.name);
    auto const* display = home == nullptr ? nullptr : home->member("display");
    if (display != nullptr) {
        ViewMaker maker(ways, Forms{}, false);
        auto texts = display->texts;
        if (display->form == Member::Form::path) {
            texts.emplace_back();
            texts.back().parts.push_back({"", display->path});
        }
        for (std::size_t i = 0; i < texts.size(); ++i) {
            KOINE_TRY(auto made, maker.text_layout(root, entity, texts[i], display->place));
            if (i == 0)
                record.text = std::move(made);
            else
                record.others.push_back(std::move(made));
        }
    }
    selection->items = root.items();
    record.selection = std::move(selection);
    return record;
}

}  // namespace koine::resource
