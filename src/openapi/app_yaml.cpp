#include "openapi/app_yaml.hpp"

#include "base/ascii.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace koine::openapi {
namespace {

using boost::json::value;

constexpr std::size_t kLongestKey = 1000;  // longer ones may not stand before their colon

/// Words that stand for something else when bare, in any letter case.
constexpr std::array<std::string_view, 11> kWords = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"};

/// Whether a text may stand without quotes. Strict: what begins like a word or a path and holds no sign of the notation.
bool is_plain(std::string_view text) {
    if (text.empty() || text.size() > kLongestKey || text.back() == ' ') return false;
    char const first = text.front();
    bool const begins_well = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '/' || first == '_';
    if (!begins_well) return false;
    auto const is_harmless = [](char c) {
        return is_ascii_alphanumeric(c) || std::string_view(" _-./(),;+=$").find(c) != std::string_view::npos;
    };
    if (!std::ranges::all_of(text, is_harmless)) return false;
    return std::ranges::none_of(kWords, [&](std::string_view word) { return ascii_equal(word, text); });
}

void append_code(char32_t code, std::string& out) { fmt::format_to(std::back_inserter(out), "\\u{:04X}", static_cast<unsigned>(code)); }

/// In double quotes. What YAML does not print, or takes for the end of a line, is spelled out.
void append_quoted(std::string_view text, std::string& out) {
    out += '"';
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const c = static_cast<unsigned char>(text[i]);
        auto const next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        auto const third = i + 2 < text.size() ? static_cast<unsigned char>(text[i + 2]) : 0U;
        if (c == '"' || c == '\\') {
            out += '\\';
            out += text[i];
        } else if (c == '\n') {
            out += "\\n";
        } else if (c < 0x20 || c == 0x7F) {
            append_code(c, out);
        } else if (c == 0xC2 && next >= 0x80 && next < 0xA0) {
            append_code(next, out);
            ++i;
        } else if (c == 0xE2 && next == 0x80 && (third == 0xA8 || third == 0xA9)) {
            append_code(0x2000U + (third - 0x80U), out);
            i += 2;
        } else if (c == 0xEF && ((next == 0xBB && third == 0xBF) || (next == 0xBF && third >= 0xBE))) {
            append_code(next == 0xBB ? 0xFEFF : 0xFFC0U + (third - 0x80U), out);
            i += 2;
        } else {
            out += text[i];
        }
    }
    out += '"';
}

void append_text(std::string_view text, std::string& out) {
    if (is_plain(text))
        out += text;
    else
        append_quoted(text, out);
}

/// A number with a fraction: YAML 1.1 knows none without a point.
void append_double(double number, std::string& out) {
    auto text = fmt::format("{}", number);
    if (text.find('.') == std::string::npos) text.insert(std::min(text.find('e'), text.size()), ".0");
    out += text;
}

class Emitter {
public:
    explicit Emitter(std::string& out) : out_(out) {}

    void document(value const& root) {
        if (is_block(root)) return block(root, 0, false);
        scalar(root);
        out_ += '\n';
    }

private:
    static bool is_block(value const& one) {
        return (one.is_object() && !one.get_object().empty()) || (one.is_array() && !one.get_array().empty());
    }

    void indent(int depth) { out_.append(static_cast<std::size_t>(depth) * 2, ' '); }

    void scalar(value const& one) {
        switch (one.kind()) {
            case boost::json::kind::null: out_ += "null"; break;
            case boost::json::kind::bool_: out_ += one.get_bool() ? "true" : "false"; break;
            case boost::json::kind::int64: out_ += std::to_string(one.get_int64()); break;
            case boost::json::kind::uint64: out_ += std::to_string(one.get_uint64()); break;
            case boost::json::kind::double_: append_double(one.get_double(), out_); break;
            case boost::json::kind::string: append_text(one.get_string(), out_); break;
            case boost::json::kind::array: out_ += "[]"; break;
            case boost::json::kind::object: out_ += "{}"; break;
        }
    }

    /// What is in a list or an object, each on a line that begins after `depth` levels. @param begun the indent of the first line is there.
    void block(value const& one, int depth, bool begun) {
        if (one.is_array()) {
            for (auto const& element : one.get_array()) {
                if (!begun) indent(depth);
                begun = false;
                out_ += "- ";
                after_dash(element, depth);
            }
            return;
        }
        for (auto const& [key, member] : one.get_object()) {
            if (!begun) indent(depth);
            begun = false;
            if (key.size() > kLongestKey) {
                out_ += "? ";
                append_text(key, out_);
                out_ += '\n';
                indent(depth);
            } else {
                append_text(key, out_);
            }
            out_ += ':';
            if (is_block(member)) {
                out_ += '\n';
                // Lists stand as deep as their key, as is the custom.
                block(member, member.is_array() ? depth : depth + 1, false);
            } else {
                out_ += ' ';
                scalar(member);
                out_ += '\n';
            }
        }
    }

    void after_dash(value const& element, int depth) {
        if (is_block(element)) return block(element, depth + 1, true);
        scalar(element);
        out_ += '\n';
    }

    std::string& out_;
};

}  // namespace

std::string as_yaml(std::string_view json) {
    boost::system::error_code error;
    auto const document = boost::json::parse(json, error, {}, {.max_depth = 200});
    std::string out;
    if (error) return out;
    out.reserve(json.size() * 2);
    Emitter(out).document(document);
    return out;
}

}  // namespace koine::openapi
