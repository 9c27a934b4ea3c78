#include "dialect/examples.hpp"
#include "dialect/scan.hpp"
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

constexpr std::string_view kColumns = "columns";
constexpr std::string_view kOnConflict = "on_conflict";
/// In one list; bodies have no more.
constexpr std::size_t kMaxNames = 500;

enum class Put : std::uint8_t { merge, replace, none };

struct Settings {
    Put put = Put::merge;
    bool rollback = true;
    bool require_filter = false;
};

/// The names that a parameter lists, each once; none if it was not given. Of several the first counts.
Result<std::vector<std::string>> listed(Exchange const& exchange, std::string_view parameter) {
    std::vector<std::string> names;
    for (auto const& [key, value, has_value] : exchange.parameters) {
        if (key != parameter || !has_value) continue;
        KOINE_TRY(auto all, scan_names(fmt::format("{} parameter", parameter), value));
        if (all.size() > kMaxNames) return exceeds("names of columns", kMaxNames);
        for (auto& name : all)
            if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
        break;
    }
    return names;
}

bool shows_rows(Exchange const& exchange) { return exchange.preferences.value("return") == "representation"; }
bool is_item(Exchange const& exchange) { return exchange.endpoint.kind == Kind::item; }
bool merges(Exchange const& exchange) { return exchange.preferences.value("resolution") == "merge-duplicates"; }
bool changes_chosen(Method method) { return method == Method::patch || method == Method::del; }

class Prefer final : public Write {
public:
    explicit Prefer(Settings settings) : settings_(settings) {}

    bool offers(Method method, Kind kind) const override {
        if (kind != Kind::list && kind != Kind::item) return false;
        switch (method) {
            case Method::post: return kind == Kind::list;
            case Method::put: return settings_.put != Put::none;
            case Method::patch:
            case Method::del: return true;
            default: return false;
        }
    }

    bool takes(Method method, Kind kind, model::Entity const& entity) const override {
        if (!offers(method, kind)) return false;
        switch (method) {
            case Method::post: return entity.insertable;
            case Method::put: return can_put(entity);
            case Method::patch: return entity.updatable;
            default: return entity.deletable;
        }
    }

    Result<WriteIntent> read(Exchange const& exchange, Query&& read, Body& body, model::Entity const& entity) const override {
        if (!offers(exchange.method, exchange.endpoint.kind)) return method_refused(exchange);
        auto& preferences = exchange.preferences;
        WriteIntent intent;
        query::split(std::move(read), intent.mutation);
        intent.rollback = settings_.rollback && preferences.value("tx") == "rollback";
        if (shows_rows(exchange)) intent.mutation.returning = query::Returning::rows;
        if (changes_chosen(exchange.method)) {
            KOINE_TRY(choose(exchange, intent));
        }
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
        bool const shown = shows_rows(exchange);
        WriteAnswer answer;
        answer.status = status(exchange, written, shown);
        auto const whole = singular || is_item(exchange) ? WriteAnswer::Body::item : WriteAnswer::Body::list;
        set_body(answer, shown ? whole : WriteAnswer::Body::none, written.rows);
        answer.page.range = range(exchange, written.affected);
        if (intent.mutation.change == Change::insert && exchange.method == Method::post && !shown)
            if (auto const key = key_of_first(entity, returning, written.rows)) answer.location = location(exchange, entity, *key);
        for (auto const& [name, value] : exchange.preferences.given)
            if (applies(exchange, intent, entity, name)) answer.applied.push_back(fmt::format("{}={}", name, value));
        return answer;
    }

    void describe(model::Entity const& entity, model::Model const&, Description& description) const override {
        for (bool const item : {false, true}) {
            if (item && description.item_path.empty()) continue;
            auto const kind = item ? Kind::item : Kind::list;
            for (Method const method : {Method::post, Method::put, Method::patch, Method::del})
                if (takes(method, kind, entity)) description.writes.push_back(document(method, item, entity));
        }
    }

private:
    static bool can_put(model::Entity const& entity) {
        return entity.insertable && entity.updatable && entity.primary_key && entity.kind == model::EntityKind::table;
    }

    Result<void> fill(Exchange const& exchange, Body const& body, model::Entity const& entity, WriteIntent& intent) const {
        switch (exchange.method) {
            case Method::post: return insert(exchange, body, entity, intent);
            case Method::put: return put(exchange, body, entity, intent);
            case Method::patch: return update(exchange, body, intent);
            default: intent.mutation.change = Change::remove; return outcome::success();
        }
    }

    static Result<void> insert(Exchange const& exchange, Body const& body, model::Entity const& entity, WriteIntent& intent) {
        auto& mutation = intent.mutation;
        KOINE_TRY(take_columns(exchange, body, mutation));
        mutation.absent_is_default = exchange.preferences.value("missing") == "default";
        mutation.chosen = {};
        mutation.chosen.relation = mutation.relation;
        KOINE_TRY(auto conflict, listed(exchange, kOnConflict));
        if (!exchange.preferences.value("resolution").empty() && (entity.primary_key || !conflict.empty())) {
            mutation.on_conflict = merges(exchange) ? OnConflict::merge : OnConflict::ignore;
            mutation.conflict_columns = std::move(conflict);
        }
        if (exchange.preferences.value("return") == "headers-only" && body.rows == 1 && entity.primary_key)
            return_columns(key_names(entity), mutation);
        intent.nothing = body.rows == 0;
        return outcome::success();
    }

    Result<void> put(Exchange const& exchange, Body const& body, model::Entity const& entity, WriteIntent& intent) const {
        auto& mutation = intent.mutation;
        auto const& window = mutation.chosen.window;
        if (window.limit || window.offset > 0) return Problem(Reason::window_not_allowed).with("method", exchange.method_text);
        if (body.form == Body::Form::none) return Problem(Reason::empty_body);
        if (!body.uniform) return Problem(Reason::ragged_rows).with("format", "json");
        KOINE_TRY(auto const key, key_named(exchange, mutation.chosen, entity));
        KOINE_TRY(check_key(body, entity, key));
        mutation.change = Change::insert;
        mutation.columns = body.names;
        mutation.absent_is_default = true;
        mutation.on_conflict = settings_.put == Put::replace ? OnConflict::replace : OnConflict::merge;
        mutation.chosen = {};
        mutation.chosen.relation = mutation.relation;
        return outcome::success();
    }

    /// The literals of the key, in key order: of the item's address, or of filters that are nothing but the key's columns with `eq`.
    static Result<std::vector<std::string>> key_named(Exchange const& exchange, Query const& chosen, model::Entity const& entity) {
        Problem const refused = Problem(Reason::key_filters_required).with("relation", entity.name);
        if (!entity.primary_key) return refused;
        auto const names = key_names(entity);
        if (chosen.key) {
            if (chosen.key->size() != names.size()) return item_not_found(exchange);
            if (!chosen.filters.empty()) return refused;
            return *chosen.key;
        }
        std::vector<std::string> key(names.size());
        std::vector<bool> found(names.size());
        for (auto const& [path, filter] : chosen.filters) {
            auto const& condition = filter.condition;
            bool const plain = filter.kind == query::Filter::Kind::condition && !filter.negated && condition.op == query::Operator::eq &&
                               condition.quantifier == query::Quantifier::none && condition.field.path.empty() &&
                               condition.values.size() == 1;
            auto const at = static_cast<std::size_t>(std::ranges::find(names, condition.field.name) - names.begin());
            if (!plain || at == names.size() || found[at]) return refused;
            found[at] = true;
            key[at] = condition.values.front();
        }
        if (std::ranges::find(found, false) != found.end()) return refused;
        return key;
    }

    static Result<void> check_key(Body const& body, model::Entity const& entity, std::vector<std::string> const& key) {
        Problem const mismatch = Problem(Reason::key_mismatch).with("relation", entity.name);
        if (body.rows != 1) return mismatch;
        Arena texts(256);
        for (std::size_t i = 0; i < key.size(); ++i) {
            KOINE_TRY(bool const equal, gives(body, 0, entity.columns[entity.primary_key->columns[i]], key[i], texts));
            if (!equal) return mismatch;
        }
        return outcome::success();
    }

    static Result<void> update(Exchange const& exchange, Body const& body, WriteIntent& intent) {
        auto& mutation = intent.mutation;
        mutation.change = Change::update;
        KOINE_TRY(take_columns(exchange, body, mutation));
        intent.nothing = intent.nothing || body.rows == 0 || mutation.columns.empty();
        if (exchange.preferences.value("missing") != "default" || intent.nothing) return outcome::success();
        for (auto const& name : mutation.columns) {
            auto const at = std::ranges::find(body.names, name);
            bool const given = at != body.names.end() &&
                               body.value(0, static_cast<std::size_t>(at - body.names.begin())).kind != query::Given::Kind::absent;
            if (!given) return Problem(Reason::feature_not_supported).with("feature", "defaults of columns in an update");
        }
        return outcome::success();
    }

    /// What PATCH and DELETE have in common: which rows, and how many of them.
    Result<void> choose(Exchange const& exchange, WriteIntent& intent) const {
        auto const& chosen = intent.mutation.chosen;
        auto const& window = chosen.window;
        auto const* statement = exchange.method == Method::patch ? "UPDATE" : "DELETE";
        if (settings_.require_filter && chosen.filters.empty() && !chosen.key)
            return Problem(Reason::filter_required).with("statement", statement);
        bool const limited = window.limit || window.offset > 0;
        intent.nothing = window.limit == 0;
        if (limited && !intent.nothing && chosen.orders.empty()) return Problem(Reason::limit_without_order);
        intent.not_found = chosen.key.has_value();
        if (exchange.preferences.strict)
            if (auto const most = exchange.preferences.value("max-affected"); !most.empty()) intent.max_affected = to_integer(most);
        return outcome::success();
    }

    static Result<void> take_columns(Exchange const& exchange, Body const& body, Mutation& mutation) {
        if (body.form == Body::Form::none) return Problem(Reason::empty_body);
        KOINE_TRY(mutation.columns, listed(exchange, kColumns));
        if (!mutation.columns.empty()) return outcome::success();
        if (!body.uniform) return Problem(Reason::ragged_rows).with("format", "json");
        mutation.columns = body.names;
        return outcome::success();
    }

    static int status(Exchange const& exchange, query::Written const& written, bool shown) {
        switch (exchange.method) {
            case Method::post: return merges(exchange) && written.inserted == 0 ? 200 : 201;
            case Method::put: return !shown ? 204 : written.inserted > 0 ? 201 : 200;
            default: return shown ? 200 : 204;
        }
    }

    static std::string range(Exchange const& exchange, std::int64_t affected) {
        if (exchange.method == Method::put) return {};
        bool const counted = exchange.preferences.count == query::Count::exact || exchange.preferences.count == query::Count::estimated;
        auto const total = counted ? std::to_string(affected) : std::string("*");
        if (exchange.method == Method::patch && affected > 0) return fmt::format("0-{}/{}", affected - 1, total);
        return "*/" + total;
    }

    /// A filter by the key; the relation's name stays as it is, but for what would end the path or the header.
    static std::string location(Exchange const& exchange, model::Entity const& entity, std::vector<std::string> const& key) {
        auto const scheme = exchange.base_url.find("://");
        auto const slash = exchange.base_url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
        auto text = slash == std::string::npos ? std::string() : exchange.base_url.substr(slash);
        text += '/';
        for (char const c : entity.name) {
            bool const keeps =
                static_cast<unsigned char>(c) >= 0x20 && c != 0x7f && std::string_view("?#%").find(c) == std::string_view::npos;
            keeps ? text.push_back(c) : append_encoded(text, {&c, 1});
        }
        char separator = '?';
        auto const names = key_names(entity);
        for (std::size_t i = 0; i < names.size(); ++i) {
            text += separator;
            append_encoded(text, written_name(names[i]));
            text += "=eq.";
            append_encoded(text, key[i]);
            separator = '&';
        }
        return text;
    }

    /// Whether the preference made a difference, or could have.
    bool applies(Exchange const& exchange, WriteIntent const& intent, model::Entity const& entity, std::string_view name) const {
        auto const method = exchange.method;
        if (name == "resolution") {
            bool const named =
                std::ranges::any_of(exchange.parameters, [](Parameter const& each) { return each.key == kOnConflict && each.has_value; });
            return method == Method::post && (entity.primary_key || named);
        }
        if (name == "missing") return method == Method::post || method == Method::patch;
        if (name == "tx") return settings_.rollback;
        if (name == "max-affected") return intent.max_affected.has_value();
        return name == "return" || name == "count" || name == "handling";
    }

    WriteDocument document(Method method, bool item, model::Entity const& entity) const {
        auto const& name = entity.name;
        WriteDocument made;
        made.method = method;
        made.item = item;
        auto const content = item ? Content::item : Content::list;
        switch (method) {
            case Method::post:
                made.summary = fmt::format("Insert rows into {}", name);
                made.rows = WriteDocument::Rows::many;
                made.required = required_names(entity);
                made.uses = {Use::select, Use::sort};
                made.parameters = {columns_document(entity), conflict_document(entity)};
                made.answers = {
                    {200,
                     "Only present rows were changed (resolution=merge-duplicates); with return=representation the rows",
                     Content::asked},
                    {201, "Inserted; with return=representation the rows", Content::asked},
                };
                break;
            case Method::put:
                made.summary = fmt::format("Put one row of {} at its key", name);
                made.rows = WriteDocument::Rows::one;
                made.required = required_names(entity);
                for (auto const id : entity.primary_key->columns) {
                    auto const& key = entity.columns[id];
                    if (std::ranges::find(made.required, key.name) == made.required.end()) made.required.push_back(key.name);
                    if (!item) made.parameters.push_back(key_document(key));
                }
                made.uses = {Use::select};
                made.answers = {
                    {200, "The row that was there is changed (return=representation)", content},
                    {201, "The row is new (return=representation)", content},
                    {204, "Done", Content::none},
                };
                break;
            case Method::patch:
                made.summary =
                    item ? fmt::format("Change one row of {}", name) : fmt::format("Change the rows of {} that the filters choose", name);
                made.rows = WriteDocument::Rows::one;
                made.parameters = {columns_document(entity)};
                break;
            default:
                made.summary =
                    item ? fmt::format("Delete one row of {}", name) : fmt::format("Delete the rows of {} that the filters choose", name);
        }
        if (changes_chosen(method)) {
            made.uses = {Use::select, Use::sort, Use::page, Use::filter};
            made.answers = {{200, "The rows written (return=representation)", content}, {204, "Done", Content::none}};
        }
        return made;
    }

    static ParameterDocument columns_document(model::Entity const& entity) {
        auto example = entity.columns.empty() ? std::string() : written_name(entity.columns.back().name);
        return {
            .name = std::string(kColumns),
            .description = "Names of the columns that are written; other members of the body are passed over",
            .example = std::move(example)
        };
    }
    static ParameterDocument conflict_document(model::Entity const& entity) {
        std::string names;
        for (auto const& name : key_names(entity)) names.append(names.empty() ? "" : ",").append(written_name(name));
        return {
            .name = std::string(kOnConflict),
            .description = "The columns of the unique key by which `Prefer: resolution` finds present rows; without it the primary key",
            .example = std::move(names)
        };
    }
    static ParameterDocument key_document(model::Column const& column) {
        return {
            .name = written_name(column.name),
            .description = "The row's " + column.name,
            .example = fmt::format("eq.{}", example_value(column.type)),
            .pattern = "^eq\\.",
            .required = true,
        };
    }

    Settings settings_;
};

}  // namespace

Result<std::unique_ptr<Write const>> compile_write_prefer(yaml::Node const& node) {
    yaml::Options options(node);
    Settings settings;
    settings.put = static_cast<Put>(options.word("put", {"merge", "replace", "none"}, "merge"));
    settings.rollback = options.boolean("rollback", true);
    settings.require_filter = options.boolean("require_filter", false);
    KOINE_TRY(options.done());
    return std::make_unique<Prefer const>(settings);
}

}  // namespace koine::dialect
