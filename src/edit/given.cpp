#include "edit/given.hpp"

#include "base/json_scan.hpp"
#include "query/literal.hpp"
#include "represent/json_text.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>

namespace koine::edit {
namespace {

using query::Given;

constexpr std::size_t kMostShown = 500;

std::optional<std::string_view> unescaped(std::string_view quoted, Arena& arena) {
    auto inside = quoted.substr(1, quoted.size() - 2);
    if (inside.find('\\') == std::string_view::npos) return inside;
    boost::json::error_code error;
    auto value = boost::json::parse(quoted, error);
    if (error || !value.is_string()) return std::nullopt;
    return arena.copy(std::string_view(value.get_string()));
}

std::optional<Given> given_of(std::string_view token, Arena& arena) {
    switch (token.empty() ? '\0' : token.front()) {
        case '"': {
            auto text = unescaped(token, arena);
            if (!text) return std::nullopt;
            return Given{Given::Kind::text, *text};
        }
        case '{':
        case '[': return Given{Given::Kind::json, token};
        case 'n': return Given{Given::Kind::null, {}};
        case 't':
        case 'f': return Given{Given::Kind::boolean, token};
        default: return Given{Given::Kind::number, token};
    }
}

/// Nested no deeper than what is_json takes, which the reader of the body has seen to.
bool collect(
    std::string_view text, std::string const& before, std::string_view separator, std::size_t most, Arena& arena, Attributes& attributes
) {
    JsonScan scan(text);
    if (!scan.take('{')) return false;
    if (scan.take('}')) return true;
    do {
        auto quoted = scan.string();
        if (!quoted || !scan.take(':')) return false;
        auto name = unescaped(*quoted, arena);
        auto token = scan.value();
        if (!name || !token || attributes.size() >= most) return false;
        auto whole = before + std::string(*name);
        if (token->front() == '{') {
            if (!collect(*token, whole + std::string(separator), separator, most, arena, attributes)) return false;
            continue;
        }
        auto given = given_of(*token, arena);
        if (!given) return false;
        attributes.emplace_back(std::move(whole), *given);
    } while (scan.take(','));
    return scan.take('}');
}

}  // namespace

std::optional<std::vector<Given>> elements_of(std::string_view text, std::size_t most, Arena& arena) {
    JsonScan scan(text);
    std::vector<Given> elements;
    if (!scan.take('[')) return std::nullopt;
    if (scan.take(']')) return elements;
    do {
        auto token = scan.value();
        if (!token || elements.size() >= most) return std::nullopt;
        auto given = given_of(*token, arena);
        if (!given) return std::nullopt;
        elements.push_back(*given);
    } while (scan.take(','));
    if (!scan.take(']')) return std::nullopt;
    return elements;
}

std::optional<Attributes> attributes_of(std::string_view text, std::string_view separator, std::size_t most, Arena& arena) {
    Attributes attributes;
    if (!is_json(text) || !collect(text, {}, separator, most, arena, attributes)) return std::nullopt;
    return attributes;
}

std::string shown(Attributes const& attributes) {
    std::string out = "{";
    for (auto const& [name, given] : attributes) {
        if (out.size() > 1) out += ',';
        represent::append_json_string(out, query::shown(name));
        out += ':';
        switch (given.kind) {
            case Given::Kind::text: represent::append_json_string(out, query::shown(given.text)); break;
            case Given::Kind::null:
            case Given::Kind::absent: out += "null"; break;
            case Given::Kind::json: out += given.text.size() <= kMostShown ? given.text : "[]"; break;
            case Given::Kind::boolean:
            case Given::Kind::number: out += given.text.size() <= kMostShown ? given.text : "0"; break;
        }
        if (out.size() > kMostShown) break;
    }
    return out + "}";
}

std::string_view word_of(Given const& given) {
    switch (given.kind) {
        case Given::Kind::boolean: return "bool";
        case Given::Kind::number: return given.text.find_first_of(".eE") == std::string_view::npos ? "int" : "float";
        case Given::Kind::text: return "str";
        case Given::Kind::json: return given.text.starts_with('[') ? "list" : "dict";
        case Given::Kind::absent:
        case Given::Kind::null: break;
    }
    return "null";
}

std::optional<std::int64_t> key_of(std::string_view text) {
    std::int64_t key = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), key);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return key;
}

std::optional<std::int64_t> key_of(Given const& given, bool as_text) {
    if (given.kind == Given::Kind::number || (as_text && given.kind == Given::Kind::text)) return key_of(given.text);
    return std::nullopt;
}

}  // namespace koine::edit
