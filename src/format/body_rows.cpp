#include "format/body_rows.hpp"

#include "base/utf8.hpp"
#include "represent/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace koine::format {
namespace {

using query::Given;

constexpr std::size_t kFew = 16;  ///< names that are found as fast one by one

}  // namespace

bool BodyRows::add_name(std::string_view name) {
    auto& names = body_.names;
    if (names.size() == limits_.names) return refuse("names in a body", limits_.names);
    if (name.size() > limits_.name_bytes) return refuse("bytes of a name", limits_.name_bytes);
    if (names.size() == kFew) {
        sorted_.resize(kFew);
        std::iota(sorted_.begin(), sorted_.end(), 0U);
        std::ranges::sort(sorted_, {}, [&](std::uint32_t i) { return std::string_view(names[i]); });
    }
    names.emplace_back(name);
    if (names.size() <= kFew) return true;
    auto by_name = [&](std::uint32_t i) { return std::string_view(names[i]); };
    auto place = std::ranges::lower_bound(sorted_, name, {}, by_name);
    sorted_.insert(place, static_cast<std::uint32_t>(names.size() - 1));
    return true;
}

std::size_t BodyRows::find(std::string_view name) const {
    auto const& names = body_.names;
    if (names.size() <= kFew) return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
    auto by_name = [&](std::uint32_t i) { return std::string_view(names[i]); };
    auto place = std::ranges::lower_bound(sorted_, name, {}, by_name);
    return place != sorted_.end() && names[*place] == name ? *place : names.size();
}

bool BodyRows::begin_row() {
    auto const width = body_.names.size();
    if (body_.rows == limits_.rows) return refuse("rows of a body", limits_.rows);
    if (width * (body_.rows + 1) > limits_.values) return refuse("values of a body", limits_.values);
    row_start_ = body_.values.size();
    body_.values.resize(row_start_ + width);
    present_ = 0;
    next_name_ = 0;
    return true;
}

bool BodyRows::at_name(std::string_view name) {
    auto const& names = body_.names;
    if (next_name_ >= names.size() || names[next_name_] != name) {
        next_name_ = find(name);
        if (next_name_ == names.size()) {
            if (!add_name(name)) return false;
            if (names.size() * (body_.rows + 1) > limits_.values) return refuse("values of a body", limits_.values);
            body_.values.emplace_back();
        }
    }
    place_ = row_start_ + next_name_++;
    return true;
}

void BodyRows::end_row() {
    auto const width = body_.names.size();
    if (widths_.empty() || widths_.back().width != width) widths_.push_back({body_.rows, width});
    if (widths_.size() > 1 || present_ != width) body_.uniform = false;
    ++body_.rows;
}

void BodyRows::finish() {
    if (widths_.size() < 2) return;
    auto& values = body_.values;
    auto const width = body_.names.size();
    auto from = static_cast<std::ptrdiff_t>(values.size());
    values.resize(body_.rows * width);
    auto to = static_cast<std::ptrdiff_t>(values.size());
    auto last = body_.rows;
    for (auto widening = widths_.rbegin(); widening != widths_.rend(); last = widening->row, ++widening) {
        auto const old = static_cast<std::ptrdiff_t>(widening->width);
        for (auto row = last; row > widening->row; --row) {
            from -= old;
            to -= static_cast<std::ptrdiff_t>(width);
            std::copy_backward(values.begin() + from, values.begin() + from + old, values.begin() + to + old);
            std::fill(values.begin() + to + old, values.begin() + to + static_cast<std::ptrdiff_t>(width), Given());
        }
    }
}

bool BodyRows::refuse(std::string_view limit, std::size_t maximum) {
    limit_ = limit;
    maximum_ = maximum;
    return false;
}

Problem BodyRows::refusal() const {
    return Problem(Reason::limit_exceeded).with("limit", limit_).with("maximum", static_cast<std::int64_t>(maximum_));
}

Problem invalid_body(std::string_view format, std::string_view text, std::size_t at, std::string_view what) {
    auto before = text.substr(0, at);
    auto line = 1 + std::ranges::count(before, '\n');
    if (auto end = before.rfind('\n'); end != std::string_view::npos) before.remove_prefix(end + 1);
    auto column = 1 + std::ranges::count_if(before, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    return Problem(Reason::invalid_body).with("format", format).with("detail", fmt::format("line {}, column {}: {}", line, column, what));
}

std::optional<Problem> not_utf8(std::string_view format, std::string_view text) {
    auto const at = first_invalid_utf8(text);
    if (at == std::string_view::npos) return std::nullopt;
    return invalid_body(format, text, at, "bytes that are not UTF-8");
}

bool FormRow::begin() {
    body_.form = query::Body::Form::object;
    return rows_.begin_row();
}

bool FormRow::add(std::string_view name, std::string_view text) {
    if (!rows_.at_name(name)) return false;
    if (auto const before = rows_.present(); lists_ && before.kind != Given::Kind::absent) {
        auto& texts = repeated_[rows_.place()];
        if (texts.empty()) texts.push_back(before.text);
        texts.push_back(text);
    }
    rows_.value(Given::Kind::text, text);
    return true;
}

void FormRow::finish() {
    for (auto const& [place, texts] : repeated_) {
        std::string list;
        for (auto const text : texts) {
            list += list.empty() ? '[' : ',';
            represent::append_json_string(list, text);
        }
        body_.values[place] = {Given::Kind::json, body_.texts.copy(list + ']')};
    }
    rows_.end_row();
    rows_.finish();
}

Result<void> read_body(BodyFormat format, std::string_view text, BodyLimits const& limits, query::Body& body, BodyReading const& reading) {
    body.clear();
    if (reading.documents && text.empty()) return outcome::success();
    auto result = [&] {
        switch (format) {
            case BodyFormat::csv: return read_csv(text, limits, body);
            case BodyFormat::form: return read_form(text, limits, body, reading);
            case BodyFormat::multipart: return read_multipart(text, limits, body, reading);
            case BodyFormat::json: break;
        }
        return read_json(text, limits, body, reading);
    }();
    if (!result) body.clear();
    return result;
}

}  // namespace koine::format
