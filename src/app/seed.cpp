#include "app/seed.hpp"

#include "base/arena.hpp"
#include "description/reading.hpp"
#include "value/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::app {
namespace {

using description::Default;
using description::Entity;
using description::Field;
using description::is_number;
using description::Reference;
using query::Cell;
using query::Given;

/// The rows of one table, as one insert.
struct Batch {
    std::shared_ptr<query::WritePlan> plan;
    query::WriteValues values;
};

class Reader final : public Seed {
public:
    Reader(std::shared_ptr<description::App const> app, model::Model const& model) : app_(std::move(app)), model_(model) {}

    Result<void> read() {
        for (auto const& file : app_->data) {
            KOINE_TRY(auto const root, yaml::load(file));
            if (!root.is_map()) return root.problem("expected a map from entities to lists of rows");
            for (auto const& [name, rows] : root.members) {
                KOINE_TRY(read_entity(name, rows));
            }
        }
        return outcome::success();
    }

    Result<void> write(store::Transaction& transaction) const override {
        for (auto const& batch : batches_) {
            store::WriteRequest request;
            request.values = &batch.values;
            query::Written written;
            KOINE_TRY(transaction.write(batch.plan, request, written));
        }
        return outcome::success();
    }

    std::int64_t rows() const override { return rows_; }

private:
    /// What rows of an entity can be named by: the value of a field, as stored, to the row's id.
    struct Known {
        std::int64_t last = 0;
        std::map<std::string, std::map<std::string, std::int64_t, std::less<>>, std::less<>> by_field;
    };

    Result<void> read_entity(yaml::Node const& name, yaml::Node const& rows) {
        auto const* entity = app_->entity(name.text);
        if (entity == nullptr) {
            std::vector<std::string_view> names;
            for (auto const& one : app_->entities) names.push_back(one.name);
            return yaml::unknown_word(name, "entity", names);
        }
        if (!rows.is_list()) return rows.problem("expected a list of rows");
        auto const table = model_.entity(entity->name);
        if (!table) return name.problem("the database has no table for this entity");
        auto const place = begin(*table);
        for (auto const& row : rows.items) {
            if (!row.is_map()) return row.problem("expected a row: a map of fields");
            KOINE_TRY(read_row(*entity, place, row));
        }
        return outcome::success();
    }

    std::size_t begin(model::EntityId table) {
        auto& batch = batches_.emplace_back();
        batch.plan = std::make_shared<query::WritePlan>();
        batch.plan->entity = table;
        auto const& columns = model_[table].columns;
        for (model::ColumnId id = 0; id < columns.size(); ++id)
            if (!columns[id].generated) batch.plan->columns.push_back(id);
        return batches_.size() - 1;
    }

    /// A row of a batch, nothing in it given.
    std::size_t add_row(std::size_t place) {
        auto& [plan, values] = batches_[place];
        ++values.rows;
        values.cells.resize(values.cells.size() + plan->columns.size());
        values.given.resize(values.cells.size(), 0);
        return values.cells.size() - plan->columns.size();
    }

    void set(std::size_t place, std::size_t start, std::string_view column, Cell cell) {
        auto& [plan, values] = batches_[place];
        auto const& table = model_[plan->entity];
        auto const id = table.column(column);
        if (!id) return;
        auto const at = start + static_cast<std::size_t>(std::ranges::find(plan->columns, *id) - plan->columns.begin());
        values.cells[at] = cell;
        values.given[at] = 1;
    }

    Cell kept(std::string_view text) { return Cell::text(arena_.copy(text)); }

    Result<void> read_row(Entity const& entity, std::size_t place, yaml::Node const& row) {
        auto& known = known_[entity.name];
        auto const start = add_row(place);
        std::int64_t id = known.last + 1;
        if (auto const* given = row.find("id")) {
            KOINE_TRY(id, integer(*given));
        }
        known.last = std::max(known.last, id);
        set(place, start, "id", Cell::of(id));
        for (auto const& [key, value] : row.members) {
            if (key.text == "id") continue;
            auto const* field = entity.field(key.text);
            if (field == nullptr || field->computed) return unknown_field(entity, key);
            KOINE_TRY(read_field(entity, *field, place, start, id, value));
        }
        fill(entity, place, start, row);
        ++rows_;
        return outcome::success();
    }

    static Problem unknown_field(Entity const& entity, yaml::Node const& key) {
        std::vector<std::string_view> names;
        for (auto const& field : entity.fields)
            if (!field.computed) names.push_back(field.name);
        return yaml::unknown_word(key, "field of " + entity.name, names);
    }

    /// What is not given and has a default that the database does not know.
    void fill(Entity const& entity, std::size_t place, std::size_t start, yaml::Node const& row) {
        for (auto const& field : entity.fields) {
            if (field.computed || row.find(field.name) != nullptr) continue;
            bool const is_now = field.touched || (field.otherwise && field.otherwise->kind == Default::Kind::now);
            if (is_now) set(place, start, field.name, kept(value::now()));
        }
    }

    Result<void> read_field(
        Entity const& entity, Field const& field, std::size_t place, std::size_t start, std::int64_t id, yaml::Node const& node
    ) {
        if (!field.reference) {
            bool const is_null = node.kind == yaml::Node::Kind::null;
            if (field.type.kind == value::Kind::blob && !is_null) return node.problem("sample rows hold no files");
            KOINE_TRY(auto const cell, plain(field, node));
            set(place, start, field.name, cell);
            if (field.unique) known_[entity.name].by_field[field.name][text_of(cell)] = id;
            return outcome::success();
        }
        switch (field.reference->kind) {
            case Reference::Kind::one: {
                if (node.kind == yaml::Node::Kind::null) return outcome::success();
                KOINE_TRY(auto const key, resolved(field.reference->targets.front(), node));
                set(place, start, field.name + "_id", Cell::of(key));
                return outcome::success();
            }
            case Reference::Kind::any: return read_any(field, place, start, node);
            case Reference::Kind::many:
            case Reference::Kind::owned: break;
        }
        if (!node.is_list()) return node.problem("expected a list of references");
        auto const table = model_.entity(entity.name + "_" + field.name);
        if (!table) return node.problem("the database has no table for this relation");
        auto const pairs = begin(*table);
        for (auto const& item : node.items) {
            KOINE_TRY(auto const key, resolved(field.reference->targets.front(), item));
            auto const pair = add_row(pairs);
            set(pairs, pair, "source_id", Cell::of(id));
            set(pairs, pair, "target_id", Cell::of(key));
        }
        return outcome::success();
    }

    Result<void> read_any(Field const& field, std::size_t place, std::size_t start, yaml::Node const& node) {
        auto const* entity = node.is_map() && node.members.size() == 1 ? app_->entity(node.members.front().key.text) : nullptr;
        if (entity == nullptr) return node.problem("expected {ENTITY: ROW}");
        KOINE_TRY(auto const key, resolved(entity->name, node.members.front().value));
        set(place, start, field.name + "_type", kept(entity->type_word));
        set(place, start, field.name + "_id", Cell::of(key));
        return outcome::success();
    }

    Result<Cell> plain(Field const& field, yaml::Node const& node) {
        using Kind = yaml::Node::Kind;
        if (node.kind == Kind::null) return Cell();
        Given given;
        if (node.kind == Kind::scalar) {
            bool const boolean = !node.quoted && (node.text == "true" || node.text == "false");
            given.kind = boolean ? Given::Kind::boolean : is_number(node) ? Given::Kind::number : Given::Kind::text;
            given.text = arena_.copy(node.text);
        } else {
            given.kind = Given::Kind::json;
            given.text = arena_.copy(description::json_of(node));
        }
        auto cell = value::accept(field.type, given, arena_);
        if (!cell) return node.problem(fmt::format("{} cannot be this: {}", field.name, describe(cell.error())));
        if (cell.value().kind() == Cell::Kind::text) return kept(cell.value().view());
        return cell;
    }

    static std::string text_of(Cell const& cell) {
        if (cell.kind() == Cell::Kind::integer) return std::to_string(cell.integer());
        return cell.kind() == Cell::Kind::text ? std::string(cell.view()) : std::string();
    }

    static Result<std::int64_t> integer(yaml::Node const& node) {
        std::int64_t number = 0;
        auto const* end = node.text.data() + node.text.size();
        auto const [stop, error] = std::from_chars(node.text.data(), end, number);
        if (error != std::errc() || stop != end) return node.problem("expected a whole number");
        return number;
    }

    /// The id of the row that is meant.
    Result<std::int64_t> resolved(std::string const& target, yaml::Node const& node) {
        auto const& entity = *app_->entity(target);
        auto const& known = known_[target];
        std::string field;
        yaml::Node const* value = &node;
        if (node.is_map()) {
            if (node.members.size() != 1) return node.problem("expected one field that tells the row");
            field = node.members.front().key.text;
            value = &node.members.front().value;
        } else {
            auto const natural = std::ranges::find(entity.fields, true, &Field::unique);
            if (natural != entity.fields.end()) field = natural->name;
        }
        if (auto const found = known.by_field.find(field); found != known.by_field.end())
            if (auto const row = found->second.find(value->text); row != found->second.end()) return row->second;
        if (node.is_map() && field != "id") return find_by(entity, field, *value);
        if (is_number(*value)) {
            KOINE_TRY(auto const id, integer(*value));
            if (id <= known.last) return id;
        }
        return value->problem(fmt::format("there is no {} \"{}\" before this", entity.name, value->text));
    }

    /// By a field that is not unique: the one row that has it so far.
    Result<std::int64_t> find_by(Entity const& entity, std::string_view field, yaml::Node const& value) {
        auto const table = model_.entity(entity.name);
        auto const column = table ? model_[*table].column(field) : std::nullopt;
        auto const own = column ? model_[*table].column("id") : std::nullopt;
        std::optional<std::int64_t> found;
        for (auto const& [plan, values] : batches_) {
            if (!own || plan->entity != *table) continue;
            auto const width = plan->columns.size();
            auto const at = [&](model::ColumnId id) {
                return static_cast<std::size_t>(std::ranges::find(plan->columns, id) - plan->columns.begin());
            };
            for (std::size_t row = 0; row < values.rows; ++row) {
                if (text_of(values.cells[row * width + at(*column)]) != value.text) continue;
                if (found) return value.problem(fmt::format("several {} have this {}", entity.label_plural, field));
                found = values.cells[row * width + at(*own)].integer();
            }
        }
        if (!found) return value.problem(fmt::format("there is no {} with this {} before this", entity.name, field));
        return *found;
    }

    std::shared_ptr<description::App const> app_;
    model::Model const& model_;
    Arena arena_;
    std::vector<Batch> batches_;
    std::map<std::string, Known, std::less<>> known_;
    std::int64_t rows_ = 0;
};

}  // namespace

Result<std::unique_ptr<Seed>> Seed::read(std::shared_ptr<description::App const> app, model::Model const& model) {
    auto reader = std::make_unique<Reader>(std::move(app), model);
    KOINE_TRY(reader->read());
    return std::unique_ptr<Seed>(std::move(reader));
}

}  // namespace koine::app
