/// @file Problem: what went wrong, as data. Only a dialect words it and picks the status.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine {

/// The coarse class of a failure; a dialect that says nothing about a reason falls back to its kind.
enum class Kind : std::uint8_t {
    invalid,
    unauthorized,
    forbidden,
    not_found,
    undefined,
    method_not_allowed,
    not_acceptable,
    conflict,
    unsatisfiable_range,
    ambiguous,
    too_large,
    unsupported_media,
    head_too_large,
    request_timeout,
    timeout,
    unavailable,
    internal,
    configuration
};

/// Why exactly; the list with its arguments is base/reasons.def.
enum class Reason : std::uint8_t {
#define KOINE_REASON(name, kind, arguments) name,
#include "base/reasons.def"
#undef KOINE_REASON
};

/// The number of reasons, for tables indexed by them.
inline constexpr std::size_t kReasonCount = 0
#define KOINE_REASON(name, kind, arguments) +1
#include "base/reasons.def"
#undef KOINE_REASON
    ;

/// The name as configuration files write it, e.g. "unknown_column".
std::string_view to_string(Reason reason);
std::string_view to_string(Kind kind);
/// The kind that a reason belongs to.
Kind kind_of(Reason reason);
/// The reason of that name; nothing if there is none.
std::optional<Reason> reason_named(std::string_view name);
std::optional<Kind> kind_named(std::string_view name);

struct Fault;

/// One failure: a reason and its arguments. Cheap to move (a pointer and two bytes); copies share the details.
/// Arguments are data for the caller to read, so they hold names and values of the request, never SQL, a stack or a path.
class Problem {
public:
    /// A table that an argument may be (the candidates of an ambiguity): rows of named texts.
    using Record = std::vector<std::pair<std::string, std::string>>;

    explicit Problem(Reason reason) : reason_(reason) {}

    Reason reason() const { return reason_; }
    Kind kind() const { return kind_of(reason_); }
    /// The argument of that name; nothing if it was not given.
    std::optional<std::string_view> argument(std::string_view name) const;
    /// The records given with `with_records`; empty if none.
    std::vector<Record> const& records() const;
    /// What happened inside, for the log only; empty if nothing was said. Never shown to a client.
    std::string_view cause() const;
    /// What is wrong with the documents of a body, or with parameters; empty unless the reason is invalid_document, invalid_documents or invalid_filters.
    std::vector<Fault> const& faults() const;

    /// Adds an argument and returns the problem itself, for chaining.
    Problem with(std::string_view name, std::string_view value) &&;
    Problem with(std::string_view name, std::int64_t value) &&;
    Problem with_records(std::vector<Record> records) &&;
    Problem because(std::string_view cause) &&;
    Problem with_faults(std::vector<Fault> faults) &&;

private:
    struct Details {
        std::vector<std::pair<std::string, std::string>> arguments;
        std::vector<Record> records;
        std::vector<Fault> faults;
        std::string cause;
    };
    Details& own();

    std::shared_ptr<Details> details_;
    Reason reason_;
};

/// One of several faults in what a body gives.
struct Fault {
    std::uint32_t document = 0;  ///< which of the body's list, from 0
    std::string member;          ///< as the wire calls it; empty: the document as a whole
    bool in_list = false;        ///< of one element of the member's list
    Problem problem;
};

/// A mistake in a configuration file, told with its place (line and column count from 1; 0 = unknown).
Problem configuration_problem(std::string_view file, int line, int column, std::string_view message);
/// "file:line:column: message" of a configuration problem; of others the reason and its arguments, for logs and terminals.
std::string describe(Problem const& problem);

}  // namespace koine
