/// @file Represent: rows → typed events. A forward merge over the steps, one cursor a step; needs no request.
#pragma once

#include "base/json_scan.hpp"
#include "query/rows.hpp"
#include "represent/json_text.hpp"
#include "represent/program.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace koine::represent {

/// A sink takes: begin_list() end_list() begin_object() end_object() key(Key) null() boolean(bool) integer(int64) real(double)
/// text(string_view) json(string_view) bytes(string_view). Json is a checked document. Every value but a list's comes after its key.

enum class Nulls : std::uint8_t { keep, strip };

/// Tells a scalar to the sink by what is stored; the type decides only where storage cannot: booleans and JSON documents.
template <class Sink>
void scalar(query::Cell const& cell, model::Type type, Sink& sink) {
    using Kind = query::Cell::Kind;
    switch (cell.kind()) {
        case Kind::null: sink.null(); return;
        case Kind::integer:
            if (type == model::Type::boolean && (cell.integer() == 0 || cell.integer() == 1))
                sink.boolean(cell.integer() == 1);
            else
                sink.integer(cell.integer());
            return;
        case Kind::real: sink.real(cell.real()); return;
        case Kind::blob: sink.bytes(cell.view()); return;
        case Kind::text: break;
    }
    auto text = cell.view();
    if (type == model::Type::json && is_json(text)) return sink.json(text);
    if (type == model::Type::boolean && (text == "true" || text == "t")) return sink.boolean(true);
    if (type == model::Type::boolean && (text == "false" || text == "f")) return sink.boolean(false);
    sink.text(text);
}

/// Writes the documents of one answer. Root rows must be asked in ascending order, since the cursors only go forward.
template <class Sink>
class Representer {
public:
    /// All three must outlive it.
    Representer(Program const& program, query::Rows const& rows, Nulls nulls, Sink& sink)
        : program_(program),
          rows_(rows),
          nulls_(nulls),
          sink_(sink),
          cursors_(rows.steps.size(), 0) {}

    /// All root rows as a list of objects.
    void list() {
        sink_.begin_list();
        auto count = static_cast<std::uint32_t>(rows_.steps.front().count());
        for (std::uint32_t row = 0; row < count; ++row) object(row);
        sink_.end_list();
    }
    /// One root row as an object.
    void object(std::uint32_t row) {
        sink_.begin_object();
        members(0, static_cast<std::uint32_t>(program_.nodes.size()), rows_.steps.front().row(row), row);
        sink_.end_object();
    }
    /// One member of a root row, without its key: for formats that have a column per member. @param node index of a top-level node.
    void value(std::uint32_t node, std::uint32_t row) { value_of(program_.nodes[node], node, rows_.steps.front().row(row), row); }

private:
    void members(std::uint32_t node, std::uint32_t end, query::Cell const* cells, std::uint32_t row) {
        for (; node < end; node = program_.nodes[node].end) {
            auto const& member = program_.nodes[node];
            if (nulls_ == Nulls::strip && is_null(member, cells, row)) continue;
            sink_.key(member.key());
            value_of(member, node, cells, row);
        }
    }

    bool is_null(Node const& member, query::Cell const* cells, std::uint32_t row) {
        using Kind = query::Member::Kind;
        if (member.kind == Kind::scalar || member.kind == Kind::one) return cells[member.cell].is_null();
        return member.kind == Kind::first && !has_child(member.step, row);
    }

    void value_of(Node const& member, std::uint32_t node, query::Cell const* cells, std::uint32_t row) {
        using Kind = query::Member::Kind;
        switch (member.kind) {
            case Kind::scalar: scalar(cells[member.cell], member.type, sink_); return;
            case Kind::one:
                if (cells[member.cell].is_null()) return sink_.null();
                sink_.begin_object();
                members(node + 1, member.end, cells, row);
                sink_.end_object();
                return;
            case Kind::many:
                sink_.begin_list();
                while (has_child(member.step, row)) child(member, node);
                sink_.end_list();
                return;
            case Kind::first:
                if (!has_child(member.step, row)) return sink_.null();
                child(member, node);
                while (has_child(member.step, row)) ++cursors_[member.step];
                return;
        }
    }

    /// Moves the step's cursor to the row's children; true if there is one more.
    bool has_child(std::uint32_t step, std::uint32_t row) {
        auto const& parents = rows_.steps[step].parents;
        auto& cursor = cursors_[step];
        while (cursor < parents.size() && parents[cursor] < row) ++cursor;
        return cursor < parents.size() && parents[cursor] == row;
    }

    void child(Node const& member, std::uint32_t node) {
        auto index = cursors_[member.step]++;
        sink_.begin_object();
        members(node + 1, member.end, rows_.steps[member.step].row(index), index);
        sink_.end_object();
    }

    Program const& program_;
    query::Rows const& rows_;
    Nulls nulls_;
    Sink& sink_;
    std::vector<std::uint32_t> cursors_;
};

}  // namespace koine::represent
