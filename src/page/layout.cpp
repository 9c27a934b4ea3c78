#include "page/layout.hpp"

#include "page/layers.hpp"

#include <algorithm>
#include <numeric>

namespace koine::page {
namespace {

constexpr double kGap = 14;         // between boxes above each other
constexpr double kPassingGap = 10;  // around a line that passes
constexpr double kColumnGap = 64;   // between layers
constexpr double kPartGap = 32;     // between parts that are not connected
constexpr double kPreferredWidth = 1040;
constexpr int kSweeps = 30;

/// A connected part, placed at its own origin.
struct Placed {
    Layers layers;
    std::vector<double> middle;  ///< of each cell, downwards
    std::vector<double> left;    ///< of each layer
    double width = 0;
    double height = 0;
};

double height_of(Graph const& graph, Layers::Cell const& cell) {
    return cell.node == Layers::kPassing ? 0 : graph.nodes[cell.node].height + graph.nodes[cell.node].above;
}

double distance(Graph const& graph, Layers::Cell const& upper, Layers::Cell const& lower) {
    bool const passing = upper.node == Layers::kPassing || lower.node == Layers::kPassing;
    return (height_of(graph, upper) + height_of(graph, lower)) / 2 + (passing ? kPassingGap : kGap);
}

/// Moves the cells of a layer as near as possible to where they are wanted, in their order and without overlap: the places that make the
/// weighted sum of squares smallest (cells that would overlap move as one block).
void settle(Graph const& graph, Layers const& layers, std::size_t layer, std::vector<double> const& wanted, std::vector<double>& middle) {
    struct Block {
        double sum = 0;
        double weight = 0;
        std::size_t count = 0;
        double place() const { return sum / weight; }
    };
    auto const& order = layers.order[layer];
    std::vector<double> shift(order.size(), 0);
    std::vector<Block> blocks;
    for (std::size_t i = 0; i < order.size(); ++i) {
        auto const& cell = layers.cells[order[i]];
        if (i > 0) shift[i] = shift[i - 1] + distance(graph, layers.cells[order[i - 1]], cell);
        double const weight = cell.node == Layers::kPassing ? 3 : 1;
        blocks.push_back({(wanted[order[i]] - shift[i]) * weight, weight, 1});
        while (blocks.size() > 1 && blocks[blocks.size() - 2].place() >= blocks.back().place()) {
            auto const last = blocks.back();
            blocks.pop_back();
            blocks.back().sum += last.sum;
            blocks.back().weight += last.weight;
            blocks.back().count += last.count;
        }
    }
    std::size_t i = 0;
    for (auto const& block : blocks)
        for (std::size_t k = 0; k < block.count; ++k, ++i) middle[order[i]] = block.place() + shift[i];
}

void place_downwards(Graph const& graph, Placed& placed) {
    auto const& layers = placed.layers;
    auto& middle = placed.middle;
    middle.assign(layers.cells.size(), 0);
    std::vector<double> wanted(layers.cells.size(), 0);
    for (std::size_t i = 0; i < layers.order.size(); ++i) settle(graph, layers, i, wanted, middle);
    auto const sweep = [&](std::size_t layer, bool left, bool right) {
        for (auto const id : layers.order[layer]) {
            auto const& cell = layers.cells[id];
            double sum = 0;
            double count = 0;
            for (auto const other : left ? cell.before : std::vector<std::size_t>()) sum += middle[other], ++count;
            for (auto const other : right ? cell.after : std::vector<std::size_t>()) sum += middle[other], ++count;
            wanted[id] = count > 0 ? sum / count : middle[id];
        }
        settle(graph, layers, layer, wanted, middle);
    };
    auto const last = layers.order.size() - 1;
    for (int turn = 0; turn < kSweeps; ++turn)
        for (std::size_t i = 0; i <= last; ++i) sweep(turn % 2 == 0 ? i : last - i, turn % 2 == 0, turn % 2 == 1);
    for (int turn = 0; turn < 4; ++turn)
        for (std::size_t i = 0; i <= last; ++i) sweep(turn % 2 == 0 ? i : last - i, true, true);

    double top = 0;
    double bottom = 0;
    for (std::size_t i = 0; i < middle.size(); ++i) {
        top = std::min(top, middle[i] - height_of(graph, layers.cells[i]) / 2);
        bottom = std::max(bottom, middle[i] + height_of(graph, layers.cells[i]) / 2);
    }
    for (auto& y : middle) y -= top;
    placed.height = bottom - top;
}

Placed place(Graph const& graph, std::vector<std::size_t> const& part) {
    Placed placed;
    placed.layers = arranged(graph, part);
    double x = 0;
    for (auto const& order : placed.layers.order) {
        placed.left.push_back(x);
        double width = 0;
        for (auto const id : order)
            if (auto const node = placed.layers.cells[id].node; node != Layers::kPassing) width = std::max(width, graph.nodes[node].width);
        x += width + kColumnGap;
    }
    placed.width = x - kColumnGap;
    place_downwards(graph, placed);
    return placed;
}

/// The connected parts, largest first.
std::vector<std::vector<std::size_t>> parts_of(Graph const& graph) {
    std::vector<std::size_t> root(graph.nodes.size());
    std::iota(root.begin(), root.end(), std::size_t{0});
    auto const find = [&](std::size_t node) {
        while (root[node] != node) node = root[node] = root[root[node]];
        return node;
    };
    for (auto const& edge : graph.edges) root[find(edge.from)] = find(edge.to);
    std::vector<std::vector<std::size_t>> by_root(graph.nodes.size());
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) by_root[find(i)].push_back(i);
    std::erase_if(by_root, [](auto const& part) { return part.empty(); });
    std::ranges::sort(by_root, {}, [](auto const& part) { return std::pair(-static_cast<std::ptrdiff_t>(part.size()), part.front()); });
    return by_root;
}

/// Where the lines of one box's side leave it: spread over its height, in the order of where they come from.
struct Port {
    std::size_t line = 0;
    double other = 0;  ///< the height at which the line's next cell stands
};

void draw_lines(Graph const& graph, Placed const& placed, Point origin, Layout& out) {
    auto const& layers = placed.layers;
    std::vector<std::vector<Port>> right_ports(layers.cells.size());
    std::vector<std::vector<Port>> left_ports(layers.cells.size());
    for (std::size_t i = 0; i < layers.lines.size(); ++i) {
        auto const& cells = layers.lines[i].cells;
        right_ports[cells.front()].push_back({i, placed.middle[cells[1]]});
        left_ports[cells.back()].push_back({i, placed.middle[cells[cells.size() - 2]]});
    }
    std::vector<double> start(layers.lines.size());
    std::vector<double> end(layers.lines.size());
    auto const spread = [&](std::vector<std::vector<Port>>& all, std::vector<double>& heights) {
        for (std::size_t id = 0; id < all.size(); ++id) {
            auto& ports = all[id];
            if (ports.empty()) continue;
            auto const& node = graph.nodes[layers.cells[id].node];
            std::ranges::sort(ports, {}, [](Port const& port) { return std::pair(port.other, port.line); });
            double const step = std::min(9.0, (node.height - 12) / static_cast<double>(ports.size()));
            double y = origin.y + placed.middle[id] + node.above / 2 - step * static_cast<double>(ports.size() - 1) / 2;
            for (auto const& port : ports) heights[port.line] = y, y += step;
        }
    };
    spread(right_ports, start);
    spread(left_ports, end);
    for (std::size_t i = 0; i < layers.lines.size(); ++i) {
        auto const& line = layers.lines[i];
        auto& points = out.lines[line.edge];
        auto const& first = layers.cells[line.cells.front()];
        points.push_back({out.boxes[first.node].x + graph.nodes[first.node].width, start[i]});
        points.push_back({origin.x + placed.left[first.layer + 1] - kColumnGap, start[i]});  // past wider boxes of the layer
        for (std::size_t k = 1; k + 1 < line.cells.size(); ++k) {
            auto const layer = layers.cells[line.cells[k]].layer;
            double const y = origin.y + placed.middle[line.cells[k]];
            points.push_back({origin.x + placed.left[layer], y});
            points.push_back({origin.x + placed.left[layer + 1] - kColumnGap, y});
        }
        points.insert(points.end(), 2, {out.boxes[layers.cells[line.cells.back()].node].x, end[i]});
        if (!line.turned) std::ranges::reverse(points);  // from the box that points, on the right, to the one pointed at
    }
}

void draw(Graph const& graph, Placed const& placed, Point origin, Layout& out) {
    auto const& layers = placed.layers;
    for (std::size_t id = 0; id < layers.cells.size(); ++id) {
        auto const& cell = layers.cells[id];
        if (cell.node == Layers::kPassing) continue;
        auto const& node = graph.nodes[cell.node];
        out.boxes[cell.node] = {origin.x + placed.left[cell.layer], origin.y + placed.middle[id] - (node.height - node.above) / 2};
    }
    draw_lines(graph, placed, origin, out);
}

}  // namespace

Layout layout(Graph const& graph) {
    Layout out;
    out.boxes.resize(graph.nodes.size());
    out.lines.resize(graph.edges.size());
    std::vector<Placed> parts;
    for (auto const& part : parts_of(graph)) parts.push_back(place(graph, part));
    double limit = kPreferredWidth;
    for (auto const& part : parts) limit = std::max(limit, part.width);
    Point at;
    double row = 0;
    for (auto const& part : parts) {
        if (at.x > 0 && at.x + part.width > limit) at = {0, at.y + row + kPartGap}, row = 0;
        draw(graph, part, at, out);
        out.width = std::max(out.width, at.x + part.width);
        row = std::max(row, part.height);
        out.height = std::max(out.height, at.y + part.height);
        at.x += part.width + kPartGap * 1.5;
    }
    return out;
}

}  // namespace koine::page
