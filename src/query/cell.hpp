/// @file Cell: one scalar as stored; Argument: what is bound to a statement.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace koine::query {

/// One value, 16 bytes. Text and blob point into an arena (rows) or into the request (arguments), which must outlive it.
/// Text is UTF-8 as stored: it may hold NUL and, in a foreign file, invalid sequences.
class Cell {
public:
    enum class Kind : std::uint32_t { null, integer, real, text, blob };

    Cell() = default;
    static Cell of(std::int64_t number) {
        Cell cell;
        cell.kind_ = Kind::integer;
        cell.integer_ = number;
        return cell;
    }
    static Cell of(double number) {
        Cell cell;
        cell.kind_ = Kind::real;
        cell.real_ = number;
        return cell;
    }
    static Cell text(std::string_view text) { return bytes(Kind::text, text); }
    static Cell blob(std::string_view bytes_of_blob) { return bytes(Kind::blob, bytes_of_blob); }

    Kind kind() const { return kind_; }
    bool is_null() const { return kind_ == Kind::null; }
    std::int64_t integer() const { return integer_; }
    double real() const { return real_; }
    std::string_view view() const { return {data_, size_}; }

    /// Of the same kind and value; texts and blobs by their bytes.
    friend bool operator==(Cell const& a, Cell const& b) {
        if (a.kind_ != b.kind_) return false;
        switch (a.kind_) {
            case Kind::null: return true;
            case Kind::integer: return a.integer_ == b.integer_;
            case Kind::real: return a.real_ == b.real_;
            case Kind::text:
            case Kind::blob: return a.view() == b.view();
        }
        return false;
    }

private:
    static Cell bytes(Kind kind, std::string_view text) {
        Cell cell;
        cell.kind_ = kind;
        cell.size_ = static_cast<std::uint32_t>(text.size());
        cell.data_ = text.data();
        return cell;
    }
    union {
        std::int64_t integer_ = 0;
        double real_;
        char const* data_;
    };
    std::uint32_t size_ = 0;
    Kind kind_ = Kind::null;
};
static_assert(sizeof(Cell) == 16);

/// What fills one bind slot of a plan: a scalar, or a list (an `in`). Texts point into the request or the arena given to the binder.
struct Argument {
    Cell scalar;
    std::vector<Cell> list;
};

}  // namespace koine::query
