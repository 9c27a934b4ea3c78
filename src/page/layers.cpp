#include "page/layers.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace koine::page {
namespace {

using Numbers = std::vector<std::size_t>;

/// A part of the graph by its own numbers, with every circle cut: `parents` stand further left.
struct Part {
    struct Edge {
        std::size_t left = 0;
        std::size_t right = 0;
        std::size_t edge = 0;
        bool turned = false;
    };
    std::vector<Edge> edges;
    std::vector<Numbers> parents;
    std::vector<Numbers> children;
};

/// Depth first, over a stack of our own: an edge to a node that is still open would close a circle, and is turned.
Part without_circles(Graph const& graph, Numbers const& part) {
    Numbers number(graph.nodes.size(), 0);
    for (std::size_t i = 0; i < part.size(); ++i) number[part[i]] = i;
    std::vector<bool> inside(graph.nodes.size(), false);
    for (auto const node : part) inside[node] = true;

    std::vector<Numbers> outgoing(part.size());
    for (std::size_t e = 0; e < graph.edges.size(); ++e)
        if (inside[graph.edges[e].from]) outgoing[number[graph.edges[e].from]].push_back(e);

    Part made;
    made.parents.resize(part.size());
    made.children.resize(part.size());
    enum class Mark : unsigned char { fresh, open, done };
    std::vector<Mark> marks(part.size(), Mark::fresh);
    std::vector<std::pair<std::size_t, std::size_t>> stack;  // a node, and which of its edges is next
    for (std::size_t start = 0; start < part.size(); ++start) {
        if (marks[start] != Mark::fresh) continue;
        stack.emplace_back(start, 0);
        marks[start] = Mark::open;
        while (!stack.empty()) {
            auto& [node, next] = stack.back();
            if (next == outgoing[node].size()) {
                marks[node] = Mark::done;
                stack.pop_back();
                continue;
            }
            auto const e = outgoing[node][next++];
            auto const child = node;
            auto const parent = number[graph.edges[e].to];
            bool const turned = marks[parent] == Mark::open;
            made.edges.push_back({turned ? child : parent, turned ? parent : child, e, turned});
            if (marks[parent] == Mark::fresh) {
                marks[parent] = Mark::open;
                stack.emplace_back(parent, 0);
            }
        }
    }
    for (auto const& edge : made.edges) {
        made.parents[edge.right].push_back(edge.left);
        made.children[edge.left].push_back(edge.right);
    }
    return made;
}

/// Parents before children; among several that could come next, the one with most children.
Numbers parents_first(Part const& part) {
    Numbers missing(part.parents.size());
    Numbers ready;
    Numbers order;
    for (std::size_t i = 0; i < missing.size(); ++i) {
        missing[i] = part.parents[i].size();
        if (missing[i] == 0) ready.push_back(i);
    }
    while (!ready.empty()) {
        auto const next = std::ranges::max_element(ready, {}, [&](std::size_t node) { return part.children[node].size(); });
        auto const node = *next;
        ready.erase(next);
        order.push_back(node);
        for (auto const child : part.children[node])
            if (--missing[child] == 0) ready.push_back(child);
    }
    return order;
}

/// The layer of each node: to the right of its parents, where there is room; what has nothing to its left moves towards its children.
Numbers layers_of(Part const& part) {
    auto const count = part.parents.size();
    auto const room = std::max<std::size_t>(7, static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(count)) * 1.6)));
    Numbers layer(count, 0);
    Numbers used;
    auto const order = parents_first(part);
    for (auto const node : order) {
        std::size_t wanted = 0;
        for (auto const parent : part.parents[node]) wanted = std::max(wanted, layer[parent] + 1);
        while (wanted < used.size() && used[wanted] >= room) ++wanted;
        if (wanted >= used.size()) used.resize(wanted + 1, 0);
        layer[node] = wanted;
        ++used[wanted];
    }
    for (auto at = order.rbegin(); at != order.rend(); ++at) {
        auto const& children = part.children[*at];
        if (children.empty() || children.size() < part.parents[*at].size()) continue;
        auto nearest = layer[children.front()];
        for (auto const child : children) nearest = std::min(nearest, layer[child]);
        while (nearest - 1 > layer[*at] && used[nearest - 1] >= room) --nearest;
        --used[layer[*at]];
        layer[*at] = nearest - 1;
        ++used[layer[*at]];
    }
    return layer;
}

Layers cells_of(Part const& part, Numbers const& nodes, Numbers layer) {
    Numbers filled(*std::ranges::max_element(layer) + 1, 0);
    for (auto const at : layer) filled[at] = 1;
    std::exclusive_scan(filled.begin(), filled.end(), filled.begin(), std::size_t{0});  // empty layers vanish
    for (auto& at : layer) at = filled[at];

    Layers made;
    for (std::size_t i = 0; i < nodes.size(); ++i) made.cells.push_back({nodes[i], layer[i], {}, {}});
    for (auto const& edge : part.edges) {
        Layers::Line line{edge.edge, edge.turned, {edge.left}};
        for (auto at = layer[edge.left] + 1; at < layer[edge.right]; ++at) {
            line.cells.push_back(made.cells.size());
            made.cells.push_back({Layers::kPassing, at, {}, {}});
        }
        line.cells.push_back(edge.right);
        for (std::size_t i = 1; i < line.cells.size(); ++i) {
            made.cells[line.cells[i - 1]].after.push_back(line.cells[i]);
            made.cells[line.cells[i]].before.push_back(line.cells[i - 1]);
        }
        made.lines.push_back(std::move(line));
    }
    made.order.resize(*std::ranges::max_element(layer) + 1);
    for (std::size_t i = 0; i < made.cells.size(); ++i) made.order[made.cells[i].layer].push_back(i);
    return made;
}

Numbers places_of(Layers const& layers) {
    Numbers places(layers.cells.size());
    for (auto const& order : layers.order)
        for (std::size_t i = 0; i < order.size(); ++i) places[order[i]] = i;
    return places;
}

/// Crossings between a layer and the next: pairs of lines whose ends are in opposite order.
std::size_t crossings_after(Layers const& layers, std::size_t layer, Numbers const& places) {
    Numbers ends;
    for (auto const cell : layers.order[layer]) {
        auto const begin = ends.size();
        for (auto const other : layers.cells[cell].after) ends.push_back(places[other]);
        std::ranges::sort(ends.begin() + static_cast<std::ptrdiff_t>(begin), ends.end());
    }
    std::size_t count = 0;
    for (std::size_t i = 0; i < ends.size(); ++i)
        for (std::size_t j = i + 1; j < ends.size(); ++j) count += ends[i] > ends[j] ? 1 : 0;
    return count;
}

/// Sorts a layer by where the cells' neighbours on one side stand, on average. Those without any stay where they are.
void sort_layer(Layers& layers, std::size_t layer, bool by_left) {
    auto const places = places_of(layers);
    auto const wanted = [&](std::size_t cell) {
        auto const& neighbours = by_left ? layers.cells[cell].before : layers.cells[cell].after;
        if (neighbours.empty()) return std::pair(static_cast<double>(places[cell]), places[cell]);
        double sum = 0;
        for (auto const other : neighbours) sum += static_cast<double>(places[other]);
        return std::pair(sum / static_cast<double>(neighbours.size()), places[cell]);
    };
    std::ranges::sort(layers.order[layer], {}, wanted);
}

/// Swaps neighbours in a layer where that saves crossings.
bool swap_neighbours(Layers& layers, std::size_t layer) {
    auto places = places_of(layers);
    auto const count_pair = [&](std::size_t upper, std::size_t lower) {
        std::size_t count = 0;
        for (auto const side : {&Layers::Cell::before, &Layers::Cell::after})
            for (auto const a : layers.cells[upper].*side)
                for (auto const b : layers.cells[lower].*side) count += places[a] > places[b] ? 1 : 0;
        return count;
    };
    bool better = false;
    auto& order = layers.order[layer];
    for (std::size_t i = 0; i + 1 < order.size(); ++i) {
        if (count_pair(order[i], order[i + 1]) <= count_pair(order[i + 1], order[i])) continue;
        std::swap(order[i], order[i + 1]);
        std::swap(places[order[i]], places[order[i + 1]]);
        better = true;
    }
    return better;
}

void uncross(Layers& layers) {
    constexpr int kSweeps = 24;
    auto best = layers.order;
    auto fewest = crossings(layers);
    for (int sweep = 0; sweep < kSweeps && fewest > 0; ++sweep) {
        bool const rightwards = sweep % 2 == 0;
        for (std::size_t i = 1; i < layers.order.size(); ++i) sort_layer(layers, rightwards ? i : layers.order.size() - 1 - i, rightwards);
        for (int turn = 0; turn < 4; ++turn) {
            bool better = false;
            for (std::size_t i = 0; i < layers.order.size(); ++i) better = swap_neighbours(layers, i) || better;
            if (!better) break;
        }
        auto const now = crossings(layers);
        if (now >= fewest) continue;
        fewest = now;
        best = layers.order;
    }
    layers.order = std::move(best);
}

}  // namespace

std::size_t crossings(Layers const& layers) {
    auto const places = places_of(layers);
    std::size_t count = 0;
    for (std::size_t i = 0; i + 1 < layers.order.size(); ++i) count += crossings_after(layers, i, places);
    return count;
}

Layers arranged(Graph const& graph, std::vector<std::size_t> const& part) {
    auto const cut = without_circles(graph, part);
    auto layers = cells_of(cut, part, layers_of(cut));
    uncross(layers);
    return layers;
}

}  // namespace koine::page
