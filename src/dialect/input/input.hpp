/// @file The input axis: how a query string becomes parameters, and what bodies may be.
#pragma once

#include "dialect/axes.hpp"
#include "format/read_body.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::dialect {

/// `input: {max_parameters: 1000, plus: space|literal, repeated: all|first|last, empty: keep|ignore, ignore: [NAME],
/// bodies: [json, csv, form, multipart], bodies_default: FORMAT|none, repeated_body: last|list}`. Immutable.
/// `max_parameters` (1000): more are refused, before anything is left out. `plus` (space): what `+` stands for. `repeated` (all): which of
/// several parameters of one name count. `empty` (keep): whether one without a value, `a=` or `a`, counts. `ignore` (none): names that are
/// passed over, whatever they say. `bodies` (json): what writes may send. `bodies_default` (the first): which one it is if it says nothing of its
/// type; none: it is refused as if it were text/plain. `repeated_body` (last): whether of a name that a form repeats the last value counts, or all do, as a list.
class Input {
public:
    /// @param documents whether an app's documents are written: what is wrong with them is told by whoever judges them.
    static Result<Input> compile(yaml::Node const& options, bool documents = false);

    /// Reads a raw query string, in its order: a parameter that is repeated stands where the one that counts was written.
    /// @return malformed_request (bad UTF-8 or NUL), limit_exceeded (`parameters`). A `%` that no two hex digits follow stands for itself.
    Result<std::vector<Parameter>> read(std::string_view query) const;
    /// What the body is, by its Content-Type without parameters. @param files as of `read_body`. @return unsupported_media_type.
    Result<format::BodyFormat> body_format(Exchange const& exchange, bool files = false) const;
    /// Reads a body, whatever its type; see format::read_body, also for how long views in it live. Where documents are written,
    /// a request without a body may have any type.
    /// @param files whether files are taken: then multipart/form-data is, whatever `bodies` says.
    /// @return unsupported_media_type, and what format::read_body returns.
    Result<void> read_body(Exchange const& exchange, std::string_view text, query::Body& body, bool files = false) const;
    /// The media types that bodies may have.
    std::vector<std::string_view> body_types() const;
    /// Takes the ignored names out of the parameters and tells the types of bodies; to be called after the axes that describe parameters.
    void describe(Description& description) const;

private:
    enum class Repeated : std::uint8_t { all, first, last };

    bool is_ignored(Parameter const& parameter) const;
    void add(Parameter&& parameter, std::vector<Parameter>& parameters) const;

    std::size_t max_parameters_ = 1000;
    bool plus_is_space_ = true;
    Repeated repeated_ = Repeated::all;
    bool keep_empty_ = true;
    std::vector<std::string> ignored_;
    std::vector<format::BodyFormat> bodies_;
    std::optional<format::BodyFormat> default_body_;
    bool lists_ = false;
    bool documents_ = false;
};

}  // namespace koine::dialect
