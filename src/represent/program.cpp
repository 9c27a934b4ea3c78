#include "represent/program.hpp"

#include "represent/json_text.hpp"

namespace koine::represent {
namespace {

using From = query::Member::Kind;
using Kind = Node::Kind;
static_assert(
    static_cast<int>(Kind::scalar) == static_cast<int>(From::scalar) && static_cast<int>(Kind::one) == static_cast<int>(From::one) &&
        static_cast<int>(Kind::many) == static_cast<int>(From::many) && static_cast<int>(Kind::first) == static_cast<int>(From::first),
    "the first four kinds are a member's"
);

}  // namespace

std::string json_key(std::string_view name) {
    std::string key = ",";
    append_json_string(key, name);
    return key += ':';
}

Program compile(query::Plan const& plan) {
    Program program;
    program.nodes.reserve(plan.members.size());
    for (auto const& member : plan.members) {
        Node node;
        node.kind = static_cast<Kind>(member.kind);
        node.type = member.type;
        node.cell = member.cell;
        node.step = member.step;
        node.end = member.end;
        node.name = member.name;
        node.json_key = json_key(member.name);
        program.nodes.push_back(std::move(node));
    }
    return program;
}

}  // namespace koine::represent
