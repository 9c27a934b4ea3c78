/// @file Any text as conditions (up to a NUL), any as the document they look at: refused in UTF-8, or they hold as they say, always the same.
#include "base/utf8.hpp"
#include "event/conditions.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using koine::event::Conditions;

void check(bool holds) {
    if (!holds) std::abort();
}

/// Whether the same around one more list holds as it does; too many levels, or too long for one more, is no answer.
void check_within(std::string_view word, std::string_view inner, boost::json::value const& document, bool held) {
    auto const around = Conditions::parse(std::string("{\"").append(word).append("\": [").append(inner).append("]}"));
    if (around) check(around.value().hold(document) == held);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const input(reinterpret_cast<char const*>(data), size);
    auto const end = input.find('\0');
    auto const text = input.substr(0, end);
    auto const document = koine::event::read_document(end == std::string_view::npos ? std::string_view() : input.substr(end + 1));
    check(document != nullptr);
    auto const read = Conditions::parse(text);
    if (!read) {
        check(read.error().reason() == koine::Reason::check_failed);
        auto const message = read.error().argument("message");
        check(message && !message->empty() && koine::first_invalid_utf8(*message) == std::string_view::npos);
        return 0;
    }
    bool const held = read.value().hold(*document);
    check(read.value().hold(*document) == held);
    check_within("and", text, *document, held);
    check_within("or", text, *document, held);
    return 0;
}
