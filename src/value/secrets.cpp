#include "base/digest.hpp"
#include "value/kinds.hpp"

#include <argon2.h>
#include <openssl/rand.h>

#include <array>
#include <charconv>

namespace koine::value {
namespace {

// RFC 9106 and OWASP's Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane at least. Some 20 ms of one core.
constexpr std::uint32_t kMemoryKib = 20 * 1024;
constexpr std::uint32_t kPasses = 2;
constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kMostPasswordBytes = 1024;  ///< whatever the type says
constexpr std::size_t kLongestEncoded = 512;

// What a stored string may cost at most: it might be another program's.
constexpr std::uint32_t kMostMemoryKib = 256 * 1024;
constexpr std::uint32_t kMostPasses = 16;
constexpr std::uint32_t kMostLanes = 8;

bool take_number(std::string_view& text, std::string_view before, std::uint32_t most) {
    if (!text.starts_with(before)) return false;
    std::uint32_t value = 0;
    auto const* from = text.data() + before.size();
    auto const read = std::from_chars(from, text.data() + text.size(), value);
    if (read.ec != std::errc() || value > most) return false;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    return true;
}

/// $argon2id$v=19$m=20480,t=2,p=1$salt$hash, within these limits.
bool is_within(std::string_view stored, std::uint32_t memory_kib, std::uint32_t passes, std::uint32_t lanes) {
    return stored.size() <= kLongestEncoded && stored.find('\0') == std::string_view::npos && take_number(stored, "$argon2id$v=", 19) &&
           take_number(stored, "$m=", memory_kib) && take_number(stored, ",t=", passes) && take_number(stored, ",p=", lanes);
}

}  // namespace

Result<std::string> hashed_secret(std::string_view secret) { return sha256_of(secret); }

bool verify_password(std::string_view stored, std::string_view password) {
    if (!is_within(stored, kMostMemoryKib, kMostPasses, kMostLanes) || password.size() > kMostPasswordBytes) return false;
    return argon2id_verify(std::string(stored).c_str(), password.data(), password.size()) == ARGON2_OK;
}

bool takes_usual_time(std::string_view stored) { return is_within(stored, kMemoryKib, kPasses, kLanes); }

Result<std::string> hash_password(std::string_view password) {
    if (password.size() > kMostPasswordBytes)
        return Problem(Reason::text_too_long).with("maximum", static_cast<std::int64_t>(kMostPasswordBytes));
    std::array<unsigned char, kSaltBytes> salt{};
    std::array<char, kLongestEncoded> encoded{};
    if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1) return Problem(Reason::internal).because("no random bytes for a salt");
    auto const made = argon2id_hash_encoded(
        kPasses, kMemoryKib, kLanes, password.data(), password.size(), salt.data(), salt.size(), kHashBytes, encoded.data(), encoded.size()
    );
    if (made != ARGON2_OK) return Problem(Reason::internal).because(argon2_error_message(made));
    return std::string(encoded.data());
}

Result<Cell> accept_secret(Type const& type, Given const& given, Arena& arena) {
    KOINE_TRY(auto cell, accept_text(type, given, arena));
    if (cell.view().empty()) return cell;
    KOINE_TRY(auto const hash, hashed_secret(cell.view()));
    return Cell::text(arena.copy(hash));
}

Result<Cell> accept_password(Type const& type, Given const& given, Arena& arena) {
    if (!is_scalar(given)) return refused(Reason::not_a_text, type, given.text);
    auto const password = given.text;
    if (password.empty()) return Cell::text(password);
    if (password.size() > kMostPasswordBytes)
        return refused(Reason::text_too_long, type, password).with("maximum", static_cast<std::int64_t>(kMostPasswordBytes));
    auto const checked = check_length(type, password);
    if (!checked) return checked.as_failure();
    KOINE_TRY(auto const made, hash_password(password));
    return Cell::text(arena.copy(made));
}

}  // namespace koine::value
