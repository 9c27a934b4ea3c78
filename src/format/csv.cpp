#include "format/csv.hpp"

#include "base/utf8.hpp"
#include "represent/represent.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace koine::format {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// The sink of one field: a scalar is written as CSV writes it, a list or object goes to a JSON writer until it is whole.
class FieldWriter {
public:
    FieldWriter(std::string& out, Spelling spelling) : out_(out), spelling_(spelling) {}

    void begin_object() { nested().begin_object(); }
    void begin_list() { nested().begin_list(); }
    void end_object() {
        json_->end_object();
        leave();
    }
    void end_list() {
        json_->end_list();
        leave();
    }
    void key(represent::Key const& key) { json_->key(key); }
    void null() {
        if (json_) json_->null();
    }
    void boolean(bool truth) {
        if (json_) return json_->boolean(truth);
        out_ += truth ? 't' : 'f';
    }
    void integer(std::int64_t number) {
        if (json_) return json_->integer(number);
        char digits[24];
        out_.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    }
    void real(double number) {
        if (json_) return json_->real(number);
        char digits[32];
        std::string_view text(digits, static_cast<std::size_t>(write_real(digits, number) - digits));
        if (text.starts_with('"')) text = text.substr(1, text.size() - 2);  // NaN and the infinities are strings in JSON only
        out_ += text;
    }
    void text(std::string_view text) {
        if (json_) return json_->text(text);
        append_csv_field(out_, text);
    }
    void json(std::string_view document) {
        if (json_) return json_->json(document);
        append_csv_field(out_, document);
    }
    void bytes(std::string_view blob) {
        if (json_) return json_->bytes(blob);
        if (spelling_.base64) {
            if (blob.empty()) out_ += "\"\"";
            auto const before = out_.size();
            out_.resize(before + base64_length(blob.size()));
            write_base64(out_.data() + before, blob);
            return;
        }
        static constexpr std::string_view kHex = "0123456789abcdef";
        out_ += "\\x";
        for (char c : blob) {
            auto const byte = static_cast<unsigned char>(c);
            out_ += kHex[byte >> 4];
            out_ += kHex[byte & 15];
        }
    }

private:
    SpelledJsonWriter& nested() {
        if (!json_) {
            text_.clear();
            json_.emplace(text_, spelling_);
        }
        ++depth_;
        return *json_;
    }
    void leave() {
        if (--depth_ > 0) return;
        json_.reset();
        append_csv_field(out_, text_);
    }

    std::string& out_;
    Spelling spelling_;
    std::string text_;
    std::optional<SpelledJsonWriter> json_;  ///< writes to text_ while a list or object is open
    std::size_t depth_ = 0;
};

bool needs_quotes(std::string_view text) {
    if (text.empty() || text.front() == ' ' || text.back() == ' ') return true;
    return text.find_first_of(",\"\r\n") != std::string_view::npos;
}

void append_valid(std::string& out, std::string_view text) {
    for (auto bad = first_invalid_utf8(text); bad != std::string_view::npos; bad = first_invalid_utf8(text)) {
        out += text.substr(0, bad);
        out += kReplacement;
        text.remove_prefix(bad + 1);
    }
    out += text;
}

}  // namespace

void append_csv_field(std::string& out, std::string_view text) {
    if (!needs_quotes(text)) return append_valid(out, text);
    out += '"';
    for (auto quote = text.find('"'); quote != std::string_view::npos; quote = text.find('"')) {
        append_valid(out, text.substr(0, quote + 1));
        out += '"';
        text.remove_prefix(quote + 1);
    }
    append_valid(out, text);
    out += '"';
}

void append_csv(represent::Program const& program, query::Rows const& rows, Spelling spelling, std::string& out) {
    auto const end = static_cast<std::uint32_t>(program.nodes.size());
    auto each_member = [&](auto&& write) {
        for (std::uint32_t node = 0; node < end; node = program.nodes[node].end) {
            if (node > 0) out += ',';
            write(node);
        }
    };
    each_member([&](std::uint32_t node) { append_csv_field(out, program.nodes[node].name); });
    FieldWriter field(out, spelling);
    represent::Representer representer(program, rows, represent::Nulls::keep, field);
    auto const count = static_cast<std::uint32_t>(rows.steps.front().count());
    for (std::uint32_t row = 0; row < count; ++row) {
        out += '\n';
        each_member([&](std::uint32_t node) { representer.value(node, row); });
    }
}

}  // namespace koine::format
