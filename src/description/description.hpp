/// @file The description of an app: what its YAML says, checked name by name against itself, not yet against a database. Immutable once loaded.
#pragma once

#include "base/result.hpp"
#include "description/happens.hpp"
#include "description/place.hpp"
#include "expression/formula.hpp"
#include "model/yaml.hpp"
#include "value/type.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::description {

enum class OnDelete : std::uint8_t { protect, cascade, set_null };

/// What a field refers to.
struct Reference {
    enum class Kind : std::uint8_t {
        one,    ///< ref(region): a column NAME_id
        many,   ///< refs(tag): a table ENTITY_NAME of two columns, source_id and target_id
        owned,  ///< owned(rule): the target's rows live and die with this one
        any     ///< any_ref(router|session): two columns, NAME_type (Entity::type_word of the target) and NAME_id; no foreign key
    };
    Kind kind = Kind::one;
    std::vector<std::string> targets;  ///< entities: exactly one unless `any`
    OnDelete on_delete = OnDelete::protect;
    std::string inverse;  ///< how the target calls the rows that refer to it, in paths; default: ENTITY_FIELD
};

/// What a field gets where nothing is given.
struct Default {
    enum class Kind : std::uint8_t {
        literal,    ///< `text`, as stored
        now,        ///< the time of the write
        caller,     ///< the key of the user who writes; null for none
        random_key  ///< 40 random hex digits
    };
    Kind kind = Kind::literal;
    std::string text;
    bool null = false;  ///< literal: the value is null
};

struct Field {
    std::string name;
    std::string label;  ///< for people: "ASN"; default: the name, `_` as blanks
    std::string help;
    value::Type type;                    ///< of a plain field
    std::optional<Reference> reference;  ///< else
    bool nullable = false;
    bool required = false;  ///< a new row must give it, though it may be null or empty
    bool blank = false;     ///< the empty text may be given, and is the default if there is none
    bool unique = false;
    bool indexed = false;
    bool readonly = false;   ///< clients cannot write it
    bool hidden = false;     ///< clients never see it; they may write it unless `readonly`
    bool immutable = false;  ///< written on create only
    bool touched = false;    ///< a datetime that every write sets
    std::optional<Default> otherwise;
    std::shared_ptr<expression::Formula const> computed;  ///< no column: worked out when read; typed as `type`
    Place place;

    /// Of what is kept only a hash, or what nobody is shown.
    bool is_secret() const { return !reference && (type.kind == value::Kind::secret || type.kind == value::Kind::password); }
    /// Whether a new row must give it.
    bool is_required() const {
        if (required) return true;
        return !nullable && !blank && !otherwise && !readonly && !computed && !touched &&
               !(reference && reference->kind != Reference::Kind::one && reference->kind != Reference::Kind::any);
    }
};

/// Fields that no two rows share.
struct UniqueTogether {
    std::vector<std::string> fields;
    Place place;
};

/// What must hold of every row.
struct Check {
    std::shared_ptr<expression::Formula const> formula;  ///< over the row's fields and those of rows it refers to
    std::string message;                                 ///< a template over paths: "A and B: {ip_address}"
    std::string field;                                   ///< whose fault it is; empty: the row's
    Place place;
};

/// One word of an order.
struct OrderWord {
    std::string path;  ///< "asn", "local_autonomous_system.name"
    bool descending = false;
    bool operator==(OrderWord const&) const = default;
};

struct Entity {
    std::string name;
    std::string type_word;            ///< how `any_ref` and the change log call it: "peering.autonomoussystem"; default: the name
    std::string label, label_plural;  ///< "autonomous system"; plural default: + "s"
    std::vector<Field> fields;        ///< without `id`, which every entity has; with those of mixins, in their order
    std::vector<UniqueTogether> uniques;
    std::vector<Check> checks;
    std::vector<OrderWord> order;  ///< default order; `id` is appended
    bool logged = false;           ///< changes are recorded
    Place place;

    Field const* field(std::string_view name) const;
};

/// A text with holes: "AS{asn} - {name}".
struct TextTemplate {
    struct Part {
        std::string literal;  ///< if `path` is empty
        std::string path;     ///< "local_autonomous_system.asn", "id"
    };
    std::vector<Part> parts;
};

struct Member {
    enum class Form : std::uint8_t {
        path,      ///< a field, or the field at the end of to-one steps; a reference at the end is shown as the dialect shows relations
        text,      ///< the first of `texts` whose holes are all filled (neither null nor empty); else null
        link,      ///< an address: `texts` of one, after the base address; empty texts: the row's own address in this resource
        count,     ///< how many rows of the relation at `path`, or of several (`paths`), there are
        group,     ///< an object of `members`
        formula,   ///< `formula`, computed by the database
        constant,  ///< `constant`, as JSON
        script,    ///< what the function `call` gives, which gets `needs` of all rows at once
        merged  ///< JSON objects merged deeply, the later over the earlier: of each row of relation `path` the object at `merge_path`, then
                ///< the row's own at `then_path`; null if there is none
    };
    std::string name;  ///< on the wire
    Form form = Form::path;
    std::string path;
    std::vector<std::string> paths;  ///< count: of several relations, summed
    std::vector<TextTemplate> texts;
    std::vector<Member> members;
    std::shared_ptr<expression::Formula const> formula;
    std::string constant;
    std::string call;                                     ///< script: "file.function"
    std::vector<std::string> needs;                       ///< script: paths to one value each
    std::string merge_path, then_path, merge_where;       ///< merge_where: a boolean field of those rows that must be true; may be empty
    std::vector<OrderWord> order;                         ///< many, merged: of the rows; default: the target's
    std::string view;                                     ///< of a relation's rows: default the dialect's choice
    enum class As : std::uint8_t { objects, keys, key };  ///< of a relation: its rows by a view, the list of their keys, the one key
    std::optional<As> as;                                 ///< default: the dialect's choice
    enum class Writes : std::uint8_t { by_field, never, only, create };
    Writes writes = Writes::by_field;  ///< by_field: as the field at `path` allows (a path of one step)
    std::string label, help;           ///< for documents; default: the field's
    value::Type type;                  ///< of text, link, count, formula, constant, script, merged: for documents
    Place place;

    /// Whether answers hold that field of the row, or something behind it.
    bool shows(std::string_view field) const;
};

/// A choice of members.
struct View {
    std::string name;
    std::vector<std::string> members;  ///< by name, in wire order (resolved from `only`, `like`, `plus`, `minus`)
    bool plain_choices = false;        ///< `values: {enum: value}`: choices as their bare value, whatever the dialect says
    Place place;
};

/// One parameter of lists.
struct Filter {
    enum class Kind : std::uint8_t {
        path,    ///< compares the field at the end of `path` (to-one and to-many steps)
        range,   ///< the same, with NAME_after and NAME_before only
        search,  ///< free text over `search`
        formula  ///< a boolean formula over the row
    };
    std::string name;
    Kind kind = Kind::path;
    std::string path;                     ///< "asn", "tags.slug", "router.hostname"; a reference at its end means its key
    std::string where_path, where_value;  ///< also holds on the same related row: `changes.action` = "create"; may be empty
    bool combine_all = false;             ///< repeated: all of them (on possibly different related rows), not any
    bool lookups = true;                  ///< whether the dialect's suffixes apply
    bool single = false;                  ///< of repeated ones the last counts
    std::map<std::string, std::vector<std::string>>
        widened;              ///< a value stands for several: export-policy: [export-policy, import-export-policy]
    bool must_exist = false;  ///< a value that names no related row is a fault (invalid choice), not an empty list
    std::shared_ptr<expression::Formula const> formula;
    Place place;
};

/// One thing that free text is compared with.
struct SearchField {
    enum class How : std::uint8_t { contains, prefix, equals };
    std::string path;
    How how = How::contains;
};

enum class Verb : std::uint8_t { list, get, create, replace, patch, remove };

struct Resource {
    std::string name;                  ///< "autonomous-systems"
    std::string path;                  ///< "peering/autonomous-systems": unique
    std::vector<std::string> aliases;  ///< further paths, which links never use
    std::string entity;
    std::string dialect;  ///< empty: the app's
    std::string label, label_plural;
    std::vector<OrderWord> order;  ///< default: the entity's
    std::vector<Member> members;   ///< in wire order
    std::vector<View> views;       ///< at least `full`: all members
    std::vector<SearchField> search;
    std::vector<Filter> filters;
    bool sort_all = true;           ///< every member that is a field may be ordered by
    std::vector<std::string> sort;  ///< else these
    std::vector<Verb> verbs;        ///< what it offers; several rows at once with `bulk`
    bool bulk = false;
    std::map<Verb, Rule> rules;  ///< complete
    std::string web;             ///< a template of the path of its page for people: "/{plural}/{id}/"; empty: none
    bool listed = true;          ///< whether indexes name it
    Hooks hooks;
    Place place;

    Member const* member(std::string_view name) const;
    View const* view(std::string_view name) const;
};

/// Which entities the server itself works with, and which of their fields are what. Empty names: there is none.
struct Identity {
    std::string user, user_name, user_password, user_active, user_staff, user_superuser, user_permissions, user_roles, user_groups;
    std::string group_name, group_permissions;  ///< of the entity that user_groups refers to: a text, a list(text)
    std::string token, token_user, token_key, token_write, token_expires, token_networks, token_used, token_scopes, token_claims;
    std::string session, session_user, session_key, session_expires;
    std::string log, log_time, log_user, log_user_name, log_request, log_action, log_object, log_before, log_after,
        log_text;  ///< the change log
};

struct App {
    std::string name, title, version, description, license;
    std::string folder;  ///< where it lies
    std::string dialect = "main";
    bool login_required = false;                  ///< anonymous requests are refused everywhere but at documents
    std::map<std::string, std::string> settings;  ///< as written, overridable on the command line
    std::vector<Entity> entities;
    std::vector<Resource> resources;  ///< in the order of the files
    Identity identity;
    std::vector<Operation> operations;  ///< of resources, too; by path and method unique
    std::vector<Script> scripts;        ///< the files that they call
    Jobs jobs;
    Webhooks webhooks;
    bool keeps_files = false;        ///< it has blobs or takes files: there is a place for them beside the database
    yaml::Node dialects;             ///< the merged section, for the dialect loader
    std::vector<std::string> files;  ///< all that were read, and the folder `operations`, for watching
    std::vector<std::string> data;   ///< files of sample rows, in order

    Entity const* entity(std::string_view name) const;
    Entity const* entity_of_word(std::string_view type_word) const;
    /// The resource that shows the entity's rows where they are referred to: the first over it.
    Resource const* home_of(std::string_view entity) const;
};

/// All mistakes of an app, in the order of files and lines; each a configuration problem with its place.
using Mistakes = std::vector<Problem>;

struct Loaded {
    std::shared_ptr<App const> app;  ///< null if there are mistakes
    Mistakes mistakes;
};
/// Reads all .yaml files of the folder (not those of data/, proof/ and hidden ones) and operations/*.lua and *.sql, or the one file, and checks every
/// name, type, path and formula in it. @return the app, or all mistakes that could be found.
Loaded load_app(std::string const& path);
/// The same of texts: file name and content, for tests and fuzzing. Names that end in .lua and .sql are operations', all others YAML.
Loaded load_app_texts(std::vector<std::pair<std::string, std::string>> const& files);

/// The JSON Schema of the files, as pretty-printed JSON.
std::string app_schema();

/// The end of a path from an entity: through which references, and which field it is.
struct Step {
    Entity const* from = nullptr;
    Field const* field = nullptr;  ///< the reference that is followed; its owner is `from`, or the target if `inverse`
    bool inverse = false;          ///< from the target to the rows that refer to it
    Entity const* to = nullptr;
    bool to_many() const { return inverse || (field->reference->kind != Reference::Kind::one); }
};
struct PathEnd {
    std::vector<Step> steps;
    Entity const* entity = nullptr;                                          ///< at the end of the steps
    Field const* field = nullptr;                                            ///< null: the entity's `id`; a reference: its key
    enum class Part : std::uint8_t { value, type, key } part = Part::value;  ///< of an any_ref: "object.type", "object.id"
};
/// Follows "local_autonomous_system.asn", "tags.slug", "id". @return the first word that is none, as a configuration problem without place.
Result<PathEnd> follow(App const& app, Entity const& from, std::string_view path);

}  // namespace koine::description
