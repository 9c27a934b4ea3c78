/// @file Any Range header (first line) and parameters (a line each, key=value) as a page: a problem, or a window that can be, and facts.
#include "dialect/page/page.hpp"
#include "dialect/testing/print.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <limits>

namespace {

using namespace koine;

std::string_view next_line(std::string_view& text) {
    auto const line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    return line;
}

bool can_be(query::Window const& window) { return window.offset >= 0 && window.limit.value_or(0) >= 0; }

void try_page(dialect::Page const& page, dialect::Exchange const& exchange) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    query::Query query;
    for (auto const& parameter : exchange.parameters)
        if (!page.read(parameter, {}, query)) return;
    if (!page.finish(exchange, query)) return;
    if (!can_be(query.window)) std::abort();
    for (auto const& placed : query.windows)
        if (!can_be(placed.value)) std::abort();
    for (auto const returned : {std::int64_t{0}, std::int64_t{1}, query.window.limit.value_or(5)})
        for (auto const total :
             {std::optional<std::int64_t>(), std::optional<std::int64_t>(0), std::optional<std::int64_t>(7), std::optional(most)})
            (void)page.facts(exchange, query, returned, total);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static std::array const pages = {
        dialect::testing::compiled<dialect::Page>(dialect::compile_page_range_header),
        dialect::testing::compiled<dialect::Page>(dialect::compile_page_range_header, "{default: 10, max: 1000}"),
        dialect::testing::compiled<dialect::Page>(dialect::compile_page_offset),
        dialect::testing::compiled<dialect::Page>(
            dialect::compile_page_numbered, "{beyond: not_found, first: 0, page: offset, size: limit}"
        ),
        dialect::testing::compiled<dialect::Page>(dialect::compile_page_numbered, "{total: never, page: offset, size: limit}"),
    };
    std::string_view text(reinterpret_cast<char const*>(data), size);
    std::array const headers = {Header{"Range", next_line(text)}};
    dialect::Exchange exchange;
    exchange.headers = headers;
    exchange.base_url = "http://host/prefix";
    exchange.path = "/prefix/album";
    exchange.preferences.count = query::Count::exact;
    while (!text.empty() && exchange.parameters.size() < 50) {
        auto const line = next_line(text);
        auto const equals = line.find('=');
        bool const has_value = equals != std::string_view::npos;
        exchange.parameters.push_back(
            {std::string(line.substr(0, equals)), std::string(has_value ? line.substr(equals + 1) : ""), has_value}
        );
    }
    for (auto const& page : pages) try_page(*page, exchange);
    return 0;
}
