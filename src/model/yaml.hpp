/// @file Our own tree of a YAML file: every node knows its place, and what YAML lets pass silently is refused.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::yaml {

struct Member;

/// A node. Maps keep file order. `quoted` tells "12" from 12. Nodes are values; `file` is shared.
struct Node {
    enum class Kind : std::uint8_t { null, scalar, list, map };
    Kind kind = Kind::null;
    std::string text;
    bool quoted = false;
    int line = 0;
    int column = 0;
    std::shared_ptr<std::string const> file;
    std::vector<Node> items;
    std::vector<Member> members;

    bool is_map() const { return kind == Kind::map; }
    bool is_list() const { return kind == Kind::list; }
    bool is_scalar() const { return kind == Kind::scalar; }
    /// The member of a map; null if absent or not a map.
    Node const* find(std::string_view key) const;
    /// A configuration Problem at this node's place.
    Problem problem(std::string_view message) const;
};

/// One line of a map.
struct Member {
    Node key;
    Node value;
};

/// "unknown WHAT "TEXT"; did you mean …?" at the node's place: for a word that isn't among the known ones.
Problem unknown_word(Node const& node, std::string_view what, std::vector<std::string_view> const& known);
/// The same of a word that is only a part of the node's text.
Problem unknown_word(Node const& node, std::string_view what, std::string_view word, std::vector<std::string_view> const& known);

/// Parses one document. Refused with file, line and column: syntax errors, duplicate keys, second documents, aliases, anchors, tags
/// and merge keys, keys that aren't text, depth over 64, files over 4 MiB, invalid UTF-8.
Result<Node> parse(std::string_view text, std::string_view file);
Result<Node> load(std::string const& path);

/// Reads the options of a strategy from a map (or null = no options): each asks for a name with a default; `done` complains of any key
/// that was not asked for, with the nearest one that could have been meant. The first mistake is kept and returned by `done`.
class Options {
public:
    /// The node must outlive the options.
    explicit Options(Node const& node);
    std::string text(std::string_view name, std::string_view otherwise);
    std::int64_t integer(std::string_view name, std::int64_t otherwise, std::int64_t least, std::int64_t most);
    bool boolean(std::string_view name, bool otherwise);
    /// One of the words; the index of it. `otherwise` is one of them.
    std::size_t word(std::string_view name, std::initializer_list<std::string_view> words, std::string_view otherwise);
    /// A list of scalars (one scalar counts as a list of one).
    std::vector<std::string> texts(std::string_view name, std::vector<std::string> otherwise = {});
    /// The raw node of that name, marked as asked for; null if absent.
    Node const* node(std::string_view name);
    Result<void> done() const;

private:
    void mistake(Node const& node, std::string_view expected);

    Node const* node_;
    std::vector<std::string> asked_;
    std::optional<Problem> mistake_;
};

}  // namespace koine::yaml
