#include "base/problem.hpp"

#include <array>

namespace koine {
namespace {

struct ReasonEntry {
    std::string_view name;
    Kind kind;
};

constexpr std::array<ReasonEntry, kReasonCount> kReasons = {{
#define KOINE_REASON(name, kind, arguments) {#name, Kind::kind},
#include "base/reasons.def"
#undef KOINE_REASON
}};

constexpr std::array<std::string_view, 18> kKinds = {
    "invalid",
    "unauthorized",
    "forbidden",
    "not_found",
    "undefined",
    "method_not_allowed",
    "not_acceptable",
    "conflict",
    "unsatisfiable_range",
    "ambiguous",
    "too_large",
    "unsupported_media",
    "head_too_large",
    "request_timeout",
    "timeout",
    "unavailable",
    "internal",
    "configuration"
};
static_assert(kKinds.size() == static_cast<std::size_t>(Kind::configuration) + 1);

}  // namespace

std::string_view to_string(Reason reason) { return kReasons[static_cast<std::size_t>(reason)].name; }

std::string_view to_string(Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

Kind kind_of(Reason reason) { return kReasons[static_cast<std::size_t>(reason)].kind; }

std::optional<Reason> reason_named(std::string_view name) {
    for (std::size_t i = 0; i < kReasons.size(); ++i)
        if (kReasons[i].name == name) return static_cast<Reason>(i);
    return std::nullopt;
}

std::optional<Kind> kind_named(std::string_view name) {
    for (std::size_t i = 0; i < kKinds.size(); ++i)
        if (kKinds[i] == name) return static_cast<Kind>(i);
    return std::nullopt;
}

std::optional<std::string_view> Problem::argument(std::string_view name) const {
    if (!details_) return std::nullopt;
    for (auto const& [key, value] : details_->arguments)
        if (key == name) return value;
    return std::nullopt;
}

std::vector<Problem::Record> const& Problem::records() const {
    static std::vector<Record> const none;
    return details_ ? details_->records : none;
}

std::vector<Fault> const& Problem::faults() const {
    static std::vector<Fault> const none;
    return details_ ? details_->faults : none;
}

std::string_view Problem::cause() const { return details_ ? std::string_view(details_->cause) : std::string_view(); }

Problem Problem::with(std::string_view name, std::string_view value) && {
    own().arguments.emplace_back(name, value);
    return std::move(*this);
}

Problem Problem::with(std::string_view name, std::int64_t value) && { return std::move(*this).with(name, std::to_string(value)); }

Problem Problem::with_records(std::vector<Record> records) && {
    own().records = std::move(records);
    return std::move(*this);
}

Problem Problem::with_faults(std::vector<Fault> faults) && {
    own().faults = std::move(faults);
    return std::move(*this);
}

Problem Problem::because(std::string_view cause) && {
    own().cause = cause;
    return std::move(*this);
}

Problem::Details& Problem::own() {
    if (!details_)
        details_ = std::make_shared<Details>();
    else if (details_.use_count() > 1)
        details_ = std::make_shared<Details>(*details_);
    return *details_;
}

Problem configuration_problem(std::string_view file, int line, int column, std::string_view message) {
    return Problem(Reason::configuration).with("file", file).with("line", line).with("column", column).with("message", message);
}

std::string describe(Problem const& problem) {
    std::string text;
    if (problem.reason() == Reason::configuration) {
        text = problem.argument("file").value_or("");
        if (auto line = problem.argument("line"); line && *line != "0") {
            text.append(":").append(*line);
            if (auto column = problem.argument("column"); column && *column != "0") text.append(":").append(*column);
        }
        if (!text.empty()) text += ": ";
        return text.append(problem.argument("message").value_or(""));
    }
    text = to_string(problem.reason());
    for (std::string_view name : {"relation", "column", "what", "text", "detail", "value", "path"})
        if (auto value = problem.argument(name)) text.append(" ").append(name).append("=").append(*value);
    if (!problem.cause().empty()) text.append(" (").append(problem.cause()).append(")");
    return text;
}

}  // namespace koine
