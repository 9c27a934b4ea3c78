#include "base/ascii.hpp"
#include "base/file_name.hpp"
#include "format/body_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace koine::format {
namespace {

constexpr std::string_view kFormat = "Multipart form";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kMaxBoundary = 70;     ///< RFC 2046 §5.1.1
constexpr std::size_t kMaxHead = 8 * 1024;   ///< bytes of one part's headers
constexpr std::size_t kMaxPartsPerName = 4;  ///< of the names that a body may have; the others repeat them

Problem refused(std::string_view detail) { return Problem(Reason::invalid_body).with("format", kFormat).with("detail", detail); }

bool is_boundary(std::string_view text) {
    constexpr std::string_view marks = "'()+_,-./:=? ";
    return !text.empty() && text.size() <= kMaxBoundary && text.back() != ' ' &&
           std::ranges::all_of(text, [&](char c) { return is_ascii_alphanumeric(c) || marks.find(c) != marks.npos; });
}

/// One line of a part's head: `Name: value`.
struct Field {
    std::string_view name;
    std::string_view value;
};

/// The value of a parameter, `name=text` or `name="text"`, with its escapes; nothing where a quote stays open.
std::optional<std::string> parameter_value(std::string_view& rest) {
    std::string value;
    if (!rest.starts_with('"')) return std::string(trimmed(split_off(rest, ';')));
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            rest.remove_prefix(i + 1);
            split_off(rest, ';');
            return value;
        }
        bool const escaped = rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\');
        value += rest[escaped ? ++i : i];
    }
    return std::nullopt;
}

/// What a part says of itself.
struct Head {
    std::optional<std::string> name;
    std::optional<std::string> file;  ///< its name
    std::string type;
};

class MultipartReader {
public:
    MultipartReader(std::string_view text, BodyLimits const& limits, query::Body& body, BodyReading const& reading)
        : rest_(text),
          limits_(limits),
          body_(body),
          row_(limits, body, reading.lists),
          files_(reading.files),
          delimiter_(fmt::format("\r\n--{}", reading.boundary)) {}

    Result<void> read() {
        KOINE_TRY(bool more, skip_preamble());
        if (!row_.begin()) return row_.refusal();
        for (std::size_t parts = 0; more; ++parts) {
            if (parts == limits_.names * kMaxPartsPerName)
                return Problem(Reason::limit_exceeded)
                    .with("limit", "parts of a body")
                    .with("maximum", static_cast<std::int64_t>(limits_.names * kMaxPartsPerName));
            KOINE_TRY(auto const head, read_head());
            KOINE_TRY(auto const content, next_part(more));
            KOINE_TRY(take(head, content));
        }
        row_.finish();
        return outcome::success();
    }

private:
    /// What stands before the first boundary is nothing. @return whether a part follows.
    Result<bool> skip_preamble() {
        bool more = false;
        auto const first = std::string_view(delimiter_).substr(kLineEnd.size());
        if (rest_.starts_with(first)) {
            auto after = rest_.substr(first.size());
            if (ends_line(after, more)) {
                rest_ = after;
                return more;
            }
        }
        KOINE_TRY(next_part(more));
        return more;
    }

    /// Whether a boundary's line ends here; goes behind it. @param more whether it is not the last one.
    static bool ends_line(std::string_view& after, bool& more) {
        if (after.starts_with("--")) {
            more = false;
            after = {};
            return true;
        }
        auto const text = after.find_first_not_of(" \t");
        if (text == std::string_view::npos || !after.substr(text).starts_with(kLineEnd)) return false;
        after.remove_prefix(text + kLineEnd.size());
        more = true;
        return true;
    }

    /// What stands before the next boundary.
    Result<std::string_view> next_part(bool& more) {
        for (std::size_t from = 0;;) {
            auto const at = rest_.find(delimiter_, from);
            if (at == std::string_view::npos) return refused("a boundary is missing");
            auto after = rest_.substr(at + delimiter_.size());
            if (ends_line(after, more)) {
                auto const part = rest_.substr(0, at);
                rest_ = after;
                return part;
            }
            from = at + delimiter_.size();
        }
    }

    Result<Head> read_head() {
        Head head;
        for (std::size_t bytes = 0;;) {
            auto const end = rest_.substr(0, kMaxHead - bytes).find(kLineEnd);
            if (end == std::string_view::npos) return refused("the head of a part does not end");
            auto line = rest_.substr(0, end);
            bytes += end + kLineEnd.size();
            // The line end before a boundary is the boundary's: a part without content has none of its own.
            rest_.remove_prefix(line.empty() && is_delimited(kLineEnd) ? 0 : end + kLineEnd.size());
            if (line.empty()) return head;
            auto const name = trimmed(split_off(line, ':'));
            KOINE_TRY(read_field({name, trimmed(line)}, head));
        }
    }
    /// Whether a boundary follows, right behind what is given.
    bool is_delimited(std::string_view behind) const {
        return rest_.substr(behind.size()).starts_with(std::string_view(delimiter_).substr(kLineEnd.size()));
    }

    static Result<void> read_field(Field field, Head& head) {
        if (ascii_equal(field.name, "Content-Transfer-Encoding")) {
            for (std::string_view const plain : {"7bit", "8bit", "binary"})
                if (ascii_equal(field.value, plain)) return outcome::success();
            return refused("a part is encoded");
        }
        if (ascii_equal(field.name, "Content-Type")) head.type = field.value;
        if (!ascii_equal(field.name, "Content-Disposition")) return outcome::success();
        auto rest = field.value;
        if (!ascii_equal(trimmed(split_off(rest, ';')), "form-data")) return refused("a part is no form data");
        while (!rest.empty()) {
            auto const equals = rest.find('=');
            if (equals == std::string_view::npos) break;
            auto const name = trimmed(rest.substr(0, equals));
            rest = trimmed(rest.substr(equals + 1));
            auto value = parameter_value(rest);
            if (!value) return refused("a quote stays open");
            // RFC 7578 §4.2: filename* is not for forms; who sends it has a file all the same, without that name.
            if (ascii_equal(name, "filename*") && !head.file) head.file.emplace();
            if (ascii_equal(name, "name"))
                head.name = std::move(*value);
            else if (ascii_equal(name, "filename"))
                head.file = std::move(*value);
        }
        return outcome::success();
    }

    Result<void> take(Head const& head, std::string_view content) {
        if (!head.name) return refused("a part has no name");
        if (head.file && !files_) return Problem(Reason::feature_not_supported).with("feature", "files in a body");
        if (head.file) return take_file(head, content);
        for (std::string_view const text : {std::string_view(*head.name), content})
            if (not_utf8(kFormat, text)) return refused("bytes that are not UTF-8");
        if (!row_.add(body_.texts.copy(*head.name), content)) return row_.refusal();
        return outcome::success();
    }

    Result<void> take_file(Head const& head, std::string_view content) {
        for (std::string_view const text : {std::string_view(*head.name), std::string_view(*head.file)})
            if (not_utf8(kFormat, text)) return refused("bytes that are not UTF-8");
        // What a browser sends of a control in which no file was chosen.
        if (head.file->empty() && content.empty()) return outcome::success();
        if (body_.files.size() == limits_.names)
            return Problem(Reason::limit_exceeded)
                .with("limit", "files of a body")
                .with("maximum", static_cast<std::int64_t>(limits_.names));
        auto type = plain_media_type(head.type);
        if (type.empty()) type = "application/octet-stream";
        body_.files.push_back({*head.name, plain_file_name(*head.file), std::move(type), content});
        return outcome::success();
    }

    std::string_view rest_;
    BodyLimits const& limits_;
    query::Body& body_;
    FormRow row_;
    bool files_;
    std::string delimiter_;
};

}  // namespace

Result<void> read_multipart(std::string_view text, BodyLimits const& limits, query::Body& body, BodyReading const& reading) {
    if (text.empty()) return Problem(Reason::empty_body);
    if (!is_boundary(reading.boundary)) return refused("Invalid boundary");
    return MultipartReader(text, limits, body, reading).read();
}

}  // namespace koine::format
