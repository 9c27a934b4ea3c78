#include "operation/rows.hpp"

#include "represent/represent.hpp"

namespace koine::operation {
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
