#include "query/literal.hpp"
#include "query/planner.hpp"
#include "query/quoted.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace koine::query {
namespace {

using model::Type;

constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

/// Makes the cells of one body. `scratch` is shared by its values.
class CellMaker {
public:
    explicit CellMaker(Arena& arena) : arena_(arena) {}

    Result<Cell> make(Given const& given, model::Column const& column) {
        if (given.kind == Given::Kind::null) return Cell();
        switch (column.type) {
            case Type::text: return text(given, column.type);
            case Type::dynamic: return given.kind == Given::Kind::number ? number(given, column) : text(given, column.type);
            case Type::json: return json(given);
            case Type::real:
            case Type::numeric: return number(given, column);
            default: return parse_literal(given.text, column.type, column.datetime_separator, arena_);
        }
    }

private:
    static Result<Cell> text(Given const& given, Type type) {
        if (given.text.contains('\0'))
            return Problem(Reason::invalid_literal).with("type", sql_name(type)).with("value", shown(given.text));
        return Cell::text(given.text);
    }

    /// Bound as a number, never as text: the affinity of a numeric column makes a double of long digits either way, and a
    /// column without a type would no longer hold a number. A store keeps no NaN: it would become null unsaid.
    Result<Cell> number(Given const& given, model::Column const& column) {
        auto type = column.type == Type::dynamic ? Type::numeric : column.type;
        KOINE_TRY(auto cell, parse_literal(given.text, type, ' ', arena_));
        if (cell.kind() == Cell::Kind::real && std::isnan(cell.real()))
            return Problem(Reason::literal_out_of_range).with("type", sql_name(type)).with("value", given.text);
        return cell;
    }

    /// What was a string is a JSON string, whatever it says.
    Result<Cell> json(Given const& given) {
        // A number alone is stored as one (the column's affinity sees to that), so it must be one that can be.
        if (given.kind == Given::Kind::number) {
            KOINE_TRY(parse_literal(given.text, Type::real, ' ', arena_));
        }
        if (given.kind != Given::Kind::text) return Cell::text(given.text);
        scratch_.clear();
        append_quoted(scratch_, given.text);
        return Cell::text(arena_.copy(scratch_));
    }

    Arena& arena_;
    std::string scratch_;
};

/// For each column written, where the body's rows have it.
std::vector<std::size_t> places_of(model::Entity const& entity, WritePlan const& plan, Body const& body) {
    std::vector<std::size_t> places;
    places.reserve(plan.columns.size());
    for (std::size_t i = 0; i < plan.columns.size(); ++i) {
        auto const& name = entity.columns[plan.columns[i]].name;
        auto place = i < body.names.size() && body.names[i] == name
                         ? i
                         : static_cast<std::size_t>(std::ranges::find(body.names, name) - body.names.begin());
        places.push_back(place < body.names.size() ? place : kNowhere);
    }
    return places;
}

}  // namespace

Result<void> bind_values(
    model::Model const& model, WritePlan const& plan, Mutation const& mutation, Body const& body, Arena& arena, WriteValues& values
) {
    auto const& entity = model[plan.entity];
    auto const width = plan.columns.size();
    std::size_t rows = plan.change == Change::remove ? 0 : body.rows;
    if (plan.change == Change::update) rows = std::min<std::size_t>(rows, 1);
    if (rows > std::numeric_limits<std::uint32_t>::max() || (width > 0 && rows > kMaxWriteValues / width))
        return Problem(Reason::limit_exceeded)
            .with("limit", "values of a write")
            .with("maximum", static_cast<std::int64_t>(kMaxWriteValues));
    values.rows = static_cast<std::uint32_t>(rows);
    values.cells.assign(rows * width, Cell());
    values.given.clear();

    bool const absent_is_default = plan.change == Change::insert && mutation.absent_is_default;
    auto const places = places_of(entity, plan, body);
    CellMaker maker(arena);
    for (std::size_t row = 0, at = 0; row < rows; ++row) {
        for (std::size_t i = 0; i < width; ++i, ++at) {
            auto const* given = places[i] == kNowhere ? nullptr : &body.value(row, places[i]);
            if (given != nullptr && given->kind != Given::Kind::absent) {
                KOINE_TRY(values.cells[at], maker.make(*given, entity.columns[plan.columns[i]]));
            } else if (absent_is_default) {
                if (values.given.empty()) values.given.assign(values.cells.size(), 1);
                values.given[at] = 0;
            }
        }
    }
    return outcome::success();
}

}  // namespace koine::query
