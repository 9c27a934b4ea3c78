#include "page/browse_page.hpp"

#include "page/frame.hpp"
#include "page/html.hpp"
#include "page/json_view.hpp"

#include <fmt/format.h>

#include <iterator>

namespace koine::page {
namespace {

constexpr std::size_t kLongestLine = 4000;  // of a request line or a header

template <class... Arguments>
void append(std::string& out, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Arguments>(arguments)...);
}

void append_visitor(std::string& out, Visitor const& visitor) {
    if (visitor.name.empty()) {
        if (visitor.login.empty()) return;
        append(out, "<a href=\"{}?next=", escaped(visitor.login));
        for (char const c : visitor.here) {
            bool const plain =
                (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '-' || c == '_' || c == '.';
            if (plain)
                out += c;
            else
                append(out, "%{:02X}", static_cast<unsigned char>(c));
        }
        out += "\">Log in</a>\n";
        return;
    }
    if (!visitor.tokens.empty()) append(out, "<a href=\"{}\">Tokens</a>\n", escaped(visitor.tokens));
    append(out, "<span class=\"who\">Logged in as <bdi>{}</bdi></span>\n", escaped(clipped(visitor.name, 60)));
    if (visitor.logout.empty()) return;
    append(
        out,
        "<form class=\"inline\" method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"{}\" value=\"{}\"><input type=\"hidden\" "
        "name=\"next\" value=\"{}\"><button>Log out</button></form>\n",
        escaped(visitor.logout),
        escaped(visitor.csrf_field),
        escaped(visitor.csrf_secret),
        escaped(visitor.login.empty() ? visitor.here : visitor.login)
    );
}

void append_crumbs(std::string& out, std::vector<Link> const& crumbs) {
    if (crumbs.empty()) return;
    out += "<nav class=\"crumbs\" aria-label=\"Breadcrumbs\"><ol>\n";
    for (auto const& each : crumbs) {
        bool const last = &each == &crumbs.back();
        append(
            out,
            "<li><a href=\"{}\"{}>{}</a></li>\n",
            escaped(each.address),
            last ? " aria-current=\"page\"" : "",
            escaped(clipped(each.text, 60))
        );
    }
    out += "</ol></nav>\n";
}

void append_ways(std::string& out, BrowseFacts const& facts) {
    if (facts.formats.empty() && facts.operations.empty()) return;
    out += "<nav class=\"ways\" aria-label=\"Other ways to see this\">\n";
    for (auto const& each : facts.formats) append(out, "<a class=\"way\" href=\"{}\">{}</a>\n", escaped(each.address), escaped(each.text));
    for (auto const& each : facts.operations)
        append(out, "<a class=\"way\" href=\"{}\">{}</a>\n", escaped(each.address), escaped(each.text));
    out += "</nav>\n";
}

void append_paging(std::string& out, Paging const& paging, std::string_view label) {
    append(out, "<nav class=\"paging\" aria-label=\"{}\">\n<span>", label);
    if (paging.returned > 0)
        append(
            out,
            "{} to {}",
            grouped(static_cast<std::uint64_t>(paging.offset) + 1),
            grouped(static_cast<std::uint64_t>(paging.offset + paging.returned))
        );
    else
        out += "Nothing here";
    if (paging.total) append(out, " of {}", grouped(static_cast<std::uint64_t>(*paging.total)));
    out += "</span>\n";
    if (!paging.previous.empty()) append(out, "<a rel=\"prev\" href=\"{}\">Previous</a>\n", escaped(paging.previous));
    if (!paging.next.empty()) append(out, "<a rel=\"next\" href=\"{}\">Next</a>\n", escaped(paging.next));
    out += "</nav>\n";
}

void append_answer(std::string& out, BrowseFacts const& facts) {
    out += "<section aria-labelledby=\"answer\">\n<h2 id=\"answer\">Answer</h2>\n";
    append(
        out,
        "<pre class=\"line\" role=\"region\" tabindex=\"0\" aria-label=\"Request\"><b>{}</b> {}</pre>\n",
        escaped(clipped(facts.method, 40)),
        escaped(clipped(facts.target, kLongestLine))
    );
    append(
        out,
        "<pre class=\"head\" role=\"region\" tabindex=\"0\" aria-label=\"Status and headers\"><b>HTTP {} {}</b>",
        facts.status,
        escaped(facts.phrase)
    );
    for (auto const& [name, value] : facts.headers)
        append(out, "\n<span class=k>{}:</span> {}", escaped(name), escaped(clipped(value, kLongestLine)));
    out += "</pre>\n";
    if (!facts.body.empty()) {
        out += "<pre class=\"json\" role=\"region\" tabindex=\"0\" aria-label=\"Body\">";
        bool const whole = append_json_view(out, facts.body, facts.base);
        out += "</pre>\n";
        if (!whole) out += "<p class=\"cut\">The rest is too much for a page: ask for it as JSON, or for fewer rows.</p>\n";
    }
    out += "</section>\n";
}

void append_metadata(std::string& out, BrowseFacts const& facts) {
    if (facts.metadata.empty()) return;
    out +=
        "<details class=\"fold\"><summary>Description (OPTIONS)</summary>\n<pre class=\"json\" role=\"region\" tabindex=\"0\" "
        "aria-label=\"Description\">";
    append_json_view(out, facts.metadata, facts.base);
    out += "</pre>\n</details>\n";
}

void append_forms(std::string& out, std::vector<Form> const& forms, std::string_view id, std::string_view title) {
    if (forms.empty()) return;
    append(out, "<section aria-labelledby=\"{}\">\n<h2 id=\"{}\">{}</h2>\n", id, id, title);
    for (auto const& form : forms) append_folded_form(out, form);
    out += "</section>\n";
}

}  // namespace

void begin_page(std::string& out, Surroundings const& around) {
    begin_document(out, clipped(around.title, 200), {"base.css", "browse.css"});
    out += "<header class=\"bar\">\n";
    append_mark(out);
    append(out, "<a class=\"app\" href=\"{}\">{}</a>\n<nav aria-label=\"Site\">\n", escaped(around.root), escaped(clipped(around.app, 80)));
    if (!around.docs.empty()) append(out, "<a href=\"{}\">Documentation</a>\n", escaped(around.docs));
    append_visitor(out, around.visitor);
    append(
        out,
        "</nav>\n</header>\n<main id=\"content\" data-csrf-header=\"{}\" data-csrf=\"{}\">\n",
        escaped(around.visitor.csrf_header),
        escaped(around.visitor.csrf_secret)
    );
}

void end_page(std::string& out, Surroundings const& around) {
    append(out, "</main>\n<footer>Koine {}</footer>\n", escaped(around.version));
    end_document(out, {"browse.js"});
}

std::string browse_page(BrowseFacts const& facts) {
    std::string out;
    out.reserve(16 * 1024 + facts.body.size() * 4 + facts.metadata.size() * 4);
    begin_page(out, facts.around);
    append_crumbs(out, facts.crumbs);
    append(out, "<div class=\"top\">\n<div>\n<h1 tabindex=\"-1\">{}</h1>\n", escaped(clipped(facts.heading, 200)));
    if (!facts.description.empty()) append(out, "<p class=\"lead\">{}</p>\n", escaped(clipped(facts.description, 2000)));
    if (!facts.allow.empty()) append(out, "<p class=\"allow\">Methods: <code>{}</code></p>\n", escaped(facts.allow));
    out += "</div>\n";
    append_ways(out, facts);
    out += "</div>\n<div id=\"told\" role=\"status\"></div>\n";
    if (facts.filters) append_folded_form(out, *facts.filters);
    if (facts.paging) append_paging(out, *facts.paging, "Pages");
    append_answer(out, facts);
    if (facts.paging && facts.paging->returned > 10) append_paging(out, *facts.paging, "Pages, below the answer");
    append_metadata(out, facts);
    append_forms(out, facts.actions, "operations", "Operations");
    append_forms(out, facts.forms, "changes", "Changes");
    end_page(out, facts.around);
    return out;
}

}  // namespace koine::page
