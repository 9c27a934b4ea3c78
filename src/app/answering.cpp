#include "app/answering.hpp"

#include "base/ascii.hpp"
#include "format/csv.hpp"
#include "format/spelling.hpp"
#include "represent/represent.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace koine::app {
namespace {

using dialect::AnswerValues;
using dialect::Headers;
using format::JsonWriter;
using format::SpelledJsonWriter;
using represent::Nulls;
using represent::Representer;

constexpr std::string_view kJson = "application/json; charset=utf-8";
constexpr std::string_view kOpenApi = "application/openapi+json; charset=utf-8";

/// What the root is given in. A browser, which prefers HTML, gets the document, too.
dialect::Formats const& index_formats() {
    using dialect::Format;
    static auto const formats = dialect::Formats::of({
        {Format::Writer::json, "application/openapi+json", {}, std::string(kOpenApi)},
        {Format::Writer::json, "application/json", {}, std::string(kOpenApi)},
        {Format::Writer::json, "text/html", {}, std::string(kOpenApi)},
    });
    return formats;
}

void add_headers(http::Answer& answer, std::vector<dialect::ResponseHeader> const& headers) {
    for (auto const& [name, value] : headers) answer.header(name, value);
}

/// The rows in their frame. @param writer what a writer of that type is made of.
template <class Writer, class... Arguments>
void write_json(Read const& read, AnswerValues const& values, bool one, Arguments&&... writer) {
    Writer out(std::forward<Arguments>(writer)...);
    auto const nulls = read.format.strip_nulls ? Nulls::strip : read.dialect.values.nulls();
    Representer rows(read.compiled.program, read.work.rows, nulls, out);
    if (one)
        read.dialect.envelope.write_item(values, [&](auto&) { rows.object(0); }, out);
    else
        read.dialect.envelope.write_list(values, [&](auto&) { rows.list(); }, out);
}

void write_body(Read const& read, AnswerValues const& values, bool one, std::string& body) {
    auto const& spelling = read.dialect.values.spelling();
    if (read.format.writer == dialect::Format::Writer::csv)
        format::append_csv(read.compiled.program, read.work.rows, spelling, body);
    else if (spelling.is_usual())
        write_json<JsonWriter>(read, values, one, body);
    else
        write_json<SpelledJsonWriter>(read, values, one, body, spelling);
}

std::string joined(std::vector<std::string> const& texts, std::string_view separator) {
    std::string all;
    for (auto const& text : texts) all.append(all.empty() ? "" : separator).append(text);
    return all;
}

void write_document(http::Request const& request, Application const& application, http::Answer& answer) {
    auto const& mount = application.mounts.back();
    answer.start(200);
    answer.header("Content-Type", kOpenApi);
    answer.header("Cache-Control", "no-store");
    auto const document = application.documents->of(*mount.dialect, application.store->model());
    document->append_to(answer.begin_body(), base_url(request, mount, mount.dialect->routes.prefix()));
    answer.end();
}

/// The names of a JSON object's members, in order of name; none if the text is no object.
std::vector<std::string> member_names(std::string_view body) {
    boost::json::error_code error;
    auto document = boost::json::parse(body, error);
    if (error || !document.is_object()) return {};
    std::vector<std::string> names;
    for (auto const& member : document.get_object()) names.emplace_back(member.key());
    std::ranges::sort(names);
    return names;
}

}  // namespace

std::string base_url(http::Request const& request, MountedDialect const& mount, std::string_view prefix) {
    return fmt::format("{}://{}{}{}", request.secure ? "https" : "http", request.host, mount.prefix, prefix);
}

Result<void> write_read(Read const& read, http::Answer& answer) {
    auto returned = static_cast<std::int64_t>(read.work.rows.steps.front().count());
    bool item = read.exchange.endpoint.kind == dialect::Endpoint::Kind::item;
    KOINE_TRY(auto page, read.dialect.page->facts(read.exchange, read.work.query, returned, read.work.rows.total));
    if (item && returned == 0)
        return Problem(Reason::not_found)
            .with("relation", read.exchange.endpoint.name)
            .with("key", joined(read.exchange.endpoint.key, ","));
    if (read.format.singular && returned != 1) return Problem(Reason::not_singular).with("count", returned);

    bool one = item || read.format.singular;
    AnswerValues values(&read.exchange);
    values.with_page(page);
    if (one) values.with_item();
    std::vector<std::string> messages;
    for (auto const& warning : read.work.warnings) messages.push_back(read.dialect.errors.message(warning, &read.exchange));
    values.with_warnings(messages, !read.work.rows.cut ? "" : read.work.rows.cut_by_bytes ? "max-response-bytes" : "max-rows");
    std::vector<dialect::ResponseHeader> headers;
    read.dialect.headers.add(item ? Headers::On::items : Headers::On::lists, values, &read.exchange, headers);
    answer.start(item ? 200 : page.status);
    answer.header("Content-Type", read.format.content_type);
    add_headers(answer, headers);
    auto& body = answer.begin_body();
    if (read.exchange.method != Method::head) write_body(read, values, one, body);
    answer.end();
    return outcome::success();
}

Result<void> write_options(
    dialect::Dialect const& dialect, dialect::Exchange const& exchange, model::Entity const* entity, http::Answer& answer
) {
    std::vector<dialect::ResponseHeader> headers;
    dialect.headers.add_cors(exchange, headers);
    answer.start(200);
    answer.header("Allow", dialect.routes.allow(exchange.endpoint.kind, entity, false));
    add_headers(answer, headers);
    answer.end();
    return outcome::success();
}

Result<void> write_index(
    Application const& application, MountedDialect const& mount, dialect::Exchange const& exchange, http::Answer& answer
) {
    KOINE_TRY(index_formats().choose(exchange));
    std::vector<dialect::ResponseHeader> headers;
    mount.dialect->headers.add_cors(exchange, headers);
    answer.start(200);
    answer.header("Content-Type", kOpenApi);
    answer.header("Vary", "Accept");
    add_headers(answer, headers);
    application.documents->of(*mount.dialect, application.store->model())->append_to(answer.begin_body(), exchange.base_url);
    answer.end();
    return outcome::success();
}

bool write_preflight(dialect::Dialect const& dialect, dialect::Exchange const& exchange, http::Answer& answer) {
    std::vector<dialect::ResponseHeader> headers;
    if (exchange.method != Method::options || !dialect.headers.preflight(exchange, headers)) return false;
    answer.start(200);
    add_headers(answer, headers);
    answer.end();
    return true;
}

void write_problem(
    dialect::Dialect const& dialect,
    Problem const& problem,
    dialect::Exchange const* exchange,
    http::Request const& request,
    http::Answer& answer
) {
    dialect::Exchange partial;
    if (exchange == nullptr) {
        partial.method = request.method;
        partial.method_text = request.method_text;
        partial.path = request.path();
        partial.headers = request.headers;
        partial.request_id = request.request_id;
        exchange = &partial;
    }
    auto rendered = dialect.render(problem, exchange);
    if (answer.started()) answer.abandon();
    answer.start(rendered.status);
    answer.header("Content-Type", rendered.content_type);
    if (problem.kind() == Kind::method_not_allowed) answer.header("Allow", dialect.routes.allow(exchange->endpoint.kind, nullptr, false));
    add_headers(answer, rendered.headers);
    answer.begin_body().append(rendered.body);
    answer.end();
}

void write_reserved(http::Request const& request, Applications const& applications, http::Answer& answer) {
    auto path = request.path();
    bool reads = request.method == Method::get || request.method == Method::head;
    if (path == "/-/openapi.json" && reads) return write_document(request, *applications.current(), answer);
    bool known = path == "/-/health" || path == "/-/ready" || path == "/-/openapi.json";
    auto trouble = path == "/-/ready" ? applications.trouble() : std::string();
    answer.start(!known ? 404 : !reads ? 405 : trouble.empty() ? 200 : 503);
    answer.header("Content-Type", kJson);
    answer.header("Cache-Control", "no-store");
    if (known && !reads) answer.header("Allow", "GET, HEAD");
    auto& body = answer.begin_body();
    body += known && reads ? trouble.empty() ? R"({"status":"ok"})" : R"({"status":"degraded"})" : R"({"status":"unknown"})";
    answer.end();
}

Problem unknown_function(dialect::Exchange const& exchange, std::string_view schema, std::string_view body) {
    auto problem = Problem(Reason::unknown_function).with("schema", schema).with("function", exchange.endpoint.name);
    std::vector<std::string> names;
    for (auto const& parameter : exchange.parameters) names.push_back(parameter.key);
    if (exchange.method == Method::post) names = member_names(body);
    return names.empty() ? problem : std::move(problem).with("parameters", joined(names, ", "));
}

}  // namespace koine::app
