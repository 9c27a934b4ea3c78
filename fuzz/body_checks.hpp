/// @file For the targets that read bodies: what must hold of every body, however it came about.
#pragma once

#include "base/utf8.hpp"
#include "format/read_body.hpp"

#include <cstddef>
#include <cstdlib>
#include <string_view>

namespace koine::fuzz {

inline void check(bool holds) {
    if (!holds) std::abort();
}

inline void check_body(query::Body const& body) {
    check(body.form != query::Body::Form::none);
    check(body.values.size() == body.rows * body.names.size());
    bool uniform = true;
    for (auto const& given : body.values) {
        uniform = uniform && given.kind != query::Given::Kind::absent;
        check(first_invalid_utf8(given.text) == std::string_view::npos);
    }
    check(body.uniform == uniform);
    for (std::size_t i = 0; i < body.names.size(); ++i)
        for (std::size_t k = 0; k < i; ++k) check(body.names[i] != body.names[k]);
}

inline void check_refusal(Problem const& problem) {
    auto const reason = problem.reason();
    check(
        reason == Reason::invalid_body || reason == Reason::empty_body || reason == Reason::ragged_rows || reason == Reason::limit_exceeded
    );
    check(first_invalid_utf8(problem.argument("detail").value_or("")) == std::string_view::npos);
}

inline void check_equal(query::Body const& body, query::Body const& other) {
    check(body.form == other.form && body.names == other.names && body.values == other.values && body.rows == other.rows);
}

/// Reads the text; where that succeeds, `print` makes another text of the body, which must read the same. Caps that are met early may refuse
/// what larger ones let pass, but change nothing.
template <class Print>
void check_reader(format::BodyFormat format, std::string_view text, Print print) {
    query::Body body;
    auto const read = format::read_body(format, text, {}, body);
    if (!read) return check_refusal(read.error());
    check_body(body);

    query::Body again;
    auto const printed = print(body);
    check(format::read_body(format, printed, {}, again).has_value());
    check_equal(body, again);

    query::Body small;
    auto const capped = format::read_body(format, text, {.rows = 3, .names = 20, .name_bytes = 8, .values = 30, .depth = 4}, small);
    if (capped) return check_equal(body, small);
    check(capped.error().reason() == Reason::limit_exceeded && small.rows == 0);
}

}  // namespace koine::fuzz
