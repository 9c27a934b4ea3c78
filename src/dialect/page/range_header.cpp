#include "base/ascii.hpp"
#include "dialect/list.hpp"
#include "dialect/page/links.hpp"
#include "dialect/page/page.hpp"
#include "dialect/scan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace koine::dialect {
namespace {

using query::Window;

constexpr auto kMost = std::numeric_limits<std::int64_t>::max();

struct Settings {
    std::optional<std::int64_t> initial;
    std::int64_t most = kMost;
};

/// Row numbers from `lower` to `upper`, both included.
struct Span {
    std::int64_t lower = 0;
    std::int64_t upper = kMost;
};

bool all_digits(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Problem out_of_range(std::string_view value) { return Problem(Reason::literal_out_of_range).with("type", "bigint").with("value", value); }

/// An integer with blanks around it; nothing if it is none. Very negative ones are as negative as can be.
Result<std::optional<std::int64_t>> lenient_integer(std::string_view value) {
    auto const text = trimmed(value);
    auto const digits = text.substr(text.starts_with('-') ? 1 : 0);
    if (digits.empty() || !all_digits(digits)) return std::optional<std::int64_t>();
    if (auto const number = to_integer(text)) return number;
    if (text.starts_with('-')) return std::optional(std::numeric_limits<std::int64_t>::min());
    return out_of_range(text);
}

/// `a-b` or `a-`, nothing else around; everything for any other text. An upper end beyond all numbers is the last of them.
Result<Span> header_span(std::string_view text) {
    Span span;
    auto const dash = text.find('-');
    if (dash == std::string_view::npos || dash == 0) return span;
    auto const lower = text.substr(0, dash);
    auto const upper = text.substr(dash + 1);
    if (!all_digits(lower) || !all_digits(upper)) return span;
    auto const first = to_integer(lower);
    if (!first) return out_of_range(lower);
    span.lower = *first;
    if (!upper.empty()) span.upper = to_integer(upper).value_or(kMost);
    return span;
}

Window& window_of(query::Query& query, std::vector<std::string>&& path) {
    if (path.empty()) return query.window;
    for (auto& placed : query.windows)
        if (placed.path == path) return placed.value;
    return query.windows.emplace_back(query::Placed<Window>{std::move(path), {}}).value;
}

class RangeHeader final : public Page {
public:
    explicit RangeHeader(Settings settings) : settings_(settings) {}

    /// A negative limit stays in the window until `finish`: a later limit may replace it.
    Result<bool> read(Parameter const& parameter, Endpoint const&, query::Query& query) const override {
        auto const word = last_segment(parameter.key);
        bool const limit = word == "limit";
        if (!limit && word != "offset") return false;
        if (!parameter.has_value) return true;
        std::vector<std::string> path;
        if (word.size() != parameter.key.size()) {
            KOINE_TRY(auto key, parse_tree_path(parameter.key));
            path = std::move(key.path);
        }
        auto& window = window_of(query, std::move(path));
        KOINE_TRY(auto const number, lenient_integer(parameter.value));
        if (limit)
            window.limit = number;
        else
            window.offset = std::max<std::int64_t>(number.value_or(0), 0);
        return true;
    }

    Result<void> finish(Exchange const& exchange, query::Query& query) const override {
        if (exchange.preferences.count) query.count = *exchange.preferences.count;
        KOINE_TRY(finish_root(exchange, query.window));
        for (auto& [path, window] : query.windows) {
            if (!window.limit) continue;
            if (*window.limit < 0) return Problem(Reason::negative_nested_limit).with("limit", *window.limit);
            window.limit = std::min(*window.limit, settings_.most);
        }
        return outcome::success();
    }

    Result<PageFacts> facts(Exchange const&, query::Query const& query, std::int64_t returned, std::optional<std::int64_t> total)
        const override {
        PageFacts facts;
        facts.offset = query.window.offset;
        facts.limit = query.window.limit;
        facts.returned = returned;
        if (query.count != query::Count::none) facts.total = total;
        if (facts.total && facts.offset > *facts.total)
            return Problem(Reason::offset_beyond_total).with("offset", facts.offset).with("total", *facts.total);
        if (facts.total && returned < *facts.total) facts.status = 206;
        facts.range = returned > 0 ? fmt::format("{}-{}", facts.offset, saturating_sum(facts.offset, returned - 1)) : "*";
        facts.range += facts.total ? fmt::format("/{}", *facts.total) : "/*";
        return facts;
    }

    void describe(model::Entity const&, model::Model const&, Description& description) const override {
        description.add({.name = "limit", .type = "integer", .description = "Rows at most", .example = "10"});
        description.add({.name = "offset", .type = "integer", .description = "Rows left out before", .example = "0"});
        description.add({
            .name = "Range",
            .in = "header",
            .description = "First and last row wanted, counted from 0",
            .example = "0-9",
        });
        description.responses.push_back({.status = 206, .description = "A part of the rows counted"});
    }

private:
    Result<void> finish_root(Exchange const& exchange, Window& window) const {
        if (window.limit == 0) return outcome::success();
        Span span;
        if (exchange.method == Method::get) {
            KOINE_TRY(span, header_span(exchange.header("Range")));
        }
        if (span.upper < span.lower) return Problem(Reason::inverted_range);
        if (window.limit && *window.limit < 0) return Problem(Reason::negative_limit).with("limit", *window.limit);
        span.lower = std::max(span.lower, window.offset);
        if (window.limit) span.upper = std::min(span.upper, saturating_sum(window.offset, *window.limit - 1));
        if (span.upper < span.lower) return Problem(Reason::inverted_range);

        window.offset = span.lower;
        bool const bounded = window.limit || span.upper != kMost;
        bool const is_read = !is_write(exchange.method);
        window.limit = is_read ? settings_.initial : std::nullopt;
        if (bounded) window.limit = saturating_sum(span.upper - span.lower, 1);
        if (settings_.most != kMost && is_read) window.limit = std::min(window.limit.value_or(kMost), settings_.most);
        return outcome::success();
    }

    Settings settings_;
};

}  // namespace

Result<std::unique_ptr<Page const>> compile_page_range_header(yaml::Node const& node) {
    yaml::Options options(node);
    Settings settings;
    settings.most = options.integer("max", kMost, 1, kMost);
    if (auto const initial = options.integer("default", 0, 1, settings.most); initial > 0) settings.initial = initial;
    KOINE_TRY(options.done());
    return std::make_unique<RangeHeader const>(settings);
}

}  // namespace koine::dialect
