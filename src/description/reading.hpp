/// @file Reading an app's files without stopping: mistakes are collected, maps are asked for the keys of their form.
#pragma once

#include "description/words.hpp"
#include "model/yaml.hpp"

#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace koine::description {

/// All mistakes of a load; the same one twice counts once, and beyond a thousand they are not kept.
class Collector {
public:
    void add(Problem const& problem);
    void at(yaml::Node const& node, std::string_view message) { add(node.problem(message)); }
    /// Adds what is wrong, at the node, if it lacks a place of its own.
    void at(yaml::Node const& node, Problem const& problem);
    /// How many there are: more than before means that what was read meanwhile is broken.
    std::size_t count() const { return all_.size(); }
    /// By file and line. The collector is empty afterwards.
    Mistakes take();

private:
    using Key = std::tuple<std::string, int, int, std::string>;
    std::set<Key> all_;
};

Place place_of(yaml::Node const& node);
/// The node with its column moved, for a mistake inside its text.
yaml::Node inside(yaml::Node const& node, std::size_t offset);
/// What a node is, for "expected …, not …".
std::string shown(yaml::Node const& node);
/// Whether the node is a number: unquoted, as JSON writes it.
bool is_number(yaml::Node const& node);
/// The node as compact JSON: unquoted true, false, null and numbers as such. `quoted` texts stay texts.
std::string json_of(yaml::Node const& node);

/// A map of a form: unknown keys are told when it is made, and what is not a map. The node must outlive it.
class Map {
public:
    Map(yaml::Node const& node, Form const& form, Collector& mistakes);

    yaml::Node const& self() const { return *node_; }
    Form const& form() const { return *form_; }
    /// The node of a key of the form, null if absent.
    yaml::Node const* node(std::string_view key) const;
    /// A text; `otherwise` if absent or none.
    std::string text(std::string_view key, std::string_view otherwise = {}) const;
    bool boolean(std::string_view key, bool otherwise) const;
    int integer(std::string_view key, int otherwise, int least, int most) const;
    /// The elements of a list of texts, or of one text where the form's shape is some:…
    std::vector<yaml::Node> texts(std::string_view key) const;
    /// The entries of a map of the app's own names; empty if absent.
    std::vector<yaml::Member> const& entries(std::string_view key) const;
    /// The elements of a list; empty if absent.
    std::vector<yaml::Node> const& items(std::string_view key) const;

private:
    yaml::Node const* node_;
    Form const* form_;
    Collector* mistakes_;
};

/// Whether it is a text; told if not.
bool is_text(yaml::Node const& node, std::string_view expected, Collector& mistakes);
/// Whether the text is a name: a small letter, then small letters, digits and underscores, at most 63.
bool is_name(std::string_view text);
/// The same, told if not.
bool is_name(yaml::Node const& node, std::string_view what, Collector& mistakes);

}  // namespace koine::description
