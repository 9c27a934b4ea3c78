#include "edit/given.hpp"

#include "base/json_scan.hpp"
#include "query/literal.hpp"
#include "represent/json_text.hpp"
#include "value/type.hpp"

#include <algorithm>
#include <charconv>

namespace koine::edit {
namespace {

using query::Given;

constexpr std::size_t kMostShown = 500;

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
        auto token = scan.value();
        if (!token || attributes.size() >= most) return false;
        auto whole = before + json_string(*quoted);
        if (token->front() == '{') {
            if (!collect(*token, whole + std::string(separator), separator, most, arena, attributes)) return false;
            continue;
        }
        attributes.emplace_back(std::move(whole), value::given_of(*token, arena));
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
        elements.push_back(value::given_of(*token, arena));
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
