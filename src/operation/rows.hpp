/// @file Rows: what was read, as values of Lua.
#pragma once

#include "operation/book.hpp"
#include "query/rows.hpp"
#include "represent/program.hpp"
#include "script/host.hpp"
#include "script/value.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace koine::operation {

/// How absent values are told.
enum class Absent : std::uint8_t {
    left_out,  ///< a member without a value is nil: rows in stored form
    null       ///< it is `null`: documents, which are given on as they are
};

/// A sink of represent that makes values of Lua.
class LuaSink {
public:
    /// @param members how many a map has, about.
    LuaSink(script::Pusher& out, Absent absent, std::size_t members = 16) : out_(out), absent_(absent), members_(members) {}

    void begin_list() {
        open(false);
        out_.begin_list();
    }
    void end_list() {
        maps_.pop_back();
        out_.end_list();
    }
    void begin_object() {
        open(true);
        out_.begin_map(members_);
    }
    void end_object() {
        maps_.pop_back();
        out_.end_map();
    }
    /// Told when its value comes: an absent one may be left out.
    void key(represent::Key key) { key_ = key.name; }
    void null() {
        bool const in_map = !maps_.empty() && maps_.back();
        if (in_map && absent_ == Absent::left_out) return;
        place();
        out_.null();
    }
    void boolean(bool value) {
        place();
        out_.boolean(value);
    }
    void integer(std::int64_t value) {
        place();
        out_.integer(value);
    }
    void real(double value) {
        place();
        out_.real(value);
    }
    void text(std::string_view value) {
        place();
        out_.text(value);
    }
    void bytes(std::string_view value) { text(value); }
    void json(std::string_view document) {
        auto tree = script::Value::from_json(document);
        if (!tree) return text(document);  // too deep for a script: it gets the text
        if (tree.value().is_null()) return null();
        place();
        out_.value(tree.value());
    }

private:
    void place() {
        if (!maps_.empty() && maps_.back()) out_.key(key_);
    }
    void open(bool map) {
        place();
        maps_.push_back(map);
    }

    script::Pusher& out_;
    Absent absent_;
    std::size_t members_;
    std::string_view key_;
    std::vector<bool> maps_;
};

/// Writes one root row as a map. @param base_url before links.
void push_row(
    Planned const& planned, query::Rows const& rows, std::uint32_t row, Absent absent, std::string_view base_url, script::Pusher& out
);
/// All root rows as a list.
void push_rows(Planned const& planned, query::Rows const& rows, Absent absent, std::string_view base_url, script::Pusher& out);

}  // namespace koine::operation
