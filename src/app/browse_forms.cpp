#include "app/answering.hpp"
#include "app/browse.hpp"
#include "app/described.hpp"
#include "base/json_scan.hpp"
#include "format/pretty.hpp"
#include "identity/identity.hpp"
#include "represent/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace koine::app {
namespace {

using description::Verb;
using dialect::Endpoint;
using page::Control;
using page::Form;
using query::Given;
using value::Kind;
using References = description::Reference::Kind;

constexpr std::string_view kMoment = "As in 2026-11-22T14:03:00Z.";

/// The members of a JSON object, each value as it is written; none of what is no object.
std::vector<std::pair<std::string, std::string_view>> members_of(std::string_view json) {
    std::vector<std::pair<std::string, std::string_view>> members;
    JsonScan scan(json);
    if (!scan.take('{') || scan.take('}')) return members;
    do {
        auto const name = scan.string();
        if (!name || !scan.take(':')) break;
        auto const value = scan.value();
        if (!value) break;
        members.emplace_back(json_string(*name), *value);
    } while (scan.take(','));
    return members;
}

std::string_view member_of(std::string_view json, std::string_view name) {
    for (auto const& [key, value] : members_of(json))
        if (key == name) return value;
    return "null";
}

bool is_set(DescribedMember const& one) {
    return one.refers() && (one.field->reference->kind == References::many || one.field->reference->kind == References::owned);
}

/// What is shown of a member, as it is written: keys for rows, values for choices.
std::string written(DescribedMember const& one, std::string_view shown) {
    bool const object = shown.starts_with('{');
    if (is_set(one)) {
        std::string keys = "[";
        JsonScan scan(shown);
        if (!scan.take('[') || scan.take(']')) return "[]";
        do {
            auto const element = scan.value();
            if (!element) break;
            keys.append(keys.size() > 1 ? "," : "").append(element->starts_with('{') ? member_of(*element, "id") : *element);
        } while (scan.take(','));
        return keys + "]";
    }
    if (object && one.refers()) return std::string(member_of(shown, "id"));
    if (object && one.type->kind == Kind::choice) return std::string(member_of(shown, "value"));
    return std::string(shown);
}

/// JSON as it stands in a control.
std::vector<std::string> filled(Control const& control, std::string_view json) {
    if (json.empty() || json == "null") return {};
    if (control.kind == Control::Kind::keys) {
        std::string keys(json.substr(1, json.size() - 2));
        for (auto at = keys.find(','); at != std::string::npos; at = keys.find(',', at + 2)) keys.insert(at + 1, " ");
        return {std::move(keys)};
    }
    if (control.kind == Control::Kind::json) {
        std::string wide;
        if (!format::append_pretty(json, 2, page::kLongestValue, wide)) wide = json;
        return {std::move(wide)};
    }
    return {json.starts_with('"') ? json_string(json) : std::string(json)};
}

Control::Kind kind_of(value::Type const& type) {
    switch (type.kind) {
        case Kind::boolean: return Control::Kind::truth;
        case Kind::integer: return Control::Kind::number;
        case Kind::real:
        case Kind::decimal: return Control::Kind::real;
        case Kind::text: return type.longest == 0 || type.longest > 500 ? Control::Kind::lines : Control::Kind::text;
        case Kind::email: return Control::Kind::email;
        case Kind::url: return Control::Kind::url;
        case Kind::date: return Control::Kind::date;
        case Kind::datetime: return Control::Kind::moment;
        case Kind::json:
        case Kind::list: return Control::Kind::json;
        case Kind::choice: return Control::Kind::choice;
        case Kind::secret:
        case Kind::password: return Control::Kind::secret;
        case Kind::file: return Control::Kind::file;
        case Kind::blob:
        case Kind::slug:
        case Kind::uuid:
        case Kind::ip:
        case Kind::mac:
        case Kind::time:
        case Kind::duration: return Control::Kind::text;
    }
    return Control::Kind::text;
}

/// The default, as JSON; empty if there is none that can be told.
std::string default_of(description::Field const& field) {
    if (!field.otherwise || field.otherwise->kind != description::Default::Kind::literal || field.otherwise->null) return {};
    auto const& text = field.otherwise->text;
    switch (field.type.kind) {
        case Kind::boolean: return text == "1" || text == "true" ? "true" : "false";
        case Kind::integer:
        case Kind::real:
        case Kind::json:
        case Kind::list: return text;
        default: {
            std::string json;
            represent::append_json_string(json, text);
            return json;
        }
    }
}

class Changes {
public:
    Changes(Turn const& turn, Said const& said, Problem const* problem, std::string_view secret)
        : turn_(turn),
          app_(*turn.state.application->app),
          resource_(*turn.exchange.endpoint.resource),
          said_(said),
          problem_(problem),
          secret_(secret) {}

    std::vector<Form> of_list() {
        if (!may(Verb::create)) return {};
        add_changing("create", "Add " + label(), "Add", "POST", false);
        return std::move(forms_);
    }

    std::vector<Form> of_item() {
        shown_ = is_given() ? decltype(shown_)() : members_of(said_.body);
        // A document that was cut to some members is no ground for a whole new one.
        bool const whole = std::ranges::all_of(resource_.writable, [&](auto const& each) {
            return each.member->writes == description::Member::Writes::only || shown(each.name) != nullptr;
        });
        if (may(Verb::patch))
            add_changing("change", "Change this " + label(), "Save", "PATCH", true);
        else if (may(Verb::replace) && (whole || is_given()))
            add_changing("change", "Change this " + label(), "Save", "PUT", true);
        if (may(Verb::patch) && may(Verb::replace) && (whole || is_given("PUT"))) add_json("replace", "PUT", true);
        if (may(Verb::remove)) add_removal();
        return std::move(forms_);
    }

private:
    std::string const& label() const { return resource_.described->label; }

    bool may(Verb verb) const {
        auto const rule = resource_.said->rules.find(verb);
        if (rule == resource_.said->rules.end() || std::ranges::find(resource_.said->verbs, verb) == resource_.said->verbs.end())
            return false;
        if (!turn_.principal.anonymous && !turn_.principal.may_write) return false;
        return static_cast<bool>(identity::admit(turn_.principal, rule->second, app_.login_required));
    }

    /// Whether this request was such a form, and failed.
    bool is_given(std::string_view method) const { return problem_ != nullptr && turn_.request.method_text == method; }
    bool is_given() const { return problem_ != nullptr && dialect::is_write(turn_.request.method); }
    bool is_json() const { return turn_.exchange.header("Content-Type").starts_with("application/json"); }

    std::string address(bool item) const {
        auto text = fmt::format("{}/{}", root_path(turn_), resource_.path());
        if (item) text.append("/").append(turn_.exchange.endpoint.key.front());
        return turn_.dialect().routes.closes() ? text + "/" : text;
    }

    std::string_view const* shown(std::string_view name) const {
        auto const found = std::ranges::find(shown_, name, &std::pair<std::string, std::string_view>::first);
        return found == shown_.end() ? nullptr : &found->second;
    }

    void add_changing(std::string id, std::string title, std::string submit, std::string method, bool item) {
        auto const json_id = id + "-json";
        Form form;
        form.id = std::move(id);
        form.title = std::move(title);
        form.address = address(item);
        form.submit = std::move(submit);
        form.method = method;
        form.sent = item ? Form::Sent::by_script : Form::Sent::plainly;
        if (!item && !secret_.empty()) add_secret(form);
        for (auto const& writable : resource_.writable) add_control(form, writable, item);
        if (is_given(method) && !is_json()) tell(form);
        forms_.push_back(std::move(form));
        add_json(json_id, method, item);
    }

    void add_secret(Form& form) const {
        Control control;
        control.kind = Control::Kind::hidden;
        control.name = turn_.dialect().auth->session()->csrf_field;
        control.values = {std::string(secret_)};
        form.controls.push_back(std::move(control));
    }

    void add_control(Form& form, resource::Writable const& writable, bool item) {
        if (item && writable.create_only) return;
        auto const one = described(app_, resource_, *writable.member);
        bool const hidden = one.said->writes == description::Member::Writes::only;
        auto const* value = shown(writable.name);
        if (item && !is_given() && value == nullptr && !hidden) return;
        auto control = control_of(one, writable);
        control.required = one.is_required() && !(item && hidden);
        if (is_given(form.method) && !is_json())
            control.values = given_values(turn_, writable.name);
        else if (value != nullptr)
            control.values = filled(control, written(one, *value));
        else if (!item && one.field != nullptr)
            control.values = filled(control, default_of(*one.field));
        bool const huge = std::ranges::any_of(control.values, [](auto const& text) { return text.size() > page::kLongestValue; });
        if (!huge) form.controls.push_back(std::move(control));
    }

    Control control_of(DescribedMember const& one, resource::Writable const& writable) const {
        Control control;
        control.name = writable.name;
        control.label = one.label();
        control.help = one.help();
        if (writable.type_column) return any_type(one, std::move(control));
        if (one.refers()) return reference(*one.field, std::move(control));
        auto typed = app::control_of(*one.type);
        typed.name = std::move(control.name);
        typed.label = std::move(control.label);
        if (!control.help.empty()) typed.help = typed.help.empty() ? control.help : control.help + " " + typed.help;
        return typed;
    }

    static void add_help(Control& control, std::string_view sentence) {
        control.help.append(control.help.empty() ? "" : " ").append(sentence);
    }

    Control any_type(DescribedMember const& one, Control control) const {
        control.kind = Control::Kind::choice;
        for (auto const& entity : app_.entities) {
            auto const& targets = one.field->reference->targets;
            if (targets.empty() || std::ranges::find(targets, entity.name) != targets.end())
                control.choices.emplace_back(entity.type_word, entity.label);
        }
        return control;
    }

    Control reference(description::Field const& field, Control control) const {
        auto const& target = *field.reference;
        control.kind = target.kind == References::many || target.kind == References::owned ? Control::Kind::keys : Control::Kind::number;
        if (target.kind == References::any) return control;
        auto const* home = turn_.dialect().resources->home_of(target.targets.front());
        add_help(control, control.kind == Control::Kind::keys ? "Their ids." : "Its id.");
        if (home == nullptr) return control;
        auto const slash = turn_.dialect().routes.closes() ? "/" : "";
        control.rows =
            page::Link{fmt::format("All {}", home->described->label_plural), fmt::format("{}/{}{}", root_path(turn_), home->path(), slash)};
        return control;
    }

    void tell(Form& form) const { tell_faults(turn_, *problem_, form); }

    /// The same as JSON, for who prefers that.
    void add_json(std::string id, std::string method, bool item) {
        Form form;
        form.id = std::move(id);
        form.title = fmt::format("{} as JSON", method);
        form.address = address(item);
        form.method = method;
        form.submit = fmt::format("Send {}", method);
        form.sent = Form::Sent::as_json;
        Control control;
        control.kind = Control::Kind::json;
        control.name = "body";
        control.label = "Body";
        control.required = true;
        bool const again = is_given(method) && is_json();
        control.values = {again ? std::string(turn_.request.body.substr(0, page::kLongestValue)) : document(item)};
        form.controls.push_back(std::move(control));
        if (again) tell(form);
        forms_.push_back(std::move(form));
    }

    /// Of an item what is shown of it, of a new one what it must have, as they are written.
    std::string document(bool item) const {
        std::string json = "{";
        auto const add = [&](std::string_view name, std::string_view value) {
            if (json.size() > 1) json += ',';
            represent::append_json_string(json, name);
            json.append(":").append(value);
        };
        for (auto const& writable : resource_.writable) {
            auto const one = described(app_, resource_, *writable.member);
            auto const* value = shown(writable.name);
            if (item && value != nullptr && !writable.create_only) add(writable.name, written(one, *value));
            if (!item && one.is_required()) add(writable.name, "null");
        }
        json += '}';
        std::string wide;
        return format::append_pretty(json, 4, page::kLongestValue, wide) ? wide : std::string();
    }

    void add_removal() {
        Form form;
        form.id = "delete";
        form.title = "Delete this " + label();
        form.address = address(true);
        form.then = address(false);
        form.method = "DELETE";
        form.sent = Form::Sent::by_script;
        form.submit = "Delete";
        form.confirm = fmt::format("Delete this {} for good?", label());
        form.dangerous = true;
        if (is_given("DELETE")) tell(form);
        forms_.push_back(std::move(form));
    }

    Turn const& turn_;
    description::App const& app_;
    resource::Resource const& resource_;
    Said const& said_;
    Problem const* problem_;
    std::string_view secret_;
    std::vector<std::pair<std::string, std::string_view>> shown_;
    std::vector<Form> forms_;
};

/// The list of texts that a form makes of a name it repeats, as one text.
std::string spread(std::string_view json) {
    std::string all;
    JsonScan scan(json);
    if (!scan.take('[') || scan.take(']')) return all;
    do {
        auto const element = scan.value();
        if (!element) break;
        all.append(element->starts_with('"') ? json_string(*element) : std::string(*element)).append(",");
    } while (scan.take(','));
    return all;
}

Given nothing(DescribedMember const& one, bool creates) {
    bool const secret = one.type->kind == Kind::secret || one.type->kind == Kind::password;
    if (creates || (secret && !one.refers())) return {};
    if (is_set(one)) return {Given::Kind::json, "[]"};
    if (one.field != nullptr && one.field->nullable) return {Given::Kind::null, {}};
    return {Given::Kind::text, {}};
}

}  // namespace

std::string list_of(std::string_view text) {
    std::string json = "[";
    while (!text.empty()) {
        auto const end = std::min(text.find_first_of(", \t\r\n"), text.size());
        auto const one = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (one.empty()) continue;
        if (json.size() > 1) json += ',';
        bool const number = one.size() < 19 && one.front() != '0' && one.find_first_not_of("0123456789") == std::string_view::npos;
        if (number)
            json += one;
        else
            represent::append_json_string(json, one);
    }
    return json + "]";
}

std::vector<std::string> given_values(Turn const& turn, std::string_view name) {
    auto const& body = turn.work.body;
    auto const found = std::ranges::find(body.names, name);
    if (found == body.names.end() || body.rows == 0) return {};
    auto const& value = body.value(0, static_cast<std::size_t>(found - body.names.begin()));
    if (value.kind == Given::Kind::absent || value.kind == Given::Kind::null) return {};
    return {std::string(value.text)};
}

void tell_faults(Turn const& turn, Problem const& problem, Form& form) {
    form.open = true;
    auto const& errors = turn.dialect().errors;
    for (auto const& fault : problem.faults()) {
        auto message = errors.message(fault.problem, &turn.exchange);
        bool found = false;
        if (!fault.member.empty())
            for (auto* controls : {&form.controls, &form.more})
                for (auto& control : *controls)
                    if (control.name == fault.member) {
                        control.faults.push_back(message);
                        found = true;
                    }
        if (!found) form.faults.push_back(fault.member.empty() ? std::move(message) : fault.member + ": " + message);
    }
    if (problem.faults().empty()) form.faults.push_back(errors.message(problem, &turn.exchange));
}

Control control_of(value::Type const& type) {
    Control control;
    control.kind = kind_of(type);
    if (type.is_textual()) control.longest = type.longest;
    control.least = type.least;
    control.most = type.most;
    if (control.kind == Control::Kind::moment) control.help = kMoment;
    for (auto const& media : type.media) control.accept.append(control.accept.empty() ? "" : ",").append(media);
    for (auto const& [value, label] : type.choices) control.choices.emplace_back(value, label.empty() ? value : label);
    return control;
}

std::vector<Form> change_forms(Turn const& turn, Said const& said, Problem const* problem, std::string_view secret) {
    auto const& endpoint = turn.exchange.endpoint;
    if (endpoint.resource == nullptr || (!turn.principal.by_session && !turn.principal.anonymous)) return {};
    bool const writes = dialect::is_write(turn.request.method);
    if (problem != nullptr && (!writes || problem->kind() == koine::Kind::not_found)) return {};
    Changes changes(turn, said, problem, secret);
    if (endpoint.kind == Endpoint::Kind::list) return changes.of_list();
    if (endpoint.kind == Endpoint::Kind::item && !endpoint.key.empty()) return changes.of_item();
    return {};
}

void read_form(Turn const& turn, resource::Resource const& resource, bool creates, query::Body& body) {
    auto const format = turn.dialect().input.body_format(turn.exchange);
    bool const is_form = format && (format.value() == format::BodyFormat::form || format.value() == format::BodyFormat::multipart);
    if (!is_form || body.rows != 1) return;
    for (auto const& writable : resource.writable) {
        auto const found = std::ranges::find(body.names, writable.name);
        if (found == body.names.end()) continue;
        auto& given = body.values[static_cast<std::size_t>(found - body.names.begin())];
        auto const one = described(*turn.state.application->app, resource, *writable.member);
        bool const document = !one.refers() && (one.type->kind == Kind::json || one.type->kind == Kind::list);
        if (given.kind == Given::Kind::json && is_set(one)) {
            given.text = body.texts.copy(list_of(spread(given.text)));
        } else if (given.kind != Given::Kind::text) {
            continue;
        } else if (given.text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
            given = nothing(one, creates);
        } else if (is_set(one)) {
            bool const written = given.text.starts_with('[') && koine::is_json(given.text);
            given = {Given::Kind::json, written ? given.text : body.texts.copy(list_of(given.text))};
        } else if (document && koine::is_json(given.text)) {
            given = value::given_of(given.text.substr(given.text.find_first_not_of(" \t\r\n")), body.texts);
        } else if (one.refers() && given.text.starts_with('{') && koine::is_json(given.text)) {
            given.kind = Given::Kind::json;
        }
    }
}

}  // namespace koine::app
