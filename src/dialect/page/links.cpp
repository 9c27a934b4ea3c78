#include "dialect/page/links.hpp"

#include "dialect/list.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

namespace koine::dialect {
namespace {

/// Where `path` is: the base address, without its own path if `path` has that too.
std::string_view origin(std::string_view base_url, std::string_view path) {
    auto const scheme = base_url.find("://");
    auto const slash = base_url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
    if (slash == std::string_view::npos || !path.starts_with(base_url.substr(slash))) return base_url;
    return base_url.substr(0, slash);
}

}  // namespace

std::string page_link(Exchange const& exchange, std::initializer_list<LinkParameter> replaced) {
    std::string link(origin(exchange.base_url, exchange.path));
    link += exchange.path;
    char separator = '?';
    auto const append = [&](std::string_view name, std::string_view value, bool has_value) {
        link += separator;
        separator = '&';
        append_encoded(link, name);
        if (!has_value) return;
        link += '=';
        append_encoded(link, value);
    };
    auto const is_replaced = [&](std::string_view name) {
        return std::ranges::find(replaced, name, &LinkParameter::name) != replaced.end();
    };
    for (auto const& parameter : exchange.parameters)
        if (!is_replaced(parameter.key)) append(parameter.key, parameter.value, parameter.has_value);
    for (auto const& [name, value] : replaced) append(name, std::to_string(value), true);
    return link;
}

PageBounds page_bounds(yaml::Options& options) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    PageBounds bounds;
    bounds.most = options.integer("max", bounds.most, 1, most);
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
