/// @file Any bytes as a connection's input: the same requests however they are cut, sound views, limits kept, never a crash.
#include "http/reader.hpp"
#include "http/target.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

using koine::http::Reader;

constexpr koine::http::ReaderLimits kLimits = {.max_head_bytes = 400, .max_headers = 6, .max_body_bytes = 300};

void demand(bool holds) {
    if (!holds) std::abort();
}

void check(koine::http::Request const& request) {
    demand(koine::http::is_token(request.method_text));
    demand(request.target.starts_with('/') || request.target == "*");
    demand(std::ranges::none_of(request.target, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; }));
    demand(koine::http::is_host(request.host));
    demand(request.path().size() + request.query().size() <= request.target.size());
    demand(request.headers.size() <= kLimits.max_headers && request.body.size() <= kLimits.max_body_bytes);
    for (auto const& [name, value] : request.headers)
        demand(koine::http::is_token(name) && value.find_first_of(std::string_view("\0\r\n", 3)) == std::string_view::npos);
}

std::vector<std::string> read_all(std::string_view bytes, std::size_t piece) {
    std::vector<std::string> seen;
    Reader reader(kLimits);
    for (;;) {
        auto const progress = reader.advance();
        if (progress == Reader::Progress::fault) return seen.emplace_back("fault"), seen;
        if (progress == Reader::Progress::complete) {
            auto const& request = reader.request();
            check(request);
            seen.push_back(std::string(request.method_text).append(" ").append(request.target).append(" ").append(request.body));
            reader.next();
            continue;
        }
        if (bytes.empty()) return seen;
        auto const room = reader.room();
        demand(!room.empty());
        auto const count = std::min({piece, room.size(), bytes.size()});
        std::memcpy(room.data(), bytes.data(), count);
        reader.commit(count);
        bytes.remove_prefix(count);
    }
}

/// What was found before the end: whether trouble shows before or at the last byte may depend on how the input was cut.
void without_fault(std::vector<std::string>& seen) {
    if (!seen.empty() && seen.back() == "fault") seen.pop_back();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const bytes(reinterpret_cast<char const*>(data), size);
    auto whole = read_all(bytes, std::max<std::size_t>(size, 1));
    without_fault(whole);
    for (std::size_t const piece : {std::size_t{1}, std::size_t{5}}) {
        auto cut = read_all(bytes, piece);
        without_fault(cut);
        demand(cut == whole);
    }
    return 0;
}
