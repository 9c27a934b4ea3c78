#include "base/json_scan.hpp"
#include "store/sqlite/json.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <string>

namespace koine::store::sqlite {
namespace {

/// jsonb's order of kinds.
int rank(char first) {
    switch (first) {
        case 'n': return 0;
        case '"': return 1;
        case 't':
        case 'f': return 3;
        case '[': return 4;
        case '{': return 5;
        default: return 2;
    }
}

template <class T>
int sign_of(T const& left, T const& right) {
    return left < right ? -1 : right < left ? 1 : 0;
}

int compare_numbers(std::string_view left, std::string_view right) {
    auto read = [](std::string_view text, auto& number) {
        auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        return error == std::errc() && end == text.data() + text.size();
    };
    std::int64_t a = 0;
    std::int64_t b = 0;
    if (read(left, a) && read(right, b)) return sign_of(a, b);
    double x = 0;
    double y = 0;
    read(left, x);
    read(right, y);
    return sign_of(x, y);
}

struct KeyOrder {
    bool operator()(std::string const& left, std::string const& right) const {
        return left.size() != right.size() ? left.size() < right.size() : left < right;
    }
};

/// The elements of a checked array.
std::vector<std::string_view> elements(std::string_view array) {
    std::vector<std::string_view> out;
    JsonScan scan(array);
    scan.take('[');
    if (scan.peek() == ']') return out;
    do out.push_back(*scan.value());
    while (scan.take(','));
    return out;
}

/// The members of a checked object, ordered; of repeated keys the last counts.
std::map<std::string, std::string_view, KeyOrder> members(std::string_view object) {
    std::map<std::string, std::string_view, KeyOrder> out;
    JsonScan scan(object);
    scan.take('{');
    if (scan.peek() == '}') return out;
    do {
        auto key = json_string(*scan.string());
        scan.take(':');
        out.insert_or_assign(std::move(key), *scan.value());
    } while (scan.take(','));
    return out;
}

/// Both are checked JSON: their depth is bounded.
int compare(std::string_view left, std::string_view right, Pace& pace) {
    if (pace.step(left.size() + right.size())) return 0;
    if (int order = sign_of(rank(left.front()), rank(right.front()))) return order;
    switch (rank(left.front())) {
        case 1: return sign_of(json_string(left), json_string(right));
        case 2: return compare_numbers(left, right);
        case 3: return sign_of(left.front() == 't', right.front() == 't');
        case 4: {
            auto mine = elements(left);
            auto theirs = elements(right);
            if (int order = sign_of(mine.size(), theirs.size())) return order;
            for (std::size_t i = 0; i < mine.size(); ++i)
                if (int order = compare(mine[i], theirs[i], pace)) return order;
            return 0;
        }
        case 5: {
            auto mine = members(left);
            auto theirs = members(right);
            if (int order = sign_of(mine.size(), theirs.size())) return order;
            for (auto a = mine.begin(), b = theirs.begin(); a != mine.end(); ++a, ++b) {
                if (KeyOrder()(a->first, b->first)) return -1;
                if (KeyOrder()(b->first, a->first)) return 1;
                if (int order = compare(a->second, b->second, pace)) return order;
            }
            return 0;
        }
        default: return 0;
    }
}

}  // namespace

std::optional<int> json_compare(std::string_view left, std::string_view right, Watch* watch) {
    JsonPath const nowhere;
    auto mine = find_json(left, nowhere);
    auto theirs = find_json(right, nowhere);
    if (!mine || !theirs) return std::nullopt;
    Pace pace(watch);
    return compare(*mine, *theirs, pace);
}

}  // namespace koine::store::sqlite
