#include "auth/tokens.hpp"

#include "base/ascii.hpp"
#include "model/yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <numeric>
#include <set>

namespace koine::auth {
namespace {

using std::chrono::sys_days;

constexpr std::size_t kLongestName = 64;
constexpr std::string_view kHead =
    "# API tokens, made and revoked by \"koine token\". Only hashes of their secrets are kept. Others may not read this file (chmod "
    "600).\n";

/// What tokens are sorted by. Comparing it openly tells nothing: to choose the hash of a guess is to invert SHA-256.
std::uint64_t head_of(Digest const& digest) {
    std::uint64_t head = 0;
    std::memcpy(&head, digest.data(), sizeof head);
    return head;
}

std::optional<unsigned> digits(std::string_view text) {
    unsigned number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

Result<Time> time_at(yaml::Node const& node) {
    if (auto const time = time_from_text(node.text); time && node.is_scalar()) return *time;
    return node.problem("expected a time such as 2026-11-22T08:07:41Z");
}

Result<Token> parse_token(yaml::Node const& node) {
    yaml::Options options(node);
    Token token;
    token.id = options.text("id", "");
    token.name = options.text("name", token.id);
    auto const* sha256 = options.node("sha256");
    token.may = static_cast<Access>(options.word("may", {"read", "write"}, "read"));
    auto const* created = options.node("created");
    auto const* expires = options.node("expires");
    KOINE_TRY(options.done());
    if (!is_token_name(token.id)) return node.problem(fmt::format("a token needs an id: {}", kTokenNameForm));
    if (!is_token_name(token.name)) return node.problem(fmt::format("a token's name has {}", kTokenNameForm));
    auto const digest = sha256 != nullptr ? digest_from_hex(sha256->text) : std::nullopt;
    if (!digest) return (sha256 != nullptr ? *sha256 : node).problem("a token needs sha256: 64 small hex digits");
    token.sha256 = *digest;
    if (created != nullptr) {
        KOINE_TRY(token.created, time_at(*created));
    }
    if (expires != nullptr) {
        KOINE_TRY(token.expires, time_at(*expires));
    }
    return token;
}

}  // namespace

Time now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

std::string_view to_string(Access access) { return access == Access::write ? "write" : "read"; }

bool is_token_name(std::string_view text) {
    constexpr std::string_view marks = "-_.@+:";
    return !text.empty() && text.size() <= kLongestName && is_ascii_alphanumeric(text.front()) &&
           std::ranges::all_of(text, [&](char c) { return is_ascii_alphanumeric(c) || marks.find(c) != std::string_view::npos; });
}

std::string to_text(Time time) {
    auto const day = std::chrono::floor<std::chrono::days>(time);
    std::chrono::year_month_day const date(day);
    std::chrono::hh_mm_ss const clock(time - day);
    return fmt::format(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        clock.hours().count(),
        clock.minutes().count(),
        clock.seconds().count()
    );
}

std::optional<Time> time_from_text(std::string_view text) {
    constexpr std::string_view form = "####-##-##T##:##:##Z";
    if (text.size() != form.size()) return std::nullopt;
    for (std::size_t i = 0; i < form.size(); ++i)
        if (form[i] == '#' ? !is_ascii_digit(text[i]) : form[i] != text[i]) return std::nullopt;
    auto const part = [&](std::size_t at, std::size_t length) { return digits(text.substr(at, length)).value_or(0); };
    std::chrono::year_month_day const date(
        std::chrono::year(static_cast<int>(part(0, 4))), std::chrono::month(part(5, 2)), std::chrono::day(part(8, 2))
    );
    if (!date.ok() || part(11, 2) > 23 || part(14, 2) > 59 || part(17, 2) > 59) return std::nullopt;
    return sys_days(date) + std::chrono::hours(part(11, 2)) + std::chrono::minutes(part(14, 2)) + std::chrono::seconds(part(17, 2));
}

Tokens::Tokens(std::vector<Token> tokens) : tokens_(std::move(tokens)), by_hash_(tokens_.size()) {
    std::iota(by_hash_.begin(), by_hash_.end(), 0U);
    std::ranges::sort(by_hash_, {}, [&](std::uint32_t place) { return head_of(tokens_[place].sha256); });
}

Result<Tokens> Tokens::parse(std::string_view text, std::string_view file) {
    KOINE_TRY(auto root, yaml::parse(text, file));
    yaml::Options options(root);
    auto const* list = options.node("tokens");
    KOINE_TRY(options.done());
    if (list == nullptr || list->kind == yaml::Node::Kind::null) return Tokens();
    if (!list->is_list()) return list->problem("expected a list of tokens");
    if (list->items.size() > kMostTokens) return list->problem(fmt::format("more than {} tokens", kMostTokens));
    std::vector<Token> tokens;
    std::set<std::string, std::less<>> names;
    std::set<Digest> digests;
    for (auto const& item : list->items) {
        KOINE_TRY(auto token, parse_token(item));
        bool const fresh = names.insert(token.id).second && (token.name == token.id || names.insert(token.name).second);
        if (!fresh) return item.problem(fmt::format("two tokens are called {} or {}", token.id, token.name));
        if (!digests.insert(token.sha256).second) return item.problem("two tokens have the same sha256");
        tokens.push_back(std::move(token));
    }
    return Tokens(std::move(tokens));
}

Token const* Tokens::find(Digest const& sha256) const {
    auto const head = [&](std::uint32_t place) { return head_of(tokens_[place].sha256); };
    for (auto const place : std::ranges::equal_range(by_hash_, head_of(sha256), {}, head))
        if (equal(tokens_[place].sha256, sha256)) return &tokens_[place];
    return nullptr;
}

Token const* Tokens::named(std::string_view id_or_name) const {
    for (auto const member : {&Token::id, &Token::name})
        if (auto const found = std::ranges::find(tokens_, id_or_name, member); found != tokens_.end()) return &*found;
    return nullptr;
}

std::string Tokens::text() const {
    std::string text(kHead);
    text += tokens_.empty() ? "tokens: []\n" : "tokens:\n";
    for (auto const& token : tokens_) {
        text += fmt::format("  - id: \"{}\"\n    name: \"{}\"\n    sha256: \"{}\"\n", token.id, token.name, to_hex(token.sha256));
        text += fmt::format("    may: {}\n    created: {}\n", to_string(token.may), to_text(token.created));
        if (token.expires) text += fmt::format("    expires: {}\n", to_text(*token.expires));
    }
    return text;
}

}  // namespace koine::auth
