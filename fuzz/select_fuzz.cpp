/// @file Any text as a selection: a problem, or items that read the same after printing.
#include "dialect/select/select.hpp"
#include "dialect/testing/print.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace koine;
    static auto const embed = dialect::testing::compiled<dialect::ParameterReader>(dialect::compile_select_embed);
    static auto const fields = dialect::testing::compiled<dialect::ParameterReader>(dialect::compile_select_fields);
    std::string const text(reinterpret_cast<char const*>(data), size);
    query::Query names;
    (void)fields->read({"fields", text, true}, {}, names);
    (void)embed->read({"columns", text, true}, {}, names);

    query::Query query;
    if (!embed->read({"select", text, true}, {}, query)) return 0;
    query::Query again;
    if (!embed->read({"select", dialect::testing::print(query.select), true}, {}, again) || again != query) std::abort();
    return 0;
}
