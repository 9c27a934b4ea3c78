/// @file The readers of the sections, in the order in which they are read. Each tells its mistakes and goes on.
#pragma once

#include "description/draft.hpp"
#include "description/mixins.hpp"

#include <vector>

namespace koine::description {

/// Names, titles and settings.
void read_about(Draft& draft, yaml::Node const* section);
/// Entities with their fields, references, orders, uniques, checks and computed fields.
void read_entities(Draft& draft, yaml::Node const* section, Mixins const& mixins, TypeBook& book);
/// Resources with members, views, search, filters, order, endpoints and rules.
void read_resources(Draft& draft, yaml::Node const* section, Mixins const& mixins, TypeBook& book);
void read_identity(Draft& draft, yaml::Node const* section);
/// The operations of nobody's resource and those of the resources, which have been read.
void read_operations(Draft& draft, yaml::Node const* section, yaml::Node const* resources, TypeBook& book);

/// Jobs and their schedules; the identity has been read.
void read_jobs(Draft& draft, yaml::Node const* section);
void read_webhooks(Draft& draft, yaml::Node const* section);
/// Adds the entities that the server keeps for itself, if the app needs them: `koine_job` of those with functions or schedules, `koine_delivery` of
/// those with webhooks. Not logged; no any_ref means them.
void add_queues(Draft& draft, yaml::Node const* jobs, yaml::Node const* webhooks);
/// Likewise `koine_key`, of an app that keeps files: what links to them are signed with. To be done when operations are known.
void add_keys(Draft& draft);

/// Puts computed fields that formulas name in their place, so that what is left names only what is kept. To be done when all is read without a mistake.
void expand_computed(Draft& draft);

/// Keeps a .lua or .sql file; tells what is wrong with its name or size.
void add_script(Draft& draft, std::string const& file, std::string text);
/// The "file.function" that the node says; empty if it is none or there is no such file, which is told.
std::string function_at(Draft& draft, yaml::Node const& node);
/// The name of the .sql file that the node says; empty likewise.
std::string statement_at(Draft& draft, yaml::Node const& node);
/// Who may, as a word or permission('app.deed'); nobody if it is neither, which is told.
Rule read_rule(yaml::Node const& node, Collector& mistakes);

/// A view of related rows that a member names, checked when all resources are known.
struct NamedView {
    yaml::Node node;
    Entity const* target;
};
/// What a resource is read with.
struct ResourceReading {
    Draft& draft;
    TypeBook& book;
    Entity const& entity;
    Resource& resource;
    std::vector<Map> const& mixins;
    Map const& map;
    bool vague = false;  ///< some of its members are not known
    std::vector<NamedView>& named_views;
};
void read_members(ResourceReading& reading);
void read_views(ResourceReading& reading);
void read_filters(ResourceReading& reading);
void read_search(ResourceReading& reading);

}  // namespace koine::description
