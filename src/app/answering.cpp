#include "app/answering.hpp"

#include "app/app_turn.hpp"
#include "base/ascii.hpp"
#include "format/csv.hpp"
#include "format/pretty.hpp"
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

void add_headers(http::Answer& answer, std::vector<dialect::ResponseHeader> const& headers) {
    for (auto const& [name, value] : headers) answer.header(name, value);
}

/// The rows in their frame. @param writer what a writer of that type is made of.
template <class Writer, class... Arguments>
void write_json(Turn const& turn, Told const& told, AnswerValues const& values, bool one, Arguments&&... writer) {
    Writer out(std::forward<Arguments>(writer)...);
    auto const& dialect = turn.dialect();
    auto const nulls = told.format.strip_nulls ? Nulls::strip : dialect.values.nulls();
    auto const base = turn.state.application->app ? base_url(turn.request, turn.mount, "") : std::string();
    Representer rows(told.program, told.rows, nulls, out, {base});
    auto const ordered = [&] {
        if (told.order.empty()) return rows.list();
        out.begin_list();
        for (auto const row : told.order) rows.object(row);
        out.end_list();
    };
    if (one)
        dialect.envelope.write_item(values, [&](auto&) { rows.object(0); }, out);
    else if (told.written)
        dialect.envelope.write_many(values, [&](auto&) { ordered(); }, out);
    else
        dialect.envelope.write_list(values, [&](auto&) { rows.list(); }, out);
}

/// JSON is made compact, and widened where that was asked: rarely, and by people. Beyond this it stays compact.
constexpr std::size_t kWidest = 64UL * 1024 * 1024;

void indent_from(std::size_t begin, unsigned indent, std::string& body) {
    std::string wide;
    if (!format::append_pretty(std::string_view(body).substr(begin), indent, kWidest, wide)) return;
    body.resize(begin);
    body += wide;
}

void write_body(Turn const& turn, Told const& told, AnswerValues const& values, bool one) {
    auto& body = turn.answer.begin_body();
    if (turn.exchange.method == Method::head) return;
    auto const begin = body.size();
    auto const& spelling = turn.dialect().values.spelling();
    if (told.format.writer == dialect::Format::Writer::csv)
        format::append_csv(told.program, told.rows, spelling, body);
    else if (spelling.is_usual())
        write_json<JsonWriter>(turn, told, values, one, body);
    else
        write_json<SpelledJsonWriter>(turn, told, values, one, body, spelling);
    if (told.indent > 0) indent_from(begin, told.indent, body);
}

std::vector<std::string> messages_of(Turn const& turn) {
    std::vector<std::string> messages;
    for (auto const& warning : turn.work.warnings) messages.push_back(turn.dialect().errors.message(warning, &turn.exchange));
    return messages;
}

std::string joined(std::vector<std::string> const& texts, std::string_view separator) {
    std::string all;
    for (auto const& text : texts) all.append(all.empty() ? "" : separator).append(text);
    return all;
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

Result<void> write_read(Turn const& turn, Told const& told) {
    auto const& exchange = turn.exchange;
    auto const& dialect = turn.dialect();
    auto& answer = turn.answer;
    auto returned = static_cast<std::int64_t>(told.rows.steps.front().count());
    bool item = exchange.endpoint.kind == dialect::Endpoint::Kind::item;
    KOINE_TRY(auto page, dialect.page->facts(exchange, turn.work.query, returned, told.rows.total));
    if (item && returned == 0) return dialect::item_not_found(exchange);
    if (told.format.singular && returned != 1) return Problem(Reason::not_singular).with("count", returned);

    bool one = item || told.format.singular;
    AnswerValues values(&exchange);
    values.with_page(page);
    if (one) values.with_item();
    auto const messages = messages_of(turn);
    values.with_warnings(messages, !told.rows.cut ? "" : told.rows.cut_by_bytes ? "max-response-bytes" : "max-rows");
    std::vector<dialect::ResponseHeader> headers;
    dialect.headers.add(item ? Headers::On::items : Headers::On::lists, values, &exchange, headers);
    answer.start(item ? 200 : page.status);
    answer.header("Content-Type", told.format.content_type);
    add_headers(answer, headers);
    write_body(turn, told, values, one);
    answer.end();
    return outcome::success();
}

Result<void> write_written(Turn const& turn, Told const& told, dialect::WriteAnswer const& written) {
    auto& answer = turn.answer;
    bool const one = written.body == dialect::WriteAnswer::Body::item;
    AnswerValues values(&turn.exchange);
    values.with_write(written);
    auto const messages = messages_of(turn);
    values.with_warnings(messages, "");
    std::vector<dialect::ResponseHeader> headers;
    turn.dialect().headers.add(Headers::On::written, values, &turn.exchange, headers);
    answer.start(written.status);
    bool const has_body = written.body != dialect::WriteAnswer::Body::none;
    if (has_body) answer.header("Content-Type", told.format.content_type);
    add_headers(answer, headers);
    if (has_body) write_body(turn, told, values, one);
    answer.end();
    return outcome::success();
}

dialect::Exchange exchange_of(http::Request const& request) {
    dialect::Exchange exchange;
    exchange.method = request.method;
    exchange.method_text = request.method_text;
    exchange.path = request.path();
    exchange.query = request.query();
    exchange.headers = request.headers;
    exchange.request_id = request.request_id;
    return exchange;
}

void start_document(Turn const& turn, int status, std::string_view content_type) {
    std::vector<dialect::ResponseHeader> headers;
    turn.dialect().headers.add(Headers::On::items, AnswerValues(&turn.exchange), &turn.exchange, headers);
    turn.answer.start(status);
    if (!content_type.empty()) turn.answer.header("Content-Type", content_type);
    add_headers(turn.answer, headers);
}

void write_text(Turn const& turn, dialect::Negotiated const& form, std::string_view json, TextOptions const& options) {
    start_document(turn, options.status, form.format->content_type);
    for (auto const& [name, value] : options.headers) turn.answer.header(name, value);
    if (options.secret) turn.answer.header("Cache-Control", "no-store");
    auto& body = turn.answer.begin_body();
    auto const begin = body.size();
    if (turn.exchange.method != Method::head) body += json;
    if (form.indent > 0 && body.size() > begin) indent_from(begin, form.indent, body);
    turn.answer.end();
}

Result<void> write_options(Turn const& turn, model::Entity const* entity) {
    std::vector<dialect::ResponseHeader> headers;
    turn.dialect().headers.add_cors(turn.exchange, headers);
    turn.answer.start(200);
    turn.answer.header("Allow", turn.dialect().allow(turn.exchange.endpoint.kind, entity, turn.writable()));
    add_headers(turn.answer, headers);
    turn.answer.end();
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

std::string allowed(Application const& application, dialect::Dialect const& dialect, dialect::Endpoint const& endpoint) {
    if (application.app) return dialect.allow(endpoint, application.store->writable());
    auto const& model = application.store->model();
    auto const entity = model.entity(endpoint.name);
    return dialect.allow(endpoint.kind, entity ? &model[*entity] : nullptr, application.store->writable());
}

/// Of a request that was refused before it became one: what would have been allowed.
void find_endpoint(Application const& application, dialect::Dialect const& dialect, dialect::Exchange& exchange) {
    auto path = exchange.path;
    path.remove_prefix(application.mount_for(path).prefix.size());
    if (auto found = dialect.routes.find(path, dialect.resources.get())) exchange.endpoint = std::move(found).value().endpoint;
}

void write_problem(
    Application const& application,
    dialect::Dialect const& dialect,
    Problem const& problem,
    dialect::Exchange const* exchange,
    http::Request const& request,
    http::Answer& answer
) {
    dialect::Exchange partial;
    if (exchange == nullptr) {
        partial = exchange_of(request);
        if (application.app) partial.uuid = random_uuid();
        if (application.app && problem.kind() == Kind::method_not_allowed) find_endpoint(application, dialect, partial);
        exchange = &partial;
    }
    auto rendered = dialect.render(problem, exchange);
    if (answer.started()) answer.abandon();
    answer.start(rendered.status);
    if (!rendered.content_type.empty()) answer.header("Content-Type", rendered.content_type);
    bool const told = dialect.headers.tells_allow() && !exchange->allow.empty();
    if (problem.kind() == Kind::method_not_allowed && !told) answer.header("Allow", allowed(application, dialect, exchange->endpoint));
    add_headers(answer, rendered.headers);
    answer.begin_body().append(rendered.body);
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
