/// @file Any bytes as JSON on a page: nothing of them becomes markup, and links lead to this server only.
#include "page/json_view.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

/// The markup that stands there is one of ours. @return how long it is.
std::size_t own_markup(std::string_view html) {
    for (std::string_view const known : {"<span class=k>", "<span class=s>", "<span class=n>", "<span class=w>", "</span>", "</a>"})
        if (html.starts_with(known)) return known.size();
    constexpr std::string_view kLink = "<a href=\"http://here/";
    check(html.starts_with(kLink));
    auto const end = html.find_first_of("\"<>", kLink.size());
    check(end != std::string_view::npos && html.substr(end).starts_with("\">"));
    return end + 2;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string html;
    koine::page::append_json_view(html, {reinterpret_cast<char const*>(data), size}, "http://here");
    std::string_view rest = html;
    while (!rest.empty()) {
        auto const at = rest.find_first_of("<>");
        if (at == std::string_view::npos) break;
        check(rest[at] == '<');
        rest.remove_prefix(at);
        rest.remove_prefix(own_markup(rest));
    }
    return 0;
}
