/// @file Any bytes as a CSV body: refused, or rows that read the same after printing.
#include "body_checks.hpp"

#include <cstdint>
#include <string>

namespace {

using namespace koine;

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (char c : text) out.append(c == '"' ? 2 : 1, c);
    out += '"';
}

std::string print(query::Body const& body) {
    std::string out;
    for (auto const& name : body.names) append_quoted(out += out.empty() ? "" : ",", name);
    for (std::size_t row = 0; row < body.rows; ++row) {
        for (std::size_t i = 0; i < body.names.size(); ++i) {
            auto const& given = body.value(row, i);
            out += i > 0 ? "," : "\r\n";
            if (given.kind == query::Given::Kind::null)
                out += "NULL";
            else
                append_quoted(out, given.text);
        }
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    fuzz::check_reader(format::BodyFormat::csv, {reinterpret_cast<char const*>(data), size}, [](query::Body const& body) {
        fuzz::check(body.uniform);
        return print(body);
    });
    return 0;
}
