/// @file Tokens: an immutable list of API tokens, and how a file spells it.
#pragma once

#include "auth/secret.hpp"
#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace koine::auth {

/// Whole seconds, UTC.
using Time = std::chrono::sys_seconds;
/// The system's clock now, without its fractions.
Time now();

enum class Access : std::uint8_t { read, write };
/// "read", "write": what a token may. Who may write may also read.
std::string_view to_string(Access access);

/// What is kept of a token. The secret is not part of it.
struct Token {
    std::string id;
    std::string name;  ///< unique among names and ids, see is_token_name
    Digest sha256{};
    Access may = Access::read;
    Time created{};
    std::optional<Time> expires;  ///< from this second on it counts no longer

    bool is_expired(Time at) const { return expires && *expires <= at; }
    bool operator==(Token const&) const = default;
};

/// 1 to 64 letters, digits and - _ . @ + :, the first a letter or digit: fit for a log, a shell and YAML.
bool is_token_name(std::string_view text);
/// What is_token_name takes, for messages.
inline constexpr std::string_view kTokenNameForm = "1 to 64 letters, digits and - _ . @ + : beginning with a letter or digit";

/// "2026-11-22T08:07:41Z", and back; nothing if it is something else.
std::string to_text(Time time);
std::optional<Time> time_from_text(std::string_view text);

/// A file holds no more.
inline constexpr std::size_t kMostTokens = 10'000;

/// Values: shared between threads by const access.
class Tokens {
public:
    /// None.
    Tokens() = default;
    /// In this order. Ids, names and digests must be unique.
    explicit Tokens(std::vector<Token> tokens);
    /// Reads the YAML of `text()`. @param file for messages. @return configuration, with its place: also for an id, name or hash that stands
    /// there twice and for more than 10,000 tokens. An empty text holds none.
    static Result<Tokens> parse(std::string_view text, std::string_view file);

    bool empty() const { return tokens_.empty(); }
    std::span<Token const> all() const { return tokens_; }
    /// The token of that secret's hash, expired or not; null if there is none.
    Token const* find(Digest const& sha256) const;
    /// The token of that id, else of that name; null if there is none.
    Token const* named(std::string_view id_or_name) const;
    /// The file's content.
    std::string text() const;

private:
    std::vector<Token> tokens_;
    std::vector<std::uint32_t> by_hash_;  ///< places in tokens_, by the first bytes of their hash
};

}  // namespace koine::auth
