#include "description/reading.hpp"

#include "base/ascii.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <charconv>

namespace koine::description {
namespace {

constexpr std::size_t kMostMistakes = 1000;
constexpr std::size_t kLongestName = 63;

int number(Problem const& problem, std::string_view name) {
    auto const text = problem.argument(name).value_or("0");
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// Whether the text is a number as JSON writes it.
bool is_json_number(std::string_view text) {
    auto const digits = [&text] {
        auto const end = std::min(text.find_first_not_of("0123456789"), text.size());
        text.remove_prefix(end);
        return end > 0;
    };
    if (text.starts_with('-')) text.remove_prefix(1);
    if (text.size() > 1 && text[0] == '0' && is_ascii_digit(text[1])) return false;
    if (!digits()) return false;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (!digits()) return false;
    }
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
        if (!digits()) return false;
    }
    return text.empty();
}

std::string json_quoted(std::string_view text) { return boost::json::serialize(boost::json::string(text)); }

std::vector<yaml::Member> const kNoEntries;
std::vector<yaml::Node> const kNoItems;

}  // namespace

void Collector::add(Problem const& problem) {
    if (all_.size() >= kMostMistakes) return;
    all_.emplace(
        std::string(problem.argument("file").value_or("")),
        number(problem, "line"),
        number(problem, "column"),
        std::string(problem.argument("message").value_or(to_string(problem.reason())))
    );
}

void Collector::at(yaml::Node const& node, Problem const& problem) {
    if (number(problem, "line") != 0) return add(problem);
    add(node.problem(problem.argument("message").value_or(to_string(problem.reason()))));
}

Mistakes Collector::take() {
    Mistakes mistakes;
    for (auto const& [file, line, column, message] : all_) mistakes.push_back(configuration_problem(file, line, column, message));
    all_.clear();
    return mistakes;
}

Place place_of(yaml::Node const& node) { return {node.file, node.line, node.column}; }

yaml::Node inside(yaml::Node const& node, std::size_t offset) {
    yaml::Node moved;
    moved.kind = yaml::Node::Kind::scalar;
    moved.line = node.line;
    moved.column = node.column + (node.text.find('\n') == std::string::npos ? static_cast<int>(offset) + (node.quoted ? 1 : 0) : 0);
    moved.file = node.file;
    return moved;
}

std::string shown(yaml::Node const& node) {
    switch (node.kind) {
        case yaml::Node::Kind::null: return "nothing";
        case yaml::Node::Kind::scalar: return fmt::format("\"{}\"", node.text);
        case yaml::Node::Kind::list: return "a list";
        case yaml::Node::Kind::map: return "a map";
    }
    return {};
}

bool is_number(yaml::Node const& node) { return node.kind == yaml::Node::Kind::scalar && !node.quoted && is_json_number(node.text); }

std::string json_of(yaml::Node const& node) {
    switch (node.kind) {
        case yaml::Node::Kind::null: return "null";
        case yaml::Node::Kind::scalar: {
            bool const is_word = !node.quoted && (node.text == "true" || node.text == "false" || node.text == "null");
            return is_word || is_number(node) ? node.text : json_quoted(node.text);
        }
        case yaml::Node::Kind::list: {
            std::string text = "[";
            for (auto const& item : node.items) text.append(text.size() > 1 ? "," : "").append(json_of(item));
            return text + "]";
        }
        case yaml::Node::Kind::map: {
            std::string text = "{";
            for (auto const& [key, value] : node.members)
                text.append(text.size() > 1 ? "," : "").append(json_quoted(key.text)).append(":").append(json_of(value));
            return text + "}";
        }
    }
    return {};
}

Map::Map(yaml::Node const& node, Form const& form, Collector& mistakes) : node_(&node), form_(&form), mistakes_(&mistakes) {
    if (node.kind == yaml::Node::Kind::null) return;
    if (!node.is_map()) mistakes.at(node, fmt::format("expected a map, not {}", shown(node)));
    for (auto const& [key, value] : node.members)
        if (form.find(key.text) == nullptr) mistakes.add(yaml::unknown_word(key, "word", form.words()));
}

yaml::Node const* Map::node(std::string_view key) const {
    assert(form_->find(key) != nullptr);
    return node_->find(key);
}

std::string Map::text(std::string_view key, std::string_view otherwise) const {
    auto const* found = node(key);
    if (found == nullptr || !is_text(*found, "a text", *mistakes_)) return std::string(otherwise);
    return found->text;
}

bool Map::boolean(std::string_view key, bool otherwise) const {
    auto const* found = node(key);
    if (found == nullptr) return otherwise;
    if (!found->quoted && (found->text == "true" || found->text == "false")) return found->text == "true";
    mistakes_->at(*found, fmt::format("expected true or false, not {}", shown(*found)));
    return otherwise;
}

int Map::integer(std::string_view key, int otherwise, int least, int most) const {
    auto const* found = node(key);
    if (found == nullptr) return otherwise;
    int value = 0;
    auto const& text = found->text;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (found->is_scalar() && error == std::errc() && end == text.data() + text.size() && value >= least && value <= most) return value;
    mistakes_->at(*found, fmt::format("expected a whole number from {} to {}, not {}", least, most, shown(*found)));
    return otherwise;
}

std::vector<yaml::Node> Map::texts(std::string_view key) const {
    auto const* found = node(key);
    if (found == nullptr) return {};
    bool const one = form_->find(key)->shape.starts_with("some:");
    if (one && found->is_scalar()) return {*found};
    std::vector<yaml::Node> texts;
    for (auto const& item : items(key))
        if (is_text(item, "a text", *mistakes_)) texts.push_back(item);
    return texts;
}

std::vector<yaml::Member> const& Map::entries(std::string_view key) const {
    auto const* found = node(key);
    if (found == nullptr || found->kind == yaml::Node::Kind::null) return kNoEntries;
    if (found->is_map()) return found->members;
    mistakes_->at(*found, fmt::format("expected a map of names, not {}", shown(*found)));
    return kNoEntries;
}

std::vector<yaml::Node> const& Map::items(std::string_view key) const {
    auto const* found = node(key);
    if (found == nullptr || found->kind == yaml::Node::Kind::null) return kNoItems;
    if (found->is_list()) return found->items;
    mistakes_->at(*found, fmt::format("expected a list, not {}", shown(*found)));
    return kNoItems;
}

bool is_text(yaml::Node const& node, std::string_view expected, Collector& mistakes) {
    if (node.is_scalar()) return true;
    mistakes.at(node, fmt::format("expected {}, not {}", expected, shown(node)));
    return false;
}

bool is_name(std::string_view text) {
    auto const fits = [](char c) { return c == '_' || is_ascii_digit(c) || (c >= 'a' && c <= 'z'); };
    return !text.empty() && text.size() <= kLongestName && text[0] >= 'a' && text[0] <= 'z' && std::ranges::all_of(text, fits);
}

bool is_name(yaml::Node const& node, std::string_view what, Collector& mistakes) {
    if (is_name(node.text)) return true;
    mistakes.at(
        node, fmt::format("the name of {} is small letters, digits and underscores, a letter first, at most {}", what, kLongestName)
    );
    return false;
}

}  // namespace koine::description
