#include "model/yaml.hpp"

#include "base/utf8.hpp"
#include "model/schema.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

namespace koine::yaml {
namespace {

constexpr std::size_t kMaxBytes = 4 * 1024 * 1024;
constexpr std::size_t kMaxDepth = 64;

/// Leaves the parser from inside a handler; caught in `parse`, never seen outside.
struct Refused {
    YAML::Mark mark;
    std::string message;
};

/// Builds the tree. A node under construction stands on `open_`; a key waits there until its value is complete.
class Builder final : public YAML::EventHandler {
public:
    explicit Builder(std::string_view file) : file_(std::make_shared<std::string const>(file)) {}

    Node take() {
        if (!root_) root_ = at(YAML::Mark());
        return std::move(*root_);
    }
    Node at(YAML::Mark const& mark) const {
        Node node;
        node.line = mark.line + 1;
        node.column = mark.column + 1;
        node.file = file_;
        return node;
    }

    void OnDocumentStart(YAML::Mark const& mark) override {
        if (root_) throw Refused{mark, "a file holds one document; a second one begins here"};
    }
    void OnDocumentEnd() override {}
    void OnNull(YAML::Mark const& mark, YAML::anchor_t anchor) override {
        refuse_anchor(mark, anchor);
        add(mark, at(mark));
    }
    void OnAlias(YAML::Mark const& mark, YAML::anchor_t) override { throw Refused{mark, "aliases (*name) are not allowed; say it twice"}; }
    void OnScalar(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor, std::string const& value) override {
        refuse_anchor(mark, anchor);
        refuse_tag(mark, tag);
        Node node = at(mark);
        node.kind = Node::Kind::scalar;
        node.text = value;
        node.quoted = tag == "!";
        add(mark, std::move(node));
    }
    void OnSequenceStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, Node::Kind::list);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, Node::Kind::map);
    }
    void OnMapEnd() override { close(); }

private:
    struct Open {
        Node node;
        std::optional<Node> key;
        std::vector<std::string> seen;  ///< keys so far, sorted
    };

    static void refuse_anchor(YAML::Mark const& mark, YAML::anchor_t anchor) {
        if (anchor != YAML::NullAnchor) throw Refused{mark, "anchors (&name) are not allowed, since aliases are not"};
    }
    static void refuse_tag(YAML::Mark const& mark, std::string const& tag) {
        if (!tag.empty() && tag != "?" && tag != "!") throw Refused{mark, fmt::format("the tag {} has no meaning here", tag)};
    }

    void open(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor, Node::Kind kind) {
        refuse_anchor(mark, anchor);
        refuse_tag(mark, tag);
        if (!open_.empty() && open_.back().node.is_map() && !open_.back().key) throw Refused{mark, "a key must be text"};
        if (open_.size() >= kMaxDepth) throw Refused{mark, fmt::format("nested deeper than {} levels", kMaxDepth)};
        open_.push_back({at(mark), {}, {}});
        open_.back().node.kind = kind;
    }
    void close() {
        Node node = std::move(open_.back().node);
        open_.pop_back();
        place(std::move(node));
    }
    void add(YAML::Mark const& mark, Node node) {
        if (!open_.empty() && open_.back().node.is_map() && !open_.back().key)
            set_key(mark, std::move(node));
        else
            place(std::move(node));
    }
    void set_key(YAML::Mark const& mark, Node key) {
        if (!key.is_scalar()) throw Refused{mark, "a key must be text"};
        if (key.text == "<<" && !key.quoted) throw Refused{mark, "merge keys (<<) are not allowed"};
        auto& seen = open_.back().seen;
        auto const place = std::ranges::lower_bound(seen, key.text);
        if (place != seen.end() && *place == key.text) throw Refused{mark, fmt::format("the key \"{}\" is written twice", key.text)};
        seen.insert(place, key.text);
        open_.back().key = std::move(key);
    }
    void place(Node node) {
        if (open_.empty()) {
            root_ = std::move(node);
        } else if (auto& top = open_.back(); top.node.is_list()) {
            top.node.items.push_back(std::move(node));
        } else {
            top.node.members.push_back({std::move(*top.key), std::move(node)});
            top.key.reset();
        }
    }

    std::shared_ptr<std::string const> file_;
    std::vector<Open> open_;
    std::optional<Node> root_;
};

std::string did_you_mean(std::string_view wanted, std::vector<std::string_view> const& known) {
    if (auto near = model::nearest(wanted, known)) return fmt::format("; did you mean \"{}\"?", *near);
    if (known.empty()) return "; none is known here";
    return fmt::format("; known are {}", fmt::join(known, ", "));
}

std::string_view shown(Node const& node) {
    switch (node.kind) {
        case Node::Kind::null: return "nothing";
        case Node::Kind::scalar: return node.text;
        case Node::Kind::list: return "a list";
        case Node::Kind::map: return "a map";
    }
    return "";
}

}  // namespace

Node const* Node::find(std::string_view key) const {
    for (auto const& [name, value] : members)
        if (name.text == key) return &value;
    return nullptr;
}

Problem Node::problem(std::string_view message) const {
    return configuration_problem(file ? std::string_view(*file) : std::string_view(), line, column, message);
}

Problem unknown_word(Node const& node, std::string_view what, std::vector<std::string_view> const& known) {
    return unknown_word(node, what, node.text, known);
}

Problem unknown_word(Node const& node, std::string_view what, std::string_view word, std::vector<std::string_view> const& known) {
    return node.problem(fmt::format("unknown {} \"{}\"{}", what, word, did_you_mean(word, known)));
}

Result<Node> parse(std::string_view text, std::string_view file) {
    if (text.size() > kMaxBytes) return configuration_problem(file, 0, 0, fmt::format("larger than {} bytes", kMaxBytes));
    if (auto const bad = first_invalid_utf8(text); bad != std::string_view::npos || (text.find('\0') != std::string_view::npos)) {
        auto const head = text.substr(0, std::min(bad, text.find('\0')));
        auto const line = static_cast<int>(std::ranges::count(head, '\n')) + 1;
        return configuration_problem(file, line, 0, "not valid UTF-8 text");
    }
    Builder builder(file);
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (Refused const& refused) {
        return builder.at(refused.mark).problem(refused.message);
    } catch (YAML::Exception const& error) {
        return builder.at(error.mark).problem(error.msg);
    } catch (std::exception const&) {
        return configuration_problem(file, 0, 0, "cannot be read as YAML");
    }
    return builder.take();
}

Result<Node> load(std::string const& path) {
    std::ifstream stream(path, std::ios::binary);
    std::string text(kMaxBytes + 1, '\0');
    if (!stream.read(text.data(), static_cast<std::streamsize>(text.size())) && !stream.eof())
        return configuration_problem(path, 0, 0, "cannot be read");
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return parse(text, path);
}

Options::Options(Node const& node) : node_(&node) {
    if (node.kind != Node::Kind::map && node.kind != Node::Kind::null)
        mistake_ = node.problem(fmt::format("expected a map of options, not {}", shown(node)));
}

void Options::mistake(Node const& node, std::string_view expected) {
    if (!mistake_) mistake_ = node.problem(fmt::format("expected {}, not {}", expected, shown(node)));
}

Node const* Options::node(std::string_view name) {
    asked_.emplace_back(name);
    return node_->find(name);
}

std::string Options::text(std::string_view name, std::string_view otherwise) {
    auto const* found = node(name);
    if (!found) return std::string(otherwise);
    if (!found->is_scalar()) mistake(*found, "a text");
    return found->text;
}

std::int64_t Options::integer(std::string_view name, std::int64_t otherwise, std::int64_t least, std::int64_t most) {
    auto const* found = node(name);
    if (!found) return otherwise;
    std::int64_t value = 0;
    auto const& text = found->text;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool const read = found->is_scalar() && !found->quoted && error == std::errc() && end == text.data() + text.size();
    if (read && value >= least && value <= most) return value;
    mistake(*found, fmt::format("a number from {} to {}", least, most));
    return otherwise;
}

bool Options::boolean(std::string_view name, bool otherwise) {
    auto const* found = node(name);
    if (!found) return otherwise;
    if (found->quoted || (found->text != "true" && found->text != "false")) mistake(*found, "true or false");
    return found->text == "true";
}

std::size_t Options::word(std::string_view name, std::initializer_list<std::string_view> words, std::string_view otherwise) {
    auto const* found = node(name);
    auto const index = [&](std::string_view word) { return static_cast<std::size_t>(std::ranges::find(words, word) - words.begin()); };
    if (!found) return index(otherwise);
    if (found->is_scalar() && index(found->text) < words.size()) return index(found->text);
    if (!found->is_scalar())
        mistake(*found, fmt::format("one of {}", fmt::join(words, ", ")));
    else if (!mistake_)
        mistake_ = unknown_word(*found, "word", std::vector<std::string_view>(words));
    return index(otherwise);
}

std::vector<std::string> Options::texts(std::string_view name, std::vector<std::string> otherwise) {
    auto const* found = node(name);
    if (!found) return otherwise;
    if (found->is_scalar()) return {found->text};
    if (!found->is_list()) mistake(*found, "a text or a list of texts");
    std::vector<std::string> texts;
    for (auto const& item : found->items) {
        if (!item.is_scalar()) mistake(item, "a text");
        texts.push_back(item.text);
    }
    return texts;
}

Result<void> Options::done() const {
    if (mistake_) return *mistake_;
    for (auto const& [key, value] : node_->members)
        if (std::ranges::find(asked_, key.text) == asked_.end())
            return unknown_word(key, "option", std::vector<std::string_view>(asked_.begin(), asked_.end()));
    return outcome::success();
}

}  // namespace koine::yaml
