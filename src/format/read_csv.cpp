#include "format/body_rows.hpp"

#include <fmt/format.h>

namespace koine::format {
namespace {

using Kind = query::Given::Kind;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

class CsvReader {
public:
    CsvReader(std::string_view text, BodyLimits const& limits, query::Body& body) : text_(text), body_(body), rows_(limits, body) {}

    Result<void> read() {
        if (auto problem = not_utf8("CSV", text_)) return *std::move(problem);
        if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
        skip_empty_lines();
        if (at_ == text_.size()) return Problem(Reason::empty_body);
        body_.form = query::Body::Form::list;
        KOINE_TRY(read_names());
        for (skip_empty_lines(); at_ < text_.size(); skip_empty_lines()) {
            KOINE_TRY(read_row());
        }
        rows_.finish();
        return outcome::success();
    }

private:
    struct Field {
        std::string_view text;
        bool last = false;  ///< of its line
    };

    Result<void> read_names() {
        for (bool last = false; !last;) {
            auto const begin = at_;
            KOINE_TRY(auto field, take_field());
            if (rows_.has_name(field.text)) return invalid_body("CSV", text_, begin, "a name comes twice");
            if (!rows_.add_name(field.text)) return rows_.refusal();
            last = field.last;
        }
        return outcome::success();
    }

    Result<void> read_row() {
        if (!rows_.begin_row()) return rows_.refusal();
        std::size_t place = 0;
        for (bool last = false; !last; ++place) {
            KOINE_TRY(auto field, take_field());
            if (place == body_.names.size()) return ragged();
            rows_.at_place(place);
            bool const null = field.text == "NULL";
            rows_.value(null ? Kind::null : Kind::text, null ? std::string_view() : field.text);
            last = field.last;
        }
        if (place != body_.names.size()) return ragged();
        rows_.end_row();
        return outcome::success();
    }

    static Problem ragged() { return Problem(Reason::ragged_rows).with("format", "CSV"); }

    void skip_empty_lines() {
        while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
    }

    Result<Field> take_field() {
        if (at_ < text_.size() && text_[at_] == '"') {
            KOINE_TRY(auto text, take_quoted());
            if (!is_field_end()) return invalid_body("CSV", text_, at_, "a comma or the line's end must follow a closing quote");
            return Field{text, take_field_end()};
        }
        auto const begin = at_;
        at_ = std::min(text_.find_first_of("\",\r\n", begin), text_.size());
        if (!is_field_end()) return invalid_body("CSV", text_, at_, "a quote inside a field that is not quoted");
        auto const text = text_.substr(begin, at_ - begin);
        return Field{text, take_field_end()};
    }

    /// What stands between the quotes, with doubled ones made single.
    Result<std::string_view> take_quoted() {
        auto const open = at_++;
        bool doubled = false;
        for (auto begin = at_;; at_ += 2) {
            at_ = text_.find('"', at_);
            if (at_ == std::string_view::npos) return invalid_body("CSV", text_, open, "the quote that opens here is not closed");
            if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
                doubled = true;
                continue;
            }
            auto const inside = text_.substr(begin, at_++ - begin);
            return doubled ? unescaped(inside) : inside;
        }
    }

    std::string_view unescaped(std::string_view inside) {
        scratch_.clear();
        for (std::size_t i = 0; i < inside.size(); ++i) {
            scratch_ += inside[i];
            if (inside[i] == '"') ++i;
        }
        return body_.texts.copy(scratch_);
    }

    bool is_field_end() const { return at_ == text_.size() || text_[at_] == ',' || text_[at_] == '\n' || text_[at_] == '\r'; }
    /// Steps over what ends the field; true if it ends the line.
    bool take_field_end() {
        if (at_ == text_.size()) return true;
        char const end = text_[at_++];
        if (end == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
        return end != ',';
    }

    std::string_view text_;
    query::Body& body_;
    BodyRows rows_;
    std::size_t at_ = 0;
    std::string scratch_;
};

}  // namespace

Result<void> read_csv(std::string_view text, BodyLimits const& limits, query::Body& body) { return CsvReader(text, limits, body).read(); }

}  // namespace koine::format
