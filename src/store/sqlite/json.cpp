#include "store/sqlite/json.hpp"

#include "base/json_scan.hpp"

#include <charconv>
#include <cstdint>
#include <utility>

namespace koine::store::sqlite {
namespace {

std::optional<std::int64_t> integer_of(std::string_view text) {
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<double> real_of(std::string_view text) {
    double number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (end != text.data() + text.size() || error != std::errc()) return std::nullopt;
    return number;
}

/// Every element of a checked array.
template <class Visit>
void each_element(std::string_view array, Visit visit) {
    JsonScan scan(array);
    scan.take('[');
    if (scan.peek() == ']') return;
    do {
        if (!visit(*scan.value())) return;
    } while (scan.take(','));
}

/// Every member of a checked object: key with its quotes, value.
template <class Visit>
void each_member(std::string_view object, Visit visit) {
    JsonScan scan(object);
    scan.take('{');
    if (scan.peek() == '}') return;
    do {
        auto key = *scan.string();
        scan.take(':');
        if (!visit(key, *scan.value())) return;
    } while (scan.take(','));
}

bool key_equals(std::string_view quoted, std::string_view key) {
    auto inner = quoted.substr(1, quoted.size() - 2);
    return inner.contains('\\') ? json_string(quoted) == key : inner == key;
}

std::optional<std::string_view> member(std::string_view object, std::string_view key) {
    std::optional<std::string_view> found;
    each_member(object, [&](std::string_view name, std::string_view value) {
        if (key_equals(name, key)) found = value;
        return true;
    });
    return found;
}

std::optional<std::string_view> element(std::string_view array, std::int64_t index) {
    if (index < 0) {
        std::int64_t count = 0;
        each_element(array, [&](std::string_view) { return ++count > 0; });
        index += count;
        if (index < 0) return std::nullopt;
    }
    std::optional<std::string_view> found;
    each_element(array, [&](std::string_view value) {
        if (index-- > 0) return true;
        found = value;
        return false;
    });
    return found;
}

bool equal_scalars(std::string_view left, std::string_view right) {
    if (left == right) return true;
    if (left.front() == '"' && right.front() == '"') return json_string(left) == json_string(right);
    auto is_number = [](std::string_view text) { return text.front() == '-' || (text.front() >= '0' && text.front() <= '9'); };
    if (!is_number(left) || !is_number(right)) return false;
    auto a = integer_of(left);
    auto b = integer_of(right);
    if (a && b) return a == b;
    auto x = real_of(left);
    return x && x == real_of(right);
}

/// Both are checked JSON. Depth is bounded by the check.
bool contains(std::string_view left, std::string_view right, Pace& pace) {
    if (pace.step(left.size() + right.size())) return false;
    bool held = true;
    if (left.front() == '{' && right.front() == '{') {
        each_member(right, [&](std::string_view key, std::string_view value) {
            auto mine = member(left, json_string(key));
            auto is_container = [](std::string_view text) { return text.front() == '{' || text.front() == '['; };
            held = mine && (is_container(*mine) == is_container(value)) && contains(*mine, value, pace);
            return held;
        });
        return held;
    }
    if (left.front() == '[' && right.front() == '[') {
        each_element(right, [&](std::string_view wanted) {
            bool found = false;
            each_element(left, [&](std::string_view mine) {
                bool arrays = mine.front() == '[' || wanted.front() == '[';
                found = arrays ? mine.front() == wanted.front() && contains(mine, wanted, pace) : contains(mine, wanted, pace);
                return !found;
            });
            return held = found;
        });
        return held;
    }
    bool compound = left.front() == '{' || left.front() == '[' || right.front() == '{' || right.front() == '[';
    return !compound && equal_scalars(left, right);
}

std::optional<std::string_view> whole(std::string_view text) {
    JsonScan scan(text);
    auto value = scan.value();
    return value && scan.at_end() ? value : std::nullopt;
}

}  // namespace

std::optional<JsonPath> parse_json_path(std::string_view text) {
    auto array = whole(text);
    if (!array || array->front() != '[') return std::nullopt;
    JsonPath path;
    bool valid = true;
    each_element(*array, [&](std::string_view item) {
        if (item.front() == '"') {
            path.push_back({.key = json_string(item), .index = std::nullopt});
        } else {
            auto index = integer_of(item);
            valid = valid && index.has_value();
            path.push_back({.key = {}, .index = index});
        }
        return true;
    });
    if (!valid) return std::nullopt;
    return path;
}

std::optional<std::string_view> find_json(std::string_view document, JsonPath const& path) {
    auto place = whole(document);
    for (auto const& step : path) {
        if (!place) return std::nullopt;
        if (step.index)
            place = place->front() == '[' ? element(*place, *step.index) : std::nullopt;
        else
            place = place->front() == '{' ? member(*place, step.key) : std::nullopt;
    }
    return place;
}

std::optional<bool> json_contains(std::string_view left, std::string_view right, Watch* watch) {
    auto mine = whole(left);
    auto wanted = whole(right);
    if (!mine || !wanted) return std::nullopt;
    Pace pace(watch);
    // An array also contains a scalar that is one of its elements, at the top level only.
    if (mine->front() == '[' && wanted->front() != '[' && wanted->front() != '{') {
        bool found = false;
        each_element(*mine, [&](std::string_view item) { return !(found = contains(item, *wanted, pace)); });
        return found;
    }
    return contains(*mine, *wanted, pace);
}

}  // namespace koine::store::sqlite
