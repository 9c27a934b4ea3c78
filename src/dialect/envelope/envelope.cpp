#include "dialect/envelope/envelope.hpp"

#include <fmt/format.h>

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

Result<Envelope> Envelope::compile(yaml::Node const& node, AppFacts const& app) {
    yaml::Options options(node);
    auto const* list = options.node("list");
    auto const* item = options.node("item");
    auto const* many = options.node("many");
    KOINE_TRY(options.done());
    Envelope envelope;
    envelope.app_ = app;
    KOINE_TRY(envelope.list_, compile_frame(list, node, "$items"));
    KOINE_TRY(envelope.item_, compile_frame(item, node, "$item"));
    KOINE_TRY(envelope.many_, compile_frame(many != nullptr ? many : list, node, "$items"));
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
