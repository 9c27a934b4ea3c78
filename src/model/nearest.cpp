#include "base/ascii.hpp"
#include "model/schema.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::model {
namespace {

constexpr std::size_t kLongestName = 128;  ///< of a request: beyond it no one mistyped a name

/// Edits (insert, delete, replace, swap of neighbours) between two names, letter case aside; more than `most` counts as `most + 1`.
std::size_t distance(std::string_view a, std::string_view b, std::size_t most) {
    if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > most) return most + 1;
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            char x = ascii_lower(a[i - 1]);
            char y = ascii_lower(b[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (x == y ? 0U : 1U)});
            if (i > 1 && j > 1 && x == ascii_lower(b[j - 2]) && ascii_lower(a[i - 2]) == y)
                row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        if (std::ranges::min(row) > most) return most + 1;
        before_last.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view wanted, std::vector<std::string_view> const& names) {
    if (wanted.empty() || wanted.size() > kLongestName) return std::nullopt;
    std::size_t least = (wanted.size() + 1) / 3 + 1;
    std::optional<std::string_view> best;
    for (std::string_view name : names) {
        if (name == wanted || name.size() > 2 * kLongestName) continue;
        std::size_t edits = distance(wanted, name, least);
        if (edits > least || edits >= std::max(wanted.size(), name.size())) continue;
        bool nearer = best ? edits < least || (edits == least && name < *best) : edits < least;
        if (!nearer) continue;
        least = edits;
        best = name;
    }
    if (!best) return std::nullopt;
    return std::string(*best);
}

}  // namespace koine::model
