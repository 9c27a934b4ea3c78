#include "page/start_page.hpp"

#include "dialect/examples/lines.hpp"
#include "page/frame.hpp"
#include "page/html.hpp"
#include "page/picture.hpp"
#include "page/sections.hpp"
#include "page/showcase.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace koine::page {
namespace {

constexpr std::string_view kTokenVariable = "KOINE_TOKEN";
constexpr std::size_t kMaxName = 500;  // bytes: a longer one is nothing to paste

template <class... Arguments>
void append(std::string& out, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Arguments>(arguments)...);
}

std::size_t number_of(model::Model const& model, model::EntityKind kind) {
    return static_cast<std::size_t>(std::ranges::count(model.entities, kind, &model::Entity::kind));
}

std::string holdings(model::Model const& model) {
    auto const views = number_of(model, model::EntityKind::view);
    auto told = counted(model.entities.size() - views, "table", "tables");
    if (views > 0) told += ", " + counted(views, "view", "views");
    return told;
}

void append_header(std::string& out, StartFacts const& facts) {
    auto const& here = facts.served[facts.here];
    out += "<header class=\"top\">\n<div class=\"bar\">\n";
    append_mark(out);
    append(out, "<nav aria-label=\"Documents\"><a href=\"{}\">Try it in the browser</a>", escaped(facts.docs_path));
    append(out, "<a href=\"{}\">OpenAPI</a></nav>\n</div>\n", escaped(here.openapi_url));
    append(out, "<h1><bdi>{}</bdi></h1>\n", escaped(clipped(facts.title, 80)));
    append(out, "<p class=\"lead\">A database, served as an HTTP API. {}.</p>\n", escaped(facts.database));
    out += "<dl class=\"facts\">\n";
    append(out, "<div><dt>Address</dt><dd><a href=\"{0}/\"><code>{0}</code></a></dd></div>\n", escaped(here.base_url));
    append(out, "<div><dt>Holds</dt><dd>{}</dd></div>\n", holdings(*facts.model));
    append(out, "<div><dt>Speaks</dt><dd><code>{}</code></dd></div>\n", escaped(here.dialect->name));
    append(out, "<div><dt>Access</dt><dd>{}</dd></div>\n", !facts.writable ? "read-only" : "read and write");
    if (facts.read_token || (facts.writable && facts.write_token))
        append(out, "<div><dt>Tokens</dt><dd>{}</dd></div>\n", facts.read_token ? "needed" : "needed to write");
    out += "</dl>\n</header>\n";
}

void append_lines(std::string& out, std::string_view title, std::string_view text, std::string_view label) {
    append(
        out,
        "<div class=\"code\"><p class=\"does\">{}</p><pre tabindex=\"0\" aria-label=\"{}: {}\"><code>{}</code></pre></div>\n",
        escaped(title),
        escaped(label),
        escaped(title),
        escaped(text)
    );
}

void append_tokens(std::string& out, StartFacts const& facts) {
    if (!facts.read_token && !facts.write_token) return;
    append(
        out,
        "<p>{} needs a token. <code>koine token create</code> makes one and shows it once; the lines below take it from the environment, "
        "and clients "
        "send it as <code>Authorization: Bearer</code>:</p>\n<pre tabindex=\"0\" aria-label=\"How to set the token\"><code>export "
        "{}=…</code></pre>\n",
        facts.read_token ? "Every request" : "Writing",
        kTokenVariable
    );
}

void append_examples(std::string& out, StartFacts const& facts) {
    auto const& here = facts.served[facts.here];
    auto const& model = *facts.model;
    auto const shown = to_read(model, facts.counts);
    if (!shown || model[*shown].name.size() > kMaxName) return;
    auto const lines_for = [&](model::EntityId id, std::vector<dialect::ExampleField> row) {
        auto const path = list_path(*here.dialect, model[id]);
        dialect::ExampleFacts wanted{here.base_url, path, model[id].name, std::move(row)};
        if (facts.read_token) wanted.read_token = kTokenVariable;
        if (facts.write_token) wanted.insert_token = kTokenVariable;
        return here.dialect->examples.lines(wanted);
    };
    auto const reading = lines_for(*shown, {});
    if (reading.empty()) return;
    auto const target = facts.writable ? to_insert_into(model) : std::nullopt;
    auto const inserting = target ? lines_for(*target, dialect::example_row(model[*target])) : std::vector<dialect::ExampleLine>();

    out += "<section aria-labelledby=\"lines\">\n<h2 id=\"lines\">First requests</h2>\n<p>Copy, paste, run.</p>\n";
    append_tokens(out, facts);
    out += "<div class=\"tools\">\n";
    for (std::size_t i = 0; i < reading.size(); ++i) {
        append(out, "<article class=\"tool\"><h3>{}</h3>\n", escaped(reading[i].label));
        if (!reading[i].needs.empty()) append_lines(out, "First, once", reading[i].needs, reading[i].label);
        append_lines(out, "The first rows of " + clipped(model[*shown].name, 60), reading[i].read, reading[i].label);
        if (i < inserting.size() && !inserting[i].insert.empty())
            append_lines(out, "A new row of " + clipped(model[*target].name, 60), inserting[i].insert, reading[i].label);
        out += "</article>\n";
    }
    out += "</div>\n</section>\n";
}

void append_picture(std::string& out, StartFacts const& facts) {
    auto const related = related_tables(*facts.model).size();
    if (related == 0) return;
    out += "<section aria-labelledby=\"relations\">\n<h2 id=\"relations\">Relations</h2>\n";
    if (auto const drawn = picture(*facts.model, facts.counts)) {
        out += "<p>An arrow goes from a table to the one whose rows it refers to. A box leads to its table below.</p>\n";
        out += "<div class=\"scroll wide\" role=\"region\" aria-labelledby=\"relations\" tabindex=\"0\">\n" + *drawn + "</div>\n";
    } else {
        append(
            out,
            "<p>{} refer to each other: too many for a picture. What each refers to stands at its columns below.</p>\n",
            counted(related, "table", "tables")
        );
    }
    out += "</section>\n";
}

void append_dialects(std::string& out, StartFacts const& facts) {
    if (facts.served.size() < 2) return;
    out +=
        "<section aria-labelledby=\"dialects\">\n<h2 id=\"dialects\">Dialects</h2>\n<p>The same data, in several conventions:</p>\n<ul>\n";
    for (auto const& served : facts.served)
        append(
            out,
            "<li><code>{0}</code> at <a href=\"{1}/\"><code>{1}/</code></a> (<a href=\"{2}\">OpenAPI<span class=\"hidden\"> of "
            "{0}</span></a>)</li>\n",
            escaped(served.dialect->name),
            escaped(served.base_url),
            escaped(served.openapi_url)
        );
    out += "</ul>\n</section>\n";
}

}  // namespace

std::string start_page(StartFacts const& facts) {
    std::string out;
    begin_document(out, clipped(facts.title, 80), {"base.css", "style.css"});
    append_header(out, facts);
    out += "<main id=\"content\">\n";
    append_examples(out, facts);
    append_picture(out, facts);
    append_relations(out, facts);
    append_dialects(out, facts);
    out += "</main>\n";
    append(
        out,
        "<footer>Koine {} · <a href=\"{}\">API documentation</a> · <a href=\"/-/health\">Health</a></footer>\n",
        escaped(facts.version),
        escaped(facts.docs_path)
    );
    end_document(out, {"copy.js"});
    return out;
}

std::string locked_page(StartFacts const& facts) {
    std::string out;
    begin_document(out, "Koine", {"base.css", "style.css"});
    out += "<header class=\"top\">\n<div class=\"bar\">\n";
    append_mark(out);
    out += "</div>\n<h1>This API asks for a token</h1>\n</header>\n<main id=\"content\">\n";
    out +=
        "<p>Who runs it makes one with <code>koine token create</code>. Clients send it as <code>Authorization: Bearer</code>, for "
        "instance:</p>\n";
    auto const line = fmt::format("curl -H \"Authorization: Bearer ${}\" {}/", kTokenVariable, facts.served[facts.here].base_url);
    append(out, "<pre tabindex=\"0\" aria-label=\"How to pass the token\"><code>{}</code></pre>\n", escaped(line));
    append(
        out,
        "<p>With a token, the <a href=\"{}\">API documentation</a> can be read and tried here.</p>\n</main>\n",
        escaped(facts.docs_path)
    );
    append(out, "<footer>Koine {}</footer>\n", escaped(facts.version));
    end_document(out, {});
    return out;
}

}  // namespace koine::page
