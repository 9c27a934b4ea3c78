#include "base/ascii.hpp"
#include "dialect/auth/auth.hpp"
#include "dialect/headers/headers.hpp"

#include <string>
#include <utility>
#include <vector>

namespace koine::dialect {
namespace {

constexpr std::string_view kAuthorization = "Authorization";
constexpr std::string_view kBearer = "bearer";

/// What follows the scheme `Bearer`; empty if it is another scheme.
std::string_view after_bearer(std::string_view value) {
    value = trimmed(value);
    if (!ascii_equal(split_off(value, ' '), kBearer)) return {};
    return trimmed(value);
}

class Token final : public Auth {
public:
    Token(bool bearer, std::vector<std::string> headers) : bearer_(bearer), headers_(std::move(headers)) {}

    std::optional<std::string_view> secret(Exchange const& exchange) const override {
        if (bearer_) {
            if (auto const found = after_bearer(exchange.header(kAuthorization)); !found.empty()) return found;
        }
        for (auto const& name : headers_)
            if (auto const found = trimmed(exchange.header(name)); !found.empty()) return found;
        return std::nullopt;
    }

    void describe(Description& description) const override {
        using In = CredentialDocument::In;
        if (bearer_) description.credentials.push_back({In::bearer, std::string(kAuthorization)});
        for (auto const& name : headers_) description.credentials.push_back({In::header, name});
    }

private:
    bool bearer_;
    std::vector<std::string> headers_;
};

}  // namespace

Result<std::unique_ptr<Auth const>> compile_auth_token(yaml::Node const& node) {
    yaml::Options options(node);
    bool const bearer = options.boolean("bearer", true);
    auto headers = options.texts("headers");
    auto const* named = options.node("headers");
    KOINE_TRY(options.done());
    for (auto const& name : headers)
        if (!is_field_name(name)) return named->problem("not the name of a header field: " + name);
    if (!bearer && headers.empty()) return node.problem("nowhere is left where a token could be: bearer is off, and no header is named");
    return std::make_unique<Token const>(bearer, std::move(headers));
}

}  // namespace koine::dialect
