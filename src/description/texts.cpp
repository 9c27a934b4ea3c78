#include "description/draft.hpp"

#include <fmt/format.h>

namespace koine::description {
namespace {

using expression::Class;

std::string_view word_of(Class type) {
    switch (type) {
        case Class::boolean: return "true or false";
        case Class::number: return "a number";
        case Class::text: return "a text";
        case Class::time: return "a time";
        case Class::any: return "any value";
    }
    return "";
}

/// The relations of exists and count.
void check_relations(Draft& draft, yaml::Node const& node, Entity const& entity, expression::Formula const& formula) {
    if (!formula.relation.empty()) draft.path(node, entity, formula.relation, Want::rows);
    for (auto const& operand : formula.operands) check_relations(draft, node, entity, operand);
}

}  // namespace

std::shared_ptr<expression::Formula const> read_formula(
    Draft& draft, yaml::Node const& node, Entity const& entity, Class wanted, std::function<void(PathEnd const&)> const& used
) {
    if (!is_text(node, "a formula", draft.mistakes)) return nullptr;
    std::string why;
    auto const names = [&](std::string_view relation, std::string_view path) {
        Stop stop;
        if (used && relation.empty())
            if (auto const end = walk(draft.app, entity, path, stop)) used(*end);
        return draft.class_of(entity, relation, path, why);
    };
    auto parsed = expression::parse(node.text, names);
    if (!parsed) {
        why.empty() ? draft.mistakes.at(node, parsed.error()) : draft.mistakes.at(node, why);
        return nullptr;
    }
    auto const before = draft.mistakes.count();
    check_relations(draft, node, entity, parsed.value());
    if (draft.mistakes.count() != before) return nullptr;
    auto const type = parsed.value().type;
    if (wanted != Class::any && type != Class::any && type != wanted) {
        draft.mistakes.at(node, fmt::format("this formula is {}, but {} is expected", word_of(type), word_of(wanted)));
        return nullptr;
    }
    return std::make_shared<expression::Formula const>(std::move(parsed).value());
}

std::optional<TextTemplate> read_template(Draft& draft, yaml::Node const& node, std::string_view text, Entity const& entity) {
    auto const before = draft.mistakes.count();
    TextTemplate read;
    std::string literal;
    auto const flush = [&] {
        if (!literal.empty()) read.parts.push_back({std::move(literal), {}});
        literal.clear();
    };
    for (std::size_t at = 0; at < text.size();) {
        char const c = text[at];
        if (c != '{' && c != '}') {
            literal += c;
            ++at;
        } else if (text.substr(at + 1).starts_with(c)) {
            literal += c;
            at += 2;
        } else if (auto const end = text.find('}', at); c == '{' && end != std::string_view::npos) {
            auto const path = text.substr(at + 1, end - at - 1);
            draft.path(inside(node, at), entity, path, Want::value);
            flush();
            read.parts.push_back({{}, std::string(path)});
            at = end + 1;
        } else {
            draft.mistakes.at(inside(node, at), fmt::format("a single {} in a text is written {}{}", c, c, c));
            ++at;
        }
    }
    flush();
    if (draft.mistakes.count() != before) return std::nullopt;
    return read;
}

std::vector<OrderWord> read_order(Draft& draft, std::vector<yaml::Node> const& words, Entity const& entity) {
    std::vector<OrderWord> order;
    for (auto const& node : words) {
        if (!is_text(node, "a field, or -field to descend", draft.mistakes)) continue;
        bool const descending = node.text.starts_with('-');
        OrderWord word{node.text.substr(descending ? 1 : 0), descending};
        draft.path(node, entity, word.path, Want::value);
        order.push_back(std::move(word));
    }
    return order;
}

}  // namespace koine::description
