#include "template/phrase.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

namespace koine::templates {
namespace {

std::optional<NameId> id_of(std::string_view name, Names names) {
    auto const found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<NameId>(found - names.begin());
}

Problem unknown_name(yaml::Node const& node, std::string_view name, Names names) {
    return yaml::unknown_word(node, "name", name, {names.begin(), names.end()});
}

std::optional<std::int64_t> integer_in(std::string_view text) {
    std::int64_t number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

void Value::append_to(std::string& out) const {
    switch (kind) {
        case Kind::text:
        case Kind::json: out += text; break;
        case Kind::integer: fmt::format_to(std::back_inserter(out), "{}", number); break;
        case Kind::boolean: out += number != 0 ? "true" : "false"; break;
        case Kind::absent:
        case Kind::records:
        case Kind::events: break;
    }
}

Result<Phrase> Phrase::compile(yaml::Node const& node, Names names, Lists lists) {
    Phrase phrase;
    if (!node.is_list() || lists == Lists::refused) {
        KOINE_TRY(auto choice, compile_choice(node, names));
        phrase.choices_.push_back(std::move(choice));
        return phrase;
    }
    for (auto const& item : node.items) {
        KOINE_TRY(auto choice, compile_choice(item, names));
        phrase.choices_.push_back(std::move(choice));
    }
    if (phrase.choices_.empty()) return node.problem("a list of alternatives needs at least one");
    return phrase;
}

Result<Phrase::Choice> Phrase::compile_choice(yaml::Node const& node, Names names) {
    if (node.is_map() || node.is_list()) return node.problem("expected a text, a number or $name");
    Choice choice;
    if (node.kind == yaml::Node::Kind::null) return choice;

    std::string_view text = node.text;
    if (text.starts_with('$') && !text.starts_with("$$")) {
        auto const id = id_of(text.substr(1), names);
        if (!id) return unknown_name(node, text.substr(1), names);
        choice.kind = Choice::Kind::name;
        choice.name = *id;
        return choice;
    }
    if (!node.quoted && (text == "true" || text == "false")) {
        choice.type = Value::Kind::boolean;
        choice.number = text == "true" ? 1 : 0;
        return choice;
    }
    if (auto const number = node.quoted ? std::nullopt : integer_in(text)) {
        choice.type = Value::Kind::integer;
        choice.number = *number;
        return choice;
    }

    if (text.starts_with("$$")) text.remove_prefix(1);
    Part part;
    while (!text.empty()) {
        if (text.starts_with("{{")) {
            part.text += '{';
            text.remove_prefix(2);
        } else if (text.front() != '{') {
            part.text += text.front();
            text.remove_prefix(1);
        } else {
            auto const end = text.find('}');
            if (end == std::string_view::npos) return node.problem("a { without } (write {{ for the brace itself)");
            auto name = text.substr(1, end - 1);
            part.shown = !name.starts_with('?');
            if (!part.shown) name.remove_prefix(1);
            auto const id = id_of(name, names);
            if (!id) return unknown_name(node, name, names);
            part.has_name = true;
            part.name = *id;
            choice.parts.push_back(std::move(part));
            part = {};
            text.remove_prefix(end + 1);
        }
    }
    if (choice.parts.empty()) {
        choice.type = Value::Kind::text;
        choice.text = std::move(part.text);
        return choice;
    }
    choice.kind = Choice::Kind::text;
    if (!part.text.empty()) choice.parts.push_back(std::move(part));
    return choice;
}

Value Phrase::constant(Choice const& choice) { return {choice.type, choice.text, choice.number, nullptr, 0}; }

Value Phrase::constant() const { return is_constant() ? constant(choices_[0]) : Value{}; }

std::optional<NameId> Phrase::only_name() const {
    if (choices_.size() != 1 || choices_[0].kind != Choice::Kind::name) return std::nullopt;
    return choices_[0].name;
}

bool Phrase::is_certain(std::span<bool const> always) const {
    return std::ranges::any_of(choices_, [&](Choice const& choice) {
        switch (choice.kind) {
            case Choice::Kind::constant: return choice.type != Value::Kind::absent;
            case Choice::Kind::name: return static_cast<bool>(always[choice.name]);
            case Choice::Kind::text:
                return std::ranges::all_of(choice.parts, [&](Part const& part) { return !part.has_name || always[part.name]; });
        }
        return false;
    });
}

std::vector<NameId> Phrase::names() const {
    std::vector<NameId> names;
    for (auto const& choice : choices_) {
        if (choice.kind == Choice::Kind::name) names.push_back(choice.name);
        for (auto const& part : choice.parts)
            if (part.has_name) names.push_back(part.name);
    }
    return names;
}

}  // namespace koine::templates
