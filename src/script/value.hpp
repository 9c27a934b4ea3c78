/// @file Value: what scripts take and give, as a tree; and the same as JSON.
#pragma once

#include "base/result.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace koine::script {

struct Value;
struct Member;
using List = std::vector<Value>;
/// In the order of the source. A name may stand twice (JSON allows it); the last one counts.
using Map = std::vector<Member>;

/// A value without any Lua in it.
///
/// How it looks in Lua: `null` is the constant `null` (equal to itself only, and true in a condition as all but nil and false are); an integer
/// or a real is a number of that subtype; a list is a table with the mark that `list{}` gives; a map is a table.
///
/// How a table of Lua is read: with the mark of `list{}` it is a list, its holes null; without, it is a list if its keys are just 1 to n (n > 0),
/// and otherwise a map. So `{}` is an empty map, `list{}` an empty list, and a list that was given stays one when emptied. In a map, keys that are
/// integers become text; the members come sorted by name, or in the order that `map(table, {"first", "second"})` asks for, the rest after
/// these. Members that are functions are left out. nil as argument or result is null.
struct Value {
    using Data = std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Map>;
    Data data;

    // Not explicit: trees are written as literals. NOLINTBEGIN(google-explicit-constructor)
    Value();
    Value(std::nullptr_t);
    Value(std::same_as<bool> auto boolean) : data(boolean) {}
    Value(int integer);
    Value(std::int64_t integer);
    Value(double real);
    Value(char const* text);
    Value(std::string_view text);
    Value(std::string text);
    Value(List list);
    Value(Map map);
    // NOLINTEND(google-explicit-constructor)

    bool is_null() const { return std::holds_alternative<std::monostate>(data); }
    /// What it holds, or null if it is something else.
    bool const* boolean() const { return std::get_if<bool>(&data); }
    std::int64_t const* integer() const { return std::get_if<std::int64_t>(&data); }
    double const* real() const { return std::get_if<double>(&data); }
    std::string const* text() const { return std::get_if<std::string>(&data); }
    List const* list() const { return std::get_if<List>(&data); }
    Map const* map() const { return std::get_if<Map>(&data); }
    /// The member of a map (the last of that name); null if there is none, or this is no map.
    Value const* find(std::string_view name) const;

    /// As JSON: compact; numbers so that they read back as they were (1.0 stays a real); a real that JSON can't say (infinite, NaN) as null; bytes
    /// that are no UTF-8 as U+FFFD.
    std::string json() const;
    /// Integers within 64 bits are integers, other numbers reals. @return invalid_json_literal: no JSON, or more than 64 levels.
    static Result<Value> from_json(std::string_view text);

    bool operator==(Value const&) const;
};

struct Member {
    std::string name;
    Value value;
    bool operator==(Member const&) const = default;
};

inline Value::Value() = default;
inline Value::Value(std::nullptr_t) {}
inline Value::Value(int integer) : data(std::int64_t{integer}) {}
inline Value::Value(std::int64_t integer) : data(integer) {}
inline Value::Value(double real) : data(real) {}
inline Value::Value(char const* text) : data(std::string(text)) {}
inline Value::Value(std::string_view text) : data(std::string(text)) {}
inline Value::Value(std::string text) : data(std::move(text)) {}
inline Value::Value(List list) : data(std::move(list)) {}
inline Value::Value(Map map) : data(std::move(map)) {}
inline bool Value::operator==(Value const&) const = default;

/// A text as a JSON string with its quotes; what is no UTF-8 becomes U+FFFD.
void append_json(std::string_view text, std::string& out);
void append_json(Value const& value, std::string& out);

/// How deep a value may nest on its way into a script or out of it.
inline constexpr int kMaxDepth = 64;

}  // namespace koine::script
