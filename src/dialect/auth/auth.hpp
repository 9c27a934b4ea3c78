/// @file The auth axis: where a request carries its credentials. Whether they are any good is not a dialect's to say.
#pragma once

#include "dialect/axes.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace koine::dialect {

/// A strategy of the axis. Stateless, shared between threads.
class Auth {
public:
    virtual ~Auth() = default;
    /// The secret of a token, as the request carries it: never empty, a view of the request. Nothing if it has none: it is anonymous.
    /// Not for logs.
    virtual std::optional<std::string_view> secret(Exchange const& exchange) const = 0;
    /// Where a caller may put it.
    virtual void describe(Description& description) const = 0;
};

/// `token`: a secret by itself. Options: `bearer` (true): in `Authorization: Bearer SECRET`, whatever the case of `Bearer`; `headers` (none): the
/// value of a header, in the order named. They are looked at in this order; a place that is absent, empty or of another scheme is passed over.
/// Source: RFC 6750 §2.1.
Result<std::unique_ptr<Auth const>> compile_auth_token(yaml::Node const& options);

}  // namespace koine::dialect
