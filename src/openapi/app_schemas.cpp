#include "openapi/app_schemas.hpp"

#include "base/ascii.hpp"
#include "openapi/app_json.hpp"
#include "resource/views.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace koine::openapi {
namespace {

using boost::json::array;
using boost::json::object;
using description::Entity;
using description::Field;
using description::Member;
using description::PathEnd;
using description::Reference;

constexpr std::size_t kMostVariants = 12;  // of what an any_ref shows; beyond that it is any object

object key_schema() { return {{"type", "integer"}, {"format", "int64"}}; }

/// What JSON is, roughly: a constant's type.
object schema_of_constant(std::string const& constant) {
    boost::system::error_code error;
    auto const parsed = boost::json::parse(constant.empty() ? "null" : constant, error);
    switch (parsed.kind()) {
        case boost::json::kind::bool_: return {{"type", "boolean"}};
        case boost::json::kind::int64:
        case boost::json::kind::uint64: return {{"type", "integer"}};
        case boost::json::kind::double_: return {{"type", "number"}};
        case boost::json::kind::string: return {{"type", "string"}};
        case boost::json::kind::array: return list_of({{"nullable", true}});
        case boost::json::kind::object: return {{"type", "object"}};
        case boost::json::kind::null: break;
    }
    return {{"nullable", true}};
}

std::string spoken(std::string_view name) {
    std::string text(name);
    std::ranges::replace(text, '_', ' ');
    return text;
}

/// What a document says of a member beside its type. What only refers says nothing beside that.
void tell(Member const& member, Field const* field, object& schema) {
    if (schema.contains("$ref")) return;
    auto const& label = !member.label.empty() || field == nullptr ? member.label : field->label;
    auto const& help = !member.help.empty() || field == nullptr ? member.help : field->help;
    if (!label.empty() && label != member.name && label != spoken(member.name)) schema["title"] = label;
    if (!help.empty()) schema["description"] = help;
}

}  // namespace

/// A path that was followed, twice: as the app says it and as the tables have it.
struct AppSchemas::Reading {
    resource::Way way;
    model::EntityId from = 0;
    bool may_be_null = false;  ///< one of the steps may lead to no row
};

std::string camel(std::string_view name) {
    return camel_case(name, [](char c) { return !is_ascii_alphanumeric(c); });
}

object schema_of(value::Type const& type, bool blank) {
    std::string text = "{";
    value::append_schema(type, text);
    text += '}';
    auto schema = lowered_text(text);
    if (type.kind == value::Kind::json && type.document == value::Type::Document::any) return {{"nullable", true}};
    if (auto* items = schema.if_contains("items"); items != nullptr && items->is_object() && items->get_object().empty())
        items->get_object()["nullable"] = true;
    if (!blank) return schema;
    // The empty text has no form.
    for (auto const* name : {"format", "pattern", "minLength"}) schema.erase(name);
    if (auto* choices = schema.if_contains("enum"); choices != nullptr && !type.numbers) choices->as_array().emplace_back("");
    return schema;
}

AppSchemas::AppSchemas(resource::Resources const& resources, AppForms forms)
    : resources_(resources),
      ways_(*resources.app, *resources.model),
      forms_(std::move(forms)) {
    name_resources();
}

void AppSchemas::name_resources() {
    std::map<std::string, int> uses;
    for (auto const& one : resources_.app->resources) ++uses[camel(one.entity)];
    for (auto const& one : resources_.app->resources) {
        auto name = camel(one.entity);
        if (uses[name] > 1) name = camel(one.path.substr(0, one.path.rfind('/') == std::string::npos ? 0 : one.path.rfind('/'))) + name;
        resource_names_[&one] = names_.take(name);
    }
}

std::string const& AppSchemas::name_of(resource::Resource const& resource) const { return resource_names_.at(resource.said); }

std::string AppSchemas::add(std::string_view wanted_name, object schema) {
    auto& name = by_content_[{std::string(wanted_name), boost::json::serialize(schema)}];
    if (name.empty()) {
        name = names_.take(wanted_name);
        all_[name] = std::move(schema);
    }
    return name;
}

object AppSchemas::components() {
    object all;
    for (auto& [name, schema] : all_) all[name] = std::move(schema);
    all_.clear();
    return all;
}

object AppSchemas::row(resource::Resource const& resource, description::View const& view) {
    return reference_to("schemas", component({resource.said, view.name, view.members, view.plain_choices}, *resource.described, 0));
}

object AppSchemas::row(resource::Resource const& resource) {
    auto const& said = *resource.said;
    auto const named = [&](description::View const& view) {
        return component({&said, view.name, view.members, view.plain_choices}, *resource.described, 0);
    };
    auto const* full = said.view("full");
    if (full == nullptr) return {{"type", "object"}};
    auto const name = named(*full);
    auto const all = all_.at(name).at("properties").as_object();
    array choices{reference_to("schemas", name)};
    for (auto const& view : said.views) {
        // How rows read inside others is no answer by itself.
        if (view.name == "full" || view.name == "nested") continue;
        auto const other = named(view);
        bool const is_part = std::ranges::all_of(all_.at(other).at("properties").as_object(), [&](auto const& property) {
            auto const* same = all.if_contains(property.key());
            return same != nullptr && *same == property.value();
        });
        if (!is_part) choices.emplace_back(reference_to("schemas", other));
    }
    return any_of(std::move(choices));
}

std::string AppSchemas::component(Shown const& shown, Entity const& entity, int level) {
    auto const& base = resource_names_.at(shown.resource);
    auto& made = made_[{base, shown.view, level}];
    if (!made.empty()) return made;
    auto schema = object_of({*shown.resource, entity, shown.plain_choices, level}, shown.members);
    if (shown.view == "full") {
        // The resource's own name waits for it; deep inside others, where references end as keys, it may differ.
        auto const text = boost::json::serialize(schema);
        auto& name = by_content_[{base, text}];
        if (name.empty()) {
            name = all_.contains(base) ? names_.take(base) : base;
            all_[name] = std::move(schema);
        }
        return made_[{base, shown.view, level}] = name;
    }
    auto name = add(camel(shown.view) + base, std::move(schema));
    return made_[{base, shown.view, level}] = std::move(name);
}

object AppSchemas::object_of(Spot const& spot, std::vector<std::string> const& names) {
    // Nothing is required: a request may ask for some of the members only.
    object properties;
    for (auto const& name : names) {
        auto const* said = spot.resource.member(name);
        if (said == nullptr || said->writes == Member::Writes::only) continue;
        if (auto schema = member(spot, *said)) properties[name] = std::move(*schema);
    }
    return {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

std::optional<object> AppSchemas::member(Spot const& spot, Member const& said) {
    std::optional<object> made;
    switch (said.form) {
        case Member::Form::path: return path(spot, said);
        case Member::Form::text: made = object{{"type", "string"}}; break;
        case Member::Form::link: made = object{{"type", "string"}, {"format", "uri"}}; break;
        case Member::Form::count: made = object{{"type", "integer"}, {"format", "int64"}, {"minimum", 0}}; break;
        case Member::Form::script:
        case Member::Form::formula: made = typed(said.type, spot, true, false); break;
        case Member::Form::constant: made = schema_of_constant(said.constant); break;
        case Member::Form::merged: made = object{{"type", "object"}, {"nullable", true}}; break;
        case Member::Form::group: {
            object properties;
            for (auto const& one : said.members)
                if (auto inner = member(spot, one)) properties[one.name] = std::move(*inner);
            made = object{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
            break;
        }
    }
    bool const is_text = said.form == Member::Form::text || said.form == Member::Form::link;
    if (is_text && may_be_absent(spot, said)) made = nullable(std::move(*made));
    (*made)["readOnly"] = true;
    tell(said, nullptr, *made);
    return made;
}

std::optional<object> AppSchemas::path(Spot const& spot, Member const& said) {
    auto way = ways_.follow(spot.entity, said.path, said.place);
    auto const end = description::follow(ways_.app(), spot.entity, said.path);
    auto const from = ways_.table(spot.entity);
    if (!way || !end || !from) return std::nullopt;
    Reading reading{std::move(way).value(), from.value(), false};
    reading.may_be_null =
        std::ranges::any_of(end.value().steps, [](description::Step const& step) { return step.inverse || step.field->nullable; });
    auto made = at_end(spot, said, reading, 0);
    if (!made) return made;
    auto const* field = reading.way.field;
    bool const is_own = reading.way.steps.empty() && field != nullptr;
    auto const by_field = said.writes == Member::Writes::by_field;
    bool const is_written =
        is_own && said.writes != Member::Writes::never && !field->computed && !(by_field && (field->readonly || field->touched)) &&
        !(field->reference && field->reference->kind == Reference::Kind::any && reading.way.part == PathEnd::Part::value);
    if (!is_written && !made->contains("$ref")) (*made)["readOnly"] = true;
    tell(said, is_own ? field : nullptr, *made);
    return made;
}

std::optional<object> AppSchemas::at_end(Spot const& spot, Member const& said, Reading const& reading, std::size_t at) {
    auto const& way = reading.way;
    auto here = reading.from;
    for (std::size_t i = 0; i < at; ++i) here = ways_.relationship(here, way.steps[i]).target;
    for (; at < way.steps.size(); ++at) {
        auto const& to = ways_.relationship(here, way.steps[at]);
        if (!to.to_one()) {
            if (way.field == nullptr && at + 1 == way.steps.size()) return related(spot, said, reading, to);
            auto inner = at_end(spot, said, reading, at + 1);
            if (!inner) return inner;
            return list_of(std::move(*inner));
        }
        here = to.target;
    }
    auto const* field = way.field;
    if (field == nullptr) return reading.may_be_null ? nullable(key_schema()) : key_schema();
    if (field->hidden || field->is_secret()) return std::nullopt;
    bool const may_be_null = reading.may_be_null || field->nullable;
    if (!field->reference) return typed(field->type, spot, may_be_null || field->computed, field->blank);
    if (way.part != PathEnd::Part::value) {
        auto part = way.part == PathEnd::Part::type ? object{{"type", "string"}} : key_schema();
        return may_be_null ? nullable(std::move(part)) : std::move(part);
    }
    if (field->reference->kind == Reference::Kind::any) return any(spot, said, *field);
    auto const number = ways_.model()[here].relationship_named(field->name);
    if (!number) return std::nullopt;
    return related(spot, said, reading, ways_.relationship(here, *number));
}

object AppSchemas::related(Spot const& spot, Member const& said, Reading const& reading, model::Relationship const& to) {
    auto const* target = ways_.described(to.target);
    auto const shown = as_objects(spot, said) && target != nullptr ? shown_of(*target, said) : std::nullopt;
    auto one = shown ? reference_to("schemas", component(*shown, *target, spot.level + 1)) : key_schema();
    if (!to.to_one()) return list_of(std::move(one));
    auto const* field = reading.way.field;
    bool const may_be_null = reading.may_be_null || field == nullptr || field->nullable;
    return may_be_null ? nullable(std::move(one)) : one;
}

object AppSchemas::any(Spot const& spot, Member const& said, Field const& field) {
    if (!as_objects(spot, said)) return nullable(key_schema());
    std::vector<std::pair<Shown, Entity const*>> targets;
    for (auto const& name : field.reference->targets) {
        auto const* target = ways_.app().entity(name);
        if (auto shown = target != nullptr ? shown_of(*target, said) : std::nullopt) targets.emplace_back(std::move(*shown), target);
    }
    if (targets.empty() || targets.size() > kMostVariants) return {{"type", "object"}, {"nullable", true}};
    array variants;
    for (auto const& [shown, target] : targets) variants.emplace_back(reference_to("schemas", component(shown, *target, spot.level + 1)));
    return {{"anyOf", std::move(variants)}, {"nullable", true}};
}

object AppSchemas::typed(value::Type const& type, Spot const& spot, bool may_be_null, bool may_be_blank) const {
    auto schema = schema_of(type, may_be_blank);
    bool const labelled = type.kind == value::Kind::choice && !type.bare && forms_.forms.labelled_choices && !spot.plain_choices;
    if (labelled) {
        array labels;
        for (auto const& choice : type.choices) labels.emplace_back(choice.label);
        object label{{"type", "string"}, {"enum", std::move(labels)}};
        object properties{{"value", schema_of(type, false)}, {"label", std::move(label)}};
        schema = {{"type", "object"}, {"properties", std::move(properties)}, {"required", array{"value", "label"}}};
        may_be_null = may_be_null || may_be_blank;
    }
    if (forms_.integer_texts && type.kind == value::Kind::integer && schema.contains("format") && schema["format"] == "int64")
        schema = any_of(array{std::move(schema), object{{"type", "string"}}});
    return may_be_null ? nullable(std::move(schema)) : schema;
}

/// Whether a text may find none of its alternatives whole.
bool AppSchemas::may_be_absent(Spot const& spot, Member const& said) const {
    if (said.texts.empty()) return false;
    return std::ranges::none_of(said.texts, [&](description::TextTemplate const& text) {
        return std::ranges::all_of(text.parts, [&](auto const& part) { return part.path.empty() || is_certain(spot.entity, part.path); });
    });
}

/// Whether there is always a value, and never an empty one.
bool AppSchemas::is_certain(Entity const& from, std::string_view path) const {
    auto const end = description::follow(ways_.app(), from, path);
    if (!end) return false;
    auto const& [steps, entity, field, part] = end.value();
    if (std::ranges::any_of(steps, [](description::Step const& step) { return step.inverse || step.field->nullable; })) return false;
    return field == nullptr || (!field->nullable && !field->blank && !field->computed);
}

bool AppSchemas::as_objects(Spot const& spot, Member const& said) const {
    if (spot.level >= resource::kMostLevels) return false;
    return said.as ? *said.as == Member::As::objects : forms_.forms.nested || !said.view.empty();
}

std::optional<AppSchemas::Shown> AppSchemas::shown_of(Entity const& target, Member const& said) const {
    auto const* home = ways_.app().home_of(target.name);
    if (home == nullptr) return std::nullopt;
    auto const* view = said.view.empty() ? nullptr : home->view(said.view);
    if (view == nullptr) view = home->view("nested");
    if (view == nullptr) view = home->view("brief");
    if (view != nullptr) return Shown{home, view->name, view->members, view->plain_choices};
    Shown shown{home, "nested", {}, false};
    for (auto const* name : {"id", "display"})
        if (home->member(name) != nullptr) shown.members.emplace_back(name);
    return shown.members.empty() ? std::nullopt : std::optional(std::move(shown));
}

std::string AppSchemas::written(resource::Resource const& resource, bool partial, bool keyed) {
    bool refers = false;
    object properties;
    array required;
    if (keyed) {
        properties["id"] = key_schema();
        required.emplace_back("id");
    }
    for (auto const& writable : resource.writable) {
        if (writable.field == nullptr || writable.member == nullptr) continue;
        refers = refers || writable.relationship.has_value();
        properties[writable.name] = written_member(writable);
        if (!partial && writable.field->is_required()) required.emplace_back(writable.name);
    }
    // Members that no one knows are passed over, so that the schema leaves room for them.
    object schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) schema["required"] = std::move(required);
    auto const before = std::string(keyed ? "Bulk" : "") + (partial ? "Patched" : "") + (refers ? "Writable" : "");
    return add(before + name_of(resource) + "Request", std::move(schema));
}

object AppSchemas::written_member(resource::Writable const& writable) const {
    auto const& field = *writable.field;
    object schema;
    if (field.reference) {
        schema = writable.type_column ? object{{"type", "string"}} : written_reference(field);
    } else {
        schema = schema_of(field.type, field.blank);
        bool const needs_text = field.type.kind == value::Kind::text || field.type.kind == value::Kind::slug;
        if (needs_text && !field.blank && !schema.contains("minLength")) schema["minLength"] = 1;
    }
    bool const blank_choice = !field.reference && field.type.kind == value::Kind::choice && field.blank;
    if (field.nullable || blank_choice) schema = nullable(std::move(schema));
    bool const is_only_written = writable.member->writes == Member::Writes::only || field.hidden || field.is_secret();
    if (is_only_written) schema["writeOnly"] = true;
    tell(*writable.member, &field, schema);
    if (writable.create_only) {
        auto help = schema.contains("description") ? std::string(schema["description"].as_string()) + ". " : std::string();
        schema["description"] = help + "Heeded only when the row is made";
    }
    return schema;
}

object AppSchemas::written_reference(Field const& field) const {
    using Kind = Reference::Kind;
    auto one = key_schema();
    if (forms_.by_attributes && field.reference->kind != Kind::any)
        one = any_of(array{std::move(one), object{{"type", "object"}, {"description", "Attributes that exactly one row has"}}});
    bool const is_set = field.reference->kind == Kind::many || field.reference->kind == Kind::owned;
    return is_set ? list_of(std::move(one)) : one;
}

}  // namespace koine::openapi
