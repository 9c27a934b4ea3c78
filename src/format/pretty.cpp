#include "format/pretty.hpp"

namespace koine::format {
namespace {

/// The end of the string that begins at `at`, one past its quote.
std::size_t string_end(std::string_view json, std::size_t at) {
    for (++at; at < json.size() && json[at] != '"'; ++at)
        if (json[at] == '\\') ++at;
    return at + 1;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Goes over the tokens once and tells `out` what to append: `text(string_view)`, `line(level)`.
template <class Out>
void walk(std::string_view json, Out& out) {
    std::size_t level = 0;
    for (std::size_t i = 0; i < json.size();) {
        char const c = json[i];
        if (c == '"') {
            auto const end = string_end(json, i);
            out.text(json.substr(i, end - i));
            i = end;
            continue;
        }
        ++i;
        if (is_blank(c)) continue;
        if (c == '}' || c == ']') out.line(level > 0 ? --level : 0);
        out.text(json.substr(i - 1, 1));
        if (c == ':') out.text(" ");
        if (c == ',') out.line(level);
        if (c != '{' && c != '[') continue;
        while (i < json.size() && is_blank(json[i])) ++i;
        if (i < json.size() && (json[i] == '}' || json[i] == ']'))
            out.text(json.substr(i++, 1));
        else
            out.line(++level);
    }
}

struct Counter {
    unsigned indent;
    std::size_t bytes = 0;
    void text(std::string_view text) { bytes += text.size(); }
    void line(std::size_t level) { bytes += 1 + level * indent; }
};

struct Appender {
    unsigned indent;
    std::string& out;
    void text(std::string_view text) { out += text; }
    void line(std::size_t level) {
        out += '\n';
        out.append(level * indent, ' ');
    }
};

}  // namespace

bool append_pretty(std::string_view json, unsigned indent, std::size_t max_bytes, std::string& out) {
    Counter counter{indent};
    walk(json, counter);
    if (counter.bytes > max_bytes) return false;
    out.reserve(out.size() + counter.bytes);
    Appender appender{indent, out};
    walk(json, appender);
    return true;
}

}  // namespace koine::format
