#include "base/utf8.hpp"
#include "format/body_rows.hpp"
#include "represent/json_text.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>

namespace koine::format {
namespace {

using Kind = query::Given::Kind;
using Text = boost::json::string_view;
using Error = boost::json::error_code;

constexpr std::string_view kNotRows = "a body is an object, or a list of objects";

/// Takes the parser's events and makes rows of them; what is nested in a row is written out again, compact.
class RowHandler {
public:
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

    RowHandler(std::string_view source, BodyLimits const& limits, query::Body& body, bool strange)
        : source_(source),
          body_(body),
          rows_(limits, body),
          strange_(strange) {}

    bool on_document_begin(Error&) { return true; }
    bool on_document_end(Error&) {
        rows_.finish();
        return true;
    }
    bool on_object_begin(Error& error) {
        if (place_ == Place::passed) return pass();
        if (place_ >= Place::row) return open('{');
        if (place_ == Place::document) body_.form = query::Body::Form::object;
        in_list_ = place_ == Place::list;
        place_ = Place::row;
        return rows_.begin_row() || full(error);
    }
    bool on_object_end(std::size_t, Error&) {
        if (place_ == Place::passed) return passed();
        if (place_ == Place::nested) return close('}');
        rows_.end_row();
        place_ = in_list_ ? Place::list : Place::document;
        return true;
    }
    bool on_array_begin(Error& error) {
        if (place_ == Place::passed) return pass();
        if (place_ >= Place::row) return open('[');
        if (place_ == Place::list) {
            if (!no_row("list", error)) return false;
            place_ = Place::passed;
            return pass();
        }
        body_.form = query::Body::Form::list;
        place_ = Place::list;
        return true;
    }
    bool on_array_end(std::size_t, Error&) {
        if (place_ == Place::passed) return passed();
        if (place_ == Place::nested) return close(']');
        place_ = Place::document;
        return true;
    }
    bool on_key_part(Text part, std::size_t, Error&) { return add(part); }
    bool on_key(Text last, std::size_t, Error& error) {
        if (place_ == Place::passed) {
            pending_.clear();
            return true;
        }
        auto key = whole(last);
        if (place_ == Place::nested) {
            write_string(key, pending_.empty() && is_of_source(last));
            nested_ += ':';
            pending_.clear();
            return true;
        }
        bool found = rows_.at_name(key);
        pending_.clear();
        return found || full(error);
    }
    bool on_string_part(Text part, std::size_t, Error&) { return add(part); }
    bool on_string(Text last, std::size_t, Error& error) {
        auto text = whole(last);
        bool of_source = pending_.empty() && is_of_source(last);
        if (place_ == Place::nested)
            write_string(text, of_source);
        else if (place_ == Place::row)
            rows_.value(Kind::text, of_source ? text : body_.texts.copy(text));
        else if (place_ != Place::passed && !no_row("str", error))
            return false;
        pending_.clear();
        return true;
    }
    bool on_number_part(Text part, Error&) { return add(part); }
    bool on_int64(std::int64_t, Text last, Error& error) { return number(last, error); }
    bool on_uint64(std::uint64_t, Text last, Error& error) { return number(last, error); }
    bool on_double(double, Text last, Error& error) { return number(last, error); }
    bool on_bool(bool value, Error& error) { return scalar(Kind::boolean, value ? "true" : "false", error); }
    bool on_null(Error& error) { return scalar(Kind::null, "null", error); }
    bool on_comment_part(Text, Error&) { return true; }
    bool on_comment(Text, Error&) { return true; }

    bool is_full() const { return full_; }
    bool has_no_row() const { return no_row_; }
    Problem refusal() const { return rows_.refusal(); }

private:
    /// Passed: what is inside an element that is no row.
    enum class Place : std::uint8_t { document, list, row, nested, passed };

    bool add(Text part) {
        pending_.append(part.data(), part.size());
        return true;
    }
    /// The text that ends with `last`; a view that lives until `pending_` is cleared.
    std::string_view whole(Text last) {
        if (pending_.empty()) return {last.data(), last.size()};
        pending_.append(last.data(), last.size());
        return pending_;
    }
    /// What had escapes comes from a buffer of the parser's.
    bool is_of_source(Text text) const {
        auto const* first = source_.data();
        return std::less_equal<>()(first, text.data()) && std::less_equal<>()(text.data() + text.size(), first + source_.size());
    }

    bool number(Text last, Error& error) {
        auto digits = whole(last);
        bool of_source = pending_.empty() && is_of_source(last);
        bool taken = scalar(Kind::number, of_source || place_ == Place::nested ? digits : body_.texts.copy(digits), error);
        pending_.clear();
        return taken;
    }
    bool scalar(Kind kind, std::string_view text, Error& error) {
        if (place_ == Place::passed) return true;
        if (place_ < Place::row) return no_row(word_of(kind, text), error);
        if (place_ == Place::row) {
            rows_.value(kind, kind == Kind::null ? std::string_view() : text);
            return true;
        }
        separate();
        nested_ += text;
        return true;
    }

    bool open(char bracket) {
        if (place_ == Place::row) nested_.clear();
        separate();
        nested_ += bracket;
        place_ = Place::nested;
        ++depth_;
        return true;
    }
    bool close(char bracket) {
        nested_ += bracket;
        if (--depth_ > 0) return true;
        place_ = Place::row;
        rows_.value(Kind::json, body_.texts.copy(nested_));
        return true;
    }
    /// A comma, unless a bracket or a colon stands before.
    void separate() {
        if (nested_.empty()) return;
        char const before = nested_.back();
        if (before != '{' && before != '[' && before != ':') nested_ += ',';
    }
    /// A text without escapes in the source needs none.
    void write_string(std::string_view text, bool of_source) {
        separate();
        nested_ += '"';
        if (of_source)
            nested_ += text;
        else
            write_escaped(text);
        nested_ += '"';
    }
    /// In pieces: room is made for the worst of each.
    void write_escaped(std::string_view text) {
        constexpr std::size_t kPiece = 4096;
        while (!text.empty()) {
            auto size = std::min(kPiece, text.size());
            while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
            auto const before = nested_.size();
            nested_.resize_and_overwrite(before + represent::kMaxEscaped * size + 16, [&](char* out, std::size_t) {
                return static_cast<std::size_t>(represent::write_json_text(out + before, text.substr(0, size)) - out);
            });
            text.remove_prefix(size);
        }
    }

    bool full(Error& error) {
        full_ = true;
        error = boost::json::error::syntax;
        return false;
    }
    static std::string_view word_of(Kind kind, std::string_view text) {
        if (kind == Kind::null) return "null";
        if (kind == Kind::boolean) return "bool";
        return text.find_first_of(".eE") == std::string_view::npos ? "int" : "float";
    }
    /// Met something that is no row where one should be: notes it, if that is wanted.
    bool no_row(std::string_view word, Error& error) {
        if (!strange_) {
            no_row_ = true;
            error = boost::json::error::syntax;
            return false;
        }
        if (place_ == Place::document) {
            body_.form = query::Body::Form::other;
            body_.given = word;
            return true;
        }
        body_.strange.emplace_back(body_.rows, word);
        if (!rows_.begin_row()) return full(error);
        rows_.end_row();
        return true;
    }
    bool pass() {
        ++depth_;
        return true;
    }
    bool passed() {
        if (--depth_ == 0) place_ = Place::list;
        return true;
    }

    std::string_view source_;
    query::Body& body_;
    BodyRows rows_;
    Place place_ = Place::document;
    bool strange_;
    bool in_list_ = false;
    bool full_ = false;
    bool no_row_ = false;
    std::size_t depth_ = 0;  ///< of what is nested in the row, or passed
    std::string nested_;
    std::string pending_;  ///< of a string or number that comes in parts
};

std::size_t first_not_blank(std::string_view text, std::size_t from = 0) { return text.find_first_not_of(" \t\r\n", from); }

std::string words_of(Error error, std::string_view text, std::size_t at) {
    namespace json = boost::json;
    if (error == json::error::incomplete || at >= text.size()) return "the text ends too early";
    if (error == json::error::expected_hex_digit) return "four hex digits must follow \\u";
    if (error == json::error::exponent_overflow) return "the exponent is too large";
    if (error == json::error::illegal_leading_surrogate || error == json::error::illegal_trailing_surrogate ||
        error == json::error::expected_utf16_escape)
        return "an escape is half of a pair";
    auto const byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20) return "a line end or control character that does not belong there";
    if (byte >= 0x7F) return "a character that does not belong there";
    return fmt::format("unexpected {}", text[at]);
}

}  // namespace

Result<void> read_json(std::string_view text, BodyLimits const& limits, query::Body& body, BodyReading const& reading) {
    if (first_not_blank(text) == std::string_view::npos) return Problem(Reason::empty_body);
    boost::json::parse_options options;
    options.max_depth = limits.depth;
    boost::json::basic_parser<RowHandler> parser(options, text, limits, body, reading.documents);
    Error error;
    auto const used = parser.write_some(false, text.data(), text.size(), error);
    auto const& handler = parser.handler();
    if (handler.is_full()) return handler.refusal();
    if (handler.has_no_row() && body.form == query::Body::Form::list)
        return Problem(Reason::invalid_body).with("format", "JSON").with("detail", fmt::format("item {}: {}", body.rows + 1, kNotRows));
    if (handler.has_no_row()) return invalid_body("JSON", text, first_not_blank(text), kNotRows);
    if (error == boost::json::error::too_deep)
        return Problem(Reason::limit_exceeded)
            .with("limit", "levels of nesting in a body")
            .with("maximum", static_cast<std::int64_t>(limits.depth));
    if (error) {
        if (auto bad = first_invalid_utf8(text); bad <= used + 4) return invalid_body("JSON", text, bad, "bytes that are not UTF-8");
        return invalid_body("JSON", text, used, words_of(error, text, used));
    }
    auto const rest = first_not_blank(text, used);
    if (rest != std::string_view::npos) return invalid_body("JSON", text, rest, "something follows the end");
    return outcome::success();
}

}  // namespace koine::format
