#include "script/value.hpp"

#include "base/json_scan.hpp"
#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <ranges>

namespace koine::script {
namespace {

void append_well_formed(std::string_view text, std::string& out) {
    for (char const each : text) {
        auto const c = static_cast<unsigned char>(each);
        if (c == '"' || c == '\\')
            out.append({'\\', each});
        else if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (c == '\r')
            out += "\\r";
        else if (c < 0x20 || c == 0x7f)
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
        else
            out += each;
    }
}

void append_real(double real, std::string& out) {
    if (!std::isfinite(real)) {
        out += "null";
        return;
    }
    auto const at = out.size();
    fmt::format_to(std::back_inserter(out), "{}", real);
    if (out.find_first_of(".e", at) == std::string::npos) out += ".0";
}

Value number(std::string_view text) {
    std::int64_t integer = 0;
    auto const* const end = text.data() + text.size();
    if (auto const [at, error] = std::from_chars(text.data(), end, integer); error == std::errc() && at == end) return integer;
    double real = 0;
    if (std::from_chars(text.data(), end, real).ec == std::errc::result_out_of_range) {
        bool const tiny = text.find("e-") != std::string_view::npos || text.find("E-") != std::string_view::npos;
        real = tiny ? 0.0 : HUGE_VAL;
        if (text.front() == '-') real = -real;
    }
    return real;
}

/// Of a text that is known to be JSON, nested at most kMaxJsonDepth deep.
Value read(JsonScan& scan) {
    if (scan.take('{')) {
        Map map;
        while (!scan.take('}')) {
            scan.take(',');
            auto name = json_string(scan.string().value_or("\"\""));
            scan.take(':');
            map.push_back({std::move(name), read(scan)});
        }
        return map;
    }
    if (scan.take('[')) {
        List list;
        while (!scan.take(']')) {
            scan.take(',');
            list.push_back(read(scan));
        }
        return list;
    }
    auto const scalar = scan.value().value_or("null");
    switch (scalar.front()) {
        case '"': return json_string(scalar);
        case 't': return true;
        case 'f': return false;
        case 'n': return nullptr;
        default: return number(scalar);
    }
}

}  // namespace

Value const* Value::find(std::string_view name) const {
    auto const* members = map();
    if (!members) return nullptr;
    auto const backwards = *members | std::views::reverse;
    auto const found = std::ranges::find(backwards, name, &Member::name);
    return found == backwards.end() ? nullptr : &found->value;
}

std::string Value::json() const {
    std::string out;
    append_json(*this, out);
    return out;
}

Result<Value> Value::from_json(std::string_view text) {
    if (!is_json(text)) return Problem(Reason::invalid_json_literal).with("value", text.substr(0, 100));
    JsonScan scan(text);
    return read(scan);
}

void append_json(std::string_view text, std::string& out) {
    out += '"';
    for (auto bad = first_invalid_utf8(text); bad != std::string_view::npos; bad = first_invalid_utf8(text)) {
        append_well_formed(text.substr(0, bad), out);
        out += "\xEF\xBF\xBD";
        text.remove_prefix(bad + 1);
    }
    append_well_formed(text, out);
    out += '"';
}

void append_json(Value const& value, std::string& out) {
    if (auto const* boolean = value.boolean()) {
        out += *boolean ? "true" : "false";
    } else if (auto const* integer = value.integer()) {
        fmt::format_to(std::back_inserter(out), "{}", *integer);
    } else if (auto const* real = value.real()) {
        append_real(*real, out);
    } else if (auto const* text = value.text()) {
        append_json(std::string_view(*text), out);
    } else if (auto const* list = value.list()) {
        out += '[';
        for (auto const& item : *list) {
            if (&item != list->data()) out += ',';
            append_json(item, out);
        }
        out += ']';
    } else if (auto const* map = value.map()) {
        out += '{';
        for (auto const& member : *map) {
            if (&member != map->data()) out += ',';
            append_json(std::string_view(member.name), out);
            out += ':';
            append_json(member.value, out);
        }
        out += '}';
    } else {
        out += "null";
    }
}

}  // namespace koine::script
