/// @file Any bytes as the body of a form: refused, or one row of texts that reads the same after printing.
#include "base/ascii.hpp"
#include "body_checks.hpp"

#include <cstdint>
#include <string>

namespace {

using namespace koine;

void append_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    for (char c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (is_ascii_alphanumeric(c))
            out += c;
        else
            out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
}

std::string print(query::Body const& body) {
    std::string out;
    for (std::size_t i = 0; i < body.names.size(); ++i) {
        if (i > 0) out += '&';
        append_encoded(out, body.names[i]);
        out += '=';
        append_encoded(out, body.value(0, i).text);
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    fuzz::check_reader(format::BodyFormat::form, {reinterpret_cast<char const*>(data), size}, [](query::Body const& body) {
        fuzz::check(body.rows == 1 && body.uniform);
        return print(body);
    });
    return 0;
}
