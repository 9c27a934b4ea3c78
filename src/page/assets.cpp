#include "page/assets.hpp"

#include "base/ascii.hpp"

#include <algorithm>

namespace koine::page {
namespace {

/// `gzip`, `x-gzip` or `*`, unless its weight is zero (RFC 9110 §12.5.3).
bool accepts_gzip(std::string_view header) {
    bool any = false;
    while (!header.empty()) {
        auto entry = split_off(header, ',');
        auto const coding = trimmed(split_off(entry, ';'));
        auto const weight = trimmed(entry);
        bool const refused = weight.starts_with("q=0") && weight.find_first_not_of("q=0.") == std::string_view::npos;
        if (ascii_equal(coding, "gzip") || ascii_equal(coding, "x-gzip")) return !refused;
        if (coding == "*") any = !refused;
    }
    return any;
}

bool is_named_in(std::string_view header, std::string_view etag) {
    while (!header.empty()) {
        auto entry = trimmed(split_off(header, ','));
        if (entry.starts_with("W/")) entry.remove_prefix(2);
        if (entry == etag || entry == "*") return true;
    }
    return false;
}

}  // namespace

std::string_view asset_path(std::string_view name) {
    auto const found = std::ranges::find(built_in_assets(), name, &Asset::name);
    return found != built_in_assets().end() ? found->path : std::string_view();
}

std::vector<Header> AssetAnswer::headers() const {
    std::vector<Header> all = {
        {"Content-Type", content_type},
        {"Cache-Control", "public, max-age=31536000, immutable"},
        {"ETag", etag},
        {"Vary", "Accept-Encoding"},
        {"X-Content-Type-Options", "nosniff"},
    };
    if (!content_encoding.empty()) all.push_back({"Content-Encoding", content_encoding});
    return all;
}

std::optional<AssetAnswer> asset(std::string_view path, std::string_view accept_encoding, std::string_view if_none_match) {
    auto const found = std::ranges::find(built_in_assets(), path, &Asset::path);
    if (found == built_in_assets().end()) return std::nullopt;
    AssetAnswer answer;
    answer.content_type = found->type;
    bool const packed = accepts_gzip(accept_encoding);
    answer.etag.append("\"").append(found->hash).append(packed ? "-gz\"" : "\"");
    if (packed) answer.content_encoding = "gzip";
    if (is_named_in(if_none_match, answer.etag))
        answer.status = 304;
    else
        answer.body = packed ? found->gzip : found->plain;
    return answer;
}

}  // namespace koine::page
