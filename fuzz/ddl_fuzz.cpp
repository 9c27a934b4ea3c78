/// @file Fuzzes the reader of CREATE statements: any text is survived, and tokens are pieces of the text in their order.
#include "store/sqlite/ddl.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const sql(reinterpret_cast<char const*>(data), size);
    char const* last = sql.data();
    for (auto const& token : koine::store::sqlite::tokenize_ddl(sql)) {
        if (token.text.empty() || token.text.data() < last || token.text.data() + token.text.size() > sql.data() + sql.size()) std::abort();
        last = token.text.data() + token.text.size();
    }
    auto const table = koine::store::sqlite::parse_create_table(sql);
    for (auto const& check : table.checks)
        if (!sql.contains(check.expression)) std::abort();
    (void)koine::store::sqlite::parse_create_view(sql);
    (void)koine::store::sqlite::virtual_table_module(sql);
    return 0;
}
