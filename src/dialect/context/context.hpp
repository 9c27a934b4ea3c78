/// @file The context axis: what the head of a request asks beside its target.
#pragma once

#include "dialect/axes.hpp"

#include <string>
#include <vector>

namespace koine::dialect {

/// One preference of RFC 7240 that the dialect knows.
struct KnownPreference {
    enum class Use : std::uint8_t { count, handling, none };  ///< what reading makes of it
    std::string name;
    std::vector<std::string> values;  ///< the ones it may have; empty: any integer from 0
    bool echo = false;                ///< applied by reads, so that Preference-Applied repeats it
    Use use = Use::none;
};

/// `context: {prefer: {known: {count: [exact, planned]}, echo: [count]}, schema: {names: [public, main]}}`. Immutable.
/// `prefer.known`: every preference with its words (or `integer`), in the order in which Preference-Applied names them; `prefer.echo`: the ones that
/// reads apply. `schema`: `read`, `write` (the headers that name one: Accept-Profile, Content-Profile), `names` (the first is the default).
class Context {
public:
    static Result<Context> compile(yaml::Node const& options);

    /// Whether it asks anything of a request.
    bool asks() const { return !preferences_.empty() || !schemas_.empty(); }
    /// Fills preferences and schema. Needs method and headers. @return unknown_schema.
    Result<void> read(Exchange& exchange) const;
    /// After everything else was found right: invalid_preferences, as a problem if they were to be taken strictly, else as a warning.
    Result<void> check(Preferences const& preferences, std::vector<Problem>& warnings) const;
    /// The schema that messages name if the request named none; empty if the dialect knows no schemas.
    std::string_view default_schema() const { return schemas_.empty() ? std::string_view() : std::string_view(schemas_.front()); }
    void describe(Description& description) const;

private:
    Result<void> compile_preferences(yaml::Node const& node);
    Result<void> compile_schema(yaml::Node const& node);
    void read_preferences(Exchange& exchange) const;
    Result<void> read_schema(Exchange& exchange) const;

    std::vector<KnownPreference> preferences_;
    std::vector<std::string> schemas_;
    std::string read_header_;
    std::string write_header_;
};

}  // namespace koine::dialect
