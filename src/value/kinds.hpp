/// @file What the files of this room share: one function per kind, all of `accept`'s form, and what they refuse with.
#pragma once

#include "value/type.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace koine::value {

using query::Cell;
using query::Given;

Result<Cell> accept_boolean(Type const& type, Given const& given, Arena& arena);
Result<Cell> accept_integer(Type const& type, Given const& given, Arena& arena);
Result<Cell> accept_real(Type const& type, Given const& given, Arena& arena);
Result<Cell> accept_decimal(Type const& type, Given const& given, Arena& arena);
Result<Cell> accept_text(Type const& type, Given const& given, Arena& arena);  ///< slugs, emails and URLs too
Result<Cell> accept_uuid(Type const& type, Given const& given, Arena& arena);
Result<Cell> accept_choice(Type const& type, Given const& given, Arena& arena);
Result<Cell> accept_address(Type const& type, Given const& given, Arena& arena);
Result<Cell> accept_mac(Type const& type, Given const& given, Arena& arena);
Result<Cell> accept_date(Type const& type, Given const& given, Arena& arena);
Result<Cell> accept_time(Type const& type, Given const& given, Arena& arena);
Result<Cell> accept_datetime(Type const& type, Given const& given, Arena& arena);
Result<Cell> accept_duration(Type const& type, Given const& given, Arena& arena);
Result<Cell> accept_json(Type const& type, Given const& given, Arena& arena);
Result<Cell> accept_list(Type const& type, Given const& given, Arena& arena);
Result<Cell> accept_secret(Type const& type, Given const& given, Arena& arena);
Result<Cell> accept_password(Type const& type, Given const& given, Arena& arena);
Result<Cell> accept_blob(Type const& type, Given const& given, Arena& arena);

/// Literals that differ from what a body gives: an integer of any range; a decimal of any digits, in stored form as far as they go; an address whose
/// length stays away if it is not written.
Result<std::string> literal_integer(Type const& type, std::string_view text);
Result<std::string> literal_decimal(Type const& type, std::string_view text);
Result<std::string> literal_address(Type const& type, std::string_view text);

/// The problem with the arguments that all have: `value`, shortened (never a secret's), and `type`.
Problem refused(Reason reason, Type const& type, std::string_view value);
/// Whether it is a text or a number, which most kinds take alike.
bool is_scalar(Given const& given);

/// The least and the greatest integer.
struct Range {
    std::int64_t least;
    std::int64_t most;
};
Range range_of(Type const& type);

/// The text without blanks around it, those of Unicode too.
std::string_view without_blanks(std::string_view text);
/// A text's lengths, in characters. @return text_too_long, text_too_short.
Result<void> check_length(Type const& type, std::string_view text);
bool is_email(std::string_view text);
bool is_url(std::string_view text);

/// The last `count` decimal digits of what is not negative, with leading zeros.
void write_digits(char* to, int count, std::int64_t value);

/// A text as a JSON string, with its quotes.
void append_json_text(std::string_view text, std::string& out);

}  // namespace koine::value
