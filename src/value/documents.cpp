#include "base/json_scan.hpp"
#include "value/kinds.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <iterator>

namespace koine::value {
namespace {

unsigned hex_of(std::string_view four) {
    unsigned value = 0;
    std::from_chars(four.data(), four.data() + four.size(), value, 16);
    return value;
}

void append_utf8(unsigned code, std::string& out) {
    auto const put = [&](unsigned byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
        put(0xC0 | (code >> 6));
    } else {
        if (code < 0x10000) {
            put(0xE0 | (code >> 12));
        } else {
            put(0xF0 | (code >> 18));
            put(0x80 | ((code >> 12) & 0x3F));
        }
        put(0x80 | ((code >> 6) & 0x3F));
    }
    put(0x80 | (code & 0x3F));
}

char control_of(char letter) {
    switch (letter) {
        case 'b': return '\b';
        case 'f': return '\f';
        case 'n': return '\n';
        case 'r': return '\r';
        case 't': return '\t';
        default: return letter;
    }
}

bool is_surrogate(unsigned code, unsigned from) { return code >= from && code < from + 0x400; }

/// What the string between quotes says. It is well-formed; half a surrogate pair becomes U+FFFD.
std::string_view unescaped(std::string_view inner, Arena& arena) {
    if (inner.find('\\') == std::string_view::npos) return inner;
    std::string text;
    text.reserve(inner.size());
    for (std::size_t i = 0; i < inner.size(); ++i) {
        if (inner[i] != '\\' || i + 1 >= inner.size()) {
            text.push_back(inner[i]);
            continue;
        }
        if (inner[++i] != 'u') {
            text.push_back(control_of(inner[i]));
            continue;
        }
        auto code = hex_of(inner.substr(i + 1, 4));
        i += 4;
        if (is_surrogate(code, 0xD800) && inner.substr(std::min(i + 1, inner.size())).starts_with("\\u")) {
            auto const low = hex_of(inner.substr(i + 3, 4));
            if (is_surrogate(low, 0xDC00)) {
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                i += 6;
            }
        }
        append_utf8(is_surrogate(code, 0xD800) || is_surrogate(code, 0xDC00) ? 0xFFFD : code, text);
    }
    return arena.copy(text);
}

/// An element of a list as a body would give it.
Given given_of(std::string_view json, Arena& arena) {
    switch (json.front()) {
        case '"': return {.kind = Given::Kind::text, .text = unescaped(json.substr(1, json.size() - 2), arena)};
        case '{':
        case '[': return {.kind = Given::Kind::json, .text = json};
        case 't':
        case 'f': return {.kind = Given::Kind::boolean, .text = json};
        case 'n': return {.kind = Given::Kind::null, .text = json};
        default: return {.kind = Given::Kind::number, .text = json};
    }
}

void append_element(Type const& item, Cell const& cell, std::string& out) {
    switch (cell.kind()) {
        case Cell::Kind::integer:
            if (item.kind == Kind::boolean) {
                out += cell.integer() != 0 ? "true" : "false";
            } else {
                out += std::to_string(cell.integer());
            }
            break;
        case Cell::Kind::real: fmt::format_to(std::back_inserter(out), "{}", cell.real()); break;
        case Cell::Kind::null: out += "null"; break;
        case Cell::Kind::text:
        case Cell::Kind::blob:
            if (item.kind == Kind::json || item.kind == Kind::list) {
                out += cell.view();
            } else {
                append_json_text(cell.view(), out);
            }
            break;
    }
}

Problem not_a_list(Type const& type, Given const& given) {
    return refused(Reason::not_a_list, type, given.text).with("given", given_word(given));
}

}  // namespace

void append_json_text(std::string_view text, std::string& out) {
    out.push_back('"');
    for (char c : text) {
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (static_cast<unsigned char>(c) < 0x20) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
}

Result<Cell> accept_json(Type const& type, Given const& given, Arena& arena) {
    if (type.document == Type::Document::object && !(given.kind == Given::Kind::json && given.text.starts_with('{')))
        return refused(Reason::not_json_object, type, given.text);
    if (type.document == Type::Document::list && !(given.kind == Given::Kind::json && given.text.starts_with('[')))
        return not_a_list(type, given);
    if (given.kind == Given::Kind::text) {
        std::string text;
        append_json_text(given.text, text);
        return Cell::text(arena.copy(text));
    }
    if (!is_json(given.text)) return refused(Reason::not_json_object, type, given.text);
    return Cell::text(given.text);
}

Result<Cell> accept_list(Type const& type, Given const& given, Arena& arena) {
    if (given.kind != Given::Kind::json) return not_a_list(type, given);
    JsonScan scan(given.text);
    if (!scan.take('[')) return not_a_list(type, given);
    std::string out = "[";
    while (!scan.take(']')) {
        if (out.size() > 1) {
            if (!scan.take(',')) return not_a_list(type, given);
            out.push_back(',');
        }
        auto const element = scan.value();
        if (!element) return not_a_list(type, given);
        KOINE_TRY(auto cell, accept(*type.item, given_of(*element, arena), arena));
        append_element(*type.item, cell, out);
    }
    out.push_back(']');
    return Cell::text(arena.copy(out));
}

}  // namespace koine::value
