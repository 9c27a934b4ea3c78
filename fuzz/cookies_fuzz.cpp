/// @file Any bytes as the header Cookie: a cookie that is found is a part of it, stands behind its name, and is none that another cookie's value spells.
#include "dialect/exchange.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    koine::Header const headers[] = {{"Accept", "sessionid=no"}, {"cookie", text}};
    koine::dialect::Exchange exchange;
    exchange.headers = headers;
    auto const found = exchange.cookie("sessionid");
    if (!found.empty()) {
        check(found.data() >= text.data() && found.data() + found.size() <= text.data() + text.size());
        check(found.find(';') == std::string_view::npos);
        check(text.contains("sessionid"));
    }
    // What stands before any other cookie is found, whatever follows.
    std::string const first = "sessionid=s3cret;" + std::string(text);
    koine::Header const again[] = {{"Cookie", first}};
    exchange.headers = again;
    check(exchange.cookie("sessionid") == "s3cret");
    check(exchange.cookie("sessioni").data() != first.data() + 10);
    return 0;
}
