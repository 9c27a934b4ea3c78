#include "format/python_text.hpp"

#include <cstddef>

namespace koine::format {
namespace {

/// The text between the quotes, as Python writes it. JSON's other escapes are Python's too.
void append_text(std::string_view raw, std::string& out) {
    std::string text;
    bool single = false;
    bool doubled = false;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] == '\\' && i + 1 < raw.size()) {
            if (raw[i + 1] == '"' || raw[i + 1] == '/') {
                doubled = doubled || raw[i + 1] == '"';
                text += raw[++i];
                continue;
            }
            text += raw[i++];
        }
        single = single || raw[i] == '\'';
        text += raw[i];
    }
    char const quote = single && !doubled ? '"' : '\'';
    out += quote;
    for (char const c : text) {
        if (c == quote) out += '\\';
        out += c;
    }
    out += quote;
}

}  // namespace

void append_python_text(std::string_view json, std::string& out) {
    for (std::size_t i = 0; i < json.size();) {
        char const c = json[i];
        if (c == '"') {
            auto end = i + 1;
            while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
            append_text(json.substr(i + 1, end - i - 1), out);
            i = end + 1;
            continue;
        }
        auto const rest = json.substr(i);
        auto const word = rest.starts_with("true")    ? "True"
                          : rest.starts_with("false") ? "False"
                          : rest.starts_with("null")  ? "None"
                                                      : nullptr;
        if (word != nullptr) {
            out += word;
            i += c == 'f' ? 5 : 4;
            continue;
        }
        out += c;
        if (c == ',' || c == ':') out += ' ';
        ++i;
    }
}

}  // namespace koine::format
