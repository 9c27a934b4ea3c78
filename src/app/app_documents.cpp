#include "app/answering.hpp"
#include "app/app_turn.hpp"
#include "page/app_pages.hpp"
#include "page/policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>

namespace koine::app {
namespace {

using Place = dialect::Describing::Place;

void send(Turn const& turn, std::string_view type, std::string_view body, std::string_view disposition) {
    start_document(turn, 200, type);
    turn.answer.header("Content-Disposition", disposition);
    auto& out = turn.answer.begin_body();
    if (turn.request.method != Method::head) out += body;
    turn.answer.end();
}

void send_openapi(Turn const& turn, bool as_json) {
    auto const& [json, yaml] = *turn.state.application->openapi;
    auto const& app = *turn.state.application->app;
    auto const named = [&](std::string_view suffix) {
        auto title = app.title;
        std::erase_if(title, [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' '; });
        return fmt::format("inline; filename=\"{} ({}).{}\"", title, app.version, suffix);
    };
    auto const asked = std::ranges::find(turn.exchange.parameters, "format", &dialect::Parameter::key);
    bool const by_parameter = asked != turn.exchange.parameters.end() && asked->value != "yaml";
    auto const accept = turn.exchange.header("Accept");
    if (by_parameter || as_json) return send(turn, "application/vnd.oai.openapi+json", json, named("json"));
    if (accept.find("application/json") != std::string_view::npos) return send(turn, "application/json", json, named("json"));
    send(turn, "application/vnd.oai.openapi; charset=utf-8", yaml, named("yaml"));
}

void send_page(Turn const& turn, std::string const& page, std::span<Header const> headers) {
    turn.answer.start(200);
    for (auto const& [name, value] : headers) turn.answer.header(name, value);
    turn.answer.header("Cache-Control", "no-cache");
    auto& out = turn.answer.begin_body();
    if (turn.request.method != Method::head) out += page;
    turn.answer.end();
}

page::AppDocsFacts docs_facts(Turn const& turn) {
    page::AppDocsFacts facts;
    facts.title = turn.state.application->app->title;
    facts.document_url = fmt::format("{}/{}/", turn.dialect().routes.prefix(), turn.dialect().describing.openapi());
    if (!turn.dialect().routes.closes()) facts.document_url.pop_back();
    facts.version = KOINE_VERSION;
    if (auto const* session = turn.dialect().auth->session()) {
        facts.csrf_cookie = session->csrf_cookie;
        facts.csrf_header = session->csrf_header;
    }
    return facts;
}

}  // namespace

Result<bool> respond_description(Turn const& turn) {
    auto const& describing = turn.dialect().describing;
    auto const place = describing.place_of(turn.exchange.endpoint.name);
    if (place == Place::none) return false;
    if (turn.exchange.endpoint.redirect) {
        write_redirect(turn);
        return true;
    }
    if (turn.request.method != Method::get && turn.request.method != Method::head) return dialect::method_refused(turn.exchange);
    switch (place) {
        case Place::none: break;
        case Place::openapi: send_openapi(turn, false); break;
        case Place::openapi_json: send_openapi(turn, true); break;
        case Place::swagger: send_page(turn, page::swagger_page(docs_facts(turn)), page::page_headers()); break;
        case Place::redoc: send_page(turn, page::redoc_page(docs_facts(turn)), page::redoc_headers()); break;
        case Place::document: {
            KOINE_TRY(admit_reader(turn));
            KOINE_TRY(auto const form, turn.dialect().formats.negotiate(turn.exchange));
            for (auto const& [path, json] : describing.documents())
                if (path == turn.exchange.endpoint.name) {
                    write_text(turn, form, json);
                    return true;
                }
        }
    }
    return true;
}

}  // namespace koine::app
