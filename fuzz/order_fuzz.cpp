/// @file Any text as an order: a problem, or terms that read the same after printing.
#include "dialect/sort/sort.hpp"
#include "dialect/testing/print.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace koine;
    static auto const pairs = dialect::testing::compiled<dialect::ParameterReader>(dialect::compile_sort_pairs);
    static auto const signs = dialect::testing::compiled<dialect::ParameterReader>(dialect::compile_sort_signs);
    std::string const text(reinterpret_cast<char const*>(data), size);
    query::Query names;
    (void)signs->read({"order", text, true}, {}, names);
    query::Query placed;
    (void)pairs->read({text + ".order", "id", true}, {}, placed);

    query::Query query;
    if (!pairs->read({"order", text, true}, {}, query)) return 0;
    query::Query again;
    if (!pairs->read({"order", dialect::testing::print(query.orders[0].value), true}, {}, again) || again != query) std::abort();
    return 0;
}
