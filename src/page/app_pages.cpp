#include "page/app_pages.hpp"

#include "page/assets.hpp"
#include "page/docs_page.hpp"
#include "page/frame.hpp"
#include "page/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>
#include <string_view>

namespace koine::page {
namespace {

constexpr std::size_t kLongestTitle = 80;

constexpr std::initializer_list<std::string_view> kReader = {"redoc.standalone.js", "redoc-license.txt"};

void append_bar(std::string& out, AppDocsFacts const& facts) {
    out += "<header class=\"bar\">\n";
    append_mark(out);
    fmt::format_to(std::back_inserter(out), "<h1><bdi>{}</bdi></h1>\n", escaped(clipped(facts.title, kLongestTitle)));
    fmt::format_to(
        std::back_inserter(out),
        "<nav aria-label=\"Documents\"><a href=\"{}\">OpenAPI document</a></nav>\n</header>\n",
        escaped(facts.document_url)
    );
}

void append_foot(std::string& out, AppDocsFacts const& facts, std::string_view viewer, std::string_view license, std::string_view kind) {
    fmt::format_to(
        std::back_inserter(out),
        "<footer class=\"page\">Koine {} · shown by {} (<a href=\"{}\">{}</a>)</footer>\n",
        escaped(facts.version),
        viewer,
        asset_path(license),
        kind
    );
}

/// For browsers that run no scripts.
void append_plain_link(std::string& out, AppDocsFacts const& facts) {
    fmt::format_to(
        std::back_inserter(out),
        "<noscript><div class=\"page\"><p>This page needs JavaScript. The document itself: <a href=\"{0}\"><code>{0}</code></a></p></div>"
        "</noscript>",
        escaped(facts.document_url)
    );
}

std::string page_without(AppDocsFacts const& facts, std::string_view viewer) {
    std::string out;
    begin_document(out, clipped(facts.title, kLongestTitle), {"base.css", "style.css", "docs.css"});
    append_bar(out, facts);
    begin_without_viewer(out, viewer);
    fmt::format_to(
        std::back_inserter(out),
        "<p>The document itself is here, for any viewer of OpenAPI 3.0: <a href=\"{0}\"><code>{0}</code></a></p>\n</main>\n",
        escaped(facts.document_url)
    );
    end_document(out, {});
    return out;
}

constexpr std::array<Header, 6> kRedocHeaders = {{
    {"Content-Type", "text/html; charset=utf-8"},
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; worker-src blob:; "
     "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
}};

}  // namespace

bool has_reader() {
    return std::ranges::none_of(kReader, [](std::string_view name) { return asset_path(name).empty(); });
}

std::string swagger_page(AppDocsFacts const& facts) {
    if (!has_viewer()) return page_without(facts, "Swagger UI");
    std::string out;
    begin_document(out, clipped(facts.title, kLongestTitle), {"base.css", "swagger-ui.css", "docs.css"});
    append_bar(out, facts);
    fmt::format_to(
        std::back_inserter(out),
        "<main id=\"content\"><div id=\"viewer\" data-url=\"{}\" data-csrf-cookie=\"{}\" data-csrf-header=\"{}\"></div>\n",
        escaped(facts.document_url),
        escaped(facts.csrf_cookie),
        escaped(facts.csrf_header)
    );
    append_plain_link(out, facts);
    out += "</main>\n";
    append_foot(out, facts, "Swagger UI", "LICENSE.txt", "Apache License 2.0");
    end_document(out, {"swagger-ui-bundle.js", "app-docs.js"});
    return out;
}

std::string redoc_page(AppDocsFacts const& facts) {
    if (!has_reader()) return page_without(facts, "ReDoc");
    std::string out;
    begin_document(out, clipped(facts.title, kLongestTitle), {"base.css", "docs.css", "redoc.css"});
    append_bar(out, facts);
    // The script looks for this element; what it writes into it is made for a light ground.
    fmt::format_to(std::back_inserter(out), "<main id=\"content\"><redoc spec-url=\"{}\"></redoc>\n", escaped(facts.document_url));
    append_plain_link(out, facts);
    out += "</main>\n";
    append_foot(out, facts, "ReDoc", "redoc-license.txt", "MIT License");
    end_document(out, {"redoc.standalone.js"});
    return out;
}

std::span<Header const> redoc_headers() { return kRedocHeaders; }

}  // namespace koine::page
