/// @file Represent: rows → typed events. A forward merge over the steps, one cursor a step; needs no request.
#pragma once

#include "base/json_scan.hpp"
#include "query/rows.hpp"
#include "represent/bare.hpp"
#include "represent/json_text.hpp"
#include "represent/merge.hpp"
#include "represent/program.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace koine::represent {

/// A sink takes: begin_list() end_list() begin_object() end_object() key(Key) null() boolean(bool) integer(int64) real(double)
/// text(string_view) json(string_view) bytes(string_view). Json is a checked document. Every value but a list's comes after its key.

enum class Nulls : std::uint8_t { keep, strip };

/// What an answer shows that is not in its rows.
struct Context {
    std::string_view base_url;  ///< before links, without a slash at its end
};

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

/// Writes the documents of one answer. Root rows are best asked in ascending order: the cursors go forward, and back only step by step.
template <class Sink>
class Representer {
public:
    /// All of them must outlive it, and what the context points to.
    Representer(Program const& program, query::Rows const& rows, Nulls nulls, Sink& sink, Context context = {})
        : program_(program),
          rows_(rows),
          nulls_(nulls),
          sink_(sink),
          context_(context),
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
    using Kind = Node::Kind;

    void members(std::uint32_t node, std::uint32_t end, query::Cell const* cells, std::uint32_t row) {
        for (; node < end; node = program_.nodes[node].end) {
            auto const& member = program_.nodes[node];
            if (nulls_ == Nulls::strip && is_null(member, node, cells, row)) continue;
            sink_.key(member.key());
            if (member.kind == Kind::scalar) [[likely]]
                scalar(cells[member.cell], member.type, sink_);
            else
                value_of(member, node, cells, row);
        }
    }

    void value_of(Node const& member, std::uint32_t node, query::Cell const* cells, std::uint32_t row) {
        switch (member.kind) {
            case Kind::scalar: scalar(cells[member.cell], member.type, sink_); return;
            case Kind::one:
                if (cells[member.cell].is_null()) return sink_.null();
                return row_of(member, node, cells, row);
            case Kind::many: return list_of(member, node, row);
            case Kind::first:
                if (!has_child(member.step, row)) return sink_.null();
                return child(member, node, cursors_[member.step]);
            default: return laid_out(member, node, cells, row);
        }
    }

    void list_of(Node const& member, std::uint32_t node, std::uint32_t row) {
        sink_.begin_list();
        if (has_child(member.step, row)) {
            auto const& parents = rows_.steps[member.step].parents;
            auto index = cursors_[member.step];
            for (; index < parents.size() && parents[index] == row; ++index) child(member, node, index);
            cursors_[member.step] = index;
        }
        sink_.end_list();
    }
    void child(Node const& member, std::uint32_t node, std::uint32_t index) {
        row_of(member, node, rows_.steps[member.step].row(index), index);
    }
    void row_of(Node const& member, std::uint32_t node, query::Cell const* cells, std::uint32_t row) {
        if (member.bare) return value_of(program_.nodes[node + 1], node + 1, cells, row);
        sink_.begin_object();
        members(node + 1, member.end, cells, row);
        sink_.end_object();
    }

    /// Moves the step's cursor to the row's first child; true if there is one. A layout may ask for a row's children more than once.
    bool has_child(std::uint32_t step, std::uint32_t row) {
        auto const& parents = rows_.steps[step].parents;
        auto& cursor = cursors_[step];
        while (cursor > 0 && parents[cursor - 1] >= row) --cursor;
        // The next parent is near; whoever begins at a late row, as who writes rows one by one, has far to go.
        for (int steps = 0; steps < 4 && cursor < parents.size() && parents[cursor] < row; ++steps) ++cursor;
        if (cursor < parents.size() && parents[cursor] < row)
            cursor = static_cast<std::uint32_t>(std::lower_bound(parents.begin() + cursor, parents.end(), row) - parents.begin());
        return cursor < parents.size() && parents[cursor] == row;
    }

    bool is_null(Node const& member, std::uint32_t node, query::Cell const* cells, std::uint32_t row) {
        switch (member.kind) {
            case Kind::scalar:
            case Kind::one:
            case Kind::datetime: return cells[member.cell].is_null();
            case Kind::choice: return is_blank(cells[member.cell]);
            case Kind::first: return !has_child(member.step, row);
            case Kind::text: return !compose(detail(member), cells, row);
            case Kind::variant: return present(member, node, cells, row) == 0;
            case Kind::merged: return !merge(detail(member), cells, row);
            case Kind::constant: return detail(member).constant == "null";
            case Kind::through: return !follow(detail(member).steps, cells, row) || is_null(program_.nodes[node + 1], node + 1, cells, row);
            case Kind::many:
            case Kind::group:
            case Kind::sum: return false;
        }
        return false;
    }

    // What only layouts have. Kept out of the loop over plain members.

    [[gnu::noinline]] void laid_out(Node const& member, std::uint32_t node, query::Cell const* cells, std::uint32_t row) {
        auto const at_end = [this](bool there) { there ? sink_.text(buffer_) : sink_.null(); };
        switch (member.kind) {
            case Kind::group: return row_of(member, node, cells, row);
            case Kind::choice: return choice(member, cells[member.cell]);
            case Kind::datetime: return datetime(member, cells[member.cell]);
            case Kind::text: return at_end(compose(detail(member), cells, row));
            case Kind::constant: return sink_.json(detail(member).constant);
            case Kind::sum: return sum(detail(member), cells, row);
            case Kind::merged: return merge(detail(member), cells, row) ? sink_.json(buffer_) : sink_.null();
            case Kind::variant:
                if (auto chosen = present(member, node, cells, row)) return value_of(program_.nodes[chosen], chosen, cells, row);
                return sink_.null();
            case Kind::through:
                if (!follow(detail(member).steps, cells, row)) return sink_.null();
                return value_of(program_.nodes[node + 1], node + 1, cells, row);
            default: return sink_.null();
        }
    }

    Detail const& detail(Node const& member) const { return program_.details[member.step]; }
    static bool is_blank(query::Cell const& cell) {
        return cell.is_null() || (cell.kind() == query::Cell::Kind::text && cell.view().empty());
    }

    void choice(Node const& member, query::Cell const& cell) {
        if (is_blank(cell)) return sink_.null();
        sink_.begin_object();
        sink_.key(Key{"value", ",\"value\":"});
        scalar(cell, member.type, sink_);
        sink_.key(Key{"label", ",\"label\":"});
        buffer_.clear();
        append_bare(cell, member.type, buffer_);
        for (auto const& [value, label] : detail(member).choices) {
            if (value != buffer_) continue;
            sink_.text(label);
            return sink_.end_object();
        }
        sink_.text(buffer_);
        sink_.end_object();
    }

    void datetime(Node const& member, query::Cell const& cell) {
        if (cell.kind() != query::Cell::Kind::text) return scalar(cell, member.type, sink_);
        buffer_.clear();
        value::append_datetime(cell.view(), detail(member).form, buffer_);
        sink_.text(buffer_);
    }

    /// Goes down the steps, to the first row of each. False if there is none.
    bool follow(std::vector<std::uint32_t> const& steps, query::Cell const*& cells, std::uint32_t& row) {
        for (auto step : steps) {
            if (!has_child(step, row)) return false;
            row = cursors_[step];
            cells = rows_.steps[step].row(row);
        }
        return true;
    }
    query::Cell at(Reach const& reach, query::Cell const* cells, std::uint32_t row) {
        return follow(reach.steps, cells, row) ? cells[reach.cell] : query::Cell();
    }

    /// Fills the buffer with the first text that has all its parts.
    bool compose(Detail const& detail, query::Cell const* cells, std::uint32_t row) {
        for (auto const& text : detail.texts) {
            buffer_.clear();
            if (detail.link) buffer_ += context_.base_url;
            bool whole = true;
            for (std::size_t i = 0; whole && i < text.holes.size(); ++i) {
                buffer_ += text.literals[i];
                whole = append_bare(at(text.holes[i], cells, row), text.holes[i].type, buffer_);
            }
            if (!whole) continue;
            buffer_ += text.literals.back();
            return true;
        }
        return false;
    }

    void sum(Detail const& detail, query::Cell const* cells, std::uint32_t row) {
        std::int64_t whole = 0;
        double rest = 0;
        bool exact = true;
        for (auto const& reach : detail.reaches) {
            auto cell = at(reach, cells, row);
            if (cell.kind() == query::Cell::Kind::real) {
                rest += cell.real();
                exact = false;
            } else if (cell.kind() == query::Cell::Kind::integer && __builtin_add_overflow(whole, cell.integer(), &whole)) {
                // The wrapped sum is less by 2^64, or more.
                rest += cell.integer() > 0 ? 0x1p64 : -0x1p64;
                exact = false;
            }
        }
        exact ? sink_.integer(whole) : sink_.real(static_cast<double>(whole) + rest);
    }

    /// Fills the buffer with the objects of the rows and the row's own.
    bool merge(Detail const& detail, query::Cell const* cells, std::uint32_t row) {
        std::vector<std::string_view> documents;
        auto add = [&](query::Cell const& cell) {
            if (cell.kind() == query::Cell::Kind::text) documents.push_back(cell.view());
        };
        if (detail.rows == query::Member::Kind::one) {
            if (!cells[detail.place].is_null()) add(at(detail.each, cells, row));
        } else if (has_child(detail.place, row)) {
            auto const& step = rows_.steps[detail.place];
            for (auto index = cursors_[detail.place]; index < step.parents.size() && step.parents[index] == row; ++index)
                add(at(detail.each, step.row(index), index));
        }
        for (auto const& reach : detail.reaches) add(at(reach, cells, row));
        buffer_.clear();
        return append_merged(documents, buffer_);
    }

    /// The node of the variant that has a row; 0 if none has.
    std::uint32_t present(Node const& member, std::uint32_t node, query::Cell const* cells, std::uint32_t row) {
        for (auto one = node + 1; one < member.end; one = program_.nodes[one].end)
            if (!is_null(program_.nodes[one], one, cells, row) && !is_empty(program_.nodes[one], row)) return one;
        return 0;
    }
    bool is_empty(Node const& member, std::uint32_t row) { return member.kind == Kind::many && !has_child(member.step, row); }

    Program const& program_;
    query::Rows const& rows_;
    Nulls nulls_;
    Sink& sink_;
    Context context_;
    std::vector<std::uint32_t> cursors_;
    std::string buffer_;  ///< of the text being made
};

}  // namespace koine::represent
