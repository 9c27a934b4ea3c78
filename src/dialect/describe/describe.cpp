#include "dialect/describe/describe.hpp"

#include "format/json.hpp"
#include "template/template.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace koine::dialect {

namespace {

/// What templates of documents may name.
constexpr std::array<std::string_view, 2> kNames = {"app.name", "app.version"};

struct AppValues {
    AppFacts const& app;
    templates::Value value(templates::NameId name) const {
        return templates::Value::of(std::string_view(name == 0 ? app.name : app.version));
    }
    template <class Sink>
    void events(templates::NameId, Sink&) const {}
};

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
    made.openapi_ = options.text("openapi", "");
    made.openapi_json_ = options.text("openapi_json", "");
    made.swagger_ = options.text("swagger", "");
    made.redoc_ = options.text("redoc", "");
    auto const* documents = options.node("documents");
    KOINE_TRY(options.done());
    if (documents == nullptr) return made;
    if (!documents->is_map()) return documents->problem("expected a map from paths to documents");
    for (auto const& [path, document] : documents->members) {
        KOINE_TRY(auto const compiled, templates::Template::compile(document, kNames));
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
