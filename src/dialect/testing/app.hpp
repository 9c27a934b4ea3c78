/// @file For tests: a small app by hand, and what is asked of it in one line.
#pragma once

#include "dialect/testing/print.hpp"
#include "query/selection.hpp"
#include "query/test_model.hpp"
#include "resource/cache.hpp"
#include "resource/resource.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::dialect::testing {

/// Systems with a router, tags and changes. Not to be copied: its parts point to each other.
struct App {
    model::Model model;
    description::Resource said;
    description::Resource said_routers;
    std::vector<std::unique_ptr<description::Filter>> filters;
    resource::Resource* systems = nullptr;
    resource::Resources resources;
    Endpoint list;

    App() {
        model = query::testing::ModelBuilder()
                    .table("router", "id:bigint! hostname:text!")
                    .table(
                        "system",
                        "id:bigint! asn:bigint! name:text! irr:text status:text! affiliated:boolean! router_id:bigint address:text "
                        "made:text small:integer"
                    )
                    .table("tag", "id:bigint! slug:text!")
                    .table("system_tags", "source_id:bigint! target_id:bigint!", "source_id target_id")
                    .table("change", "id:bigint! system_id:bigint! request:uuid action:text")
                    .references("system", "system_router_id_fkey", "router_id", "router", "id")
                    .references("system_tags", "system_tags_source_id_fkey", "source_id", "system", "id")
                    .references("system_tags", "system_tags_target_id_fkey", "target_id", "tag", "id")
                    .references("change", "change_system_id_fkey", "system_id", "system", "id")
                    .build();
        said.name = "systems";
        said.path = "net/systems";
        said.entity = "system";
        said.label = "system";
        said.verbs = {
            description::Verb::list,
            description::Verb::get,
            description::Verb::create,
            description::Verb::replace,
            description::Verb::patch,
            description::Verb::remove
        };
        said.bulk = true;
        said_routers.name = "routers";
        said_routers.path = "net/inner/routers";
        said_routers.entity = "router";
        said_routers.verbs = {description::Verb::list, description::Verb::get};

        auto made = std::make_unique<resource::Resource>();
        made->said = &said;
        made->entity = *model.entity("system");
        made->cache = std::make_shared<resource::Resource::Cache>();
        for (auto const* name : {"full", "brief"}) made->views.push_back({name, selection({"id", "asn"}), {"id", "asn"}});
        query::OrderTerm order;
        order.field.name = "asn";
        made->order.push_back(order);
        made->sortable.emplace("asn", target("system", "asn", value::Kind::integer));
        made->sortable.emplace("router", target("router", "hostname", value::Kind::text, {way("system", "router")}));
        systems = made.get();
        auto routers = std::make_unique<resource::Resource>();
        routers->said = &said_routers;
        routers->entity = *model.entity("router");
        resources.model = &model;
        resources.by_path = {{"net/systems", made.get()}, {"old/systems", made.get()}, {"net/inner/routers", routers.get()}};
        resources.all.push_back(std::move(made));
        resources.all.push_back(std::move(routers));
        list.kind = Endpoint::Kind::list;
        list.name = "system";
        list.resource = systems;
        list.model = &model;
    }
    App(App const&) = delete;
    App& operator=(App const&) = delete;

    static std::shared_ptr<query::Selection const> selection(std::vector<std::string> const& columns) {
        auto made = std::make_shared<query::Selection>();
        for (auto const& column : columns) {
            auto& item = made->items.emplace_back();
            item.field.name = column;
            item.mark = static_cast<query::Mark>(made->items.size());
            auto& member = made->layout.members.emplace_back();
            member.kind = query::Layout::Kind::scalar;
            member.name = column;
            member.mark = item.mark;
        }
        return made;
    }
    /// The relationship from one table to another, by number.
    std::uint32_t way(std::string_view from, std::string_view to) const {
        auto const& all = model[*model.entity(from)].relationships;
        for (std::uint32_t i = 0; i < all.size(); ++i)
            if (all[i].target == *model.entity(to)) return i;
        return static_cast<std::uint32_t>(all.size());
    }
    resource::Target target(std::string_view entity, std::string_view column, value::Kind kind, resource::Path path = {}) const {
        resource::Target target;
        target.path = std::move(path);
        target.entity = *model.entity(entity);
        target.column = *model[target.entity].column(column);
        target.type.kind = kind;
        target.type.name = "it";
        target.type.wide = true;
        return target;
    }
    /// A new filter; its description may be changed until it is used.
    description::Filter& filter(std::string name, resource::Target target, std::string path = "x") {
        auto& described = *filters.emplace_back(std::make_unique<description::Filter>());
        described.name = name;
        described.path = std::move(path);
        resource::Filter made;
        made.said = &described;
        made.target = std::move(target);
        systems->filters.insert_or_assign(std::move(name), std::move(made));
        return described;
    }
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// What a reader makes of these parameters of the app's list, or its problem.
struct Understood {
    Exchange exchange;
    query::Query query;
    std::string problem;
    std::vector<Fault> faults;
};
inline Understood understand(ParameterReader const& reader, Endpoint const& endpoint, Pairs const& pairs) {
    Understood made;
    made.exchange.endpoint = endpoint;
    made.exchange.base_url = "http://h:1/api";
    made.exchange.path = "/api/net/systems/";
    for (auto const& [key, value] : pairs) {
        auto const& parameter = made.exchange.parameters.emplace_back(Parameter{key, value, true});
        auto const read = reader.read(parameter, endpoint, made.query);
        if (!read) made.problem = print(read.error());
        if (read && !read.value()) made.problem = "not read";
    }
    if (auto const finished = reader.finish(made.exchange, made.query); !finished) {
        made.problem = print(finished.error());
        made.faults = finished.error().faults();
    }
    return made;
}

/// A filter of any kind on one line: `name eq x`, `some system_tags(slug eq x)`, `not (…)`, `a | b`, `a & b`.
inline std::string line(model::Model const& model, model::EntityId entity, query::Filter const& filter) {
    using Kind = query::Filter::Kind;
    std::string text;
    switch (filter.kind) {
        case Kind::condition: {
            auto const& condition = filter.condition;
            text = condition.field.name + " " + kOperatorWords[static_cast<std::size_t>(condition.op)];
            for (std::size_t i = 0; i < condition.values.size(); ++i) text += (i == 0 ? " " : ",") + condition.values[i];
            break;
        }
        case Kind::related: {
            auto const target = model[entity].relationships[filter.relationship].target;
            text = "some " + model[target].name + "(" + line(model, target, filter.children.front()) + ")";
            break;
        }
        case Kind::formula: text = "formula"; break;
        default:
            for (auto const& child : filter.children)
                text += (text.empty() ? "" : filter.kind == Kind::all_of ? " & " : " | ") + line(model, entity, child);
            text = "(" + text + ")";
    }
    return filter.negated ? "not " + text : text;
}
inline std::string lines(App const& app, query::Query const& query) {
    std::vector<std::string> parts;
    for (auto const& placed : query.filters) parts.push_back(line(app.model, app.systems->entity, placed.value));
    return joined(parts, "; ");
}

}  // namespace koine::dialect::testing
