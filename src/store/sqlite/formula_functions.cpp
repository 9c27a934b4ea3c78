#include "store/sqlite/formula_functions.hpp"

#include "store/sqlite/functions.hpp"

#include <cmath>
#include <cstdint>
#include <exception>
#include <string_view>
#include <vector>

namespace koine::store::sqlite {
namespace {

using expression::Function;
using expression::Value;

/// Doubles up to here hold every integer.
constexpr double kMostExact = 9007199254740992.0;

Value value_of(sqlite3_value* value) {
    switch (sqlite3_value_type(value)) {
        case SQLITE_NULL: return {};
        case SQLITE_INTEGER:
        case SQLITE_FLOAT: return {Value::Kind::number, sqlite3_value_double(value), {}};
        default: {
            auto const* text = reinterpret_cast<char const*>(sqlite3_value_text(value));
            auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
            return {Value::Kind::text, 0, text ? std::string(text, size) : std::string()};
        }
    }
}

void give(sqlite3_context* context, Value const& value) {
    switch (value.kind) {
        case Value::Kind::null: return sqlite3_result_null(context);
        case Value::Kind::boolean: return sqlite3_result_int(context, value.number != 0 ? 1 : 0);
        case Value::Kind::number:
            if (std::abs(value.number) <= kMostExact && std::trunc(value.number) == value.number)
                return sqlite3_result_int64(context, static_cast<std::int64_t>(value.number));
            return sqlite3_result_double(context, value.number);
        case Value::Kind::text: return sqlite3_result_text64(context, value.text.c_str(), value.text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    }
}

/// SQLite calls through C: an exception (memory) must not pass.
template <Function function>
void called(sqlite3_context* context, int count, sqlite3_value** values) {
    try {
        std::vector<Value> arguments;
        arguments.reserve(static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) arguments.push_back(value_of(values[i]));
        give(context, expression::call(function, arguments));
    } catch (std::exception const&) {
        sqlite3_result_error_nomem(context);
    }
}

void now(sqlite3_context* context, int, sqlite3_value**) {
    try {
        auto& state = *static_cast<FunctionState*>(sqlite3_user_data(context));
        if (!state.now) state.now = expression::call(Function::now, {}).text;
        sqlite3_result_text64(context, state.now->c_str(), state.now->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    } catch (std::exception const&) {
        sqlite3_result_error_nomem(context);
    }
}

struct Named {
    Function function;
    int arguments;  ///< -1: any number
    void (*called)(sqlite3_context*, int, sqlite3_value**);
};

constexpr Named kFunctions[] = {
    {Function::lower, 1, called<Function::lower>},
    {Function::upper, 1, called<Function::upper>},
    {Function::length, 1, called<Function::length>},
    {Function::concat, -1, called<Function::concat>},
    {Function::contains, 2, called<Function::contains>},
    {Function::starts, 2, called<Function::starts>},
    {Function::host, 1, called<Function::host>},
    {Function::family, 1, called<Function::family>},
    {Function::network, 1, called<Function::network>},
    {Function::is_network, 1, called<Function::is_network>},
    {Function::is_broadcast, 1, called<Function::is_broadcast>},
    {Function::now, 0, now},
};

}  // namespace

std::string formula_function(Function function) { return "koine_call_" + std::string(expression::to_string(function)); }

int register_formula_functions(sqlite3* database, FunctionState* state) {
    // The same within one statement, which is what SQLite means by deterministic: the time too.
    constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    int rc = SQLITE_OK;
    for (auto const& entry : kFunctions) {
        if (rc != SQLITE_OK) return rc;
        auto name = formula_function(entry.function);
        rc = sqlite3_create_function_v2(database, name.c_str(), entry.arguments, kFlags, state, entry.called, nullptr, nullptr, nullptr);
    }
    return rc;
}

}  // namespace koine::store::sqlite
