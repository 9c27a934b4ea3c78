/// @file Templates that users write: Jinja2's language, rendered within limits.
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace koine::jinja {

/// Whether this build has the engine; without it every function answers feature_not_supported.
bool available();

/// What one rendering may use. Beyond it: limit_exceeded, whose `limit` names the member ("template_steps").
struct Limits {
    std::size_t output_bytes = std::size_t{4} << 20;
    std::uint64_t steps = 2'000'000;                    ///< instructions of the engine
    std::size_t source_bytes = std::size_t{256} << 10;  ///< of the template, and of each one that it loads
    std::size_t memory_bytes = std::size_t{64} << 20;   ///< at one time, the context not counted
    std::size_t depth = 200;                            ///< of macros (4 each), includes (10 each) and scopes; at most 500
    std::chrono::milliseconds time{2000};               ///< of the clock; looked at wherever memory is taken or text is written
};

struct Options {
    bool trim_blocks = false;
    bool lstrip_blocks = false;
    bool keep_trailing_newline = false;
    bool autoescape = false;  ///< HTML
    bool strict = false;      ///< an undefined name is an error when printed, iterated or tested
    std::string_view name = "template";
    Limits limits;
    /// The source of another template by its name, for include, import and extends; nothing if there is none. Called on another thread
    /// while the caller waits; a name is asked for once a rendering. What it throws counts as nothing.
    std::function<std::optional<std::string>(std::string_view)> load;
};

/// The text that the template makes of the context (a JSON object; JSON's integers keep their digits). Thread-safe; it blocks, and calls
/// nothing but `load`. @return check_failed (`message` "name:line: words", `template`, `line`), invalid_body if the context is no JSON
/// object in UTF-8, limit_exceeded, feature_not_supported, overloaded if no thread is to be had.
Result<std::string> render(std::string_view source, std::string_view context_json, Options const& options = {});

/// Whether the source is a template: its syntax only; names of filters and templates are looked up when it is rendered.
Result<void> check(std::string_view source, Options const& options = {});

}  // namespace koine::jinja
