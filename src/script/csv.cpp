#include "script/codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace koine::script {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";

template <class... Parts>
Problem wrong(fmt::format_string<Parts...> form, Parts&&... parts) {
    return Problem(Reason::operation_failed).because(fmt::format(form, std::forward<Parts>(parts)...));
}

class Lines {
public:
    Lines(std::string_view text, char separator) : text_(text), separator_(separator) {
        if (text_.starts_with(kMark)) at_ = kMark.size();
    }

    /// The fields of the next line that has any. @return nothing at the end.
    Result<std::optional<std::vector<std::string>>> next() {
        while (at_ < text_.size() && end_line()) {
        }
        if (at_ >= text_.size()) return std::optional<std::vector<std::string>>();
        first_ = line_;
        std::vector<std::string> fields;
        do {
            if (++parts_ > kMostParts) return wrong("CSV of more than {} fields", kMostParts);
            fields.emplace_back();
            KOINE_TRY(field(fields.back()));
        } while (take(separator_));
        end_line();
        return std::optional(std::move(fields));
    }
    /// Where the last one began.
    std::size_t line() const { return first_; }

private:
    bool take(char c) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    bool end_line() {
        bool const returned = take('\r');
        bool const ended = take('\n') || returned;
        if (ended) ++line_;
        return ended;
    }

    Result<void> field(std::string& out) {
        if (take('"')) return quoted(out);
        while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\r' && text_[at_] != '\n') {
            if (text_[at_] == '"') return wrong("line {}: a quote within a field that has none around it", line_);
            out += text_[at_++];
        }
        return outcome::success();
    }
    Result<void> quoted(std::string& out) {
        auto const begun = line_;
        while (true) {
            auto const quote = text_.find('"', at_);
            if (quote == std::string_view::npos) return wrong("line {}: a quote that nothing ends", begun);
            auto const part = text_.substr(at_, quote - at_);
            out += part;
            line_ += static_cast<std::size_t>(std::ranges::count(part, '\n'));
            at_ = quote + 1;
            if (!take('"')) break;
            out += '"';
        }
        bool const ends = at_ >= text_.size() || text_[at_] == separator_ || text_[at_] == '\r' || text_[at_] == '\n';
        if (!ends) return wrong("line {}: text behind a quoted field", line_);
        return outcome::success();
    }

    std::string_view text_;
    char separator_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t first_ = 1;
    std::size_t parts_ = 0;
};

Result<void> check_names(std::vector<std::string> const& names) {
    std::unordered_set<std::string_view> seen;
    for (auto const& name : names)
        if (!seen.insert(name).second) return wrong("the column {} stands twice", name);
    return outcome::success();
}

bool is_formula(std::string_view text) {
    return !text.empty() && std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos;
}

class Writer {
public:
    Writer(CsvForm const& form, std::size_t most) : form_(form), most_(most) {}

    Result<void> line(std::vector<Value const*> const& fields) {
        auto const begun = out.size();
        bool first = true;
        for (auto const* field : fields) {
            if (!std::exchange(first, false)) out += form_.separator;
            if (field != nullptr) {
                KOINE_TRY(value(*field));
            }
        }
        // A line without anything would be passed over.
        if (out.size() == begun && !fields.empty()) out += "\"\"";
        out += "\r\n";
        return outcome::success();
    }
    Result<void> names(std::vector<std::string> const& names) {
        std::vector<Value> values(names.begin(), names.end());
        std::vector<Value const*> fields;
        for (auto const& each : values) fields.push_back(&each);
        return line(fields);
    }
    bool is_full() const { return out.size() > most_; }

    std::string out;

private:
    Result<void> value(Value const& value) {
        if (value.is_null()) return outcome::success();
        if (value.list() != nullptr || value.map() != nullptr) return wrong("a field is a text, a number or a boolean");
        auto const* text = value.text();
        if (text == nullptr) {
            out += value.json();
            return outcome::success();
        }
        bool const guarded = form_.safe && is_formula(*text);
        bool const quotes = guarded || text->find_first_of("\"\r\n") != std::string::npos ||
                            text->find(form_.separator) != std::string::npos || text->starts_with(' ') || text->ends_with(' ') ||
                            text->starts_with(kMark);
        if (quotes) out += '"';
        if (guarded) out += '\'';
        for (char const c : *text) {
            if (c == '"') out += '"';
            out += c;
        }
        if (quotes) out += '"';
        return outcome::success();
    }

    CsvForm const& form_;
    std::size_t most_;
};

/// The columns of maps: as they are said, or all names as they come.
Result<std::vector<std::string>> columns_of(List const& rows, CsvForm const& form) {
    if (!form.names.empty()) return form.names;
    std::vector<std::string> names;
    std::unordered_set<std::string_view> seen;
    for (auto const& row : rows) {
        if (row.map() == nullptr) return wrong("rows are all lists, or all tables of names and values");
        for (auto const& [name, value] : *row.map())
            if (seen.insert(name).second) names.push_back(name);
    }
    if (rows.size() * names.size() > kMostParts) return wrong("CSV of more than {} fields", kMostParts);
    return names;
}

Result<void> write_maps(List const& rows, CsvForm const& form, Writer& writer) {
    KOINE_TRY(auto const names, columns_of(rows, form));
    std::unordered_map<std::string_view, std::size_t> places;
    for (auto const& name : names) places.emplace(name, places.size());
    if (form.has_header) {
        KOINE_TRY(writer.names(names));
    }
    std::vector<Value const*> fields;
    for (auto const& row : rows) {
        if (row.map() == nullptr) return wrong("rows are all lists, or all tables of names and values");
        fields.assign(names.size(), nullptr);
        for (auto const& [name, value] : *row.map())
            if (auto const place = places.find(name); place != places.end()) fields[place->second] = &value;
        KOINE_TRY(writer.line(fields));
        if (writer.is_full()) break;
    }
    return outcome::success();
}

Result<void> write_lists(List const& rows, CsvForm const& form, Writer& writer) {
    if (form.has_header && !form.names.empty()) {
        KOINE_TRY(writer.names(form.names));
    }
    std::vector<Value const*> fields;
    for (auto const& row : rows) {
        // An empty table is an empty list, too.
        bool const empty = row.map() != nullptr && row.map()->empty();
        if (row.list() == nullptr && !empty) return wrong("rows are all lists, or all tables of names and values");
        fields.clear();
        if (!empty)
            for (auto const& each : *row.list()) fields.push_back(&each);
        KOINE_TRY(writer.line(fields));
        if (writer.is_full()) break;
    }
    return outcome::success();
}

}  // namespace

Result<Value> read_csv(std::string_view text, CsvForm const& form) {
    Lines lines(text, form.separator);
    auto names = form.names;
    if (form.has_header && names.empty()) {
        KOINE_TRY(auto first, lines.next());
        if (first) names = std::move(*first);
    }
    KOINE_TRY(check_names(names));
    List rows;
    while (true) {
        KOINE_TRY(auto fields, lines.next());
        if (!fields) return Value(std::move(rows));
        if (names.empty()) {
            rows.emplace_back(List(std::make_move_iterator(fields->begin()), std::make_move_iterator(fields->end())));
            continue;
        }
        if (fields->size() != names.size())
            return wrong("line {}: {} fields where there are {} columns", lines.line(), fields->size(), names.size());
        Map row;
        for (std::size_t i = 0; i < names.size(); ++i) row.push_back({names[i], std::move((*fields)[i])});
        rows.emplace_back(std::move(row));
    }
}

Result<std::string> write_csv(Value const& rows, CsvForm const& form, std::size_t most) {
    auto const* list = rows.list();
    bool const empty = rows.map() != nullptr && rows.map()->empty();
    if (list == nullptr && !empty) return wrong("rows are a list");
    KOINE_TRY(check_names(form.names));
    static List const none;
    if (list == nullptr) list = &none;
    Writer writer(form, most);
    bool const maps = !list->empty() && list->front().map() != nullptr && !list->front().map()->empty();
    KOINE_TRY(maps ? write_maps(*list, form, writer) : write_lists(*list, form, writer));
    return std::move(writer.out);
}

}  // namespace koine::script
