#include "dialect/write/form.hpp"
#include "dialect/write/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace koine::dialect {
namespace {

using query::Body;
using query::Change;
using query::Mutation;
using query::OnConflict;
using query::Query;
using Kind = Endpoint::Kind;
using Use = ParameterDocument::Use;
using Content = WrittenDocument::Content;

enum class Put : std::uint8_t { full, keep, none };

struct Settings {
    Put put = Put::full;
    Form create{201, true};
    Form update{200, true};
    Form replace{200, true};
    Form remove{204, false};
};

class Items final : public Write {
public:
    explicit Items(Settings settings) : settings_(settings) {}

    bool offers(Method method, Kind kind) const override {
        if (kind == Kind::list) return method == Method::post;
        if (kind != Kind::item) return false;
        return method == Method::patch || method == Method::del || (method == Method::put && settings_.put != Put::none);
    }

    bool takes(Method method, Kind kind, model::Entity const& entity) const override {
        if (!offers(method, kind)) return false;
        switch (method) {
            case Method::post: return entity.insertable;
            case Method::put: return entity.insertable && entity.updatable && entity.primary_key && entity.kind == model::EntityKind::table;
            case Method::patch: return entity.updatable && entity.primary_key;
            default: return entity.deletable && entity.primary_key;
        }
    }

    Result<WriteIntent> read(Exchange const& exchange, Query&& read, Body& body, model::Entity const& entity) const override {
        if (!offers(exchange.method, exchange.endpoint.kind)) return method_refused(exchange);
        WriteIntent intent;
        auto& mutation = intent.mutation;
        query::split(std::move(read), mutation);
        mutation.chosen.window = {};
        mutation.chosen.orders.clear();
        KOINE_TRY(fill(exchange, body, entity, intent));
        return intent;
    }

    WriteAnswer answer(
        Exchange const& exchange,
        WriteIntent const& intent,
        model::Entity const& entity,
        query::Written const& written,
        query::Plan const* returning,
        bool singular
    ) const override {
        bool const is_new = exchange.method == Method::post || (exchange.method == Method::put && written.inserted > 0);
        auto const& form = is_new                             ? settings_.create
                           : exchange.method == Method::put   ? settings_.replace
                           : exchange.method == Method::patch ? settings_.update
                                                              : settings_.remove;
        WriteAnswer answer;
        answer.status = form.status;
        bool const many = exchange.method == Method::post && !intent.exactly_one && !singular;
        set_body(answer, !form.item ? WriteAnswer::Body::none : many ? WriteAnswer::Body::list : WriteAnswer::Body::item, written.rows);
        for (auto const& [name, value] : exchange.preferences.given)
            if (name == "handling") answer.applied.push_back(fmt::format("{}={}", name, value));
        if (!is_new || many) return answer;
        if (exchange.method == Method::put)
            answer.location = location(exchange, entity, exchange.endpoint.key);
        else if (auto const key = key_of_first(entity, returning, written.rows); key && exchange.endpoint.has_items)
            answer.location = location(exchange, entity, *key);
        return answer;
    }

    void describe(model::Entity const& entity, model::Model const&, Description& description) const override {
        bool const has_items = !description.item_path.empty();
        if (takes(Method::post, Kind::list, entity)) description.writes.push_back(document(Method::post, entity, has_items));
        if (!has_items) return;
        for (Method const method : {Method::put, Method::patch, Method::del})
            if (takes(method, Kind::item, entity)) description.writes.push_back(document(method, entity, true));
    }

private:
    Result<void> fill(Exchange const& exchange, Body& body, model::Entity const& entity, WriteIntent& intent) const {
        switch (exchange.method) {
            case Method::post: return create(exchange, body, entity, intent);
            case Method::put: return put(exchange, body, entity, intent.mutation);
            case Method::patch: return update(exchange, body, entity, intent);
            default: break;
        }
        intent.mutation.change = Change::remove;
        intent.not_found = true;
        if (settings_.remove.item) intent.mutation.returning = query::Returning::rows;
        return outcome::success();
    }

    /// What is not heeded must not be taken for a condition.
    static Result<void> refuse_filters(Query const& chosen) {
        if (chosen.filters.empty()) return outcome::success();
        auto const* filter = &chosen.filters.front().value;
        while (filter->kind != query::Filter::Kind::condition && !filter->children.empty()) filter = &filter->children.front();
        return Problem(Reason::unknown_parameter).with("parameter", filter->condition.field.name);
    }

    Result<void> create(Exchange const& exchange, Body const& body, model::Entity const& entity, WriteIntent& intent) const {
        auto& mutation = intent.mutation;
        KOINE_TRY(refuse_filters(mutation.chosen));
        if (body.form == Body::Form::none) return Problem(Reason::empty_body);
        mutation.columns = body.names;
        mutation.absent_is_default = true;
        intent.nothing = body.rows == 0;
        intent.exactly_one = body.form == Body::Form::object;
        if (settings_.create.item) {
            mutation.returning = query::Returning::rows;
            if (intent.exactly_one && exchange.endpoint.has_items) return_key_too(entity, mutation.returned);
        } else if (intent.exactly_one && entity.primary_key && exchange.endpoint.has_items) {
            return_columns(key_names(entity), mutation);
        }
        return outcome::success();
    }

    /// A selection without the key is given it: else nobody could tell where the row is.
    static void return_key_too(model::Entity const& entity, Query& returned) {
        using Item = query::SelectItem;
        bool const all = std::ranges::any_of(returned.select, [](Item const& item) { return item.kind == Item::Kind::all; });
        if (returned.select.empty() || all) return;
        for (auto const& name : key_names(entity)) {
            Item key;
            key.field.name = name;
            if (std::ranges::find(returned.select, key) == returned.select.end()) returned.select.push_back(std::move(key));
        }
    }

    Result<void> put(Exchange const& exchange, Body& body, model::Entity const& entity, Mutation& mutation) const {
        KOINE_TRY(refuse_filters(mutation.chosen));
        KOINE_TRY(check_one(body));
        KOINE_TRY(check_key(exchange, body, entity));
        give_key(exchange, body, entity);
        mutation.columns = body.names;
        mutation.absent_is_default = true;
        mutation.on_conflict = settings_.put == Put::full ? OnConflict::replace : OnConflict::merge;
        mutation.chosen.key.reset();
        if (settings_.create.item || settings_.replace.item) mutation.returning = query::Returning::rows;
        return outcome::success();
    }

    Result<void> update(Exchange const& exchange, Body& body, model::Entity const& entity, WriteIntent& intent) const {
        auto& mutation = intent.mutation;
        KOINE_TRY(check_one(body));
        KOINE_TRY(check_key(exchange, body, entity));
        mutation.change = Change::update;
        auto const key = key_names(entity);
        for (auto const& name : body.names)
            if (std::ranges::find(key, name) == key.end()) mutation.columns.push_back(name);
        if (mutation.columns.empty()) {  // nothing changes, but the row is answered if there is one
            give_key(exchange, body, entity);
            mutation.columns = key;
        }
        intent.not_found = true;
        if (settings_.update.item) mutation.returning = query::Returning::rows;
        return outcome::success();
    }

    static Result<void> check_one(Body const& body) {
        if (body.form == Body::Form::none) return Problem(Reason::empty_body);
        if (body.rows == 1) return outcome::success();
        return Problem(Reason::invalid_body).with("format", "one row").with("detail", fmt::format("it holds {} rows", body.rows));
    }

    static Result<void> check_key(Exchange const& exchange, Body const& body, model::Entity const& entity) {
        auto const& key = exchange.endpoint.key;
        if (!entity.primary_key || entity.primary_key->columns.size() != key.size()) return item_not_found(exchange);
        Arena texts(256);
        for (std::size_t i = 0; i < key.size(); ++i) {
            auto const& column = entity.columns[entity.primary_key->columns[i]];
            if (std::ranges::find(body.names, column.name) == body.names.end()) continue;
            KOINE_TRY(bool const equal, gives(body, 0, column, key[i], texts));
            if (!equal) return Problem(Reason::key_mismatch).with("relation", entity.name);
        }
        return outcome::success();
    }

    /// What of the key the body does not say, the address does.
    static void give_key(Exchange const& exchange, Body& body, model::Entity const& entity) {
        auto const names = key_names(entity);
        for (std::size_t i = 0; i < names.size(); ++i)
            if (std::ranges::find(body.names, names[i]) == body.names.end()) add_column(body, names[i], exchange.endpoint.key[i]);
    }

    static std::string location(Exchange const& exchange, model::Entity const& entity, std::vector<std::string> const& key) {
        auto text = exchange.base_url + "/";
        append_encoded(text, entity.name);
        char separator = '/';
        for (auto const& part : key) {
            text += separator;
            append_encoded(text, part);
            separator = ',';
        }
        return text;
    }

    WriteDocument document(Method method, model::Entity const& entity, bool has_items) const {
        auto const& name = entity.name;
        WriteDocument made;
        made.method = method;
        made.item = method != Method::post;
        made.uses = {Use::select};
        auto const content = [](Form const& form, Content shown) { return form.item ? shown : Content::none; };
        auto const add = [&](Form const& form, std::string description, Content shown) {
            made.answers.push_back({form.status, std::move(description), content(form, shown)});
        };
        switch (method) {
            case Method::post:
                made.summary = fmt::format("Make a row of {}, or several", name);
                made.rows = WriteDocument::Rows::many;
                made.required = required_names(entity);
                made.uses.push_back(Use::sort);
                add(settings_.create, has_items ? "What was made; of one row, Location tells where it is" : "What was made", Content::either
                );
                break;
            case Method::put:
                made.summary = fmt::format("Make or replace one row of {}", name);
                made.rows = WriteDocument::Rows::one;
                made.required = required_names(entity);
                for (auto const& key : key_names(entity)) std::erase(made.required, key);
                add(settings_.replace, "The row that was there is changed", Content::item);
                if (settings_.create.status != settings_.replace.status) add(settings_.create, "The row is new", Content::item);
                break;
            case Method::patch:
                made.summary = fmt::format("Change one row of {}", name);
                made.rows = WriteDocument::Rows::one;
                add(settings_.update, "The row is changed", Content::item);
                break;
            default: made.summary = fmt::format("Delete one row of {}", name); add(settings_.remove, "The row is deleted", Content::item);
        }
        return made;
    }

    Settings settings_;
};

}  // namespace

Result<std::unique_ptr<Write const>> compile_write_items(yaml::Node const& node) {
    yaml::Options options(node);
    Settings settings;
    settings.put = static_cast<Put>(options.word("put", {"full", "keep", "none"}, "full"));
    KOINE_TRY(read_form(options, "create", settings.create));
    KOINE_TRY(read_form(options, "update", settings.update));
    KOINE_TRY(read_form(options, "replace", settings.replace));
    KOINE_TRY(read_form(options, "remove", settings.remove));
    KOINE_TRY(options.done());
    return std::make_unique<Items const>(settings);
}

}  // namespace koine::dialect
