#include "dialect/envelope/envelope.hpp"

#include <algorithm>

namespace koine::dialect {
namespace {

Result<templates::Template> compile_frame(yaml::Node const* node, yaml::Node const& place, std::string_view rows) {
    yaml::Node bare = place;
    bare.kind = yaml::Node::Kind::scalar;
    bare.text = rows;
    bare.members.clear();
    KOINE_TRY(auto frame, templates::Template::compile(node != nullptr ? *node : bare, kAnswerNames));
    auto const names = frame.names();
    if (std::ranges::none_of(names, [&](auto name) { return kAnswerNames[name] == rows.substr(1); }))
        return node->problem("the frame holds no " + std::string(rows));
    return frame;
}

}  // namespace

Result<Envelope> Envelope::compile(yaml::Node const& node) {
    yaml::Options options(node);
    auto const* list = options.node("list");
    auto const* item = options.node("item");
    KOINE_TRY(options.done());
    Envelope envelope;
    KOINE_TRY(envelope.list_, compile_frame(list, node, "$items"));
    KOINE_TRY(envelope.item_, compile_frame(item, node, "$item"));
    envelope.needs_total_ = std::ranges::any_of(envelope.list_.names(), [](auto id) {
        auto const name = static_cast<AnswerName>(id);
        return name == AnswerName::total || name == AnswerName::page_pages || name == AnswerName::page_last;
    });
    return envelope;
}

}  // namespace koine::dialect
