#include "page/docs_page.hpp"

#include "page/assets.hpp"
#include "page/frame.hpp"
#include "page/html.hpp"

#include <fmt/format.h>

#include <iterator>

namespace koine::page {
namespace {

constexpr std::size_t kMaxUnfolded = 25;  // relations whose operations are listed at once

/// Shown by the script, which keeps the token for as long as the page is open.
constexpr std::string_view kTokenForm =
    "<form id=\"token-form\" class=\"page\" hidden><h2>A token, please</h2>\n<p>This server answers only to those who have one. It stays "
    "in this "
    "page, and is forgotten with it.</p>\n<p><label>Token <input id=\"token\" type=\"password\" autocomplete=\"off\" required></label> "
    "<button>Show the documents</button></p></form>\n";

void append_bar(std::string& out, DocsFacts const& facts) {
    out += "<header class=\"bar\">\n";
    append_mark(out);
    fmt::format_to(std::back_inserter(out), "<h1><bdi>{}</bdi> API</h1>\n", escaped(clipped(facts.title, 80)));
    fmt::format_to(std::back_inserter(out), "<nav aria-label=\"Pages\"><a href=\"{}\">Start page</a></nav>\n", escaped(facts.start_path));
    bool const chooses = facts.documents.size() > 1;
    if (chooses) out += "<label class=\"chooser\">Dialect <select id=\"document\">\n";
    for (auto const& document : facts.documents) {
        if (chooses)
            fmt::format_to(std::back_inserter(out), "<option value=\"{}\">{}</option>\n", escaped(document.url), escaped(document.label));
    }
    if (chooses) out += "</select></label>\n";
    out += "</header>\n";
}

void append_links(std::string& out, DocsFacts const& facts) {
    out += "<ul>\n";
    for (auto const& document : facts.documents)
        fmt::format_to(
            std::back_inserter(out), "<li><a href=\"{0}\"><code>{0}</code></a> ({1})</li>\n", escaped(document.url), escaped(document.label)
        );
    out += "</ul>\n";
}

}  // namespace

bool has_viewer() {
    return !asset_path("swagger-ui-bundle.js").empty() && !asset_path("swagger-ui.css").empty() && !asset_path("LICENSE.txt").empty();
}

std::string docs_page(DocsFacts const& facts) {
    std::string out;
    auto const title = clipped(facts.title, 80) + " API";
    if (!has_viewer()) {
        begin_document(out, title, {"base.css", "style.css", "docs.css"});
        append_bar(out, facts);
        begin_without_viewer(out, "Swagger UI");
        out += "<p>The documents themselves are here, for any viewer of OpenAPI 3.1:</p>\n";
        append_links(out, facts);
        out += "</main>\n";
        end_document(out, {});
        return out;
    }
    begin_document(out, title, {"base.css", "swagger-ui.css", "docs.css"});
    append_bar(out, facts);
    fmt::format_to(
        std::back_inserter(out),
        "<main id=\"content\">{}<div id=\"viewer\" data-url=\"{}\" data-expansion=\"{}\"></div>\n<noscript><div class=\"page\"><p>This "
        "page needs JavaScript. "
        "The "
        "documents "
        "themselves are here:</p>\n",
        facts.read_token ? kTokenForm : std::string_view(),
        facts.documents.empty() ? std::string() : escaped(facts.documents.front().url),
        facts.relations <= kMaxUnfolded ? "list" : "none"
    );
    append_links(out, facts);
    fmt::format_to(
        std::back_inserter(out),
        "</div></noscript></main>\n<footer class=\"page\">Koine {} · shown by Swagger UI (<a href=\"{}\">Apache License "
        "2.0</a>)</footer>\n",
        escaped(facts.version),
        asset_path("LICENSE.txt")
    );
    end_document(out, {"swagger-ui-bundle.js", "docs.js"});
    return out;
}

}  // namespace koine::page
