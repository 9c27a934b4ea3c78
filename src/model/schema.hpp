/// @file The model: what a database holds, as every room sees it. Built once by a loader, then never changed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::model {

/// What a column's values mean: decides which literals a filter accepts, how they compare and how they read in an answer.
/// A stored value of another class (SQLite allows it) is shown by its own class, never refused.
enum class Type : std::uint8_t {
    boolean,
    smallint,
    integer,
    bigint,
    real,
    numeric,
    text,
    uuid,
    date,
    time,
    timestamp,
    json,
    blob,
    dynamic  ///< no declared type, or one that names several: compares as text and as number
};

/// The name as SQL spells it, for messages: "double precision", "timestamp without time zone".
std::string_view sql_name(Type type);
/// The type that a cast names (`int`, `int4`, `varchar`, `float8`, `bool`, `timestamp` …, any letter case); nothing if unknown.
std::optional<Type> type_named(std::string_view name);
bool is_integer(Type type);
bool is_number(Type type);
/// text, uuid and dynamic: what pattern operators apply to.
bool is_textual(Type type);

/// As what the texts of a column compare and order, where that isn't as texts. Texts that are none of it stand behind those that are.
enum class Ordering : std::uint8_t {
    natural,  ///< as `Type` says
    decimal,  ///< as the decimal numbers that they are: 4.2 before 18.0, and 1.0 is 1.00
    address   ///< as IP addresses (base/address.hpp)
};

using EntityId = std::uint32_t;
using ColumnId = std::uint32_t;

/// Where a view's column comes from: the table's column that it shows unchanged.
struct ColumnOrigin {
    EntityId entity = 0;
    ColumnId column = 0;
    bool operator==(ColumnOrigin const&) const = default;
};

struct Column {
    std::string name;
    std::string declared_type;
    Type type = Type::dynamic;
    Ordering ordering = Ordering::natural;
    bool nullable = true;
    bool generated = false;
    bool not_binary = false;                   ///< declared with a collation other than BINARY
    char datetime_separator = ' ';             ///< what stands between date and time in the stored texts: ' ' or 'T'
    std::optional<std::string> default_value;  ///< SQL text as declared, for documents only
    std::optional<ColumnOrigin> origin;        ///< views: traced through any number of nested views; nothing for expressions
};

/// A primary key or unique constraint (or full unique index). Columns in key order.
struct Key {
    std::string name;
    std::vector<ColumnId> columns;
};

/// An index of the table's plain columns, in index order, up to the first expression. Used to choose how children are fetched.
struct Index {
    std::string name;
    std::vector<ColumnId> columns;
    bool unique = false;
    bool partial = false;
};

struct ForeignKey {
    std::string name;  ///< as declared, else table_columns_fkey
    std::vector<ColumnId> columns;
    EntityId target = 0;
    std::vector<ColumnId> target_columns;
};

struct Check {
    std::string name;
    std::string expression;
};

enum class Cardinality : std::uint8_t { many_to_one, one_to_many, one_to_one, many_to_many };
std::string_view to_string(Cardinality cardinality);  ///< "many-to-one" …

/// The table in the middle of a many-to-many relationship.
struct Junction {
    EntityId entity = 0;
    std::vector<ColumnId> origin_columns;  ///< of the junction, matching Relationship::columns
    std::vector<ColumnId> target_columns;  ///< of the junction, matching Relationship::target_columns
    std::string target_constraint;         ///< the foreign key towards the target; Relationship::constraint is the one towards the origin
};

/// A relationship as one entity (its origin) sees it. Each foreign key gives one to its table and its inverse to the other.
struct Relationship {
    Cardinality cardinality = Cardinality::many_to_one;
    EntityId target = 0;
    std::string constraint;
    std::vector<ColumnId> columns;         ///< of the origin
    std::vector<ColumnId> target_columns;  ///< of the target, pairwise equal to `columns` (through the junction if there is one)
    std::optional<Junction> junction;
    std::string name;  ///< how an app calls it in paths; empty if nobody named it
    /// Only rows of the target (of the junction, if there is one) count whose column holds this text.
    struct Fixed {
        ColumnId column = 0;
        std::string text;
        bool operator==(Fixed const&) const = default;
    };
    std::optional<Fixed> fixed;
    bool holds_key = false;  ///< the origin's columns are the foreign key (many_to_one, one side of one_to_one)

    bool to_one() const { return cardinality == Cardinality::many_to_one || cardinality == Cardinality::one_to_one; }
};

enum class EntityKind : std::uint8_t { table, view, virtual_table };

struct Entity {
    std::string name;
    EntityKind kind = EntityKind::table;
    std::vector<Column> columns;     ///< in declared order, without hidden ones
    std::optional<Key> primary_key;  ///< declared, or traced through a plain view
    std::vector<Key> unique_keys;    ///< without the primary key; full ones only
    std::vector<Index> indexes;      ///< all that the planner may count on, with the primary key's (INTEGER PRIMARY KEY too)
    std::vector<ForeignKey> foreign_keys;
    std::vector<Check> checks;
    std::vector<Relationship> relationships;  ///< in a stable order: as declared
    bool has_rowid = true;                    ///< false: WITHOUT ROWID, views
    bool strict = false;
    bool insertable = true;  ///< tables; views by INSTEAD OF triggers
    bool updatable = true;
    bool deletable = true;

    std::optional<ColumnId> column(std::string_view name) const;
    /// Whether the column is the table's rowid by another name, a primary key declared as just INTEGER: numbered where a row gives none.
    bool is_rowid(ColumnId id) const;
    /// Whether every new row must give it: not nullable, without a default, neither generated nor numbered.
    bool is_required(ColumnId id) const;
    /// The relationship that an app calls so.
    std::optional<std::uint32_t> relationship_named(std::string_view name) const;
    /// True if these columns, in any order, are the leading columns of a non-partial index.
    bool has_index_on(std::vector<ColumnId> const& columns) const;
    /// True if the column stands in an index, wherever in it.
    bool is_indexed(ColumnId column) const;
    /// True if these columns, in any order, contain a whole unique or primary key.
    bool is_unique(std::vector<ColumnId> const& columns) const;

    std::map<std::string, ColumnId, std::less<>> column_by_name;  ///< filled by Model::index
};

struct Model {
    std::vector<Entity> entities;    ///< in order of name
    std::vector<std::string> notes;  ///< what the loader left out and why, for `koine inspect`
    std::uint64_t version = 0;       ///< the schema version it was read at

    std::optional<EntityId> entity(std::string_view name) const;
    Entity const& operator[](EntityId id) const { return entities[id]; }
    /// Fills the name tables; called once by a loader when the lists are complete.
    void index();
    /// Derives every entity's relationships from foreign keys (inverses, one-to-one, many-to-many through junctions whose primary
    /// key covers both keys). Called once by a loader after `index`.
    void derive_relationships();

    std::map<std::string, EntityId, std::less<>> entity_by_name;
};

/// The name nearest to `wanted` among `names`, if near enough to be meant (for "Perhaps you meant"); nothing otherwise.
std::optional<std::string> nearest(std::string_view wanted, std::vector<std::string_view> const& names);

}  // namespace koine::model
