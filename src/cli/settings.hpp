/// @file The table of everything that can be set when serving: flag, variable, file key and help follow from one entry.
#pragma once

#include "app/service.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace koine::cli {

/// What `koine serve` was asked to do.
struct ServeOptions {
    app::Options app;
    bool quiet = false;  ///< print nothing but the URL
};

/// Headings of the help, in its order.
enum class Group : std::uint8_t { what, where, answers, requests, time, output };
std::string_view to_string(Group group);

/// One thing that can be set: by the flag `--name VALUE`, by the variable KOINE_NAME and by the key `name` of a configuration file.
struct Setting {
    std::string_view name;   ///< "max-rows"
    std::string_view value;  ///< what stands for the value in the help: "N"; empty for a switch
    std::string_view help;   ///< a line; {} stands for the default
    Group group;
    /// Puts the value into the options. @return nothing, or what it should have been: "a whole number from 1 to 9".
    std::optional<std::string> (*set)(ServeOptions& options, std::string_view text);
    /// The default, as one would write it; null if the help says it in words.
    std::string (*otherwise)(ServeOptions const& options) = nullptr;
    bool repeated = false;  ///< several values add up; else the last flag counts

    bool is_switch() const { return value.empty(); }
    std::string flag() const;      ///< "--max-rows"
    std::string variable() const;  ///< "KOINE_MAX_ROWS"
};

/// All settings but the database itself, in the order of the help.
std::span<Setting const> settings();

}  // namespace koine::cli
