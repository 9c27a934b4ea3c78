#include "store/sqlite/functions.hpp"

#include "base/json_scan.hpp"
#include "store/sqlite/casts.hpp"
#include "store/sqlite/formula_functions.hpp"
#include "store/sqlite/json.hpp"
#include "store/sqlite/keys_table.hpp"
#include "store/sqlite/pattern.hpp"

#include <exception>
#include <string>
#include <string_view>

namespace koine::store::sqlite {
namespace {

using model::Type;
using query::Cell;
using Function = void (*)(sqlite3_context*, FunctionState&, sqlite3_value**);

bool is_null(sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_NULL; }

/// The value's text; of a number its digits. Lives until the value's next conversion.
std::string_view text_of(sqlite3_value* value) {
    auto const* text = reinterpret_cast<char const*>(sqlite3_value_text(value));
    return text ? std::string_view(text, static_cast<std::size_t>(sqlite3_value_bytes(value))) : std::string_view();
}

Cell cell_of(sqlite3_value* value) {
    switch (sqlite3_value_type(value)) {
        case SQLITE_INTEGER: return Cell::of(std::int64_t{sqlite3_value_int64(value)});
        case SQLITE_FLOAT: return Cell::of(sqlite3_value_double(value));
        case SQLITE_TEXT: return Cell::text(text_of(value));
        case SQLITE_BLOB: {
            auto const* bytes = static_cast<char const*>(sqlite3_value_blob(value));
            return Cell::blob({bytes, bytes ? static_cast<std::size_t>(sqlite3_value_bytes(value)) : 0});
        }
        default: return {};
    }
}

void give_text(sqlite3_context* context, std::string_view text) {
    sqlite3_result_text64(context, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void give(sqlite3_context* context, Cell const& cell) {
    switch (cell.kind()) {
        case Cell::Kind::null: return;
        case Cell::Kind::integer: return sqlite3_result_int64(context, cell.integer());
        case Cell::Kind::real: return sqlite3_result_double(context, cell.real());
        case Cell::Kind::text: return give_text(context, cell.view());
        case Cell::Kind::blob:
            return sqlite3_result_blob64(context, cell.view().empty() ? "" : cell.view().data(), cell.view().size(), SQLITE_TRANSIENT);
    }
}

/// A truth value, unless time ran out while it was found.
void give_truth(sqlite3_context* context, FunctionState& state, bool truth) {
    if (state.watch.verdict != Watch::Verdict::going) return sqlite3_result_error_code(context, SQLITE_INTERRUPT);
    sqlite3_result_int(context, truth ? 1 : 0);
}

void ilike(sqlite3_context* context, FunctionState& state, sqlite3_value** values) {
    auto const* pattern = static_cast<LikePattern const*>(sqlite3_value_pointer(values[1], kPatternPointer));
    if (!pattern || is_null(values[0])) return;
    give_truth(context, state, pattern->matches(text_of(values[0]), &state.watch));
}

void match(sqlite3_context* context, FunctionState& state, sqlite3_value** values) {
    auto const* expression = static_cast<re2::RE2 const*>(sqlite3_value_pointer(values[1], kRegexPointer));
    if (!expression || is_null(values[0])) return;
    give_truth(context, state, matches(*expression, text_of(values[0])));
}

void json(sqlite3_context* context, FunctionState&, sqlite3_value** values) {
    auto const* path = static_cast<JsonPath const*>(sqlite3_value_pointer(values[1], kPathPointer));
    if (!path || is_null(values[0])) return;
    auto found = find_json(text_of(values[0]), *path);
    if (!found) return;
    if (sqlite3_value_int(values[2]) == 0) return give_text(context, *found);
    if (*found == "null") return;
    if (found->front() == '"') return give_text(context, json_string(*found));
    give_text(context, *found);
}

void contains(sqlite3_context* context, FunctionState& state, sqlite3_value** values) {
    if (is_null(values[0]) || is_null(values[1])) return;
    auto held = json_contains(text_of(values[0]), text_of(values[1]), &state.watch);
    if (held) give_truth(context, state, *held);
}

void compare(sqlite3_context* context, FunctionState& state, sqlite3_value** values) {
    if (is_null(values[0]) || is_null(values[1])) return;
    auto order = json_compare(text_of(values[0]), text_of(values[1]), &state.watch);
    if (state.watch.verdict != Watch::Verdict::going) return sqlite3_result_error_code(context, SQLITE_INTERRUPT);
    if (order) sqlite3_result_int(context, *order);
}

template <Type type>
void cast_to(sqlite3_context* context, FunctionState& state, sqlite3_value** values) {
    std::string scratch;
    auto made = cast(cell_of(values[0]), type, scratch);
    if (made) return give(context, made.value());
    state.problem = made.error();
    sqlite3_result_error_code(context, SQLITE_ERROR);
}

void word(sqlite3_context* context, FunctionState&, sqlite3_value** values) { give(context, boolean_word(cell_of(values[0]))); }

/// SQLite calls through C: an exception (memory) must not pass.
template <Function function>
void guarded(sqlite3_context* context, int, sqlite3_value** values) {
    try {
        function(context, *static_cast<FunctionState*>(sqlite3_user_data(context)), values);
    } catch (std::exception const&) {
        sqlite3_result_error_nomem(context);
    }
}

struct Named {
    char const* name;
    int arguments;
    void (*function)(sqlite3_context*, int, sqlite3_value**);
};

constexpr Named kFunctions[] = {
    {"koine_ilike", 2, guarded<ilike>},
    {"koine_match", 2, guarded<match>},
    {"koine_json", 3, guarded<json>},
    {"koine_contains", 2, guarded<contains>},
    {"koine_json_compare", 2, guarded<compare>},
    {"koine_boolean_word", 1, guarded<word>},
    {"koine_to_boolean", 1, guarded<cast_to<Type::boolean>>},
    {"koine_to_smallint", 1, guarded<cast_to<Type::smallint>>},
    {"koine_to_integer", 1, guarded<cast_to<Type::integer>>},
    {"koine_to_bigint", 1, guarded<cast_to<Type::bigint>>},
    {"koine_to_real", 1, guarded<cast_to<Type::real>>},
    {"koine_to_numeric", 1, guarded<cast_to<Type::numeric>>},
    {"koine_to_text", 1, guarded<cast_to<Type::text>>},
    {"koine_to_uuid", 1, guarded<cast_to<Type::uuid>>},
    {"koine_to_date", 1, guarded<cast_to<Type::date>>},
    {"koine_to_time", 1, guarded<cast_to<Type::time>>},
    {"koine_to_timestamp", 1, guarded<cast_to<Type::timestamp>>},
    {"koine_to_json", 1, guarded<cast_to<Type::json>>},
    {"koine_to_blob", 1, guarded<cast_to<Type::blob>>},
};

}  // namespace

int register_functions(sqlite3* database, FunctionState* state) {
    constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    int rc = register_tables(database);
    if (rc == SQLITE_OK) rc = register_formula_functions(database, state);
    for (auto const& entry : kFunctions) {
        if (rc != SQLITE_OK) return rc;
        rc = sqlite3_create_function_v2(database, entry.name, entry.arguments, kFlags, state, entry.function, nullptr, nullptr, nullptr);
    }
    return rc;
}

}  // namespace koine::store::sqlite
