/// @file Formula: a typed expression of an app's YAML, over the fields of a row. The planner turns it into a statement, `evaluate` works it out for a row
/// at hand. No user input ever becomes one.
#pragma once

#include "base/result.hpp"
#include "model/schema.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::expression {

/// What a formula's value is.
enum class Class : std::uint8_t { boolean, number, text, time, any };

/// The functions there are. Texts and addresses are as stored (value/type.hpp).
enum class Function : std::uint8_t {
    lower,
    upper,
    length,
    concat,
    coalesce,
    contains,
    starts,
    matches,  ///< matches(text, 'regular expression'): RE2, the whole text; the expression is a literal
    now,
    choose,  ///< choose = if(condition, a, b)
    host,
    family,
    network,
    is_network,
    is_broadcast,  ///< of an address: without its length; 4 or 6; the network it lies in; whether it names the
                   ///< network itself (or its broadcast address) rather than a host
    exists,
    count  ///< exists(relation, condition), count(relation): the condition's fields are the related row's; `outer.x` the row's own
};

struct Formula {
    enum class Kind : std::uint8_t {
        null,
        boolean,
        number,
        text,  ///< literals: `literal`
        path,  ///< "name", "connection.router.name": to-one steps; `outer`: of the row around an exists
        negation,
        all_of,
        any_of,
        compare,     ///< op of operands 0 and 1
        in,          ///< operand 0 is one of the others
        arithmetic,  ///< op of operands 0 and 1: + - * /
        call         ///< function; exists and count: `relation`, operands[0] the condition if there is one
    };
    enum class Op : std::uint8_t { eq, neq, lt, lte, gt, gte, add, subtract, multiply, divide };
    Kind kind = Kind::null;
    Class type = Class::any;
    std::string literal;
    std::string path;
    bool outer = false;
    Op op = Op::eq;
    Function function = Function::lower;
    std::string relation;
    std::vector<Formula> operands;
    int column = 0;  ///< in the text, from 1
    bool operator==(Formula const&) const = default;
};

/// What a name stands for, asked while parsing: the class of a path (from the row, or from the rows of a relation, if that is not empty).
/// @return nothing if there is no such path.
using Names = std::function<std::optional<Class>(std::string_view relation, std::string_view path)>;

/// Parses and types. Grammar: `or and not`, `== != < <= > >= in (…)`, `+ - * /`, literals 'text' 12 true false null, calls, paths. `x == null` is a test.
/// At most 4 KiB, depth 64. @return configuration without a place: what is wrong and the nearest right word; `column` in the message.
Result<Formula> parse(std::string_view text, Names const& names);

/// A value at hand.
struct Value {
    enum class Kind : std::uint8_t { null, boolean, number, text };
    Kind kind = Kind::null;
    double number = 0;  ///< boolean: 0 or 1
    std::string text;
    bool operator==(Value const&) const = default;
};
using Row = std::function<Value(std::string_view path, bool outer)>;
/// The value for a row at hand, three-valued as SQL's. exists and count ask the row for the path "exists(RELATION)" and "count(RELATION)".
Value evaluate(Formula const& formula, Row const& row);

/// Calls the function with arguments as `evaluate` and the store's own functions do: the one place where each is defined. Not exists, count, coalesce, choose.
Value call(Function function, std::vector<Value> const& arguments);
/// The function of that name (`if` is choose), and its name.
std::optional<Function> function_named(std::string_view name);
std::string_view to_string(Function function);

}  // namespace koine::expression
