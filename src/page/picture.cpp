#include "page/picture.hpp"

#include "base/ascii.hpp"
#include "page/html.hpp"
#include "page/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace koine::page {
namespace {

using model::EntityId;

constexpr double kBoxHeight = 46;
constexpr double kLoopHeight = 22;
constexpr double kMargin = 12;
constexpr std::size_t kMaxName = 26;

/// The foreign keys from one table to another, which are one line.
struct Link {
    EntityId from = 0;
    EntityId to = 0;
    std::vector<model::ForeignKey const*> keys;
};

std::vector<Link> links_of(model::Model const& model) {
    std::map<std::pair<EntityId, EntityId>, std::vector<model::ForeignKey const*>> found;
    for (EntityId id = 0; id < model.entities.size(); ++id)
        for (auto const& key : model[id].foreign_keys)
            if (key.target < model.entities.size()) found[{id, key.target}].push_back(&key);
    std::vector<Link> links;
    for (auto& [ends, keys] : found) links.push_back({ends.first, ends.second, std::move(keys)});
    return links;
}

std::string columns_joined(model::Entity const& entity, std::vector<model::ColumnId> const& columns) {
    std::string all;
    for (auto const id : columns) all.append(all.empty() ? "" : ", ").append(clipped(entity.columns[id].name, kMaxName));
    return columns.size() == 1 ? all : "(" + all + ")";
}

/// "album.artist_id → artist.id", for each key.
std::string told(model::Model const& model, Link const& link) {
    std::string text;
    auto const& from = model[link.from];
    auto const& to = model[link.to];
    for (auto const* key : link.keys) {
        if (!text.empty()) text += "; ";
        text += clipped(from.name, kMaxName) + "." + columns_joined(from, key->columns) + " → " + clipped(to.name, kMaxName) + "." +
                columns_joined(to, key->target_columns);
    }
    return text;
}

double box_width(std::string_view name, std::string_view rows) {
    auto const widest = std::max(8.7 * static_cast<double>(columns_of(name)), 6.6 * static_cast<double>(columns_of(rows)));
    return std::round(std::clamp(widest + 28, 84.0, 340.0));
}

/// A line as a path: curves between layers, straight where it passes one.
std::string path_of(std::vector<Point> const& points) {
    auto path = fmt::format("M{:.1f} {:.1f}", points.front().x, points.front().y);
    for (std::size_t i = 1; i < points.size(); ++i) {
        auto const& a = points[i - 1];
        auto const& b = points[i];
        bool const passes = i % 2 == 1;
        double const half = (b.x - a.x) / 2;
        if (passes)
            fmt::format_to(std::back_inserter(path), "H{:.1f}", b.x);
        else
            fmt::format_to(
                std::back_inserter(path), "C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", a.x + half, a.y, b.x - half, b.y, b.x, b.y
            );
    }
    return path;
}

/// A head at the end of a line. @param towards which way it points: 1 to the right, -1 to the left.
std::string head_at(Point tip, double towards) { return fmt::format("M{0:.1f} {1:.1f}l{2:.1f} -4.5v9z", tip.x, tip.y, -towards * 8); }

void draw_line(std::string& out, std::string_view title, std::string_view path, std::string_view head) {
    out += "<g class=\"relation\"><title>";
    append_escaped(out, title);
    fmt::format_to(std::back_inserter(out), "</title><path class=\"line\" d=\"{}\"/><path class=\"head\" d=\"{}\"/></g>\n", path, head);
}

/// From a box to itself: a loop on its upper edge.
void draw_loop(std::string& out, std::string_view title, Point box, double width) {
    double const x = box.x + width - 40;
    auto const path = fmt::format("M{0:.1f} {1:.1f}c0 -22 24 -22 24 -5", x, box.y);
    auto const head = fmt::format("M{:.1f} {:.1f}l-4.5 -8h9z", x + 24, box.y);
    draw_line(out, title, path, head);
}

struct Box {
    EntityId entity = 0;
    std::string name;
    std::string rows;
    bool loop = false;
};

void draw_box(std::string& out, model::Model const& model, Box const& box, Point at, double width) {
    auto const middle = at.x + width / 2;
    fmt::format_to(
        std::back_inserter(out),
        "<a class=\"box\" href=\"#{}\"><rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.0f}\" height=\"{:.0f}\" rx=\"8\"/>",
        section_id(model, box.entity),
        at.x,
        at.y,
        width,
        kBoxHeight
    );
    fmt::format_to(
        std::back_inserter(out),
        "<text class=\"name\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>",
        middle,
        at.y + (box.rows.empty() ? 28 : 20),
        escaped(box.name)
    );
    if (!box.rows.empty())
        fmt::format_to(std::back_inserter(out), "<text class=\"rows\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", middle, at.y + 36, box.rows);
    out += "</a>\n";
}

}  // namespace

std::string section_id(model::Model const& model, EntityId id) {
    auto const& name = model[id].name;
    bool const plain =
        !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) { return is_ascii_alphanumeric(c) || c == '_'; });
    return plain ? "relation-" + name : "relation." + std::to_string(id);
}

std::string rows_told(std::vector<std::optional<RowCount>> const& counts, EntityId id) {
    if (id >= counts.size() || !counts[id]) return {};
    auto const& count = *counts[id];
    return grouped(count.rows) + (count.or_more ? "+" : "") + (count.rows == 1 && !count.or_more ? " row" : " rows");
}

std::vector<EntityId> related_tables(model::Model const& model) {
    std::set<EntityId> related;
    for (auto const& link : links_of(model)) {
        related.insert(link.from);
        related.insert(link.to);
    }
    return {related.begin(), related.end()};
}

std::optional<std::string> picture(model::Model const& model, std::vector<std::optional<RowCount>> const& counts) {
    auto const tables = related_tables(model);
    auto const links = links_of(model);
    if (tables.empty() || tables.size() > kMaxDrawn || links.size() > kMaxLines) return std::nullopt;

    Graph graph;
    std::vector<Box> boxes;
    std::map<EntityId, std::size_t> place;
    for (auto const id : tables) {
        place[id] = boxes.size();
        auto& box = boxes.emplace_back(Box{id, clipped(model[id].name, kMaxName), rows_told(counts, id), false});
        box.loop = std::ranges::any_of(links, [&](Link const& link) { return link.from == id && link.to == id; });
        graph.nodes.push_back({box_width(box.name, box.rows), kBoxHeight, box.loop ? kLoopHeight : 0});
    }
    std::vector<Link const*> drawn;
    for (auto const& link : links) {
        if (link.from == link.to) continue;
        graph.edges.push_back({place[link.from], place[link.to]});
        drawn.push_back(&link);
    }
    auto placed = layout(graph);

    std::string out;
    auto const width = placed.width + 2 * kMargin;
    auto const height = placed.height + 2 * kMargin;
    fmt::format_to(
        std::back_inserter(out),
        "<svg class=\"picture\" xmlns=\"http://www.w3.org/2000/svg\" role=\"group\" aria-labelledby=\"picture-title picture-desc\" "
        "width=\"{0:.0f}\" "
        "height=\"{1:.0f}\" viewBox=\"{2:.0f} {2:.0f} {0:.0f} {1:.0f}\">\n",
        width,
        height,
        -kMargin
    );
    fmt::format_to(
        std::back_inserter(out),
        "<title id=\"picture-title\">{} and how they refer to each other</title>\n",
        counted(tables.size(), "table", "tables")
    );
    out += "<desc id=\"picture-desc\">";
    for (auto const& link : links)
        append_escaped(out, clipped(model[link.from].name, kMaxName) + " refers to " + clipped(model[link.to].name, kMaxName) + ". ");
    out += "</desc>\n";
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        auto points = placed.lines[i];
        double const towards = points.back().x > points[points.size() - 2].x ? 1 : -1;
        auto const tip = points.back();
        points.back().x -= towards * 6;
        draw_line(out, told(model, *drawn[i]), path_of(points), head_at(tip, towards));
    }
    for (auto const& link : links)
        if (link.from == link.to) draw_loop(out, told(model, link), placed.boxes[place[link.from]], graph.nodes[place[link.from]].width);
    for (std::size_t i = 0; i < boxes.size(); ++i) draw_box(out, model, boxes[i], placed.boxes[i], graph.nodes[i].width);
    out += "</svg>\n";
    return out;
}

}  // namespace koine::page
