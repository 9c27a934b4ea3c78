/// @file The first half of a layered layout: which layer each box stands in, and its place there.
#pragma once

#include "page/layout.hpp"

#include <cstddef>
#include <vector>

namespace koine::page {

/// A connected part of a graph in layers. Its first cells are boxes, the others stand where a line passes a layer.
struct Layers {
    static constexpr std::size_t kPassing = static_cast<std::size_t>(-1);
    struct Cell {
        std::size_t node = kPassing;  ///< of the graph
        std::size_t layer = 0;
        std::vector<std::size_t> before;  ///< cells of the layer to the left that are joined to this one
        std::vector<std::size_t> after;
    };
    /// A line from right to left: the cells it passes. `edge` is its place in the graph; `turned` if it runs from left to right.
    struct Line {
        std::size_t edge = 0;
        bool turned = false;
        std::vector<std::size_t> cells;  ///< from the left box to the right one
    };
    std::vector<Cell> cells;
    std::vector<Line> lines;
    std::vector<std::vector<std::size_t>> order;  ///< of each layer, from the top
};

/// @param part the nodes of the graph that belong together.
Layers arranged(Graph const& graph, std::vector<std::size_t> const& part);
/// How often lines cross between neighbouring layers.
std::size_t crossings(Layers const& layers);

}  // namespace koine::page
