#include "template/json_text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace koine::templates {

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (char const c : text) {
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default:
                if (static_cast<unsigned char>(c) < 0x20)
                    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
                else
                    out += c;
        }
    }
    out += '"';
}

void JsonText::integer(std::int64_t number) { fmt::format_to(std::back_inserter(*out_), "{}", number); }

}  // namespace koine::templates
