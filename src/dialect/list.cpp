#include "dialect/list.hpp"

#include "base/ascii.hpp"

#include <charconv>
#include <utility>

namespace koine::dialect {

bool CommaList::next() {
    if (!more_) return false;
    auto const comma = rest_.find(',');
    item_ = trimmed(rest_.substr(0, comma));
    more_ = comma != std::string_view::npos;
    if (more_) rest_.remove_prefix(comma + 1);
    return true;
}

bool is_listable(std::string_view name) {
    return !name.empty() && name.front() != '-' && name.find(',') == std::string_view::npos && trimmed(name) == name;
}

std::optional<std::int64_t> to_integer(std::string_view text) {
    std::int64_t value = 0;
    auto const* end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end) return std::nullopt;
    return value;
}

Problem invalid_parameter(Parameter const& parameter, std::string_view expected) {
    return Problem(Reason::invalid_parameter).with("parameter", parameter.key).with("value", parameter.value).with("expected", expected);
}

Problem exceeds(std::string_view limit, std::size_t maximum) {
    return Problem(Reason::limit_exceeded).with("limit", limit).with("maximum", static_cast<std::int64_t>(maximum));
}

}  // namespace koine::dialect
