/// @file Any key (first line) and value (the rest) as a filter: a problem, or an intent that reads the same after printing.
#include "dialect/filter/filter.hpp"
#include "dialect/testing/print.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace koine;
    static auto const dotted = dialect::testing::compiled<dialect::ParameterReader>(dialect::compile_filter_dotted);
    static auto const plain = dialect::testing::compiled<dialect::ParameterReader>(
        dialect::compile_filter_plain, "{suffixes: [gt, in, is_null], null_word: none}"
    );
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const line = text.find('\n');
    dialect::Parameter const parameter{
        std::string(text.substr(0, line)), std::string(line == std::string_view::npos ? "" : text.substr(line + 1)), true
    };

    query::Query query;
    if (auto const read = dotted->read(parameter, {}, query); read) {
        query::Query again;
        if (query.filters.size() != 1 || !dotted->read(dialect::testing::print(query.filters[0]), {}, again) || again != query)
            std::abort();
    } else if (read.error().reason() == Reason::internal) {
        std::abort();
    }
    query::Query equalities;
    for (int i = 0; i < 3; ++i)
        if (!plain->read(parameter, {}, equalities)) return 0;
    if (equalities.filters.size() != 1) std::abort();
    return 0;
}
