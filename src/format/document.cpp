#include "format/document.hpp"

#include "format/json.hpp"

#include <charconv>

namespace koine::format {
namespace {

/// The sink of one text.
class TextWriter {
public:
    explicit TextWriter(std::string& out) : out_(out) {}

    void begin_object() {}
    void end_object() {}
    void begin_list() {}
    void end_list() {}
    void key(represent::Key const& /*key*/) {}
    void null() {}
    void boolean(bool /*truth*/) {}
    void integer(std::int64_t number) {
        char digits[24];
        out_.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    }
    void real(double /*number*/) {}
    void text(std::string_view text) { out_ += text; }
    void json(std::string_view /*document*/) {}
    void bytes(std::string_view /*blob*/) {}

private:
    std::string& out_;
};

}  // namespace

void append_json(
    represent::Program const& program, query::Rows const& rows, std::uint32_t row, represent::Context context, std::string& out
) {
    JsonWriter writer(out);
    represent::Representer(program, rows, represent::Nulls::keep, writer, context).object(row);
}

void append_text(
    represent::Program const& program, query::Rows const& rows, std::uint32_t row, represent::Context context, std::string& out
) {
    if (program.nodes.empty()) return;
    TextWriter writer(out);
    represent::Representer(program, rows, represent::Nulls::keep, writer, context).value(0, row);
}

}  // namespace koine::format
