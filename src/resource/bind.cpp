#include "resource/cache.hpp"
#include "resource/names.hpp"
#include "resource/resource.hpp"
#include "resource/views.hpp"
#include "resource/ways.hpp"

#include <algorithm>
#include <utility>

namespace koine::resource {
namespace {

using description::Entity;
using description::Member;
using description::PathEnd;
using description::Reference;

class Binding {
public:
    Binding(Ways const& ways, Forms const& forms, bool closed) : ways_(ways), forms_(forms), closed_(closed) {}

    Result<std::unique_ptr<Resource>> bind(description::Resource const& said) const {
        auto made = std::make_unique<Resource>();
        made->said = &said;
        made->described = ways_.app().entity(said.entity);
        if (made->described == nullptr) return placed(said.place, "there is no entity " + said.entity);
        KOINE_TRY(made->entity, ways_.table(*made->described));
        made->cache = std::make_shared<Resource::Cache>();
        KOINE_TRY(add_views(*made));
        KOINE_TRY(made->order, ways_.order(*made->described, said.order.empty() ? made->described->order : said.order, said.place));
        for (auto const& filter : said.filters) {
            KOINE_TRY(auto bound, bind_filter(*made, filter));
            made->filters.emplace(filter.name, std::move(bound));
        }
        KOINE_TRY(add_sortable(*made));
        for (auto const& member : said.members) {
            KOINE_TRY(add_writable(*made, member));
        }
        return made;
    }

private:
    Result<void> add_views(Resource& made) const {
        for (auto const& view : made.said->views) {
            View one;
            one.name = view.name;
            KOINE_TRY(one.selection, make_selection(ways_, forms_, closed_, *made.said, view));
            for (auto const& member : one.selection->layout.members) one.members.push_back(member.name);
            made.views.push_back(std::move(one));
        }
        return outcome::success();
    }

    Result<Filter> bind_filter(Resource const& made, description::Filter const& said) const {
        Filter filter;
        filter.said = &said;
        switch (said.kind) {
            case description::Filter::Kind::formula: return filter;
            case description::Filter::Kind::search:
                for (auto const& field : made.said->search) {
                    KOINE_TRY(auto target, ways_.target(*made.described, field.path, said.place));
                    filter.search.emplace_back(std::move(target), field.how);
                }
                return filter;
            case description::Filter::Kind::path:
            case description::Filter::Kind::range: break;
        }
        KOINE_TRY(filter.target, ways_.target(*made.described, said.path, said.place));
        if (said.where_path.empty()) return filter;
        KOINE_TRY(auto where, ways_.target(*made.described, said.where_path, said.place));
        if (where.path != filter.target.path)
            return placed(said.place, "\"" + said.where_path + "\" is not of the rows that \"" + said.path + "\" is of");
        filter.fixed.emplace(ways_.model()[where.entity].columns[where.column].name, said.where_value);
        return filter;
    }

    Result<void> add_sortable(Resource& made) const {
        for (auto const& member : made.said->members) {
            if (member.form != Member::Form::path || member.writes == Member::Writes::only) continue;
            auto const& sort = made.said->sort;
            if (!made.said->sort_all && std::ranges::find(sort, member.name) == sort.end()) continue;
            KOINE_TRY(auto way, ways_.follow(*made.described, member.path, member.place));
            if (ends_in_rows(way) || !ways_.is_to_one(made.entity, way.steps)) continue;
            if (way.field != nullptr && (way.field->computed || way.field->hidden)) continue;
            KOINE_TRY(auto target, ways_.target(*made.described, member.path, member.place));
            made.sortable.emplace(member.name, std::move(target));
        }
        return outcome::success();
    }

    Result<void> add_writable(Resource& made, Member const& member) const {
        if (member.form != Member::Form::path || member.writes == Member::Writes::never) return outcome::success();
        KOINE_TRY(auto way, ways_.follow(*made.described, member.path, member.place));
        if (!way.steps.empty() || way.field == nullptr || way.field->computed) return outcome::success();
        auto const& field = *way.field;
        if (member.writes == Member::Writes::by_field && (field.readonly || field.touched)) return outcome::success();
        auto const& table = ways_.model()[made.entity];
        Writable writable;
        writable.member = &member;
        writable.field = &field;
        writable.name = member.name;
        writable.create_only = field.immutable || member.writes == Member::Writes::create;
        if (field.reference && field.reference->kind == Reference::Kind::any) {
            // Its two parts are members of their own; the row that they name is only shown.
            if (way.part == PathEnd::Part::value) return outcome::success();
            auto const column = table.column(resource::column_of(way));
            (way.part == PathEnd::Part::type ? writable.type_column : writable.column) = column;
        } else {
            if (field.reference) writable.relationship = table.relationship_named(field.name);
            if (!ends_in_rows(way)) writable.column = table.column(resource::column_of(way));
        }
        made.writable.push_back(std::move(writable));
        return outcome::success();
    }

    Ways const& ways_;
    Forms const& forms_;
    bool closed_;
};

/// Own paths first: an alias takes none away.
void add_operations(std::vector<description::Operation> const& operations, Resources& made) {
    for (auto const& operation : operations) made.operations.add(operation, made.named(operation.resource));
    for (auto const& operation : operations)
        if (auto const* resource = made.named(operation.resource))
            for (auto const& alias : resource->said->aliases) made.operations.add(operation, resource, resource->path(), alias);
}

}  // namespace

Result<std::shared_ptr<Resources const>> bind(
    std::shared_ptr<description::App const> app, model::Model const& model, Forms const& forms, bool closed
) {
    Ways const ways(*app, model);
    Binding const binding(ways, forms, closed);
    auto made = std::make_shared<Resources>();
    for (auto const& said : app->resources) {
        KOINE_TRY(auto one, binding.bind(said));
        auto add = [&](std::string const& path) { return made->by_path.emplace(path, one.get()).second; };
        if (!add(said.path) || !std::ranges::all_of(said.aliases, add)) return placed(said.place, "two resources have one path");
        made->all.push_back(std::move(one));
    }
    for (auto const& entity : app->entities) {
        if (!entity.logged) continue;
        KOINE_TRY(auto record, make_record(ways, entity));
        made->records.emplace(record.entity, std::move(record));
    }
    add_operations(app->operations, *made);
    made->model = &model;
    made->app = std::move(app);
    return std::shared_ptr<Resources const>(std::move(made));
}

}  // namespace koine::resource
