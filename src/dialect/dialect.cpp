#include "dialect/dialect.hpp"

#include "dialect/registry.hpp"

#include <algorithm>
#include <array>

namespace koine::dialect {
namespace {

template <class Strategy>
Result<std::unique_ptr<Strategy const>> compile_strategy(
    yaml::Node const& node, std::string_view axis, std::span<Registered<Strategy> const> known
) {
    if (node.is_list() || (node.is_map() && node.members.size() != 1) || node.kind == yaml::Node::Kind::null)
        return node.problem("expected one strategy, such as " + std::string(known.front().word));
    static yaml::Node const no_options;
    auto const& word = strategy_word(node);
    auto const& options = node.is_map() ? node.members.front().value : no_options;
    std::vector<std::string_view> words;
    for (auto const& [name, compile] : known) {
        if (name == word.text) return compile(options);
        words.push_back(name);
    }
    return yaml::unknown_word(word, axis, words);
}

/// Whether the strategy of the write axis is one for an app's documents.
bool writes_documents(yaml::Node const& node) {
    return std::ranges::find(edits(), std::string_view(strategy_word(node).text), &Registered<Edits>::word) != edits().end();
}

/// Describes by one axis what `describe` adds, and notes what its parameters are for.
template <class Describe>
void read_by(ParameterDocument::Use use, Description& description, Describe const& describe) {
    auto const before = description.parameters.size();
    describe();
    for (auto i = before; i < description.parameters.size(); ++i) description.parameters[i].use = use;
}

}  // namespace

Result<Dialect> compile_dialect(yaml::Node const& node, std::string_view name, AppFacts const& app) {
    static yaml::Node const none;
    static constexpr std::array<std::string_view, 17> axes = {
        "routes",
        "context",
        "auth",
        "input",
        "filter",
        "select",
        "sort",
        "page",
        "relations",
        "write",
        "values",
        "envelope",
        "errors",
        "headers",
        "formats",
        "examples",
        "describe"
    };
    if (!node.is_map()) return node.problem("expected the axes of a dialect");
    for (auto const& [key, value] : node.members)
        if (std::ranges::find(axes, key.text) == axes.end()) return yaml::unknown_word(key, "axis", {axes.begin(), axes.end()});
    auto const axis = [&](std::string_view word) -> yaml::Node const& {
        auto const* found = node.find(word);
        return found != nullptr ? *found : none;
    };
    auto const strategy = [&](std::string_view word) -> yaml::Node const& {
        auto const* found = node.find(word);
        return found != nullptr ? *found : node;
    };
    for (std::string_view const word : {"auth", "filter", "select", "sort", "page", "relations", "write", "errors"})
        if (node.find(word) == nullptr) return node.problem("the dialect says nothing of its axis " + std::string(word));

    Dialect made;
    made.name = name;
    KOINE_TRY(made.routes, Routes::compile(axis("routes")));
    KOINE_TRY(made.context, Context::compile(axis("context")));
    KOINE_TRY(made.auth, compile_strategy(strategy("auth"), "auth", auths()));
    bool const documents = writes_documents(strategy("write"));
    KOINE_TRY(made.input, Input::compile(axis("input"), documents));
    KOINE_TRY(made.filter, compile_strategy(strategy("filter"), "filter", filters()));
    KOINE_TRY(made.select, compile_strategy(strategy("select"), "select", selects()));
    KOINE_TRY(made.sort, compile_strategy(strategy("sort"), "sort", sorts()));
    KOINE_TRY(made.page, compile_strategy(strategy("page"), "page", pages()));
    KOINE_TRY(made.relations, compile_strategy(strategy("relations"), "relations", koine::dialect::relations()));
    if (documents) {
        KOINE_TRY(made.edits, compile_strategy(strategy("write"), "write", edits()));
    } else {
        KOINE_TRY(made.write, compile_strategy(strategy("write"), "write", writes()));
    }
    KOINE_TRY(made.values, Values::compile(axis("values")));
    KOINE_TRY(made.envelope, Envelope::compile(axis("envelope"), app));
    KOINE_TRY(made.errors, Errors::compile(axis("errors"), made.context.default_schema(), app));
    KOINE_TRY(made.headers, Headers::compile(axis("headers"), app));
    KOINE_TRY(made.formats, Formats::compile(axis("formats"), app));
    KOINE_TRY(made.examples, ExampleLines::compile(axis("examples")));
    KOINE_TRY(made.describing, Describing::compile(axis("describe"), made.formats, made.input, app));
    return made;
}

Result<query::Query> Dialect::read(Exchange const& exchange) const {
    query::Query query;
    query.relation = exchange.endpoint.name;
    if (exchange.endpoint.kind == Endpoint::Kind::item) query.key = exchange.endpoint.key;
    std::array<ParameterReader const*, 4> const readers = {select.get(), sort.get(), page.get(), filter.get()};
    for (auto const& parameter : exchange.parameters) {
        bool taken = !formats.parameter().empty() && parameter.key == formats.parameter();
        for (auto const* reader : readers) {
            if (taken) break;
            KOINE_TRY(taken, reader->read(parameter, exchange.endpoint, query));
        }
        if (!taken) return Problem(Reason::unknown_parameter).with("parameter", parameter.key);
    }
    for (auto const* reader : readers) {
        KOINE_TRY(reader->finish(exchange, query));
    }
    return query;
}

Result<Inputs> Dialect::read_inputs(
    Exchange const& exchange, description::Operation const& operation, query::Body const& body, Arena& arena
) const {
    InputForms forms;
    forms.ignore_unknown = filter->ignores_unknown();
    forms.empty_is_off = filter->ignores_empty();
    forms.format = formats.parameter();
    if (auto const format = input.body_format(exchange, true); format) forms.body_is_form = format.value() != format::BodyFormat::json;
    return dialect::read_inputs(operation, exchange.parameters, body, forms, arena);
}

RenderedProblem Dialect::render(Problem const& problem, Exchange const* exchange) const {
    auto rendered = errors.render(problem, exchange);
    AnswerValues facts(exchange);
    facts.with_problem(rendered.status, rendered.code, to_string(problem.reason()));
    headers.add(Headers::On::errors, facts, exchange, rendered.headers);
    return rendered;
}

Result<void> Dialect::check_write(Exchange const& exchange, model::Entity const& entity) const {
    auto const method = exchange.method;
    auto const kind = exchange.endpoint.kind;
    if (!write || !write->offers(method, kind)) return method_refused(exchange);
    if (write->takes(method, kind, entity)) return outcome::success();
    auto const refused = [&](std::string_view statement) {
        return Problem(Reason::not_writable).with("relation", entity.name).with("statement", statement);
    };
    bool const puts = method == Method::put;
    bool const is_table = entity.kind == model::EntityKind::table;
    if (method == Method::del && !entity.deletable) return refused("DELETE");
    if ((method == Method::post || puts) && !entity.insertable) return refused("INSERT");
    if ((method == Method::patch || puts) && !entity.updatable) return refused("UPDATE");
    if (puts && !is_table) return refused("INSERT");
    if (kind == Endpoint::Kind::item) return outcome::success();  // without a key: there is no such row, as reading says
    return Problem(Reason::key_filters_required).with("relation", entity.name);
}

std::string Dialect::allow(Endpoint::Kind kind, model::Entity const* entity, bool writable) const {
    Endpoint endpoint;
    endpoint.kind = kind;
    auto methods = methods_of(endpoint);
    if (entity != nullptr && writable && write) {
        for (auto const method : {Method::post, Method::put, Method::patch, Method::del})
            if (write->takes(method, kind, *entity)) methods.push_back(method);
    }
    return routes.spelled(methods);
}

std::string Dialect::allow(Endpoint const& endpoint, bool writable) const {
    auto methods = methods_of(endpoint);
    auto const writes = [&](Method method) {
        auto const* operation = endpoint.operation != nullptr ? endpoint.operation->find(method) : nullptr;
        return operation != nullptr ? !operation->reads : is_write(method);
    };
    if (!writable) std::erase_if(methods, writes);
    return routes.spelled(methods);
}

resource::Forms Dialect::forms() const {
    resource::Forms forms;
    relations->form(forms);
    values.form(forms);
    forms.prefix = routes.prefix();
    return forms;
}

template <class Describe>
void Dialect::describe_reading(Description& description, Describe const& describe) const {
    using Use = ParameterDocument::Use;
    auto const by = [&](ParameterReader const& reader, Use use) { read_by(use, description, [&] { describe(reader); }); };
    by(*select, Use::select);
    context.describe(description);
    auth->describe(description);
    formats.describe(description);
    description.item_parameters = description.parameters;
    // In the order in which a request's parameters are offered: a field called like a parameter of the convention can't be asked.
    by(*sort, Use::sort);
    by(*page, Use::page);
    by(*filter, Use::filter);
}

void Dialect::describe_frame(Description& description) const {
    values.describe(description);
    input.describe(description);
    headers.describe(description);
    errors.describe(description);
}

Description Dialect::describe(model::Entity const& entity, model::Model const& model) const {
    Description description;
    routes.describe(entity, description);
    describe_reading(description, [&](ParameterReader const& reader) { reader.describe(entity, model, description); });
    relations->describe(entity, model, description);
    if (write) write->describe(entity, model, description);
    describe_frame(description);
    return description;
}

Description Dialect::describe(resource::Resource const& resource, model::Model const& model) const {
    Description description;
    routes.describe(resource, description);
    describe_reading(description, [&](ParameterReader const& reader) { reader.describe_resource(resource, model, description); });
    if (edits) edits->describe(resource, model, description);
    describe_frame(description);
    return description;
}

Description Dialect::describe(description::Operation const& operation) const {
    Description description;
    routes.describe(operation, resources ? resources->named(operation.resource) : nullptr, description);
    context.describe(description);
    auth->describe(description);
    formats.describe(description);
    describe_frame(description);
    return description;
}

}  // namespace koine::dialect
