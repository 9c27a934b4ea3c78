#include "base/json_scan.hpp"
#include "value/kinds.hpp"

#include <fmt/format.h>

#include <iterator>

namespace koine::value {
namespace {

void append_element(Type const& item, Cell const& cell, std::string& out) {
    bool const is_document = item.kind == Kind::json || item.kind == Kind::list;
    if (cell.is_null())
        out += "null";
    else if (item.kind == Kind::boolean)
        out += cell.integer() != 0 ? "true" : "false";
    else if (cell.kind() == Cell::Kind::text && !is_document)
        append_json_text(cell.view(), out);
    else
        out += text_of(cell);
}

Problem not_a_list(Type const& type, Given const& given) {
    return refused(Reason::not_a_list, type, given.text).with("given", given_word(given));
}

}  // namespace

Given given_of(std::string_view json, Arena& arena) {
    switch (json.front()) {
        case '"': {
            auto const inner = json.substr(1, json.size() - 2);
            return {.kind = Given::Kind::text, .text = inner.contains('\\') ? arena.copy(json_string(json)) : inner};
        }
        case '{':
        case '[': return {.kind = Given::Kind::json, .text = json};
        case 't':
        case 'f': return {.kind = Given::Kind::boolean, .text = json};
        case 'n': return {.kind = Given::Kind::null, .text = json};
        default: return {.kind = Given::Kind::number, .text = json};
    }
}

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
