#include "represent/program.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace koine::represent {
namespace {

using query::Layout;
using query::Mark;
using Kind = Node::Kind;
using From = query::Member::Kind;

constexpr std::uint32_t kRoot = ~std::uint32_t{0};

/// Walks the layout in wire order; marks tell where the plan has what it names. A context is the member whose rows are laid out.
class LayoutCompiler {
public:
    explicit LayoutCompiler(query::Plan const& plan) : plan_(plan), parents_(plan.members.size(), kRoot) {
        for (std::uint32_t i = 0; i < plan.members.size(); ++i) {
            if (plan.members[i].mark != 0) by_mark_.emplace(plan.members[i].mark, i);
            for (std::uint32_t below = i + 1; below < plan.members[i].end; ++below) parents_[below] = i;
        }
    }

    Program run(query::Selection const& selection) {
        for (auto const& member : selection.layout.members) add(member, kRoot);
        for (auto const& blank : selection.blanks) add_blank(blank);
        return std::move(program_);
    }

private:
    /// The way from a row of the context to the row whose cells (or steps) the member is of.
    std::optional<std::vector<std::uint32_t>> way(std::uint32_t member, std::uint32_t context) const {
        std::vector<std::uint32_t> steps;
        for (auto above = parents_[member]; above != context; above = parents_[above]) {
            if (above == kRoot || plan_.members[above].kind == From::many) return std::nullopt;
            if (plan_.members[above].kind == From::first) steps.push_back(plan_.members[above].step);
        }
        std::ranges::reverse(steps);
        return steps;
    }
    std::optional<std::uint32_t> member_of(Mark mark) const {
        auto found = by_mark_.find(mark);
        return found == by_mark_.end() ? std::nullopt : std::optional(found->second);
    }
    std::optional<Reach> reach(Mark mark, std::uint32_t context) const {
        auto member = member_of(mark);
        if (!member) return std::nullopt;
        auto steps = way(*member, context);
        if (!steps) return std::nullopt;
        return Reach{std::move(*steps), plan_.members[*member].cell, plan_.members[*member].type};
    }

    std::uint32_t open(std::string_view name, Kind kind) {
        Node node;
        node.kind = kind;
        node.name = name;
        node.json_key = json_key(name);
        program_.nodes.push_back(std::move(node));
        return static_cast<std::uint32_t>(program_.nodes.size() - 1);
    }
    void close(std::uint32_t node) { program_.nodes[node].end = static_cast<std::uint32_t>(program_.nodes.size()); }
    std::uint32_t keep(Detail detail) {
        program_.details.push_back(std::move(detail));
        return static_cast<std::uint32_t>(program_.details.size() - 1);
    }
    void add_detailed(std::string_view name, Kind kind, Detail detail) {
        auto node = open(name, kind);
        program_.nodes[node].step = keep(std::move(detail));
        close(node);
    }
    void add_constant(std::string_view name, std::string_view json) {
        Detail detail;
        detail.constant = json;
        add_detailed(name, Kind::constant, std::move(detail));
    }

    /// Adds, with `inner`, the node of that name where the steps lead.
    template <class Inner>
    void at(std::vector<std::uint32_t> const& steps, std::string_view name, Inner const& inner) {
        if (steps.empty()) return inner(name);
        auto node = open(name, Kind::through);
        Detail detail;
        detail.steps = steps;
        program_.nodes[node].step = keep(std::move(detail));
        inner(std::string_view());
        close(node);
    }

    void add(Layout const& layout, std::uint32_t context) {
        switch (layout.kind) {
            case Layout::Kind::object: return add_group(layout, context);
            case Layout::Kind::scalar: return add_scalar(layout, context, Kind::scalar, {});
            case Layout::Kind::choice: {
                Detail detail;
                detail.choices = layout.choices;
                return add_scalar(layout, context, Kind::choice, std::move(detail));
            }
            case Layout::Kind::datetime: {
                Detail detail;
                detail.form.zone = layout.zone.empty() ? "UTC" : layout.zone;
                detail.form.digits = layout.digits;
                detail.form.zulu = layout.zulu;
                return add_scalar(layout, context, Kind::datetime, std::move(detail));
            }
            case Layout::Kind::text:
            case Layout::Kind::link: return add_text(layout, context);
            case Layout::Kind::constant: return add_constant(layout.name, layout.constant.empty() ? "null" : layout.constant);
            case Layout::Kind::relation:
            case Layout::Kind::scalars: return add_relation(layout, context);
            case Layout::Kind::variant: {
                auto node = open(layout.name, Kind::variant);
                for (auto const& one : layout.members) add(one, context);
                return close(node);
            }
            case Layout::Kind::sum: {
                Detail detail;
                for (auto mark : layout.marks)
                    if (auto found = reach(mark, context)) detail.reaches.push_back(std::move(*found));
                return add_detailed(layout.name, Kind::sum, std::move(detail));
            }
            case Layout::Kind::merged: return add_merged(layout, context);
        }
    }

    void add_group(Layout const& layout, std::uint32_t context) {
        auto node = open(layout.name, Kind::group);
        for (auto const& member : layout.members) add(member, context);
        close(node);
    }

    void add_scalar(Layout const& layout, std::uint32_t context, Kind kind, Detail detail) {
        auto found = reach(layout.mark, context);
        if (!found) return add_constant(layout.name, "null");
        at(found->steps, layout.name, [&](std::string_view name) {
            auto node = open(name, kind);
            program_.nodes[node].cell = found->cell;
            program_.nodes[node].type = found->type;
            if (kind != Kind::scalar) program_.nodes[node].step = keep(std::move(detail));
            close(node);
        });
    }

    void add_text(Layout const& layout, std::uint32_t context) {
        Detail detail;
        detail.link = layout.kind == Layout::Kind::link;
        for (auto const& text : layout.texts) {
            Text made;
            made.literals = text.literals;
            made.literals.resize(text.holes.size() + 1);
            for (auto hole : text.holes)
                if (auto found = reach(hole, context)) made.holes.push_back(std::move(*found));
            if (made.holes.size() == text.holes.size()) detail.texts.push_back(std::move(made));
        }
        add_detailed(layout.name, Kind::text, std::move(detail));
    }

    void add_relation(Layout const& layout, std::uint32_t context) {
        auto const member = member_of(layout.mark);
        auto const steps = member ? way(*member, context) : std::nullopt;
        auto const bare = layout.kind == Layout::Kind::scalars;
        if (!steps || plan_.members[*member].kind == From::scalar || (bare && layout.members.size() != 1))
            return add_constant(layout.name, "null");
        at(*steps, layout.name, [&](std::string_view name) {
            auto const& from = plan_.members[*member];
            auto node = open(name, static_cast<Kind>(from.kind));
            program_.nodes[node].cell = from.cell;
            program_.nodes[node].step = from.step;
            program_.nodes[node].bare = bare;
            for (auto const& one : layout.members) add(one, *member);
            close(node);
        });
    }

    void add_merged(Layout const& layout, std::uint32_t context) {
        Detail detail;
        auto const member = member_of(layout.mark);
        auto const each = member && !layout.members.empty() ? reach(layout.members.front().mark, *member) : std::nullopt;
        if (!each || way(*member, context) != std::vector<std::uint32_t>()) return add_constant(layout.name, "null");
        detail.rows = plan_.members[*member].kind;
        detail.place = detail.rows == From::one ? plan_.members[*member].cell : plan_.members[*member].step;
        detail.each = *each;
        if (auto then = reach(layout.then, context)) detail.reaches.push_back(std::move(*then));
        add_detailed(layout.name, Kind::merged, std::move(detail));
    }

    void add_blank(query::Blank const& said) {
        auto const member = member_of(said.mark);
        if (!member) return;
        Blank blank;
        auto context = parents_[*member];
        for (; context != kRoot && plan_.members[context].kind == From::one; context = parents_[context])
            blank.markers.push_back(plan_.members[context].cell);
        if (context != kRoot) blank.step = plan_.members[context].step;
        blank.cell = plan_.members[*member].cell;
        blank.function = said.function;
        blank.type = said.type;
        for (auto const& [name, mark] : said.needs) blank.needs.push_back({name, reach(mark, context)});
        program_.blanks.push_back(std::move(blank));
    }

    query::Plan const& plan_;
    std::vector<std::uint32_t> parents_;
    std::map<Mark, std::uint32_t> by_mark_;
    Program program_;
};

}  // namespace

Program compile(query::Plan const& plan, query::Selection const& selection) { return LayoutCompiler(plan).run(selection); }

}  // namespace koine::represent
