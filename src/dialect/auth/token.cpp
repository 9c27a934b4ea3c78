#include "base/ascii.hpp"
#include "dialect/auth/auth.hpp"
#include "dialect/headers/headers.hpp"
#include "dialect/routes/routes.hpp"

#include <algorithm>
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

struct Places {
    bool bearer = true;
    std::vector<std::string> words;
    std::vector<std::string> headers;
    std::optional<SessionNames> session;
    std::string provision;
};

class Token final : public Auth {
public:
    explicit Token(Places places) : places_(std::move(places)) {}

    std::optional<std::string_view> secret(Exchange const& exchange) const override {
        auto const found = token(exchange);
        return found && !found.value().empty() ? std::optional(found.value()) : std::nullopt;
    }

    Result<Credentials> credentials(Exchange const& exchange) const override {
        using Kind = Credentials::Kind;
        KOINE_TRY(auto const found, token(exchange));
        if (!found.empty()) return Credentials{Kind::token, found};
        if (!places_.session) return Credentials{};
        auto const cookie = exchange.cookie(places_.session->cookie);
        return cookie.empty() ? Credentials{} : Credentials{Kind::session, cookie};
    }

    SessionNames const* session() const override { return places_.session ? &*places_.session : nullptr; }

    std::string_view provision() const override { return places_.provision; }

    void describe(Description& description) const override {
        using In = CredentialDocument::In;
        if (places_.bearer) description.credentials.push_back({In::bearer, std::string(kAuthorization)});
        if (!places_.words.empty()) description.credentials.push_back({In::header, std::string(kAuthorization)});
        for (auto const& name : places_.headers) description.credentials.push_back({In::header, name});
        if (places_.session) description.credentials.push_back({In::cookie, places_.session->cookie});
    }

private:
    /// Empty if there is none.
    Result<std::string_view> token(Exchange const& exchange) const {
        auto const authorization = exchange.header(kAuthorization);
        if (places_.bearer) {
            if (auto const found = after_bearer(authorization); !found.empty()) return found;
        }
        KOINE_TRY(auto const found, after_word(trimmed(authorization)));
        if (!found.empty()) return found;
        for (auto const& name : places_.headers)
            if (auto const value = trimmed(exchange.header(name)); !value.empty()) return value;
        return std::string_view();
    }

    Result<std::string_view> after_word(std::string_view value) const {
        auto const end = std::min(value.find_first_of(" \t"), value.size());
        auto const scheme = value.substr(0, end);
        auto const known = [&](std::string const& word) { return ascii_equal(word, scheme); };
        if (std::ranges::none_of(places_.words, known)) return std::string_view();
        auto const secret = trimmed(value.substr(end));
        if (secret.empty()) return Problem(Reason::credentials_empty);
        if (secret.find_first_of(" \t") != std::string_view::npos) return Problem(Reason::credentials_with_spaces);
        return secret;
    }

    Places places_;
};

Result<SessionNames> compile_session(yaml::Node const& node) {
    yaml::Options options(node);
    SessionNames names;
    names.cookie = options.text("cookie", "sessionid");
    names.csrf_cookie = options.text("csrf_cookie", "csrftoken");
    names.csrf_header = options.text("csrf_header", "X-CSRFToken");
    names.csrf_field = options.text("csrf_field", "csrfmiddlewaretoken");
    names.login = options.text("login", "");
    names.logout = options.text("logout", "");
    names.tokens = options.text("tokens", "");
    KOINE_TRY(options.done());
    for (auto const& [option, name] :
         {std::pair{"cookie", &names.cookie}, std::pair{"csrf_cookie", &names.csrf_cookie}, std::pair{"csrf_header", &names.csrf_header}})
        if (!is_field_name(*name)) return node.find(option)->problem("not the name of a cookie or header field");
    using Option = std::pair<std::string_view, std::string SessionNames::*>;
    for (auto const& [option, member] :
         {Option("login", &SessionNames::login), Option("logout", &SessionNames::logout), Option("tokens", &SessionNames::tokens)}) {
        auto const& path = names.*member;
        bool const off = option == "tokens" && path == "none";
        if (!path.empty() && !off && !path.starts_with('/'))
            return node.find(option)->problem("expected a path from the root, as in /login/");
    }
    return names;
}

}  // namespace

Result<std::unique_ptr<Auth const>> compile_auth_token(yaml::Node const& node) {
    yaml::Options options(node);
    Places places;
    places.bearer = options.boolean("bearer", true);
    places.words = options.texts("words");
    places.headers = options.texts("headers");
    places.provision = options.text("provision", "");
    auto const* words = options.node("words");
    auto const* named = options.node("headers");
    auto const* session = options.node("session");
    KOINE_TRY(options.done());
    if (!places.provision.empty() && !is_path_below(places.provision))
        return node.find("provision")->problem("expected a path below the prefix without slashes around it, as in users/tokens");
    for (auto const& word : places.words)
        if (!is_field_name(word)) return words->problem("not the name of a scheme: " + word);
    for (auto const& name : places.headers)
        if (!is_field_name(name)) return named->problem("not the name of a header field: " + name);
    if (session != nullptr) {
        KOINE_TRY(places.session, compile_session(*session));
    }
    if (!places.bearer && places.words.empty() && places.headers.empty() && !places.session)
        return node.problem("nowhere is left where a token could be: bearer is off, and no header is named");
    return std::make_unique<Token const>(std::move(places));
}

}  // namespace koine::dialect
