/// @file BodyRows: what the readers of bodies share: rows whose names show only as they come, and words for what is wrong.
#pragma once

#include "base/problem.hpp"
#include "format/read_body.hpp"
#include "query/body.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::format {

/// Fills a body row by row. Rows are written as wide as the names known by then and put right once, at the end: a name that comes late costs
/// nothing before. A call that answers false is a cap that was passed; `refusal` tells which, and nothing may be called after it.
class BodyRows {
public:
    BodyRows(BodyLimits const& limits, query::Body& body) : limits_(limits), body_(body) {}

    /// A name of all rows, before the first.
    bool add_name(std::string_view name);
    /// True if that is one of the names so far.
    bool has_name(std::string_view name) const { return find(name) < body_.names.size(); }

    bool begin_row();
    /// Where the next value goes: by name, which may be new, or by the number of the name.
    bool at_name(std::string_view name);
    void at_place(std::size_t place) { place_ = row_start_ + place; }
    void value(query::Given::Kind kind, std::string_view text) {
        auto& given = body_.values[place_];
        if (given.kind == query::Given::Kind::absent) ++present_;
        given = {kind, text};
    }
    /// The value that stands where the next one goes.
    query::Given const& present() const { return body_.values[place_]; }
    std::size_t place() const { return place_; }
    void end_row();
    /// After the last row.
    void finish();

    Problem refusal() const;

private:
    struct Widening {
        std::size_t row;  ///< from this one on
        std::size_t width;
    };
    std::size_t find(std::string_view name) const;
    bool refuse(std::string_view limit, std::size_t maximum);

    BodyLimits const& limits_;
    query::Body& body_;
    std::size_t row_start_ = 0;
    std::size_t place_ = 0;
    std::size_t present_ = 0;            ///< values of this row
    std::size_t next_name_ = 0;          ///< rows tend to repeat the order of the names
    std::vector<std::uint32_t> sorted_;  ///< numbers of the names in their alphabetical order, once they are many
    std::vector<Widening> widths_;       ///< of the rows that ended; empty if none did
    std::string_view limit_;
    std::size_t maximum_ = 0;
};

/// The one row of a form, value by value: what the formats of forms share. Views given to it must live as long as the body.
class FormRow {
public:
    FormRow(BodyLimits const& limits, query::Body& body, bool lists) : body_(body), rows_(limits, body), lists_(lists) {}

    /// Makes the body an object; before the first value. @return false: a cap was passed, see `refusal`.
    bool begin();
    bool add(std::string_view name, std::string_view text);
    void finish();
    Problem refusal() const { return rows_.refusal(); }

private:
    query::Body& body_;
    BodyRows rows_;
    bool lists_;
    std::map<std::size_t, std::vector<std::string_view>> repeated_;  ///< by place, the first value too
};

/// A body that cannot be read, and where.
Problem invalid_body(std::string_view format, std::string_view text, std::size_t at, std::string_view what);
/// The same for bytes that are not UTF-8; nothing if all are.
std::optional<Problem> not_utf8(std::string_view format, std::string_view text);

// The readers; see read_body.
Result<void> read_json(std::string_view text, BodyLimits const& limits, query::Body& body, BodyReading const& reading);
Result<void> read_csv(std::string_view text, BodyLimits const& limits, query::Body& body);
Result<void> read_form(std::string_view text, BodyLimits const& limits, query::Body& body, BodyReading const& reading);
Result<void> read_multipart(std::string_view text, BodyLimits const& limits, query::Body& body, BodyReading const& reading);

}  // namespace koine::format
