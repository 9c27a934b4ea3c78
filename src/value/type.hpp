/// @file Value types: what a field of an app takes, how it is stored, and how it is spoken of. Immutable once made, shared between threads.
#pragma once

#include "base/arena.hpp"
#include "base/result.hpp"
#include "model/schema.hpp"
#include "query/body.hpp"
#include "query/cell.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace koine::value {

/// The kinds, by the words of the YAML notation.
enum class Kind : std::uint8_t {
    boolean,  ///< bool. Stored 0 or 1
    integer,  ///< int, int64: `int` is 32 bits unless a range says more
    real,     ///< float
    decimal,  ///< decimal(10.2). Stored as text with all digits of its scale
    text,     ///< text, text(200)
    slug,     ///< letters, digits, hyphen, underscore
    email,
    url,
    uuid,      ///< stored in lower case
    ip,        ///< ip (a host's address), interface (address/length), cidr (a network): see Type::address
    mac,       ///< stored and shown as 79:0e:00:91:9c:97
    date,      ///< stored 2026-11-22
    time,      ///< stored 14:03:00.000000
    datetime,  ///< stored in UTC, always as 2026-11-22T14:03:00.562426Z: texts order as times do
    duration,  ///< stored as seconds, an integer or real
    json,      ///< stored as compact JSON text
    choice,    ///< enum(a|b)
    list,      ///< list(int): stored as a JSON list
    secret,    ///< a random key of which only the SHA-256 is stored, as 64 hex digits; never shown
    password,  ///< stored as an argon2id string; never shown
    blob,      ///< the hash of a file that is kept beside the database, 64 hex digits; clients do not write it
    file       ///< what an operation takes: a file of a form; nothing stores it
};

struct Choice {
    std::string value;  ///< as on the wire; digits if Type::numbers
    std::string label;
    bool operator==(Choice const&) const = default;
};

/// Characters of a password whose type says nothing of it: hashing takes time by length too.
inline constexpr std::uint32_t kLongestPassword = 128;

/// A type with its limits.
struct Type {
    enum class Address : std::uint8_t {
        host,       ///< a length behind it is dropped
        interface,  ///< without a length it gets the longest one
        network     ///< no bit set behind its length
    };
    enum class Document : std::uint8_t { any, object, list };

    Kind kind = Kind::text;
    std::string name;                         ///< the app's word for it (`asn`, `color`), else the notation's; messages may differ by it
    std::optional<std::int64_t> least, most;  ///< integers
    std::uint32_t longest = 0;                ///< characters of a text; 0: only the body's limit. decimal: digits in all. file: bytes
    std::uint32_t shortest = 0;
    std::uint32_t scale = 0;  ///< decimal: digits behind the point
    bool wide = false;        ///< integer: 64 bits
    std::vector<Choice> choices;
    bool numbers = false;                        ///< choice: the values are integers, stored and shown as such
    bool bare = false;                           ///< choice: shown as its bare value, also where a dialect shows others with their labels
    Address address = Address::host;             ///< ip
    std::uint8_t family = 0;                     ///< ip: 4, 6, or 0 for either
    Document document = Document::any;           ///< json
    std::string pattern;                         ///< text: a regular expression (RE2) that the whole text must match
    std::shared_ptr<re2::RE2 const> expression;  ///< of `pattern`, set by `finish`
    std::shared_ptr<Type const> item;            ///< list
    bool trimmed = true;                         ///< text: blanks around it are dropped
    std::vector<std::string> media;              ///< file: the media types that are taken, in lower case, as "image/*"; empty: all

    bool is_textual() const;
};

/// Checks the parameters against each other, compiles the pattern and limits a password that has no limit. @return configuration, without a place: what is wrong, in one sentence.
Result<void> finish(Type& type);

/// What a body gives, as it is stored. `given` is neither absent nor null. Texts live in the arena or in what `given` points to. An empty
/// text of a type that is not textual is refused like any other; whether a text may be empty is the field's affair.
/// A stricter JSON type is not insisted on: "12" is an integer, 12 a text, "true" a boolean.
/// @return not_a_boolean, not_an_integer, not_a_number, not_a_text, number_too_small, number_too_large, text_too_long, text_too_short, too_many_digits,
///         too_many_decimals, invalid_slug, invalid_email, invalid_url, invalid_uuid, invalid_address, invalid_mac, not_a_date, not_a_time, not_a_datetime,
///         not_a_duration, not_json_object, not_a_list, not_a_choice, choice_not_scalar, pattern_mismatch, not_a_file. All carry `value` (cut to 200 bytes) and `type`.
Result<query::Cell> accept(Type const& type, query::Given const& given, Arena& arena);

/// What a parameter (of a filter) gives, as the text that the column's literals take (query/literal.hpp), in stored form: a partial date is
/// the beginning of its day, an address without a length stays so. @return as `accept`.
Result<std::string> literal(Type const& type, std::string_view text);

/// What a body gives, as people who know JSON call it: bool, int, float, str, list, dict, null.
std::string_view given_word(query::Given const& given);
/// An element of a JSON document as a body gives it; well-formed, without blanks around it. Texts live in the arena or in what is given.
query::Given given_of(std::string_view json, Arena& arena);
/// A stored value as text; of null the empty one.
std::string text_of(query::Cell const& cell);

/// What column holds it: for creating tables and for what a statement does with it.
model::Type stored_as(Type const& type);
/// As what its texts compare there.
model::Ordering ordered_as(Type const& type);
/// The label of a stored choice; empty if it is none.
std::string_view label_of(Type const& type, std::string_view value);

/// The type as JSON Schema, an object without its braces: `"type":"integer","minimum":1`. What is stored as text is a string with its format.
void append_schema(Type const& type, std::string& out);

/// How a datetime is shown.
struct DatetimeForm {
    std::string zone = "UTC";  ///< of the tz database: "Europe/Paris"
    std::uint8_t digits = 6;   ///< behind the second, 0 to 6
    bool zulu = false;         ///< UTC as Z, not as +00:00
    bool operator==(DatetimeForm const&) const = default;
};
/// Whether this machine knows the zone.
bool is_zone(std::string_view zone);
/// A datetime as stored, in a zone. A text of another form comes back as it is.
void append_datetime(std::string_view stored, DatetimeForm const& form, std::string& out);
/// Now, as stored.
std::string now();

/// SHA-256 as 64 hex digits: how secrets are stored and looked for. @return internal, if OpenSSL fails: nothing may go on without a hash.
Result<std::string> hashed_secret(std::string_view secret);
/// Whether the password is the one of the stored argon2id string. Takes tens of milliseconds, on purpose: not on a worker's loop.
bool verify_password(std::string_view stored, std::string_view password);
/// The argon2id string that is stored of it, as type `password` makes it: with a salt of its own. Takes as long. @return text_too_long, internal.
Result<std::string> hash_password(std::string_view password);
/// Whether to verify with that stored string takes no more than `hash_password` does: others may have made it with other parameters.
bool takes_usual_time(std::string_view stored);

}  // namespace koine::value
