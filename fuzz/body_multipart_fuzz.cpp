/// @file Any bytes as the body of a form in parts: refused, or texts and files whose names lead nowhere.
#include "body_checks.hpp"

#include <cstdint>
#include <string>

using namespace koine;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    for (bool const files : {false, true}) {
        format::BodyReading reading;
        reading.boundary = "b";
        reading.files = files;
        query::Body body;
        auto const read = format::read_body(format::BodyFormat::multipart, text, {.rows = 1, .names = 20}, body, reading);
        if (!read) {
            if (read.error().reason() != Reason::feature_not_supported || files) fuzz::check_refusal(read.error());
            continue;
        }
        fuzz::check_body(body);
        fuzz::check(files || body.files.empty());
        for (auto const& file : body.files) {
            auto const is_odd = [](char c) { return c == '/' || c == '\\' || static_cast<unsigned char>(c) < ' ' || c == 0x7f; };
            for (char const c : file.name) fuzz::check(!is_odd(c));
            fuzz::check(file.name != "." && file.name != ".." && file.name.size() <= 200);
            fuzz::check(
                first_invalid_utf8(file.name) == std::string_view::npos && first_invalid_utf8(file.field) == std::string_view::npos
            );
            fuzz::check(file.type.find('/') != std::string::npos && file.type.find_first_of(" ;\r\n") == std::string::npos);
            fuzz::check(file.bytes.data() >= text.data() && file.bytes.data() + file.bytes.size() <= text.data() + text.size());
        }
    }
    return 0;
}
