#include "app/account.hpp"
#include "app/browse.hpp"
#include "app/described.hpp"
#include "base/ascii.hpp"
#include "base/json_scan.hpp"
#include "identity/identity.hpp"
#include "openapi/operation.hpp"

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

bool may(Turn const& turn, Operation const& operation) {
    bool const sends = std::ranges::any_of(operation.methods, dialect::is_write);
    if (sends && !turn.principal.anonymous && !turn.principal.may_write) return false;
    return static_cast<bool>(identity::admit(turn.principal, operation.rule, turn.state.application->app->login_required));
}

/// A default as a form says it.
std::string said_as(description::Input const& input) {
    if (input.type.kind != value::Kind::boolean) return input.otherwise;
    return input.otherwise == "1" || input.otherwise == "true" ? "true" : "false";
}

/// Whether people write it as numbers with commas between them.
bool is_numbers(value::Type const& type) {
    return type.kind == value::Kind::list && type.item != nullptr && type.item->kind == value::Kind::integer;
}

Control control_for(description::Input const& input) {
    auto control = app::control_of(input.type);
    control.name = input.name;
    control.label = label_of(input.name);
    if (is_numbers(input.type))
        control.kind = Control::Kind::keys;
    else if (input.type.kind == value::Kind::list)
        control.help = R"(As JSON: ["one", "two"].)";
    if (!input.help.empty()) control.help = control.help.empty() ? input.help : input.help + " " + control.help;
    control.required = input.required;
    if (input.has_default) control.values = {said_as(input)};
    return control;
}

/// One operation's forms, and what this request made of them.
class Operations {
public:
    Operations(Turn const& turn, Problem const* problem, std::string_view secret, page::BrowseFacts& facts)
        : turn_(turn),
          problem_(problem),
          secret_(secret),
          facts_(facts),
          sends_(turn.principal.by_session || turn.principal.anonymous) {}

    void add(Operation const& operation, std::string const& path) {
        std::string_view const slash = turn_.dialect().routes.closes() ? "/" : "";
        address_ = fmt::format("{}/{}{}", root_path(turn_), path, slash);
        is_here_ = path == turn_.exchange.endpoint.name;
        for (auto const method : operation.methods)
            if (method == Method::get)
                add_got(operation);
            else if (dialect::is_write(method) && sends_)
                add_sent(operation, method);
    }

private:
    /// A link, or a form where something is asked for; also where it is more than a look at something.
    void add_got(Operation const& operation) {
        bool const asks = std::ranges::any_of(operation.query, &description::Input::required);
        if (operation.reads && !asks && !is_here_) facts_.operations.push_back({title_of(operation), address_});
        if (operation.reads && operation.query.empty()) return;
        auto form = begun(operation, "GET");
        for (auto const& input : operation.query) {
            auto control = control_for(input);
            if (is_here_) control.values = asked(input);
            form.controls.push_back(std::move(control));
        }
        form.open = is_here_ && operation.reads;
        if (is_here_ && problem_ != nullptr && turn_.request.method == Method::get) tell_faults(turn_, *problem_, form);
        facts_.actions.push_back(std::move(form));
    }

    void add_sent(Operation const& operation, Method method) {
        if (operation.body_is_raw) return;  // no form sends such a body
        std::string word;
        for (char const c : openapi::word_of(method)) word += ascii_upper(c);
        auto form = begun(operation, std::move(word));
        if (method != Method::post) form.sent = Form::Sent::by_script;
        bool const sent = is_here_ && problem_ != nullptr && turn_.request.method == method;
        if (operation.body_is_free) {
            form.sent = Form::Sent::as_json;
            Control body;
            body.kind = Control::Kind::json;
            body.name = "body";
            body.label = "Body";
            body.values = {sent ? std::string(turn_.request.body.substr(0, page::kLongestValue)) : "{}"};
            form.controls.push_back(std::move(body));
        } else {
            if (method == Method::post) add_secret(form);
            for (auto const& input : operation.body) {
                auto control = control_for(input);
                if (sent) control.values = given_values(turn_, input.name);
                form.controls.push_back(std::move(control));
            }
        }
        if (sent) tell_faults(turn_, *problem_, form);
        facts_.actions.push_back(std::move(form));
    }

    Form begun(Operation const& operation, std::string method) const {
        Form form;
        form.id = fmt::format("operation-{}", facts_.actions.size());
        form.title = title_of(operation);
        form.address = address_;
        form.submit = form.title;
        form.method = std::move(method);
        form.shows = true;
        return form;
    }

    void add_secret(Form& form) const {
        if (secret_.empty()) return;
        Control hidden;
        hidden.kind = Control::Kind::hidden;
        hidden.name = turn_.dialect().auth->session()->csrf_field;
        hidden.values = {std::string(secret_)};
        form.controls.push_back(std::move(hidden));
    }

    /// What the address says of it, the last if it does so several times; a list as a list.
    std::vector<std::string> asked(description::Input const& input) const {
        std::string all;
        bool const numbers = is_numbers(input.type);
        for (auto const& parameter : turn_.exchange.parameters) {
            if (parameter.key != input.name) continue;
            if (numbers && !all.empty())
                all.append(", ").append(parameter.value);
            else
                all = parameter.value;
        }
        return all.empty() ? std::vector<std::string>() : std::vector{std::move(all)};
    }

    Turn const& turn_;
    Problem const* problem_;
    std::string_view secret_;
    page::BrowseFacts& facts_;
    bool sends_;
    bool is_here_ = false;
    std::string address_;
};

}  // namespace

void add_operations(Turn const& turn, Problem const* problem, std::string_view secret, page::BrowseFacts& facts) {
    Operations operations(turn, problem, secret, facts);
    for (auto const& operation : turn.state.application->app->operations) {
        auto const path = path_from(operation, turn.exchange.endpoint);
        if (!path.empty() && may(turn, operation)) operations.add(operation, path);
    }
}

void read_form(Turn const& turn, std::span<description::Input const> inputs, query::Body& body) {
    auto const format = turn.dialect().input.body_format(turn.exchange, true);
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
        else if (is_numbers(input.type) && given.text[begin] != '[')
            given = {query::Given::Kind::json, body.texts.copy(list_of(given.text))};
        else if (document && is_json(given.text))
            given = value::given_of(given.text.substr(begin), body.texts);
    }
}

}  // namespace koine::app
