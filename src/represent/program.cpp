#include "represent/program.hpp"

#include "represent/json_text.hpp"

namespace koine::represent {

Program compile(query::Plan const& plan) {
    Program program;
    program.nodes.reserve(plan.members.size());
    for (auto const& member : plan.members) {
        Node node;
        node.kind = member.kind;
        node.type = member.type;
        node.cell = member.cell;
        node.step = member.step;
        node.end = member.end;
        node.name = member.name;
        node.json_key = ",";
        append_json_string(node.json_key, member.name);
        node.json_key += ':';
        program.nodes.push_back(std::move(node));
    }
    return program;
}

}  // namespace koine::represent
