#include "dialect/page/links.hpp"

#include "dialect/list.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace koine::dialect {
namespace {

/// Where `path` is: the base address without those of its last segments that the path begins with.
std::string_view origin(std::string_view base_url, std::string_view path) {
    auto const scheme = base_url.find("://");
    auto slash = base_url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
    for (; slash != std::string_view::npos; slash = base_url.find('/', slash + 1)) {
        auto const end = base_url.substr(slash);
        if (path.starts_with(end) && (path.size() == end.size() || path[end.size()] == '/')) return base_url.substr(0, slash);
    }
    return base_url;
}

}  // namespace

std::string address_of(Exchange const& exchange) {
    std::string address(origin(exchange.base_url, exchange.path));
    return address.append(exchange.path);
}

std::string page_link(Exchange const& exchange, std::initializer_list<LinkParameter> replaced) {
    return page_link(exchange, LinkOrder::kept, std::vector<LinkParameter>(replaced));
}

std::string page_link(Exchange const& exchange, LinkOrder order, std::vector<LinkParameter> const& replaced, std::string_view left_out) {
    std::vector<Parameter> parameters;
    for (auto const& parameter : exchange.parameters) {
        bool const goes = parameter.key == left_out || std::ranges::find(replaced, parameter.key, &LinkParameter::name) != replaced.end();
        if (!goes) parameters.push_back(parameter);
    }
    for (auto const& [name, value] : replaced) parameters.push_back({std::string(name), std::to_string(value), true});
    bool const sorted = order == LinkOrder::sorted;
    std::vector<std::pair<std::string_view, std::size_t>> places;  // the place keeps repeated ones in their order
    for (std::size_t i = 0; i < parameters.size(); ++i) places.emplace_back(sorted ? parameters[i].key : std::string_view(), i);
    std::ranges::sort(places);
    auto link = address_of(exchange);
    auto const append = [&](std::string_view text) {
        auto const from = link.size();
        append_encoded(link, text);
        if (!sorted) return;
        for (auto at = link.find("%20", from); at != std::string::npos; at = link.find("%20", at)) link.replace(at, 3, "+");
    };
    char separator = '?';
    for (auto const& [key, place] : places) {
        auto const& parameter = parameters[place];
        link += std::exchange(separator, '&');
        append(parameter.key);
        if (!parameter.has_value && !sorted) continue;
        link += '=';
        append(parameter.value);
    }
    return link;
}

PageBounds page_bounds(yaml::Options& options, Unbounded unbounded) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    PageBounds bounds;
    bounds.most = options.integer("max", bounds.most, unbounded == Unbounded::allowed ? 0 : 1, most);
    if (bounds.most == 0) bounds.most = most;
    bounds.initial = options.integer("default", std::min(bounds.initial, bounds.most), 1, bounds.most);
    bounds.refuse_over = options.word("over", {"clamp", "problem"}, "clamp") == 1;
    bounds.count_always = options.word("total", {"always", "never"}, "always") == 0;
    return bounds;
}

Result<std::int64_t> page_size(Parameter const& parameter, std::int64_t least, PageBounds const& bounds) {
    auto const size = to_integer(parameter.value);
    if (size && *size >= least && (*size <= bounds.most || !bounds.refuse_over)) return std::min(*size, bounds.most);
    return invalid_parameter(parameter, fmt::format("an integer from {} to {}", least, bounds.most));
}

Result<std::int64_t> whole_number(Parameter const& parameter, std::int64_t least) {
    auto const number = to_integer(parameter.value);
    if (number && *number >= least) return *number;
    return invalid_parameter(parameter, fmt::format("an integer of at least {}", least));
}

std::int64_t page_count(std::int64_t total, std::int64_t size) { return total / size + (total % size != 0 ? 1 : 0); }

}  // namespace koine::dialect
