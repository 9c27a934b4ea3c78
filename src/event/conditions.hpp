/// @file Conditions: whether a JSON document is as somebody wants it, as rows of webhooks say it in JSON. A general evaluator of a small language:
///   {"and": [{"attr": "status.value", "value": "active"}, {"or": [{"attr": "tags.slug", "op": "contains", "value": "x"}, …]}]}
#pragma once

#include "base/result.hpp"

#include <boost/json/fwd.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace koine::event {

/// A tree of conditions. A condition has `attr` (a path of member names; through a list it leads to all its elements' members), `op` (eq gt gte lt
/// lte in contains regex; default eq), `value`, and `negate`. What isn't there is null. Numbers compare with numbers, texts with texts; what cannot be compared does not
/// hold. `in`: the attribute is an element of the list, `contains`: the value is an element of the attribute, or a part of its text; `regex`
/// (RE2): from the attribute's beginning. Immutable.
class Conditions {
public:
    /// @return check_failed with what is wrong, in one sentence: no such form, more than 8 levels or 200 conditions, a text over 64 KiB.
    static Result<Conditions> parse(std::string_view json);
    bool hold(boost::json::value const& document) const;

    struct Node;

private:
    std::shared_ptr<Node const> root_;
};

/// A document for them; of what is no JSON, or nested too deeply, null.
std::unique_ptr<boost::json::value const> read_document(std::string_view json);

}  // namespace koine::event
