/// @file The describe axis: what an API tells of itself beside its answers.
#pragma once

#include "dialect/answer.hpp"
#include "dialect/formats/formats.hpp"
#include "dialect/input/input.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::dialect {

/// `describe: {options: false, renders: [TYPE], parses: [TYPE], openapi: none, openapi_json: none, swagger: none, redoc: none, documents: {}}`. Immutable.
/// Paths below the dialect's prefix, without slashes around them: `openapi` (none), the OpenAPI document of an app, as YAML unless JSON is asked for;
/// `openapi_json` (none), the same as JSON; `swagger`, `redoc` (none), pages that show it. `documents`: further ones, by path: templates over app.name and
/// app.version; indexes name them.
/// `options` (false): whether OPTIONS on an endpoint of an app answers with a document. `renders`, `parses`: the media types that it names; default: those of
/// the formats and input axes.
class Describing {
public:
    static Result<Describing> compile(yaml::Node const& options, Formats const& formats, Input const& input, AppFacts const& app = {});

    bool options() const { return options_; }
    std::vector<std::string> const& renders() const { return renders_; }
    std::vector<std::string> const& parses() const { return parses_; }

    /// What stands at a path.
    enum class Place : std::uint8_t { none, openapi, openapi_json, swagger, redoc, document };
    Place place_of(std::string_view path) const;
    /// The path of the OpenAPI document; empty if there is none.
    std::string const& openapi() const { return openapi_; }
    /// The path of the page that shows it; empty if there is none.
    std::string const& swagger() const { return swagger_; }
    /// A document of one's own, as JSON. Its path and it, in the order of the file.
    std::vector<std::pair<std::string, std::string>> const& documents() const { return documents_; }

private:
    bool options_ = false;
    std::vector<std::string> renders_;
    std::vector<std::string> parses_;
    std::string openapi_, openapi_json_, swagger_, redoc_;
    std::vector<std::pair<std::string, std::string>> documents_;
};

}  // namespace koine::dialect
