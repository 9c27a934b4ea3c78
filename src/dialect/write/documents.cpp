#include "dialect/write/edits.hpp"
#include "dialect/write/form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace koine::dialect {
namespace {

using description::Verb;
using query::Body;
using Kind = Endpoint::Kind;
using Content = WrittenDocument::Content;

struct Settings {
    bool bulk = false;
    bool location = true;
    Form create{201, true};
    Form update{200, true};
    Form replace{200, true};
    Form remove{204, false};
    edit::Rules rules;
};

struct Way {
    Method method;
    Verb said;
    edit::Verb verb;
};
constexpr std::array<Way, 4> kWays = {{
    {Method::post, Verb::create, edit::Verb::create},
    {Method::put, Verb::replace, edit::Verb::replace},
    {Method::patch, Verb::patch, edit::Verb::patch},
    {Method::del, Verb::remove, edit::Verb::remove},
}};

Way const* way_of(Method method) {
    auto const found = std::ranges::find(kWays, method, &Way::method);
    return found != kWays.end() ? &*found : nullptr;
}

/// The word for what a body is that should be a list.
std::string_view word_of(Body const& body) { return body.form == Body::Form::other ? body.given : "dict"; }

class Documents final : public Edits {
public:
    explicit Documents(Settings settings) : settings_(std::move(settings)) {}

    bool offers(Method method, Endpoint const& endpoint) const override {
        auto const* way = way_of(method);
        if (way == nullptr || endpoint.resource == nullptr) return false;
        return offers(*way, endpoint.kind, *endpoint.resource->said);
    }

    Result<EditIntent> read(Exchange const& exchange, Body const& body) const override {
        if (!offers(exchange.method, exchange.endpoint)) return method_refused(exchange);
        EditIntent intent;
        intent.verb = way_of(exchange.method)->verb;
        if (exchange.endpoint.kind == Kind::item) return intent;
        bool const list = body.form == Body::Form::list;
        intent.bulk = list && is_bulk(*exchange.endpoint.resource->said);
        if (intent.verb != edit::Verb::create && !list) return Problem(Reason::not_a_list_of_documents).with("given", word_of(body));
        return intent;
    }

    EditAnswer answer(EditIntent const& intent) const override {
        auto const& form = form_of(intent.verb);
        EditAnswer answer;
        answer.status = form.status;
        answer.body = !form.item ? EditAnswer::Body::none : intent.bulk ? EditAnswer::Body::list : EditAnswer::Body::item;
        answer.location = settings_.location && intent.verb == edit::Verb::create && !intent.bulk;
        return answer;
    }

    edit::Rules const& rules() const override { return settings_.rules; }

    void describe(resource::Resource const& resource, model::Model const&, Description& description) const override {
        for (auto const kind : {Kind::list, Kind::item})
            for (auto const& way : kWays)
                if (offers(way, kind, *resource.said)) description.writes.push_back(document(way, kind, resource));
    }

private:
    bool is_bulk(description::Resource const& said) const { return settings_.bulk && said.bulk; }

    bool offers(Way const& way, Kind kind, description::Resource const& said) const {
        if (std::ranges::find(said.verbs, way.said) == said.verbs.end()) return false;
        if (way.said == Verb::create) return kind == Kind::list;
        return kind == Kind::item || (kind == Kind::list && is_bulk(said));
    }

    Form const& form_of(edit::Verb verb) const {
        switch (verb) {
            case edit::Verb::create: return settings_.create;
            case edit::Verb::replace: return settings_.replace;
            case edit::Verb::patch: return settings_.update;
            case edit::Verb::remove: break;
        }
        return settings_.remove;
    }

    WriteDocument document(Way const& way, Kind kind, resource::Resource const& resource) const {
        auto const& form = form_of(way.verb);
        bool const item = kind == Kind::item;
        bool const many = !item && is_bulk(*resource.said);
        WriteDocument made;
        made.method = way.method;
        made.item = item;
        if (way.verb == edit::Verb::create || way.verb == edit::Verb::replace)
            for (auto const& writable : resource.writable)
                if (writable.field != nullptr && writable.field->is_required()) made.required.push_back(writable.name);
        if (!item && way.verb != edit::Verb::create) made.required.emplace_back("id");
        if (!item || way.verb != edit::Verb::remove) made.rows = many ? WriteDocument::Rows::many : WriteDocument::Rows::one;
        auto content = Content::none;
        if (form.item) content = !many ? Content::item : way.verb == edit::Verb::create ? Content::either : Content::list;
        static constexpr std::array<std::string_view, 4> verbs = {"Make", "Replace what is required of", "Change", "Delete"};
        auto const label = resource.said->label.empty() ? resource.said->name : resource.said->label;
        made.summary = fmt::format("{} {} {}", verbs.at(static_cast<std::size_t>(way.verb)), many ? "one or several of" : "one", label);
        made.answers.push_back({form.status, form.item ? "What was written" : "Done", content});
        return made;
    }

    Settings settings_;
};

/// In which ways a document may name a row it refers to.
Result<void> read_references(yaml::Options& options, edit::Rules& rules) {
    auto const words = options.texts("references", {"key"});
    auto const* node = options.node("references");
    rules.by_attributes = false;
    for (auto const& word : words) {
        if (word == "attributes")
            rules.by_attributes = true;
        else if (word != "key")
            return yaml::unknown_word(*node, "way to refer", word, {"key", "attributes"});
    }
    return outcome::success();
}

}  // namespace

Result<std::unique_ptr<Edits const>> compile_edits_documents(yaml::Node const& node) {
    yaml::Options options(node);
    Settings settings;
    settings.bulk = options.boolean("bulk", false);
    settings.location = options.boolean("location", true);
    KOINE_TRY(read_references(options, settings.rules));
    settings.rules.separator = options.text("separator", "__");
    settings.rules.skip_unknown = options.word("unknown", {"skip", "problem"}, "skip") == 0;
    KOINE_TRY(read_form(options, "create", settings.create));
    KOINE_TRY(read_form(options, "update", settings.update));
    KOINE_TRY(read_form(options, "replace", settings.replace));
    KOINE_TRY(read_form(options, "remove", settings.remove));
    KOINE_TRY(options.done());
    if (settings.remove.item) return node.find("remove")->problem("what is deleted has no document any more: say body: none");
    return std::make_unique<Documents const>(std::move(settings));
}

}  // namespace koine::dialect
