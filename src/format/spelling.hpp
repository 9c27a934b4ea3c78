/// @file Spelling: how values read that can be written in several ways; and the JSON writer that follows another one than the usual.
#pragma once

#include "format/json.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace koine::format {

/// Default: bytes as `\x` and lower hex, integers as numbers. Immutable; cheap to copy.
struct Spelling {
    bool base64 = false;       ///< bytes as base64 (RFC 4648 §4, padded)
    bool exact_texts = false;  ///< integers that a double does not hold exactly for sure (beyond ±(2^53 − 1)) as JSON strings

    bool is_usual() const { return !base64 && !exact_texts; }
    bool operator==(Spelling const&) const = default;
};

/// The largest integer n with all integers from −n to n exact as doubles, and none beyond mistaken for one of them.
inline constexpr std::int64_t kMaxExactInteger = (std::int64_t{1} << 53) - 1;

/// The length of so many bytes as base64.
constexpr std::size_t base64_length(std::size_t bytes) { return (bytes + 2) / 3 * 4; }
/// Writes the bytes as base64 at `out`, which has room for `base64_length`; returns the end.
char* write_base64(char* out, std::string_view bytes);

/// A JsonWriter that spells as told. A type of its own, so that the usual one does not pay for it.
class SpelledJsonWriter : public JsonWriter {
public:
    SpelledJsonWriter(std::string& out, Spelling spelling) : JsonWriter(out), spelling_(spelling) {}

    void integer(std::int64_t number) {
        if (spelling_.exact_texts && (number > kMaxExactInteger || number < -kMaxExactInteger)) return integer_text(number);
        JsonWriter::integer(number);
    }
    void bytes(std::string_view blob);

private:
    void integer_text(std::int64_t number);

    Spelling spelling_;
};

}  // namespace koine::format
