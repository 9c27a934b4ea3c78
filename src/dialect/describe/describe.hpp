/// @file The describe axis: what an API tells of itself beside its answers.
#pragma once

#include "dialect/formats/formats.hpp"
#include "dialect/input/input.hpp"

#include <string>
#include <vector>

namespace koine::dialect {

/// `describe: {options: false, renders: [TYPE], parses: [TYPE]}`. Immutable.
/// `options` (false): whether OPTIONS on an endpoint of an app answers with a document. `renders`, `parses`: the media types that it names; default: those of
/// the formats and input axes.
class Describing {
public:
    static Result<Describing> compile(yaml::Node const& options, Formats const& formats, Input const& input);

    bool options() const { return options_; }
    std::vector<std::string> const& renders() const { return renders_; }
    std::vector<std::string> const& parses() const { return parses_; }

private:
    bool options_ = false;
    std::vector<std::string> renders_;
    std::vector<std::string> parses_;
};

}  // namespace koine::dialect
