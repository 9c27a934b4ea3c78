/// @file Any bytes as path, query, Prefer and Accept, by every built-in dialect: an endpoint, an intent's ground and a format, or a problem
/// that renders as a complete answer.
#include "dialect/dialect.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace {

std::vector<koine::dialect::Dialect> const& dialects() {
    static auto const all = [] {
        std::vector<koine::dialect::Dialect> made;
        for (auto const name : koine::dialect::builtin_dialects()) made.push_back(koine::dialect::load_dialect(name).value());
        return made;
    }();
    return all;
}

koine::Result<void> read(koine::dialect::Dialect const& dialect, koine::dialect::Exchange& exchange) {
    KOINE_TRY(auto found, dialect.routes.find(exchange.path));
    exchange.endpoint = found.endpoint;
    KOINE_TRY(dialect.context.read(exchange));
    KOINE_TRY(exchange.parameters, dialect.input.read(exchange.query));
    KOINE_TRY(dialect.read(exchange));
    KOINE_TRY(dialect.formats.choose(exchange));
    std::vector<koine::Problem> warnings;
    return dialect.context.check(exchange.preferences, warnings);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<char const*>(data), size);
    std::array<std::string_view, 4> parts;
    for (auto& part : parts) {
        auto const end = std::min(rest.find('\n'), rest.size());
        part = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    koine::Header const headers[] = {{"Prefer", parts[2]}, {"Accept", parts[3]}};
    for (auto const& dialect : dialects()) {
        koine::dialect::Exchange exchange;
        exchange.path = parts[0];
        exchange.query = parts[1];
        exchange.headers = headers;
        if (auto const done = read(dialect, exchange); !done) {
            auto const rendered = dialect.render(done.error(), &exchange);
            if (rendered.status < 300 || rendered.status > 499 || rendered.body.empty()) std::abort();
        }
    }
    return 0;
}
