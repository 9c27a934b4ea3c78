#include "app/account.hpp"
#include "app/browse.hpp"
#include "app/described.hpp"
#include "base/ascii.hpp"
#include "base/json_scan.hpp"
#include "identity/identity.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace koine::app {
namespace {

using description::Operation;
using dialect::Endpoint;
using page::Control;
using page::Form;

/// Whether the path is one that the operation's stands for.
bool fits(std::string_view pattern, std::string_view path) {
    while (!pattern.empty() && !path.empty()) {
        auto const wanted = split_off(pattern, '/');
        auto const segment = split_off(path, '/');
        if (!wanted.starts_with('{') && wanted != segment) return false;
    }
    return pattern.empty() && path.empty();
}

/// Where the operation is, as seen from the endpoint; empty if it is not of it.
std::string path_from(Operation const& operation, Endpoint const& endpoint) {
    if (endpoint.resource == nullptr || endpoint.kind == Endpoint::Kind::operation || endpoint.kind == Endpoint::Kind::unknown)
        return fits(operation.path, endpoint.name) ? endpoint.name : std::string();
    bool const item = endpoint.kind == Endpoint::Kind::item;
    if (operation.resource != endpoint.resource->said->name || operation.of_row != item) return {};
    auto path = operation.path;
    if (item && !endpoint.key.empty())
        if (auto const hole = path.find("{id}"); hole != std::string::npos) path.replace(hole, 4, endpoint.key.front());
    return path.contains('{') ? std::string() : path;
}

bool takes(Operation const& operation, Method method) { return std::ranges::find(operation.methods, method) != operation.methods.end(); }

bool may(Turn const& turn, Operation const& operation) {
    bool const sends = std::ranges::any_of(operation.methods, dialect::is_write);
    if (sends && !turn.principal.anonymous && !turn.principal.may_write) return false;
    return static_cast<bool>(identity::admit(turn.principal, operation.rule, turn.state.application->app->login_required));
}

Form form_of(Turn const& turn, Operation const& operation, std::string address, std::string_view secret, std::size_t number) {
    Form form;
    form.id = fmt::format("operation-{}", number);
    form.title = title_of(operation);
    form.address = std::move(address);
    form.submit = form.title;
    if (operation.body_is_free) {
        form.sent = Form::Sent::as_json;
        Control body;
        body.kind = Control::Kind::json;
        body.name = "body";
        body.label = "Body";
        body.values = {"{}"};
        form.controls.push_back(std::move(body));
        return form;
    }
    if (!secret.empty()) {
        Control hidden;
        hidden.kind = Control::Kind::hidden;
        hidden.name = turn.dialect().auth->session()->csrf_field;
        hidden.values = {std::string(secret)};
        form.controls.push_back(std::move(hidden));
    }
    for (auto const& input : operation.body) {
        auto control = control_of(input.type);
        control.name = input.name;
        control.label = label_of(input.name);
        control.help = input.help;
        control.required = input.required;
        if (input.has_default) control.values = {input.otherwise};
        form.controls.push_back(std::move(control));
    }
    return form;
}

}  // namespace

void add_operations(Turn const& turn, std::string_view secret, page::BrowseFacts& facts) {
    bool const sends = turn.principal.by_session || turn.principal.anonymous;
    std::string_view const slash = turn.dialect().routes.closes() ? "/" : "";
    for (auto const& operation : turn.state.application->app->operations) {
        auto const path = path_from(operation, turn.exchange.endpoint);
        if (path.empty() || !may(turn, operation)) continue;
        auto address = fmt::format("{}/{}{}", root_path(turn), path, slash);
        bool const asks = std::ranges::any_of(operation.query, &description::Input::required);
        if (takes(operation, Method::get) && !asks && path != turn.exchange.endpoint.name)
            facts.operations.push_back({title_of(operation), address});
        if (takes(operation, Method::post) && sends)
            facts.forms.push_back(form_of(turn, operation, std::move(address), secret, facts.forms.size()));
    }
}

void read_form(Turn const& turn, std::span<description::Input const> inputs, query::Body& body) {
    auto const format = turn.dialect().input.body_format(turn.exchange);
    bool const is_form = format && (format.value() == format::BodyFormat::form || format.value() == format::BodyFormat::multipart);
    if (!is_form || body.rows != 1) return;
    for (auto const& input : inputs) {
        auto const found = std::ranges::find(body.names, input.name);
        if (found == body.names.end()) continue;
        auto& given = body.values[static_cast<std::size_t>(found - body.names.begin())];
        if (given.kind != query::Given::Kind::text) continue;
        auto const begin = given.text.find_first_not_of(" \t\r\n");
        bool const document = input.type.kind == value::Kind::json || input.type.kind == value::Kind::list;
        if (begin == std::string_view::npos)
            given = {};
        else if (document && is_json(given.text))
            given = value::given_of(given.text.substr(begin), body.texts);
    }
}

}  // namespace koine::app
