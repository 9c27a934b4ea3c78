/// @file Fuzzes the writer of JSON strings and the check for JSON: what is written is JSON, and reads as the text where that was well-formed.
#include "base/json_scan.hpp"
#include "base/utf8.hpp"
#include "format/csv.hpp"
#include "format/json.hpp"
#include "represent/json_text.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

/// Undoes exactly what the writer may write; anything else is a defect.
std::string read_back(std::string_view json) {
    std::string text;
    for (std::size_t i = 1; i + 1 < json.size(); ++i) {
        if (json[i] != '\\') {
            text += json[i];
            continue;
        }
        char const c = json[++i];
        auto at = std::string_view("nrtbf").find(c);
        if (at != std::string_view::npos)
            text += "\n\r\t\b\f"[at];
        else if (c == '"' || c == '\\')
            text += c;
        else if (c == 'u')
            text += static_cast<char>(std::stoi(std::string(json.substr(i + 1, 4)), nullptr, 16)), i += 4;
        else
            std::abort();
    }
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    std::string out;
    koine::represent::append_json_string(out, text);
    if (koine::first_invalid_utf8(out) != std::string_view::npos || !koine::is_json(out)) std::abort();
    if (koine::first_invalid_utf8(text) == std::string_view::npos && read_back(out) != text) std::abort();

    std::string written;
    {
        koine::format::JsonWriter writer(written);
        writer.begin_list();
        writer.text(text);
        if (koine::is_json(text)) writer.json(text);
        writer.bytes(text);
        writer.end_list();
    }
    if (!koine::is_json(written) && !koine::is_json(text)) std::abort();

    std::string field;
    koine::format::append_csv_field(field, text);
    if (koine::first_invalid_utf8(field) != std::string_view::npos) std::abort();
    return 0;
}
