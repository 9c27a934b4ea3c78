#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "script/codec.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace koine::script {
namespace {

/// Elements within each other: a value may nest 64 levels, and where they repeat there is a list between.
constexpr int kMostDepth = 30;
constexpr std::size_t kMostText = 16UL << 20U;
constexpr std::size_t kLongestName = 1000;
constexpr std::string_view kText = "#text";

template <class... Parts>
Problem wrong(fmt::format_string<Parts...> form, Parts&&... parts) {
    return Problem(Reason::operation_failed).because(fmt::format(form, std::forward<Parts>(parts)...));
}

/// Whether XML 1.0 has the character.
bool is_character(std::uint32_t code) {
    return code == 0x9 || code == 0xA || code == 0xD || (code >= 0x20 && code < 0xD800) || (code > 0xDFFF && code < 0xFFFE) ||
           (code > 0xFFFF && code <= 0x10FFFF);
}

/// Of UTF-8 that is well-formed.
bool are_characters(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const c = static_cast<unsigned char>(text[i]);
        if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
        // U+FFFE and U+FFFF
        if (c == 0xEF && text.substr(i + 1, 1) == "\xBF" && static_cast<unsigned char>(text[i + 2]) >= 0xBE) return false;
    }
    return true;
}

/// A name as XML has them; of the letters beyond ASCII any.
bool is_name(std::string_view name) {
    auto const begins = [](char c) {
        return (is_ascii_alphanumeric(c) && !is_ascii_digit(c)) || c == '_' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
    };
    if (name.empty() || name.size() > kLongestName || !begins(name.front())) return false;
    return std::ranges::all_of(name, [&](char c) { return begins(c) || is_ascii_digit(c) || c == '-' || c == '.'; }) &&
           first_invalid_utf8(name) == std::string_view::npos && are_characters(name);
}

/// What stands between & and ;. @return false: it is none of the five, and no character.
bool append_entity(std::string_view name, std::string& out) {
    constexpr std::pair<std::string_view, char> five[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    for (auto const& [known, c] : five)
        if (known == name) return out += c, true;
    if (!name.starts_with('#')) return false;
    bool const is_hex = name.starts_with("#x");
    name.remove_prefix(is_hex ? 2 : 1);
    std::uint32_t code = 0;
    auto const read = std::from_chars(name.data(), name.data() + name.size(), code, is_hex ? 16 : 10);
    if (name.empty() || read.ec != std::errc() || read.ptr != name.data() + name.size() || !is_character(code)) return false;
    append_character(code, out);
    return true;
}

/// The parser is lenient, so it is given what needs no leniency, and what it made is looked at again.
class Reading {
public:
    Result<Value> run(std::string_view text) {
        if (text.size() > kMostText) return wrong("XML that is too large");
        if (first_invalid_utf8(text) != std::string_view::npos || !are_characters(text))
            return wrong("XML with what is no character of UTF-8");
        pugi::xml_document document;
        // Entities are read here: the parser leaves those that it does not know.
        constexpr unsigned how = pugi::parse_cdata | pugi::parse_eol | pugi::parse_wconv_attribute | pugi::parse_ws_pcdata |
                                 pugi::parse_doctype | pugi::parse_declaration | pugi::parse_fragment;
        auto const parsed = document.load_buffer(text.data(), text.size(), how, pugi::encoding_utf8);
        if (!parsed) {
            auto const before = text.substr(0, std::min(static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)), text.size()));
            return wrong("no XML: {} in line {}", parsed.description(), 1 + std::ranges::count(before, '\n'));
        }
        pugi::xml_node root;
        for (auto const& node : document.children()) {
            switch (node.type()) {
                case pugi::node_doctype: return wrong("XML with a DTD");
                case pugi::node_declaration: {
                    KOINE_TRY(declared(node));
                    break;
                }
                case pugi::node_element:
                    if (root) return wrong("XML with more than one element around all");
                    root = node;
                    break;
                default:
                    if (std::string_view(node.value()).find_first_not_of(" \t\r\n") != std::string_view::npos)
                        return wrong("XML with text around its element");
            }
        }
        if (!root) return wrong("XML without an element");
        KOINE_TRY(auto value, element(root, 1));
        return Value(Map{{root.name(), std::move(value)}});
    }

private:
    static Result<void> declared(pugi::xml_node const& node) {
        std::string encoding = node.attribute("encoding").value();
        std::ranges::transform(encoding, encoding.begin(), ascii_lower);
        if (encoding.empty() || encoding == "utf-8" || encoding == "us-ascii") return outcome::success();
        return wrong("XML in another encoding than UTF-8");
    }

    Result<std::string> text(std::string_view raw) {
        std::string out;
        while (true) {
            auto const mark = raw.find('&');
            out += raw.substr(0, mark);
            if (mark == std::string_view::npos) return out;
            raw.remove_prefix(mark + 1);
            auto const end = raw.find(';');
            if (end == std::string_view::npos || !append_entity(raw.substr(0, end), out))
                return wrong("XML with an entity that is none of the five");
            raw.remove_prefix(end + 1);
        }
    }

    Result<void> count() {
        if (++parts_ > kMostParts) return wrong("XML of more than {} elements and attributes", kMostParts);
        return outcome::success();
    }

    Result<void> attributes(pugi::xml_node const& node, Map& out) {
        std::unordered_set<std::string_view> seen;
        for (auto const& each : node.attributes()) {
            KOINE_TRY(count());
            if (!is_name(each.name()) || !seen.insert(each.name()).second)
                return wrong("XML with an attribute that is none, or stands twice");
            KOINE_TRY(auto value, text(each.value()));
            out.push_back({std::string("@").append(each.name()), std::move(value)});
        }
        return outcome::success();
    }

    Result<Value> element(pugi::xml_node const& node, int depth) {
        KOINE_TRY(count());
        if (depth > kMostDepth) return wrong("XML of more than {} elements within each other", kMostDepth);
        if (!is_name(node.name())) return wrong("XML with an element whose name is none");
        Map out;
        KOINE_TRY(attributes(node, out));
        std::unordered_map<std::string_view, std::size_t> places;
        std::string said;
        for (auto const& child : node.children()) {
            if (child.type() == pugi::node_doctype) return wrong("XML with a DTD");
            if (child.type() == pugi::node_cdata) said += child.value();
            if (child.type() == pugi::node_pcdata) {
                KOINE_TRY(auto const part, text(child.value()));
                said += part;
            }
            if (child.type() != pugi::node_element) continue;
            KOINE_TRY(auto value, element(child, depth + 1));
            auto const [place, is_new] = places.emplace(child.name(), out.size());
            if (is_new)
                out.push_back({child.name(), std::move(value)});
            else
                add(out[place->second].value, std::move(value));
        }
        if (out.empty()) return Value(std::move(said));
        // Blanks between elements are how it is laid out.
        bool const blank = said.find_first_not_of(" \t\r\n") == std::string::npos;
        if (!blank || (places.empty() && !said.empty())) out.push_back({std::string(kText), std::move(said)});
        return Value(std::move(out));
    }

    /// One more of the same name. What an element holds is never a list by itself.
    static void add(Value& held, Value more) {
        if (auto* const list = std::get_if<List>(&held.data)) return list->push_back(std::move(more));
        List list;
        list.push_back(std::move(held));
        list.push_back(std::move(more));
        held = Value(std::move(list));
    }

    std::size_t parts_ = 0;
};

class Writing {
public:
    explicit Writing(std::size_t most) : most_(most) {}

    Result<void> element(std::string_view name, Value const& value, int depth) {
        if (!is_name(name)) return wrong("no element can be called {}", name.substr(0, 100));
        if (depth > kMostDepth) return wrong("elements within each other, more than {}", kMostDepth);
        if (value.list() != nullptr) return wrong("{}: a list within a list, or around all", name);
        if (out.size() > most_) return outcome::success();
        out.append("<").append(name);
        auto const* map = value.map();
        if (map != nullptr)
            for (auto const& [key, member] : *map)
                if (key.starts_with('@')) {
                    KOINE_TRY(attribute(std::string_view(key).substr(1), member));
                }
        out += '>';
        auto const begun = out.size();
        if (map == nullptr) {
            KOINE_TRY(text(value, false));
        } else {
            for (auto const& [key, member] : *map)
                if (!key.starts_with('@')) {
                    KOINE_TRY(child(key, member, depth));
                }
        }
        if (out.size() == begun) {
            out.back() = '/';
            out += '>';
        } else {
            out.append("</").append(name).append(">");
        }
        return outcome::success();
    }

    std::string out;

private:
    Result<void> child(std::string const& key, Value const& value, int depth) {
        if (key == kText) return text(value, false);
        auto const* list = value.list();
        if (list == nullptr) return element(key, value, depth + 1);
        for (auto const& each : *list) {
            KOINE_TRY(element(key, each, depth + 1));
        }
        return outcome::success();
    }

    Result<void> attribute(std::string_view name, Value const& value) {
        if (!is_name(name)) return wrong("no attribute can be called {}", name.substr(0, 100));
        out.append(" ").append(name).append("=\"");
        KOINE_TRY(text(value, true));
        out += '"';
        return outcome::success();
    }

    Result<void> text(Value const& value, bool within_quotes) {
        if (value.is_null()) return outcome::success();
        if (value.list() != nullptr || value.map() != nullptr) return wrong("attributes and #text are texts, numbers or booleans");
        if (value.text() == nullptr) {
            out += value.json();
            return outcome::success();
        }
        auto const& raw = *value.text();
        if (first_invalid_utf8(raw) != std::string::npos || !are_characters(raw)) return wrong("a text with what XML has no character for");
        for (char const c : raw) {
            switch (c) {
                case '&': out += "&amp;"; break;
                case '<': out += "&lt;"; break;
                case '>': out += "&gt;"; break;
                case '\r': out += "&#13;"; break;
                case '"': out += within_quotes ? "&quot;" : "\""; break;
                case '\n': out += within_quotes ? "&#10;" : "\n"; break;
                case '\t': out += within_quotes ? "&#9;" : "\t"; break;
                default: out += c;
            }
        }
        return outcome::success();
    }

    std::size_t most_;
};

}  // namespace

Result<Value> read_xml(std::string_view text) { return Reading().run(text); }

Result<std::string> write_xml(Value const& document, bool declaration, std::size_t most) {
    auto const* map = document.map();
    if (map == nullptr || map->size() != 1) return wrong("a document is a table of one element by its name");
    Writing writing(most);
    if (declaration) writing.out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    KOINE_TRY(writing.element(map->front().name, map->front().value, 1));
    return std::move(writing.out);
}

}  // namespace koine::script
