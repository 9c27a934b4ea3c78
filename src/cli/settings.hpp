/// @file The table of everything that can be set when serving: flag, variable, file key, help, manual, completion and schema follow from
/// one entry.
#pragma once

#include "app/service.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace koine::cli {

/// What `--access-log` asks for: `on` means in the form that all logs have.
enum class AccessLogWish : std::uint8_t { off, on, text, json };

/// What `koine serve` was asked to do.
struct ServeOptions {
    app::Options app;
    AccessLogWish access_log = AccessLogWish::off;  ///< becomes app.access_log when all places have been read (config.hpp)
    bool quiet = false;                             ///< print nothing but the URL
};

/// Headings of the help, in its order.
enum class Group : std::uint8_t { what, where, answers, requests, time, output };
inline constexpr auto kGroups = {Group::what, Group::where, Group::answers, Group::requests, Group::time, Group::output};
std::string_view to_string(Group group);

/// What the values of a setting are, for whoever describes them. `least` and `most` bound whole numbers, sizes (bytes) and times (in
/// the setting's own unit).
struct Form {
    enum class Kind : std::uint8_t { toggle, text, path, words, whole, size, seconds, milliseconds, mount, network };
    Kind kind = Kind::text;
    std::uint64_t least = 0;
    std::uint64_t most = 0;
};

/// One thing that can be set: by the flag `--name VALUE`, by the variable KOINE_NAME and by the key `name` of a configuration file.
struct Setting {
    std::string_view name;   ///< "max-rows"
    std::string_view value;  ///< what stands for the value in the help: "N", or its words: "off|on"; empty for a switch
    std::string_view help;   ///< a line; {} stands for the default
    Group group;
    Form form;
    /// Puts the value into the options. @return nothing, or what it should have been: "a whole number from 1 to 9".
    std::optional<std::string> (*set)(ServeOptions& options, std::string_view text);
    /// The default, as one would write it; null if there is none, or the help says it in words.
    std::string (*otherwise)(ServeOptions const& options) = nullptr;
    bool repeated = false;  ///< several values add up; else the last flag counts
    /// repeated: forgets the values of a place that counts less.
    void (*clear)(ServeOptions& options) = nullptr;

    bool is_switch() const { return value.empty(); }
    std::string flag() const;      ///< "--max-rows"
    std::string variable() const;  ///< "KOINE_MAX_ROWS"
    /// The help with the default in its place.
    std::string explained() const;
};

/// All settings but the database itself, in the order of the help.
std::span<Setting const> settings();

}  // namespace koine::cli
