/// @file Any bytes as a JSON body: refused, or rows that read the same after printing. What is accepted is JSON, and so is every part of it.
#include "base/json_scan.hpp"
#include "body_checks.hpp"
#include "represent/json_text.hpp"

#include <cstdint>
#include <string>

namespace {

using namespace koine;
using query::Given;

std::string print(query::Body const& body) {
    bool const list = body.form == query::Body::Form::list;
    std::string out = list ? "[" : "";
    for (std::size_t row = 0; row < body.rows; ++row) {
        out += row > 0 ? ",{" : "{";
        bool first = true;
        for (std::size_t i = 0; i < body.names.size(); ++i) {
            auto const& given = body.value(row, i);
            if (given.kind == Given::Kind::absent) continue;
            out += first ? "" : " , ";
            first = false;
            represent::append_json_string(out, body.names[i]);
            out += " : ";
            if (given.kind == Given::Kind::text)
                represent::append_json_string(out, given.text);
            else
                out += given.kind == Given::Kind::null ? "null" : given.text;
        }
        out += '}';
    }
    return list ? out + "]" : out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    fuzz::check_reader(format::BodyFormat::json, text, [&](query::Body const& body) {
        fuzz::check(is_json(text));
        for (auto const& given : body.values)
            if (given.kind == Given::Kind::number || given.kind == Given::Kind::boolean || given.kind == Given::Kind::json)
                fuzz::check(is_json(given.text));
        return print(body);
    });
    return 0;
}
