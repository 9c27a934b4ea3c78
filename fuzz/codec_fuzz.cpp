/// @file Fuzzes what functions decode: CSV, XML and tar by the first byte, and Markdown. Nothing crashes; what was read can be written, and reads the same.
#include "script/codec.hpp"
#include "script/markdown.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace koine::script;

void fuzz_csv(std::string_view text) {
    CsvForm form;
    form.separator = text.starts_with(';') ? ';' : ',';
    auto const rows = read_csv(text, form);
    if (!rows) return;
    auto const written = write_csv(rows.value(), form);
    if (!written || read_csv(written.value(), form).value() != rows.value()) std::abort();
    form.has_header = true;
    (void)read_csv(text, form);
}

void fuzz_xml(std::string_view text) {
    auto const document = read_xml(text);
    if (!document) return;
    auto const written = write_xml(document.value(), text.size() % 2 == 0);
    if (!written || read_xml(written.value()).value() != document.value()) std::abort();
}

void fuzz_tar(std::string_view bytes) {
    auto const files = read_tar(bytes);
    if (!files) return;
    auto const written = write_tar(files.value());
    if (!written) std::abort();
    auto const again = read_tar(written.value());
    if (!again || again.value().size() != files.value().size()) std::abort();
    for (std::size_t i = 0; i < again.value().size(); ++i)
        if (again.value()[i].name != files.value()[i].name || again.value()[i].text != files.value()[i].text) std::abort();
}

void fuzz_markdown(std::string_view text) {
    MarkdownLimits limits;
    std::uint64_t left = 200'000;
    limits.goes_on = [&](std::uint64_t work) {
        left -= std::min(left, work);
        return left > 0;
    };
    (void)markdown(text, text.size() % 2 == 0, limits);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) return 0;
    std::string_view const text(reinterpret_cast<char const*>(data) + 1, size - 1);
    switch (data[0] % 4) {
        case 0: fuzz_csv(text); break;
        case 1: fuzz_xml(text); break;
        case 2: fuzz_tar(text); break;
        default: fuzz_markdown(text);
    }
    return 0;
}
