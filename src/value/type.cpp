#include "value/type.hpp"

#include "value/kinds.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace koine::value {
namespace {

constexpr int kDeepestList = 4;
constexpr std::uint32_t kMostDigits = 1000;             ///< of a decimal
constexpr std::size_t kPatternBytes = 8 * 1024 * 1024;  ///< memory of one compiled pattern

constexpr std::array<std::string_view, 22> kNotations = {"bool", "int",  "float",  "decimal",  "text", "slug",     "email",    "url",
                                                         "uuid", "ip",   "mac",    "date",     "time", "datetime", "duration", "json",
                                                         "enum", "list", "secret", "password", "blob", "file"};

Problem wrong(std::string message) { return configuration_problem("", 0, 0, message); }

std::string notation_of(Type const& type) {
    if (type.kind == Kind::integer && type.wide) return "int64";
    if (type.kind == Kind::ip && type.address == Type::Address::interface) return "interface";
    if (type.kind == Kind::ip && type.address == Type::Address::network) return "cidr";
    return std::string(kNotations[static_cast<std::size_t>(type.kind)]);
}

/// Parameters that the kind has no use for.
Result<void> check_strangers(Type const& type) {
    bool const has_lengths = type.is_textual() || type.kind == Kind::decimal || type.kind == Kind::file;
    if (type.kind != Kind::integer && (type.least || type.most)) return wrong(fmt::format("`{}` takes no range of integers", type.name));
    if (!has_lengths && (type.longest != 0 || type.shortest != 0)) return wrong(fmt::format("`{}` takes no length", type.name));
    if (type.kind != Kind::decimal && type.scale != 0) return wrong(fmt::format("`{}` has no digits behind a point", type.name));
    if (type.kind != Kind::choice && (!type.choices.empty() || type.numbers)) return wrong(fmt::format("`{}` takes no choices", type.name));
    if (type.kind != Kind::ip && type.family != 0) return wrong(fmt::format("`{}` has no family of addresses", type.name));
    if (type.kind != Kind::text && !type.pattern.empty()) return wrong(fmt::format("`{}` takes no pattern: only a text does", type.name));
    if (type.kind != Kind::list && type.item) return wrong(fmt::format("`{}` has no items: only a list does", type.name));
    return outcome::success();
}

Result<void> check_limits(Type const& type) {
    auto const range = range_of(type);
    if (type.kind == Kind::integer && range.least > range.most)
        return wrong(fmt::format("no integer is at least {} and at most {}", range.least, range.most));
    if (type.longest != 0 && type.shortest > type.longest)
        return wrong(fmt::format("no text has at least {} and at most {} characters", type.shortest, type.longest));
    if (type.family != 0 && type.family != 4 && type.family != 6)
        return wrong(fmt::format("the family of addresses is 4 or 6, not {}", type.family));
    if (type.kind != Kind::decimal) return outcome::success();
    if (type.longest > kMostDigits || type.scale > kMostDigits) return wrong(fmt::format("a decimal has at most {} digits", kMostDigits));
    if (type.longest != 0 && type.scale > type.longest)
        return wrong(fmt::format("a decimal of {} digits cannot have {} of them behind the point", type.longest, type.scale));
    return outcome::success();
}

Result<void> check_choices(Type const& type) {
    if (type.kind != Kind::choice) return outcome::success();
    if (type.choices.empty()) return wrong(fmt::format("`{}` needs at least one choice", type.name));
    std::vector<std::string_view> values;
    for (auto const& choice : type.choices) {
        values.push_back(choice.value);
        if (!type.numbers) continue;
        std::int64_t number = 0;
        auto const* last = choice.value.data() + choice.value.size();
        auto const read = std::from_chars(choice.value.data(), last, number);
        if (read.ptr != last || read.ec != std::errc() || std::to_string(number) != choice.value)
            return wrong(fmt::format("the choice `{}` is no integer, as those of numbers are", choice.value));
    }
    std::ranges::sort(values);
    auto const twice = std::ranges::adjacent_find(values);
    if (twice != values.end()) return wrong(fmt::format("the choice `{}` is given twice", *twice));
    return outcome::success();
}

Result<void> compile_pattern(Type& type) {
    type.expression.reset();
    if (type.pattern.empty()) return outcome::success();
    RE2::Options options(RE2::Quiet);
    options.set_max_mem(kPatternBytes);
    auto expression = std::make_shared<RE2 const>(type.pattern, options);
    if (!expression->ok()) return wrong(fmt::format("the pattern of `{}` is no regular expression: {}", type.name, expression->error()));
    type.expression = std::move(expression);
    return outcome::success();
}

Result<void> finish_at(Type& type, int depth) {
    if (type.name.empty()) type.name = notation_of(type);
    if (type.kind == Kind::password && type.longest == 0) type.longest = kLongestPassword;
    KOINE_TRY(check_strangers(type));
    KOINE_TRY(check_limits(type));
    KOINE_TRY(check_choices(type));
    KOINE_TRY(compile_pattern(type));
    if (type.kind != Kind::list) return outcome::success();
    if (!type.item) return wrong("a list needs the type of its items, as in list(int)");
    if (depth == kDeepestList) return wrong(fmt::format("lists are nested at most {} deep", kDeepestList));
    auto item = std::make_shared<Type>(*type.item);
    if (item->kind == Kind::secret || item->kind == Kind::password || item->kind == Kind::blob || item->kind == Kind::file)
        return wrong(fmt::format("a list cannot hold a `{}`", notation_of(*item)));
    KOINE_TRY(finish_at(*item, depth + 1));
    type.item = std::move(item);
    return outcome::success();
}

}  // namespace

bool Type::is_textual() const {
    return kind == Kind::text || kind == Kind::slug || kind == Kind::email || kind == Kind::url || kind == Kind::secret ||
           kind == Kind::password;
}

Range range_of(Type const& type) {
    using Narrow = std::numeric_limits<std::int32_t>;
    using Wide = std::numeric_limits<std::int64_t>;
    auto const beyond = [](std::optional<std::int64_t> bound) { return bound && (*bound < Narrow::min() || *bound > Narrow::max()); };
    bool const wide = type.wide || beyond(type.least) || beyond(type.most);
    return {
        .least = type.least.value_or(wide ? Wide::min() : Narrow::min()), .most = type.most.value_or(wide ? Wide::max() : Narrow::max())
    };
}

Result<void> finish(Type& type) { return finish_at(type, 0); }

model::Type stored_as(Type const& type) {
    switch (type.kind) {
        case Kind::boolean: return model::Type::boolean;
        case Kind::integer: {
            auto const [least, most] = range_of(type);
            using Narrow = std::numeric_limits<std::int32_t>;
            return least < Narrow::min() || most > Narrow::max() ? model::Type::bigint : model::Type::integer;
        }
        case Kind::real: return model::Type::real;
        case Kind::duration: return model::Type::numeric;
        case Kind::uuid: return model::Type::uuid;
        case Kind::date: return model::Type::date;
        case Kind::time: return model::Type::time;
        case Kind::datetime: return model::Type::timestamp;
        case Kind::json:
        case Kind::list: return model::Type::json;
        case Kind::choice: return type.numbers ? model::Type::bigint : model::Type::text;
        case Kind::decimal:
        case Kind::text:
        case Kind::slug:
        case Kind::email:
        case Kind::url:
        case Kind::ip:
        case Kind::mac:
        case Kind::secret:
        case Kind::password:
        case Kind::blob:
        case Kind::file: return model::Type::text;
    }
    return model::Type::text;
}

model::Ordering ordered_as(Type const& type) {
    switch (type.kind) {
        case Kind::decimal: return model::Ordering::decimal;
        case Kind::ip: return model::Ordering::address;
        default: return model::Ordering::natural;
    }
}

std::string_view label_of(Type const& type, std::string_view value) {
    for (auto const& choice : type.choices)
        if (choice.value == value) return choice.label.empty() ? std::string_view(choice.value) : std::string_view(choice.label);
    return {};
}

}  // namespace koine::value
