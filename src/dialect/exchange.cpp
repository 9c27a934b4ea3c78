#include "dialect/exchange.hpp"

#include "base/ascii.hpp"
#include "base/utf8.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace koine::dialect {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool is_unreserved(char c) { return is_ascii_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

}  // namespace

std::string_view Preferences::value(std::string_view name) const {
    for (auto const& each : given)
        if (each.name == name) return each.value;
    return {};
}

bool is_write(Method method) { return method == Method::post || method == Method::put || method == Method::patch || method == Method::del; }

std::string_view Exchange::header(std::string_view name) const {
    for (auto const& field : headers)
        if (ascii_equal(field.name, name)) return field.value;
    return {};
}

std::string_view Exchange::cookie(std::string_view name) const {
    for (auto const& field : headers) {
        if (!ascii_equal(field.name, "Cookie")) continue;
        for (auto rest = field.value; !rest.empty();) {
            auto pair = split_off(rest, ';');
            auto const key = trimmed(split_off(pair, '='));
            if (key == name) return trimmed(pair);
        }
    }
    return {};
}

Problem method_refused(Exchange const& exchange) { return Problem(Reason::method_unsupported).with("method", exchange.method_text); }

Problem item_not_found(Exchange const& exchange) {
    auto const& endpoint = exchange.endpoint;
    bool const of_operation = endpoint.kind == Endpoint::Kind::operation && endpoint.resource != nullptr;
    std::string_view const relation = of_operation ? endpoint.resource->described->name : endpoint.name;
    return Problem(Reason::not_found).with("relation", relation).with("key", fmt::format("{}", fmt::join(endpoint.key, ",")));
}

Result<std::string> decode_percent(std::string_view text, Plus plus) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (c == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
            decoded += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            decoded += c == '+' && plus == Plus::space ? ' ' : c;
        }
    }
    if (first_invalid_utf8(decoded) != std::string_view::npos)
        return Problem(Reason::malformed_request).with("detail", "the target is not UTF-8");
    if (decoded.find('\0') != std::string::npos) return Problem(Reason::malformed_request).with("detail", "the target holds a NUL");
    return decoded;
}

Result<std::string> decode_segment(std::string_view segment) { return decode_percent(segment, Plus::literal); }

void append_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (char const c : text) {
        if (is_unreserved(c)) {
            out += c;
        } else {
            auto const byte = static_cast<unsigned char>(c);
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
}

}  // namespace koine::dialect
