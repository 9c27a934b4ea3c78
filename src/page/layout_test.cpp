#include "page/layout.hpp"

#include "page/layers.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <random>
#include <set>

namespace koine::page {
namespace {

Graph graph_of(std::size_t nodes, std::vector<Graph::Edge> edges) {
    Graph graph;
    for (std::size_t i = 0; i < nodes; ++i) graph.nodes.push_back({80 + static_cast<double>(i % 7) * 20, 46, i % 5 == 0 ? 22.0 : 0.0});
    graph.edges = std::move(edges);
    return graph;
}

Graph random_graph(unsigned seed) {
    std::mt19937 random(seed);
    auto const nodes = 2 + random() % 60;
    std::set<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t i = 0; i < nodes * 3 / 2; ++i) {
        auto const from = random() % nodes;
        auto const to = random() % nodes;
        if (from != to) pairs.insert({from, to});
    }
    std::vector<Graph::Edge> edges;
    for (auto const& [from, to] : pairs) edges.push_back({from, to});
    return graph_of(nodes, std::move(edges));
}

bool overlap(Graph const& graph, Layout const& made, std::size_t a, std::size_t b) {
    auto const& one = made.boxes[a];
    auto const& other = made.boxes[b];
    return one.x < other.x + graph.nodes[b].width && other.x < one.x + graph.nodes[a].width && one.y < other.y + graph.nodes[b].height &&
           other.y < one.y + graph.nodes[a].height;
}

TEST(Layout, NoBoxesOverlapAndAllStandInside) {
    for (unsigned seed = 0; seed < 60; ++seed) {
        SCOPED_TRACE(seed);
        auto const graph = random_graph(seed);
        auto const made = layout(graph);
        for (std::size_t a = 0; a < graph.nodes.size(); ++a) {
            EXPECT_GE(made.boxes[a].x, 0);
            EXPECT_GE(made.boxes[a].y - graph.nodes[a].above, -0.01);
            EXPECT_LE(made.boxes[a].x + graph.nodes[a].width, made.width + 0.01);
            EXPECT_LE(made.boxes[a].y + graph.nodes[a].height, made.height + 0.01);
            for (std::size_t b = a + 1; b < graph.nodes.size(); ++b) EXPECT_FALSE(overlap(graph, made, a, b)) << a << " and " << b;
        }
    }
}

TEST(Layout, LinesBeginAndEndAtTheSidesOfTheirBoxes) {
    for (unsigned seed = 0; seed < 60; ++seed) {
        SCOPED_TRACE(seed);
        auto const graph = random_graph(seed);
        auto const made = layout(graph);
        auto const at_side = [&](Point const& point, std::size_t node) {
            auto const& box = made.boxes[node];
            bool const beside = std::abs(point.x - box.x) < 0.01 || std::abs(point.x - box.x - graph.nodes[node].width) < 0.01;
            return beside && point.y >= box.y && point.y <= box.y + graph.nodes[node].height;
        };
        for (std::size_t i = 0; i < graph.edges.size(); ++i) {
            ASSERT_GE(made.lines[i].size(), 2);
            EXPECT_EQ(made.lines[i].size() % 2, 0);
            EXPECT_TRUE(at_side(made.lines[i].front(), graph.edges[i].from));
            EXPECT_TRUE(at_side(made.lines[i].back(), graph.edges[i].to));
        }
    }
}

TEST(Layout, IsTheSameEveryTime) {
    auto const graph = random_graph(7);
    auto const first = layout(graph);
    auto const second = layout(graph);
    EXPECT_EQ(first.boxes, second.boxes);
    EXPECT_EQ(first.lines, second.lines);
}

TEST(Layout, WhatIsPointedAtStandsToTheLeft) {
    auto const made = layout(graph_of(3, {{0, 1}, {1, 2}}));
    EXPECT_GT(made.boxes[0].x, made.boxes[1].x);
    EXPECT_GT(made.boxes[1].x, made.boxes[2].x);
}

TEST(Layout, CirclesAndNothingAreFine) {
    EXPECT_EQ(layout({}).width, 0);
    EXPECT_EQ(layout(graph_of(1, {})).boxes.size(), 1);
    EXPECT_EQ(layout(graph_of(2, {{0, 1}, {1, 0}})).lines.size(), 2);
    EXPECT_EQ(layout(graph_of(4, {{0, 1}, {1, 2}, {2, 3}, {3, 0}})).lines.size(), 4);
}

TEST(Layers, AGraphThatCanBeDrawnWithoutCrossingsIs) {
    struct Case {
        std::string_view name;
        Graph graph;
    };
    for (auto const& each : std::initializer_list<Case>{
             {"a tree", graph_of(7, {{1, 0}, {2, 0}, {3, 1}, {4, 1}, {5, 2}, {6, 2}})},
             {"a tree in disorder", graph_of(7, {{6, 3}, {0, 3}, {1, 6}, {5, 0}, {2, 6}, {4, 0}})},
             {"two pairs", graph_of(4, {{2, 1}, {3, 0}, {2, 0}})},
         }) {
        SCOPED_TRACE(each.name);
        std::vector<std::size_t> all(each.graph.nodes.size());
        std::iota(all.begin(), all.end(), std::size_t{0});
        EXPECT_EQ(crossings(arranged(each.graph, all)), 0);
    }
}

}  // namespace
}  // namespace koine::page
