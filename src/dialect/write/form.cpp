#include "dialect/write/form.hpp"

#include <fmt/format.h>

namespace koine::dialect {

Result<void> read_form(yaml::Options& options, std::string_view name, Form& form) {
    auto const* node = options.node(name);
    if (node == nullptr) return outcome::success();
    yaml::Options own(*node);
    form.status = static_cast<int>(own.integer("status", form.status, 200, 299));
    form.item = own.word("body", {"none", "item"}, form.item ? "item" : "none") == 1;
    KOINE_TRY(own.done());
    if (form.item && (form.status == 204 || form.status == 205))
        return node->problem(fmt::format("an answer with status {} has no body: say body: none", form.status));
    return outcome::success();
}

}  // namespace koine::dialect
