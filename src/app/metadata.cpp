#include "app/answering.hpp"
#include "app/app_turn.hpp"
#include "app/described.hpp"
#include "identity/identity.hpp"
#include "openapi/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace koine::app {
namespace {

using description::Member;
using description::Verb;
using openapi::Json;
using Kind = value::Kind;

void texts(Json& json, std::string_view name, std::vector<std::string> const& all) {
    json.list(name, [&] {
        for (auto const& one : all) json.text(one);
    });
}

std::string_view word_of(value::Type const& type) {
    switch (type.kind) {
        case Kind::boolean: return "boolean";
        case Kind::integer: return "integer";
        case Kind::real: return "float";
        case Kind::decimal: return "decimal";
        case Kind::slug: return "slug";
        case Kind::email: return "email";
        case Kind::url: return "url";
        case Kind::date: return "date";
        case Kind::time: return "time";
        case Kind::datetime: return "datetime";
        case Kind::choice: return "choice";
        case Kind::list: return "list";
        case Kind::file: return "file upload";
        case Kind::json:
        case Kind::ip:
        case Kind::mac: return "field";
        case Kind::text:
        case Kind::uuid:
        case Kind::duration:
        case Kind::secret:
        case Kind::password:
        case Kind::blob: return "string";
    }
    return "field";
}

void boolean(Json& json, std::string_view name, bool value) {
    json.key(name);
    json.json(value ? "true" : "false");
}

void number(Json& json, std::string_view name, std::int64_t value) {
    json.key(name);
    json.json(std::to_string(value));
}

void limits(Json& json, value::Type const& type) {
    if (type.longest > 0 && type.is_textual()) number(json, "max_length", type.longest);
    if (type.least) number(json, "min_value", *type.least);
    if (type.most) number(json, "max_value", *type.most);
    if (type.kind != Kind::choice) return;
    json.list("choices", [&] {
        for (auto const& choice : type.choices)
            json.object([&] {
                json.key("value");
                if (type.numbers)
                    json.json(choice.value);
                else
                    json.text(choice.value);
                json.member("display_name", choice.label.empty() ? choice.value : choice.label);
            });
    });
}

void inputs(Json& json, std::vector<description::Input> const& all) {
    for (auto const& input : all)
        json.object(input.name, [&] {
            json.member("type", word_of(input.type));
            boolean(json, "required", input.required);
            boolean(json, "read_only", false);
            json.member("label", label_of(input.name));
            json.member_if_any("help_text", input.help);
            limits(json, input.type);
        });
}

/// What stands at a path, and what bodies of those that the caller may run take.
void operations(Turn const& turn, resource::OperationsAt const& at, Json& json) {
    auto const takes = [&](Method method) -> description::Operation const* {
        auto const* operation = at.find(method);
        bool const runs = operation != nullptr && !operation->body.empty() &&
                          (operation->reads || (turn.writable() && turn.principal.may_write)) &&
                          identity::admit(turn.principal, operation->rule, turn.state.application->app->login_required);
        return runs ? operation : nullptr;
    };
    static constexpr std::pair<Method, std::string_view> kMethods[] = {
        {Method::post, "POST"}, {Method::put, "PUT"}, {Method::patch, "PATCH"}
    };
    if (std::ranges::none_of(kMethods, [&](auto const& one) { return takes(one.first) != nullptr; })) return;
    json.object("actions", [&] {
        for (auto const& [method, word] : kMethods)
            if (auto const* operation = takes(method)) json.object(word, [&] { inputs(json, operation->body); });
    });
}

std::string help_of(resource::OperationsAt const& at) {
    for (auto const& [method, operation] : at.by_method)
        if (!operation->help.empty()) return operation->help;
    return {};
}

std::string name_of(dialect::Endpoint const& endpoint) {
    if (endpoint.operation != nullptr) return title_of(*endpoint.operation->by_method.front().second);
    return title_of(endpoint.resource != nullptr ? endpoint.resource->described->label : endpoint.name);
}

class MetadataWriter {
public:
    MetadataWriter(Turn const& turn, resource::Resource const& resource, Json& out)
        : turn_(turn),
          app_(*turn.state.application->app),
          resource_(resource),
          forms_(turn.dialect().forms()),
          out_(out) {}

    void actions() {
        auto const& endpoint = turn_.exchange.endpoint;
        auto const allowed = [&](Method method, Verb verb) {
            auto const rule = resource_.said->rules.find(verb);
            return turn_.dialect().edits->offers(method, endpoint) && rule != resource_.said->rules.end() && turn_.principal.may_write &&
                   identity::admit(turn_.principal, rule->second, true);
        };
        bool const creates = allowed(Method::post, Verb::create);
        bool const replaces = allowed(Method::put, Verb::replace);
        if (!creates && !replaces) return;
        out_.object("actions", [&] {
            if (creates) out_.object("POST", [&] { members(); });
            if (replaces) out_.object("PUT", [&] { members(); });
        });
    }

private:
    void members() {
        for (auto const& name : resource_.view("full")->members)
            if (auto const* said = resource_.said->member(name)) out_.object(name, [&] { member(described(app_, resource_, *said)); });
    }

    void member(DescribedMember const& one) {
        out_.member("type", type_word(one));
        boolean(out_, "required", one.is_required());
        boolean(out_, "read_only", one.writable == nullptr);
        out_.member("label", one.label());
        out_.member_if_any("help_text", one.help());
        if (one.writable == nullptr) return;
        if (one.field != nullptr && one.field->reference) return reference(*one.field);
        limits(out_, *one.type);
    }

    std::string_view type_word(DescribedMember const& one) const {
        if (one.field != nullptr && one.field->reference) {
            bool const single = one.field->reference->kind == description::Reference::Kind::one;
            bool const shown = !one.said->as && forms_.nested;
            return single && shown ? "nested object" : "field";
        }
        using Form = Member::Form;
        if (one.said->form == Form::count) return "integer";
        if (one.said->form == Form::link) return "field";
        bool const labelled = one.type->kind == Kind::choice && forms_.labelled_choices && !one.type->bare;
        return labelled ? "field" : word_of(*one.type);
    }

    /// What the object that a reference is shown as has.
    void reference(description::Field const& field) {
        if (field.reference->kind != description::Reference::Kind::one || !forms_.nested) return;
        auto const* home = turn_.dialect().resources->home_of(field.reference->targets.front());
        auto const* view = home == nullptr ? nullptr : home->view("nested");
        if (view == nullptr) return;
        out_.object("children", [&] {
            for (auto const& name : view->members)
                out_.object(name, [&] {
                    out_.member("type", "field");
                    boolean(out_, "required", false);
                    boolean(out_, "read_only", true);
                    out_.member("label", label_of(name));
                });
        });
    }

    Turn const& turn_;
    description::App const& app_;
    resource::Resource const& resource_;
    resource::Forms forms_;
    Json& out_;
};

/// The types of bodies; who takes files takes forms in parts.
std::vector<std::string> parses(std::vector<std::string> types, resource::OperationsAt const* at) {
    constexpr std::string_view kParts = "multipart/form-data";
    auto const takes = [](auto const& each) { return each.second->takes_files(); };
    if (at != nullptr && std::ranges::any_of(at->by_method, takes) && std::ranges::find(types, kParts) == types.end())
        types.emplace_back(kParts);
    return types;
}

}  // namespace

Result<void> write_metadata(Turn const& turn) {
    KOINE_TRY(auto const form, turn.dialect().formats.negotiate(turn.exchange));
    auto const& endpoint = turn.exchange.endpoint;
    auto const* resource = endpoint.resource;
    auto const* operation = endpoint.operation;
    auto const& describing = turn.dialect().describing;
    write_text(turn, form, openapi::written([&](Json& json) {
                   json.object([&] {
                       json.member("name", name_of(endpoint));
                       json.member("description", operation != nullptr ? help_of(*operation) : "");
                       texts(json, "renders", describing.renders());
                       texts(json, "parses", parses(describing.parses(), operation));
                       if (operation != nullptr)
                           operations(turn, *operation, json);
                       else if (resource != nullptr)
                           MetadataWriter(turn, *resource, json).actions();
                   });
               }));
    return outcome::success();
}

}  // namespace koine::app
