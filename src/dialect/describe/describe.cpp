#include "dialect/describe/describe.hpp"

#include "dialect/routes/routes.hpp"
#include "format/json.hpp"
#include "template/template.hpp"

#include <algorithm>
#include <utility>

namespace koine::dialect {
namespace {

/// Others would never be found.
Result<void> check_path(yaml::Node const& node) {
    if (is_path_below(node.text)) return outcome::success();
    return node.problem("expected a path below the prefix without slashes around it, as in schema/redoc");
}

/// Empty if it is not said, or `none`. What is no text, `done` tells.
Result<std::string> path_option(yaml::Options& options, yaml::Node const& node, std::string_view name) {
    auto path = options.text(name, "none");
    auto const* said = node.find(name);
    if (path == "none" || said == nullptr || !said->is_scalar()) return std::string();
    KOINE_TRY(check_path(*said));
    return path;
}

}  // namespace

Result<Describing> Describing::compile(yaml::Node const& node, Formats const& formats, Input const& input, AppFacts const& app) {
    yaml::Options options(node);
    std::vector<std::string> renders;
    for (auto const& format : formats.all())
        if (std::ranges::find(renders, format.type) == renders.end()) renders.push_back(format.type);
    std::vector<std::string> parses;
    for (auto const type : input.body_types()) parses.emplace_back(type);
    Describing made;
    made.options_ = options.boolean("options", false);
    made.renders_ = options.texts("renders", std::move(renders));
    made.parses_ = options.texts("parses", std::move(parses));
    KOINE_TRY(made.openapi_, path_option(options, node, "openapi"));
    KOINE_TRY(made.openapi_json_, path_option(options, node, "openapi_json"));
    KOINE_TRY(made.swagger_, path_option(options, node, "swagger"));
    KOINE_TRY(made.redoc_, path_option(options, node, "redoc"));
    auto const* documents = options.node("documents");
    KOINE_TRY(options.done());
    if (documents == nullptr) return made;
    if (!documents->is_map()) return documents->problem("expected a map from paths to documents");
    for (auto const& [path, document] : documents->members) {
        KOINE_TRY(check_path(path));
        KOINE_TRY(auto const compiled, templates::Template::compile(document, kAppNames));
        std::string json;
        {
            format::JsonWriter sink(json);
            compiled.apply(AppValues{app}, sink);
        }
        made.documents_.emplace_back(path.text, std::move(json));
    }
    return made;
}

Describing::Place Describing::place_of(std::string_view path) const {
    if (path.empty()) return Place::none;
    if (path == openapi_) return Place::openapi;
    if (path == openapi_json_) return Place::openapi_json;
    if (path == swagger_) return Place::swagger;
    if (path == redoc_) return Place::redoc;
    auto const is_path = [&](auto const& one) { return one.first == path; };
    return std::ranges::any_of(documents_, is_path) ? Place::document : Place::none;
}

}  // namespace koine::dialect
