/// @file Where the boxes and lines of a picture of relations stand: a layered layout, from left to right, with few crossings.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace koine::page {

struct Point {
    double x = 0;
    double y = 0;
    bool operator==(Point const&) const = default;
};

/// What is to be placed. Lengths are CSS pixels.
struct Graph {
    struct Node {
        double width = 0;
        double height = 0;
        double above = 0;  ///< room that is left above the box
    };
    /// The place of two nodes in `nodes`; not the same one. A pair occurs once, in one direction or both.
    struct Edge {
        std::size_t from = 0;
        std::size_t to = 0;
    };
    std::vector<Node> nodes;
    std::vector<Edge> edges;
};

/// The result: where each box begins (left, top), and the points that each line passes, from `from` to `to`. Lines end at boxes' sides. They
/// are straight from the first point to the second, from the third to the fourth …: there they pass boxes; between layers they bend.
struct Layout {
    std::vector<Point> boxes;
    std::vector<std::vector<Point>> lines;
    double width = 0;
    double height = 0;
};

/// What is pointed at stands to the left where there is no circle. The same graph always gives the same layout. Meant for up to about a
/// hundred nodes and some hundred edges (milliseconds).
Layout layout(Graph const& graph);

}  // namespace koine::page
