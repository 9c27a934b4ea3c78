#include "operation/rows.hpp"

#include "represent/represent.hpp"
#include "script/value.hpp"

#include <vector>

namespace koine::operation {
namespace {

/// A sink of represent that makes values of Lua.
class LuaSink {
public:
    LuaSink(script::Pusher& out, Absent absent) : out_(out), absent_(absent) {}

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
        out_.begin_map(16);
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
    std::string_view key_;
    std::vector<bool> maps_;
};

}  // namespace

void push_row(
    Planned const& planned, query::Rows const& rows, std::uint32_t row, Absent absent, std::string_view base_url, script::Pusher& out
) {
    LuaSink sink(out, absent);
    represent::Representer(planned.program, rows, represent::Nulls::keep, sink, {base_url}).object(row);
}

void push_rows(Planned const& planned, query::Rows const& rows, Absent absent, std::string_view base_url, script::Pusher& out) {
    LuaSink sink(out, absent);
    represent::Representer(planned.program, rows, represent::Nulls::keep, sink, {base_url}).list();
}

}  // namespace koine::operation
