#include "dialect/context/context.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>

namespace koine::dialect {
namespace {

constexpr std::array<std::string_view, 4> kCounts = {"none", "exact", "planned", "estimated"};
constexpr std::size_t kMaxPreferences = 32;

/// Splits at commas that stand outside quotes (RFC 9110 §5.6.1).
std::string_view next_element(std::string_view& rest) {
    bool quoted = false;
    std::size_t end = 0;
    for (; end < rest.size() && (quoted || rest[end] != ','); ++end) {
        if (rest[end] == '\\' && quoted && end + 1 < rest.size())
            ++end;
        else if (rest[end] == '"')
            quoted = !quoted;
    }
    auto const element = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return trimmed(element);
}

struct Token {
    std::string_view name;
    std::string_view value;
};

/// `name[=value]`, parameters after a semicolon left aside: no known preference has any.
Token token_in(std::string_view element) {
    auto text = trimmed(element.substr(0, element.find(';')));
    auto const equals = text.find('=');
    if (equals == std::string_view::npos) return {text, {}};
    auto value = trimmed(text.substr(equals + 1));
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) value = value.substr(1, value.size() - 2);
    return {trimmed(text.substr(0, equals)), value};
}

bool takes(KnownPreference const& known, std::string_view value) {
    if (!known.values.empty()) return std::ranges::find(known.values, value) != known.values.end();
    return !value.empty() && value.size() <= 18 && std::ranges::all_of(value, is_ascii_digit);
}

}  // namespace

Result<Context> Context::compile(yaml::Node const& node) {
    yaml::Options options(node);
    Context context;
    auto const* prefer = options.node("prefer");
    auto const* schema = options.node("schema");
    KOINE_TRY(options.done());
    if (prefer != nullptr) {
        KOINE_TRY(context.compile_preferences(*prefer));
    }
    if (schema != nullptr) {
        KOINE_TRY(context.compile_schema(*schema));
    }
    return context;
}

Result<void> Context::compile_preferences(yaml::Node const& node) {
    yaml::Options options(node);
    auto const* known = options.node("known");
    auto const* echo = options.node("echo");
    KOINE_TRY(options.done());
    if (known == nullptr || !known->is_map()) return (known != nullptr ? *known : node).problem("prefer needs a map of known preferences");
    if (known->members.size() > kMaxPreferences) return known->problem("more preferences than a request is read for");
    for (auto const& [name, words] : known->members) {
        KnownPreference preference;
        preference.name = name.text;
        preference.use = name.text == "count"      ? KnownPreference::Use::count
                         : name.text == "handling" ? KnownPreference::Use::handling
                                                   : KnownPreference::Use::none;
        if (words.is_scalar() && words.text != "integer") return words.problem("expected a list of words, or integer");
        for (auto const& word : words.items) {
            if (!word.is_scalar()) return word.problem("expected a word");
            if (preference.use == KnownPreference::Use::count && std::ranges::find(kCounts, word.text) == kCounts.end())
                return yaml::unknown_word(word, "count", {kCounts.begin(), kCounts.end()});
            preference.values.push_back(word.text);
        }
        preferences_.push_back(std::move(preference));
    }
    if (echo == nullptr) return outcome::success();
    for (auto const& name : echo->items) {
        auto const found = std::ranges::find(preferences_, name.text, &KnownPreference::name);
        if (found == preferences_.end()) {
            std::vector<std::string_view> names;
            for (auto const& each : preferences_) names.emplace_back(each.name);
            return yaml::unknown_word(name, "preference", names);
        }
        found->echo = true;
    }
    return outcome::success();
}

Result<void> Context::compile_schema(yaml::Node const& node) {
    yaml::Options options(node);
    read_header_ = options.text("read", "Accept-Profile");
    write_header_ = options.text("write", "Content-Profile");
    schemas_ = options.texts("names");
    KOINE_TRY(options.done());
    if (schemas_.empty()) return node.problem("schema needs the names that may be asked for");
    return outcome::success();
}

Result<void> Context::read(Exchange& exchange) const {
    if (!preferences_.empty()) read_preferences(exchange);
    if (schemas_.empty()) return outcome::success();
    return read_schema(exchange);
}

void Context::read_preferences(Exchange& exchange) const {
    auto& preferences = exchange.preferences;
    std::array<std::string_view, kMaxPreferences> given{};  // the first value of each known one
    for (auto const& header : exchange.headers) {
        if (!ascii_equal(header.name, "Prefer")) continue;
        for (auto rest = header.value; !rest.empty();) {
            auto const element = next_element(rest);
            if (element.empty()) continue;
            auto const token = token_in(element);
            auto const known = std::ranges::find_if(preferences_, [&](auto const& each) { return ascii_equal(each.name, token.name); });
            if (known == preferences_.end() || !takes(*known, token.value)) {
                preferences.invalid.emplace_back(element);
                continue;
            }
            auto& first = given[static_cast<std::size_t>(known - preferences_.begin())];
            if (first.empty()) first = token.value;
        }
    }
    for (std::size_t i = 0; i < preferences_.size(); ++i) {
        if (given[i].empty()) continue;
        auto const& known = preferences_[i];
        preferences.given.push_back({known.name, given[i]});
        if (known.use == KnownPreference::Use::count)
            preferences.count = static_cast<query::Count>(std::ranges::find(kCounts, given[i]) - kCounts.begin());
        if (known.use == KnownPreference::Use::handling) {
            preferences.strict = given[i] == "strict";
            preferences.lenient_given = given[i] == "lenient";
        }
        if (known.echo) preferences.applied.push_back(fmt::format("{}={}", known.name, given[i]));
    }
}

Result<void> Context::read_schema(Exchange& exchange) const {
    auto const named = exchange.header(is_write(exchange.method) ? write_header_ : read_header_);
    if (named.empty()) return outcome::success();
    if (std::ranges::find(schemas_, named) == schemas_.end()) {
        return Problem(Reason::unknown_schema).with("schema", named).with("schemas", fmt::format("{}", fmt::join(schemas_, ", ")));
    }
    exchange.schema = named;
    return outcome::success();
}

Result<void> Context::check(Preferences const& preferences, std::vector<Problem>& warnings) const {
    if (preferences.invalid.empty()) return outcome::success();
    auto problem = Problem(Reason::invalid_preferences).with("preferences", fmt::format("{}", fmt::join(preferences.invalid, ", ")));
    if (preferences.strict) return problem;
    warnings.push_back(std::move(problem));
    return outcome::success();
}

void Context::describe(Description& description) const {
    if (!preferences_.empty()) {
        std::string words;
        for (auto const& each : preferences_)
            if (each.echo) words += fmt::format("{}{}={}", words.empty() ? "" : ", ", each.name, fmt::join(each.values, "|"));
        description.add({"Prefer", "header", "string", "Preferences (RFC 7240): " + words, words.substr(0, words.find_first_of("|,"))});
    }
    if (!preferences_.empty()) {
        std::string words;
        for (auto const& each : preferences_) {
            auto const values = each.values.empty() ? std::string("N") : fmt::format("{}", fmt::join(each.values, "|"));
            words += fmt::format("{}{}={}", words.empty() ? "" : ", ", each.name, values);
        }
        auto const has_return = std::ranges::find(preferences_, "return", &KnownPreference::name);
        auto const& first = has_return != preferences_.end() ? *has_return : preferences_.front();
        description.write_parameters.push_back({
            .name = "Prefer",
            .in = "header",
            .description = "Preferences (RFC 7240): " + words,
            .example = fmt::format("{}={}", first.name, first.values.empty() ? "1" : first.values.front()),
        });
    }
    if (schemas_.empty()) return;
    auto const names = fmt::format("one of {}", fmt::join(schemas_, ", "));
    description.add({read_header_, "header", "string", "The schema to read, " + names, schemas_.front()});
    description.write_parameters.push_back({write_header_, "header", "string", "The schema to write, " + names, schemas_.front()});
}

}  // namespace koine::dialect
