/// @file Fuzzes templates: whatever the source, the engine answers soon, with a text in UTF-8 within the limit or with a problem of the caller's.
#include "base/utf8.hpp"
#include "jinja/jinja.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

constexpr std::string_view kContext = R"({"name": "n", "n": 42, "x": 1.5, "yes": true, "nothing": null, "list": [3, 1, 2],
    "map": {"a": {"b": [1]}, "c": "d"}, "users": [{"name": "ann", "age": 3}, {"name": "bob", "age": 2}]})";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    // The first byte chooses the options; what follows a NUL is what an include loads.
    std::string_view input(reinterpret_cast<char const*>(data), size);
    if (input.empty()) return 0;
    auto const choice = static_cast<unsigned char>(input[0]);
    input.remove_prefix(1);
    auto const end = input.find('\0');
    auto const source = input.substr(0, end);
    std::string const loaded(end == std::string_view::npos ? std::string_view() : input.substr(end + 1));

    koine::jinja::Options options;
    options.trim_blocks = (choice & 1) != 0;
    options.lstrip_blocks = (choice & 2) != 0;
    options.autoescape = (choice & 4) != 0;
    options.strict = (choice & 8) != 0;
    options.limits = {.output_bytes = 1 << 16, .steps = 20'000, .memory_bytes = 8 << 20, .time = std::chrono::milliseconds(500)};
    options.load = [&](std::string_view) { return std::optional(loaded); };
    auto const rendered = koine::jinja::render(source, kContext, options);
    if (rendered.has_value()) {
        if (rendered.value().size() > options.limits.output_bytes) std::abort();
        if (koine::first_invalid_utf8(rendered.value()) != std::string_view::npos) std::abort();
        if (koine::jinja::check(source, options).has_error()) std::abort();
    } else if (auto const reason = rendered.error().reason();
               reason != koine::Reason::check_failed && reason != koine::Reason::limit_exceeded) {
        if (koine::jinja::available()) std::abort();
    }

    // The rest as a context: read or refused.
    (void)koine::jinja::render("{{ v }}{{ v|tojson }}", loaded, options).has_value();
    return 0;
}
