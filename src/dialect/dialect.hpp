/// @file Dialect: one choice on every axis, compiled. Everything between a request's bytes and an intent, and between rows and a response's
/// frame, asks it.
#pragma once

#include "dialect/auth/auth.hpp"
#include "dialect/axes.hpp"
#include "dialect/context/context.hpp"
#include "dialect/describe/describe.hpp"
#include "dialect/envelope/envelope.hpp"
#include "dialect/errors/errors.hpp"
#include "dialect/examples/lines.hpp"
#include "dialect/formats/formats.hpp"
#include "dialect/headers/headers.hpp"
#include "dialect/input/input.hpp"
#include "dialect/input/inputs.hpp"
#include "dialect/routes/routes.hpp"
#include "dialect/values/values.hpp"
#include "dialect/write/edits.hpp"
#include "dialect/write/write.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace koine::dialect {

/// Immutable once compiled; shared between threads. Movable.
struct Dialect {
    std::string name;
    Routes routes;
    Context context;
    std::unique_ptr<Auth const> auth;
    Input input;
    std::unique_ptr<ParameterReader const> filter;
    std::unique_ptr<ParameterReader const> select;
    std::unique_ptr<ParameterReader const> sort;
    std::unique_ptr<Page const> page;
    std::unique_ptr<Relations const> relations;
    std::unique_ptr<Write const> write;  ///< null if only documents of apps are written: a bare database is then read-only
    Values values;
    Envelope envelope;
    Errors errors;
    Headers headers;
    Formats formats;
    ExampleLines examples;
    Describing describing;
    std::unique_ptr<Edits const> edits;  ///< how documents of an app are written; null: as `write` says
    std::shared_ptr<resource::Resources const> resources = {
    };  ///< of the app that is served; null: a bare database. Set once, before it is shared

    /// The query that a list or item request asks: `select`, `sort`, `page`, then `filter` look at each parameter.
    /// @return what the readers return; unknown_parameter for one that none of them takes.
    Result<query::Query> read(Exchange const& exchange) const;
    /// What an operation takes of the request, as this dialect writes it; see dialect::read_inputs. @param body as `input` read it.
    Result<Inputs> read_inputs(Exchange const& exchange, description::Operation const& operation, query::Body const& body, Arena& arena)
        const;
    /// Whether a write has a meaning here, to be asked before its body is read. @return method_unsupported, not_writable,
    ///         key_filters_required (a row without a key cannot be put).
    Result<void> check_write(Exchange const& exchange, model::Entity const& entity) const;
    /// The value of `Allow`: what the endpoint takes, by what the entity can (null: only be read) and whether the server writes.
    std::string allow(Endpoint::Kind kind, model::Entity const* entity, bool writable) const;
    /// The same of an endpoint of an app, by what its resource offers.
    std::string allow(Endpoint const& endpoint, bool writable) const;
    /// How values and relations of an app's resources read: what `resource::bind` is told.
    resource::Forms forms() const;
    /// A problem as a complete answer, with the headers that all errors have. @param exchange may be null.
    RenderedProblem render(Problem const& problem, Exchange const* exchange) const;
    /// All that a caller may write and gets for this entity, for documents.
    Description describe(model::Entity const& entity, model::Model const& model) const;
    /// The same for an app's resource.
    Description describe(resource::Resource const& resource, model::Model const& model) const;
    /// The same for an operation: its path, the parameters that all requests have, and the frame; its own inputs are the operation's.
    Description describe(description::Operation const& operation) const;

private:
    template <class Describe>
    void describe_reading(Description& description, Describe const& describe) const;
    void describe_frame(Description& description) const;
};

/// Compiles a dialect from its map of axes, as it stands: `extends` must be resolved. What an axis does not say is its default.
/// @return a configuration problem with its place.
/// @param app what templates may say of it.
Result<Dialect> compile_dialect(yaml::Node const& node, std::string_view name, AppFacts const& app = {});

/// A built-in dialect by name, or the dialect of a file (`path.yaml`: its only one, or the one called main; `path.yaml#name`: that one).
/// A dialect extends the one it names (of its file, or built in), and what no one says is as in `base`.
/// @return configuration problems.
Result<Dialect> load_dialect(std::string_view name_or_path);
/// The same of a text that stands in a file of that name: for tests, fuzzing and checks.
Result<Dialect> load_dialect_text(std::string_view text, std::string_view file, std::string_view name = {});
/// The dialect of that name in a map of dialects: the section of an app. What no one says is as in `app` of dialects/base.yaml, which is also the
/// dialect of an app without that section (an empty node), unless `name` is that of a built-in one. Strategies that do not know apps are refused: they read columns that an app may hide.
Result<Dialect> load_dialect_section(yaml::Node const& dialects, std::string_view name, AppFacts const& app = {});
/// The names of the built-in dialects, in order.
std::vector<std::string_view> builtin_dialects();

/// `child` over `parent`, of two maps of axes: maps are merged, all else replaced; so are a strategy by another one and a template.
yaml::Node extended(yaml::Node const& child, yaml::Node const& parent);

}  // namespace koine::dialect
