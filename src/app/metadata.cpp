#include "app/answering.hpp"
#include "app/app_turn.hpp"
#include "identity/identity.hpp"
#include "represent/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace koine::app {
namespace {

using description::Member;
using description::Verb;
using represent::append_json_string;
using Kind = value::Kind;

/// The members of an object, one after the other.
class ObjectWriter {
public:
    explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
    ~ObjectWriter() { out_ += '}'; }
    ObjectWriter(ObjectWriter const&) = delete;
    ObjectWriter& operator=(ObjectWriter const&) = delete;

    std::string& key(std::string_view name) {
        if (out_.back() != '{') out_ += ',';
        append_json_string(out_, name);
        return out_ += ':';
    }
    void text(std::string_view name, std::string_view value) { append_json_string(key(name), value); }
    void boolean(std::string_view name, bool value) { key(name) += value ? "true" : "false"; }
    void number(std::string_view name, std::int64_t value) { key(name) += std::to_string(value); }

private:
    std::string& out_;
};

/// What a member is to whoever writes it.
struct Described {
    Member const* member = nullptr;
    resource::Writable const* writable = nullptr;
    description::Field const* field = nullptr;  ///< at the end of the member's path
    value::Type const* type = nullptr;
};

std::string title_of(std::string_view label) {
    std::string title(label);
    bool begins = true;
    for (char& c : title) {
        if (begins && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        begins = c == ' ';
    }
    return title;
}

class MetadataWriter {
public:
    MetadataWriter(Turn const& turn, resource::Resource const& resource, std::string& out)
        : turn_(turn),
          app_(*turn.state.application->app),
          resource_(resource),
          labelled_(turn.dialect().forms().labelled_choices),
          out_(out) {}

    void actions(ObjectWriter& object) {
        auto const& rules = resource_.said->rules;
        auto const allowed = [&](Verb verb) {
            auto const rule = rules.find(verb);
            return rule != rules.end() && turn_.principal.may_write && identity::admit(turn_.principal, rule->second, true);
        };
        bool const item = turn_.exchange.endpoint.kind == dialect::Endpoint::Kind::item;
        bool const creates = !item && allowed(Verb::create);
        bool const replaces = (item || resource_.said->bulk) && allowed(Verb::replace);
        if (!creates && !replaces) return;
        object.key("actions");
        ObjectWriter methods(out_);
        if (creates) {
            methods.key("POST");
            members();
        }
        if (replaces) {
            methods.key("PUT");
            members();
        }
    }

private:
    void members() {
        ObjectWriter object(out_);
        for (auto const& name : resource_.view("full")->members) {
            auto const* said = resource_.said->member(name);
            if (said == nullptr) continue;
            object.key(name);
            member(described(*said));
        }
    }

    Described described(Member const& member) const {
        Described made{&member, nullptr, nullptr, &member.type};
        auto const writable = std::ranges::find(resource_.writable, member.name, &resource::Writable::name);
        if (writable != resource_.writable.end()) made.writable = &*writable;
        if (member.form != Member::Form::path) return made;
        if (auto const end = description::follow(app_, *resource_.described, member.path)) made.field = end.value().field;
        if (made.field != nullptr) made.type = &made.field->type;
        return made;
    }

    void member(Described const& one) {
        ObjectWriter object(out_);
        bool const is_required = one.writable != nullptr && one.writable->field != nullptr && one.writable->field->is_required();
        object.text("type", type_word(one));
        object.boolean("required", is_required);
        object.boolean("read_only", one.writable == nullptr);
        auto const& said = one.member->label;
        auto const label = !said.empty() ? said : one.field != nullptr ? one.field->label : one.member->name;
        object.text("label", label_of(label));
        auto const& help = !one.member->help.empty() || one.field == nullptr ? one.member->help : one.field->help;
        if (!help.empty()) object.text("help_text", help);
        if (one.writable == nullptr) return;
        if (one.field != nullptr && one.field->reference) return reference(object, *one.field);
        limits(object, *one.type);
    }

    static std::string label_of(std::string_view label) {
        std::string text(label);
        std::ranges::replace(text, '_', ' ');
        if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
        return text;
    }

    std::string_view type_word(Described const& one) const {
        if (one.field != nullptr && one.field->reference) {
            bool const single = one.field->reference->kind == description::Reference::Kind::one;
            bool const shown = !one.member->as && turn_.dialect().forms().nested;
            return single && shown ? "nested object" : "field";
        }
        using Form = Member::Form;
        if (one.member->form == Form::count) return "integer";
        if (one.member->form == Form::link) return "field";
        switch (one.type->kind) {
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
            case Kind::choice: return labelled_ && !one.type->bare ? "field" : "choice";
            case Kind::list: return "list";
            case Kind::json:
            case Kind::ip:
            case Kind::mac: return "field";
            case Kind::text:
            case Kind::uuid:
            case Kind::duration:
            case Kind::secret:
            case Kind::password: return "string";
        }
        return "field";
    }

    void limits(ObjectWriter& object, value::Type const& type) {
        if (type.longest > 0 && type.is_textual()) object.number("max_length", type.longest);
        if (type.least) object.number("min_value", *type.least);
        if (type.most) object.number("max_value", *type.most);
        if (type.kind != Kind::choice) return;
        object.key("choices") += '[';
        for (auto const& choice : type.choices) {
            if (out_.back() != '[') out_ += ',';
            ObjectWriter entry(out_);
            if (type.numbers)
                entry.key("value") += choice.value;
            else
                entry.text("value", choice.value);
            entry.text("display_name", choice.label.empty() ? choice.value : choice.label);
        }
        out_ += ']';
    }

    /// What the object that a reference is shown as has.
    void reference(ObjectWriter& object, description::Field const& field) {
        if (field.reference->kind != description::Reference::Kind::one || !turn_.dialect().forms().nested) return;
        auto const* home = turn_.dialect().resources->home_of(field.reference->targets.front());
        auto const* view = home == nullptr ? nullptr : home->view("nested");
        if (view == nullptr) return;
        object.key("children");
        ObjectWriter children(out_);
        for (auto const& name : view->members) {
            children.key(name);
            ObjectWriter child(out_);
            child.text("type", "field");
            child.boolean("required", false);
            child.boolean("read_only", true);
            child.text("label", label_of(name));
        }
    }

    Turn const& turn_;
    description::App const& app_;
    resource::Resource const& resource_;
    bool labelled_;
    std::string& out_;
};

}  // namespace

Result<void> write_metadata(Turn const& turn) {
    KOINE_TRY(auto const form, turn.dialect().formats.negotiate(turn.exchange));
    auto const& endpoint = turn.exchange.endpoint;
    auto const* resource = endpoint.resource;
    auto const& describing = turn.dialect().describing;
    std::string out;
    {
        ObjectWriter object(out);
        object.text("name", resource != nullptr ? title_of(resource->described->label) : title_of(endpoint.name));
        object.text("description", "");
        for (auto const& [name, types] : {std::pair("renders", &describing.renders()), std::pair("parses", &describing.parses())}) {
            object.key(name) += '[';
            for (auto const& type : *types) {
                if (out.back() != '[') out += ',';
                append_json_string(out, type);
            }
            out += ']';
        }
        if (resource != nullptr) MetadataWriter(turn, *resource, out).actions(object);
    }
    return write_text(turn, form, out);
}

}  // namespace koine::app
