#include "expression/functions.hpp"

#include "base/address.hpp"
#include "base/ascii.hpp"
#include "base/clock.hpp"
#include "base/utf8.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace koine::expression {
namespace {

constexpr std::size_t kNoMost = 4096;           ///< a formula has fewer bytes than that
constexpr std::size_t kMostPatterns = 64;       ///< kept compiled by one thread
constexpr std::size_t kPatternBytes = 1 << 22;  ///< memory of one compiled pattern

constexpr std::array<Signature, 17> kSignatures = {
    {{Function::lower, "lower", Class::text, Class::text, 1, 1},
     {Function::upper, "upper", Class::text, Class::text, 1, 1},
     {Function::length, "length", Class::number, Class::text, 1, 1},
     {Function::concat, "concat", Class::text, Class::any, 1, kNoMost},
     {Function::coalesce, "coalesce", Class::any, Class::any, 1, kNoMost},
     {Function::contains, "contains", Class::boolean, Class::text, 2, 2},
     {Function::starts, "starts", Class::boolean, Class::text, 2, 2},
     {Function::matches, "matches", Class::boolean, Class::text, 2, 2},
     {Function::now, "now", Class::time, Class::any, 0, 0},
     {Function::choose, "if", Class::any, Class::any, 3, 3},
     {Function::host, "host", Class::text, Class::text, 1, 1},
     {Function::family, "family", Class::number, Class::text, 1, 1},
     {Function::network, "network", Class::text, Class::text, 1, 1},
     {Function::is_network, "is_network", Class::boolean, Class::text, 1, 1},
     {Function::is_broadcast, "is_broadcast", Class::boolean, Class::text, 1, 1},
     {Function::exists, "exists", Class::boolean, Class::boolean, 1, 2},
     {Function::count, "count", Class::number, Class::boolean, 1, 2}}
};
static_assert(kSignatures[static_cast<std::size_t>(Function::count)].function == Function::count);

Value text_value(std::string text) { return {.kind = Value::Kind::text, .number = 0, .text = std::move(text)}; }

std::string as_text(Value const& value) {
    switch (value.kind) {
        case Value::Kind::null: return {};
        case Value::Kind::boolean:
        case Value::Kind::number: return fmt::format("{}", value.number);
        case Value::Kind::text: return value.text;
    }
    return {};
}

std::string cased(std::string text, bool lower) {
    for (char& c : text) c = lower ? ascii_lower(c) : ascii_upper(c);
    return text;
}

Value concatenated(std::vector<Value> const& arguments) {
    std::string all;
    for (auto const& argument : arguments) all += as_text(argument);
    return text_value(std::move(all));
}

Value current_time() { return text_value(timestamp(microseconds_now({}))); }

Value of_address(Function function, std::string_view text) {
    auto address = parse_address(text);
    if (!address) return {};
    switch (function) {
        case Function::family: return number_value(address->family);
        case Function::network: return text_value(address->network().text());
        case Function::is_network: return boolean_value(address->is_network());
        case Function::is_broadcast: return boolean_value(address->is_broadcast());
        default: address->length.reset(); return text_value(address->text());
    }
}

}  // namespace

std::span<Signature const> signatures() { return kSignatures; }
Signature const& signature_of(Function function) { return kSignatures[static_cast<std::size_t>(function)]; }

Value boolean_value(bool value) { return {.kind = Value::Kind::boolean, .number = value ? 1.0 : 0.0, .text = {}}; }

Value number_value(double number) {
    if (!std::isfinite(number)) return {};
    return {.kind = Value::Kind::number, .number = number, .text = {}};
}

re2::RE2 const& compiled(std::string const& pattern) {
    thread_local std::map<std::string, std::unique_ptr<RE2 const>, std::less<>> known;
    if (auto const found = known.find(pattern); found != known.end()) return *found->second;
    if (known.size() == kMostPatterns) known.clear();
    RE2::Options options(RE2::Quiet);
    options.set_max_mem(kPatternBytes);
    return *known.emplace(pattern, std::make_unique<RE2 const>(pattern, options)).first->second;
}

Value call(Function function, std::vector<Value> const& arguments) {
    if (function == Function::now) return current_time();
    if (function == Function::concat) return concatenated(arguments);
    auto const& signature = signature_of(function);
    if (arguments.size() < signature.least) return {};
    if (std::ranges::any_of(arguments, [](Value const& value) { return value.kind == Value::Kind::null; })) return {};
    auto const first = as_text(arguments.front());
    auto const second = arguments.size() > 1 ? as_text(arguments[1]) : std::string();
    switch (function) {
        case Function::lower: return text_value(cased(first, true));
        case Function::upper: return text_value(cased(first, false));
        case Function::length: return number_value(static_cast<double>(count_characters(first)));
        case Function::contains: return boolean_value(first.find(second) != std::string::npos);
        case Function::starts: return boolean_value(first.starts_with(second));
        case Function::matches: {
            auto const& expression = compiled(second);
            return expression.ok() ? boolean_value(RE2::FullMatch(first, expression)) : Value();
        }
        case Function::host:
        case Function::family:
        case Function::network:
        case Function::is_network:
        case Function::is_broadcast: return of_address(function, first);
        default: return {};
    }
}

std::optional<Function> function_named(std::string_view name) {
    auto const found = std::ranges::find(kSignatures, name, &Signature::name);
    if (found == kSignatures.end()) return std::nullopt;
    return found->function;
}

std::string_view to_string(Function function) { return signature_of(function).name; }

}  // namespace koine::expression
