/// @file Any query string (first line) and body (the rest) for an operation that takes something of every type: refused with faults of what it
///   declares, or one value for each, of the declared type.
#include "base/json_scan.hpp"
#include "base/utf8.hpp"
#include "body_checks.hpp"
#include "description/description.hpp"
#include "dialect/dialect.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

namespace {

using namespace koine;

constexpr std::string_view kApp = R"(app: {name: a}
operations:
  POST act:
    call: deeds.act
    query: {as-set: text(40) null, af: enum(4|6) null, n: int(1..9) = 5, few: "list(int) = [1]", on: bool = false, at: datetime null, doc: json null}
    body: {name: text(8), note: text blank, big: int64 null, real: float null, money: decimal(6.2) null, day: date null, clock: time null, span: duration null,
           id: uuid null, slug: slug null, mail: email null, where: url null, host: ip null, net: cidr null, mac: mac null, keys: list(int64) null,
           words: list(text(5)) null, doc: json null, on: bool null, kind: enum(a|b) null,
           doc-file: "file(100 B, text/*) null"}
  POST free: {call: deeds.act, body: any}
)";

std::shared_ptr<description::App const> app() {
    auto loaded = description::load_app_texts({{"app.yaml", std::string(kApp)}, {"operations/deeds.lua", "function act() end"}});
    fuzz::check(loaded.app != nullptr && loaded.mistakes.empty());
    return loaded.app;
}

void check_values(std::vector<dialect::InputValue> const& values, std::vector<description::Input> const& declared) {
    fuzz::check(values.size() == declared.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        auto const& [input, file, cell, given] = values[i];
        fuzz::check(file == nullptr || input->type.kind == value::Kind::file);
        fuzz::check(input == &declared[i]);
        fuzz::check(!cell.is_null() || input->nullable || !input->required);
        if (cell.is_null()) continue;
        auto const text = value::text_of(cell);
        fuzz::check(first_invalid_utf8(text) == std::string_view::npos);
        if (values[i].is_json()) fuzz::check(is_json(text));
        if (given && input->type.least) fuzz::check(cell.integer() >= *input->type.least && cell.integer() <= *input->type.most);
    }
}

void check_refused(Problem const& problem, description::Operation const& operation) {
    auto const reason = problem.reason();
    fuzz::check(reason == Reason::unknown_parameter || reason == Reason::invalid_filters || reason == Reason::invalid_document);
    auto const& declared = reason == Reason::invalid_filters ? operation.query : operation.body;
    for (auto const& fault : problem.faults())
        fuzz::check(fault.member.empty() || std::ranges::find(declared, fault.member, &description::Input::name) != declared.end());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static auto const described = app();
    static auto const lenient = dialect::load_dialect_section({}, "drf").value();
    static auto const strict = dialect::load_dialect_section({}, "app").value();
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const line = std::min(text.find('\n'), text.size());
    auto const asked = text.substr(0, line);
    auto const sent = text.substr(std::min(line + 1, text.size()));

    for (auto const* dialect : {&lenient, &strict})
        for (std::string_view const type : {"application/json", "application/x-www-form-urlencoded"}) {
            Header const headers[] = {{"Content-Type", type}};
            dialect::Exchange exchange;
            exchange.method = Method::post;
            exchange.headers = headers;
            auto parameters = dialect->input.read(asked);
            if (!parameters) continue;
            exchange.parameters = std::move(parameters).value();
            query::Body body;
            if (!dialect->input.read_body(exchange, sent, body)) continue;
            for (auto const& operation : described->operations) {
                Arena arena;
                auto const inputs = dialect->read_inputs(exchange, operation, body, arena);
                if (inputs) {
                    check_values(inputs.value().query, operation.query);
                    check_values(inputs.value().body, operation.body);
                } else {
                    check_refused(inputs.error(), operation);
                    auto const rendered = dialect->render(inputs.error(), &exchange);
                    fuzz::check(rendered.status >= 400 && rendered.status < 500);
                    fuzz::check(first_invalid_utf8(rendered.body) == std::string_view::npos);
                }
                auto const document = dialect::free_document(sent, body, type != std::string_view("application/json"), arena);
                fuzz::check(is_json(document));
            }
        }
    return 0;
}
