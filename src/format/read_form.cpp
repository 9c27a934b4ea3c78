#include "base/ascii.hpp"
#include "format/body_rows.hpp"

#include <charconv>

namespace koine::format {
namespace {

/// Reads `name=value` pairs. Views of what had nothing to decode are of the text.
class FormReader {
public:
    FormReader(std::string_view text, BodyLimits const& limits, query::Body& body, bool lists)
        : text_(text),
          body_(body),
          row_(limits, body, lists) {}

    Result<void> read() {
        if (auto problem = not_utf8("form", text_)) return *std::move(problem);
        if (text_.find_first_not_of('&') == std::string_view::npos) return Problem(Reason::empty_body);
        if (!row_.begin()) return row_.refusal();
        for (auto rest = text_; !rest.empty();) {
            auto value = split_off(rest, '&');
            if (value.empty()) continue;
            auto encoded_name = split_off(value, '=');
            KOINE_TRY(auto name, decoded(encoded_name));
            KOINE_TRY(auto text, decoded(value));
            if (!row_.add(name, text)) return row_.refusal();
        }
        row_.finish();
        return outcome::success();
    }

private:
    Result<std::string_view> decoded(std::string_view piece) {
        if (piece.find_first_of("+%") == std::string_view::npos) return piece;
        scratch_.clear();
        for (std::size_t i = 0; i < piece.size(); ++i) {
            if (piece[i] != '%') {
                scratch_ += piece[i] == '+' ? ' ' : piece[i];
                continue;
            }
            unsigned byte = 0;
            auto const digits = piece.substr(i + 1, 2);
            auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
            if (error != std::errc() || end != digits.data() + 2) return refused(piece, i, "two hex digits must follow %");
            scratch_ += static_cast<char>(byte);
            i += 2;
        }
        if (not_utf8("form", scratch_)) return refused(piece, 0, "an encoding of bytes that are not UTF-8");
        return body_.texts.copy(scratch_);
    }

    Problem refused(std::string_view piece, std::size_t at, std::string_view what) const {
        return invalid_body("form", text_, static_cast<std::size_t>(piece.data() - text_.data()) + at, what);
    }

    std::string_view text_;
    query::Body& body_;
    FormRow row_;
    std::string scratch_;
};

}  // namespace

Result<void> read_form(std::string_view text, BodyLimits const& limits, query::Body& body, BodyReading const& reading) {
    return FormReader(text, limits, body, reading.lists).read();
}

}  // namespace koine::format
