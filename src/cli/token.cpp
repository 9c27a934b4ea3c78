#include "auth/state_file.hpp"
#include "auth/tokens.hpp"
#include "cli/commands.hpp"
#include "cli/config.hpp"
#include "cli/outcome.hpp"
#include "cli/terminal.hpp"
#include "cli/values.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

namespace koine::cli {
namespace {

namespace json = boost::json;
using auth::Missing;
using auth::Token;
using auth::Tokens;
using List = std::vector<Token>;

/// What a command is about: a database, and the file that its tokens are in.
struct Place {
    std::string database;
    std::string state;
};

Result<Place> place_of(Command const& command) {
    if (command.file.empty()) return missing_value("FILE", "name a SQLite database, as in \"koine token list my.db\" (koine token --help)");
    KOINE_TRY(check_source(command.file));
    std::error_code error;
    if (!std::filesystem::is_regular_file(command.file, error)) return configuration_problem(command.file, 0, 0, "there is no such file");
    Place place{command.file, command.token.state};
    auto const environment = read_environment();
    if (auto const found = environment.find("KOINE_STATE"); place.state.empty() && found != environment.end()) place.state = found->second;
    if (place.state.empty()) place.state = auth::state_file_of(command.file);
    return place;
}

// --- create ------------------------------------------------------------------------------------------------------------------------------

/// A token as it was asked for, without what only the moment gives.
Result<Token> wanted(TokenCommand const& command) {
    Token token;
    token.name = command.name;
    token.may = command.write ? auth::Access::write : auth::Access::read;
    token.created = auth::now();
    if (!token.name.empty() && !auth::is_token_name(token.name)) return bad_value("--name", token.name, auth::kTokenNameForm);
    if (command.expires.empty()) return token;
    auto const lifetime = parse_lifetime(command.expires);
    if (!lifetime) return bad_value("--expires", command.expires, kLifetimeForm);
    token.expires = token.created + *lifetime;
    return token;
}

/// Adds it to the file, with an id that is free, and tells whether it is the first.
Result<bool> add(Place const& place, Token& token) {
    bool first = false;
    KOINE_TRY(auth::change_state_file(place.state, place.database, Missing::create, [&](Tokens const& before) -> Result<Tokens> {
        first = before.empty();
        if (before.all().size() >= auth::kMostTokens)
            return bad_value("FILE", place.state, fmt::format("a file with fewer than {} tokens: revoke some", auth::kMostTokens));
        if (!token.name.empty() && before.named(token.name) != nullptr)
            return bad_value("--name", token.name, "free: a token is called so already. Revoke it, or choose another name");
        do {
            KOINE_TRY(token.id, auth::make_id());
        } while (before.named(token.id) != nullptr);
        if (token.name.empty()) token.name = token.id;
        List list(before.all().begin(), before.all().end());
        list.push_back(token);
        return Tokens(std::move(list));
    }));
    return first;
}

/// Takes it out of the file. @return it, and whether others are left.
Result<std::pair<Token, bool>> take_out(Place const& place, std::string const& id_or_name) {
    std::pair<Token, bool> taken;
    KOINE_TRY(auth::change_state_file(place.state, place.database, Missing::refuse, [&](Tokens const& before) -> Result<Tokens> {
        auto const* found = before.named(id_or_name);
        if (found == nullptr)
            return bad_value("TOKEN", id_or_name, fmt::format("the id or name of a token (koine token list {})", place.database));
        taken = {*found, before.all().size() > 1};
        List list;
        std::ranges::copy_if(before.all(), std::back_inserter(list), [&](Token const& each) { return each.id != found->id; });
        return Tokens(std::move(list));
    }));
    return taken;
}

void explain(Place const& place, Token const& token, bool first) {
    auto const until = token.expires ? fmt::format(", until {}", auth::to_text(*token.expires)) : std::string();
    auto const may = token.may == auth::Access::write ? "read and write" : "read";
    say(stderr, fmt::format("koine: made the token {} (id {}): it may {}{}.\n", token.name, token.id, may, until));
    say(stderr,
        fmt::format("The line on stdout is its secret, shown this once. Only a hash of it is kept, in {}.\n", printable(place.state)));
    if (first) say(stderr, "It is the first: from now on nobody writes without a token. A running server notices within a second.\n");
    say(stderr, "A client sends it with each request:\n\n  curl -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:3000/\n\n");
}

ExitCode create(Place const& place, TokenCommand const& command) {
    auto token = wanted(command);
    if (!token) return fail(token.error());
    auto const secret = auth::make_secret();
    if (!secret) return fail(secret.error());
    token.value().sha256 = auth::digest_of(secret.value());
    auto const first = add(place, token.value());
    if (!first) return fail(first.error());
    say(stdout, secret.value() + "\n");
    auto const outcome = finish_output();
    if (outcome == ExitCode::fine)
        explain(place, token.value(), first.value());
    else if (auto const undone = take_out(place, token.value().id);
             !undone)  // a secret that nobody saw opens nothing, but litters the list
        return fail(undone.error());
    return outcome;
}

// --- list --------------------------------------------------------------------------------------------------------------------------------

std::string as_text(Tokens const& tokens, Paint const& paint) {
    using Line = std::array<std::string, 5>;
    std::vector<Line> lines = {{"id", "name", "may", "created", "expires"}};
    auto const now = auth::now();
    for (auto const& token : tokens.all()) {
        auto expires = token.expires ? auth::to_text(*token.expires) : std::string("never");
        if (token.is_expired(now)) expires += " (expired)";
        lines.push_back({token.id, token.name, std::string(to_string(token.may)), auth::to_text(token.created), std::move(expires)});
    }
    std::array<std::size_t, 5> widths{};
    for (auto const& line : lines)
        for (std::size_t i = 0; i + 1 < line.size(); ++i) widths[i] = std::max(widths[i], width(line[i]));
    std::string text;
    for (auto const& line : lines) {
        std::string written;
        for (std::size_t i = 0; i < line.size(); ++i) written += padded(line[i], widths[i]) + (i + 1 < line.size() ? "  " : "");
        text += (text.empty() ? paint.faint(written) : written) + "\n";
    }
    return text;
}

std::string as_json(Tokens const& tokens, std::string const& state) {
    auto const now = auth::now();
    json::array list;
    for (auto const& token : tokens.all())
        list.push_back(
            {{"id", token.id},
             {"name", token.name},
             {"may", to_string(token.may)},
             {"created", auth::to_text(token.created)},
             {"expires", token.expires ? json::value(auth::to_text(*token.expires)) : json::value(nullptr)},
             {"expired", token.is_expired(now)}}
        );
    return json::serialize(json::object{{"file", printable(state)}, {"tokens", std::move(list)}});
}

ExitCode list(Place const& place, bool in_json) {
    auto const read = auth::read_state_file(place.state);
    if (!read) return fail(read.error());
    auto const tokens = read.value() ? read.value()->tokens : Tokens();
    if (in_json)
        say(stdout, as_json(tokens, place.state) + "\n");
    else if (!tokens.empty())
        say(stdout, as_text(tokens, Paint(stdout)));
    else
        say(stderr, fmt::format("koine: {} has no tokens; koine token create makes one\n", printable(place.database)));
    return finish_output();
}

// --- revoke ------------------------------------------------------------------------------------------------------------------------------

ExitCode revoke(Place const& place, std::string const& which) {
    if (which.empty()) return fail(missing_value("TOKEN", "name the token by its id or name, as koine token list shows them"));
    auto const taken = take_out(place, which);
    if (!taken) return fail(taken.error());
    auto const& [token, others] = taken.value();
    say(stdout, fmt::format("revoked {} (id {})\n", token.name, token.id));
    if (!others)
        say(stderr,
            "koine: that was the last token. A server that runs stays closed; one started anew, on this machine and with --write, lets "
            "everyone on it write.\n");
    return finish_output();
}

}  // namespace

ExitCode token(Command const& command) {
    auto const place = place_of(command);
    if (!place) return fail(place.error());
    switch (command.token.action) {
        case TokenCommand::Action::create: return create(place.value(), command.token);
        case TokenCommand::Action::list: return list(place.value(), command.json);
        case TokenCommand::Action::revoke: return revoke(place.value(), command.token.which);
    }
    return ExitCode::failed;
}

}  // namespace koine::cli
