#include "dialect/envelope/envelope.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace koine::dialect {
namespace {

constexpr std::string_view kWords = "words.";

/// The names of the words that a frame uses.
void add_words(yaml::Node const& node, std::vector<std::string>& words) {
    for (auto const& item : node.items) add_words(item, words);
    for (auto const& [key, value] : node.members) add_words(value, words);
    std::string_view const text = node.text;
    for (auto at = text.find(kWords); at != std::string_view::npos; at = text.find(kWords, at)) {
        at += kWords.size();
        auto const is_part = [](char c) { return is_ascii_alphanumeric(c) || c == '_' || c == '-'; };
        auto const rest = text.substr(at);
        auto const end = std::ranges::find_if_not(rest, is_part);
        std::string name(rest.begin(), end);
        if (!name.empty() && std::ranges::find(words, name) == words.end()) words.push_back(std::move(name));
    }
}

using Names = std::vector<std::string_view>;

Result<templates::Template> compile_frame(yaml::Node const* node, yaml::Node const& place, std::string_view rows, Names const& all) {
    yaml::Node bare = place;
    bare.kind = yaml::Node::Kind::scalar;
    bare.text = rows;
    bare.members.clear();
    KOINE_TRY(auto frame, templates::Template::compile(node != nullptr ? *node : bare, all));
    auto const names = frame.names();
    if (std::ranges::none_of(names, [&](auto name) { return all[name] == rows.substr(1); }))
        return node->problem("the frame holds no " + std::string(rows));
    return frame;
}

}  // namespace

Result<Envelope> Envelope::compile(yaml::Node const& node, AppFacts const& app) {
    yaml::Options options(node);
    auto const* list = options.node("list");
    auto const* item = options.node("item");
    auto const* many = options.node("many");
    KOINE_TRY(options.done());
    Envelope envelope;
    envelope.app_ = app;
    for (auto const* frame : {list, item, many})
        if (frame != nullptr) add_words(*frame, envelope.words_);
    std::vector<std::string> names(kAnswerNames.begin(), kAnswerNames.end());
    for (auto const& word : envelope.words_) names.push_back(std::string(kWords).append(word));
    Names const all(names.begin(), names.end());
    KOINE_TRY(envelope.list_, compile_frame(list, node, "$items", all));
    KOINE_TRY(envelope.item_, compile_frame(item, node, "$item", all));
    KOINE_TRY(envelope.many_, compile_frame(many != nullptr ? many : list, node, "$items", all));
    envelope.needs_total_ = std::ranges::any_of(envelope.list_.names(), [](auto id) {
        auto const name = static_cast<AnswerName>(id);
        return name == AnswerName::total || name == AnswerName::page_pages || name == AnswerName::page_last;
    });
    return envelope;
}

std::string Envelope::list_schema(std::string_view row) const { return schema(list_, row, needs_total_); }
std::string Envelope::item_schema(std::string_view row) const { return schema(item_, row, needs_total_); }
std::string Envelope::many_schema(std::string_view row) const { return schema(many_, row, false); }

std::string Envelope::schema(templates::Template const& frame, std::string_view row, bool counted) {
    return frame.schema([&](templates::NameId id, bool present) {
        if (id >= kAnswerNames.size()) return std::string(present ? R"({"type":"string"})" : R"({"type":["string","null"]})");
        auto const name = static_cast<AnswerName>(id);
        if (name == AnswerName::item) return std::string(row);
        if (name == AnswerName::items) return fmt::format(R"({{"type":"array","items":{}}})", row);
        auto const& about = document_of(name);
        if (name == AnswerName::warnings)
            return fmt::format(R"({{"type":"array","items":{{"type":"string"}},"description":"{}"}})", about.description);
        bool const certain = present || about.always || (name == AnswerName::total && counted);
        auto const type = fmt::format(fmt::runtime(certain ? R"("{}")" : R"(["{}","null"])"), about.type);
        return fmt::format(R"({{"type":{},"description":"{}"}})", type, about.description);
    });
}

}  // namespace koine::dialect
