#include "dialect/input/input.hpp"

#include "base/ascii.hpp"
#include "dialect/list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace koine::dialect {
namespace {

using format::BodyFormat;

struct BodyWord {
    std::string_view word;
    std::string_view type;
};

/// In the order of BodyFormat.
constexpr std::array<BodyWord, 4> kBodies = {{
    {"json", "application/json"},
    {"csv", "text/csv"},
    {"form", "application/x-www-form-urlencoded"},
    {"multipart", "multipart/form-data"},
}};

Result<BodyFormat> body_named(yaml::Node const& node, std::string_view word) {
    auto const found = std::ranges::find(kBodies, word, &BodyWord::word);
    if (found != kBodies.end()) return static_cast<BodyFormat>(found - kBodies.begin());
    std::vector<std::string_view> words;
    for (auto const& body : kBodies) words.push_back(body.word);
    return yaml::unknown_word(node, "format", word, words);
}

/// The value of a parameter of a media type; empty if it has none.
std::string_view parameter_of(std::string_view type, std::string_view wanted) {
    split_off(type, ';');
    while (!type.empty()) {
        auto value = split_off(type, ';');
        if (!ascii_equal(trimmed(split_off(value, '=')), wanted)) continue;
        value = trimmed(value);
        return value.size() >= 2 && value.starts_with('"') && value.ends_with('"') ? value.substr(1, value.size() - 2) : value;
    }
    return {};
}

BodyWord const& about(BodyFormat format) { return kBodies[static_cast<std::size_t>(format)]; }

}  // namespace

Result<Input> Input::compile(yaml::Node const& node, bool documents) {
    yaml::Options options(node);
    Input input;
    input.max_parameters_ = static_cast<std::size_t>(options.integer("max_parameters", 1000, 1, 10'000));
    input.plus_is_space_ = options.word("plus", {"space", "literal"}, "space") == 0;
    input.repeated_ = static_cast<Repeated>(options.word("repeated", {"all", "first", "last"}, "all"));
    input.keep_empty_ = options.word("empty", {"keep", "ignore"}, "keep") == 0;
    input.ignored_ = options.texts("ignore");
    auto const bodies = options.texts("bodies", {"json"});
    auto const* bodies_node = options.node("bodies");
    auto const default_body = options.text("bodies_default", "");
    input.lists_ = options.word("repeated_body", {"last", "list"}, "last") == 1;
    input.documents_ = documents;
    KOINE_TRY(options.done());
    if (bodies.empty()) return bodies_node->problem("bodies needs at least one format");
    for (auto const& word : bodies) {
        KOINE_TRY(auto const format, body_named(bodies_node != nullptr ? *bodies_node : node, word));
        if (std::ranges::find(input.bodies_, format) != input.bodies_.end())
            return bodies_node->problem(fmt::format("{} stands there twice", word));
        input.bodies_.push_back(format);
    }
    if (default_body == "none") return input;
    input.default_body_ = input.bodies_.front();
    if (default_body.empty()) return input;
    auto const& place = *node.find("bodies_default");
    KOINE_TRY(input.default_body_, body_named(place, default_body));
    if (std::ranges::find(input.bodies_, *input.default_body_) == input.bodies_.end())
        return place.problem("the default is none of the formats of bodies");
    return input;
}

Result<std::vector<Parameter>> Input::read(std::string_view query) const {
    std::vector<Parameter> parameters;
    auto const plus = plus_is_space_ ? Plus::space : Plus::literal;
    for (std::size_t given = 0; !query.empty();) {
        auto pair = split_off(query, '&');
        if (pair.empty()) continue;
        if (given++ == max_parameters_) return exceeds("parameters", max_parameters_);
        Parameter parameter;
        parameter.has_value = pair.find('=') != std::string_view::npos;
        KOINE_TRY(parameter.key, decode_percent(split_off(pair, '='), plus));
        if (parameter.has_value) {
            KOINE_TRY(parameter.value, decode_percent(pair, plus));
        }
        if ((keep_empty_ || !parameter.value.empty()) && !is_ignored(parameter)) add(std::move(parameter), parameters);
    }
    return parameters;
}

Result<BodyFormat> Input::body_format(Exchange const& exchange, bool files) const {
    auto rest = exchange.header("Content-Type");
    auto const type = trimmed(split_off(rest, ';'));
    if (type.empty()) {
        if (default_body_) return *default_body_;
        return Problem(Reason::unsupported_media_type).with("type", "text/plain");
    }
    for (auto const format : bodies_)
        if (ascii_equal(type, about(format).type)) return format;
    if (files && ascii_equal(type, about(BodyFormat::multipart).type)) return BodyFormat::multipart;
    return Problem(Reason::unsupported_media_type).with("type", type);
}

Result<void> Input::read_body(Exchange const& exchange, std::string_view text, query::Body& body, bool files) const {
    body.clear();
    if (documents_ && text.empty()) return outcome::success();
    KOINE_TRY(auto const format, body_format(exchange, files));
    format::BodyReading reading;
    reading.files = files;
    reading.documents = documents_;
    reading.lists = lists_;
    if (format == BodyFormat::multipart) reading.boundary = parameter_of(exchange.header("Content-Type"), "boundary");
    return format::read_body(format, text, {}, body, reading);
}

std::vector<std::string_view> Input::body_types() const {
    std::vector<std::string_view> types;
    for (auto const format : bodies_) types.push_back(about(format).type);
    return types;
}

bool Input::is_ignored(Parameter const& parameter) const {
    return !ignored_.empty() && std::ranges::find(ignored_, parameter.key) != ignored_.end();
}

void Input::add(Parameter&& parameter, std::vector<Parameter>& parameters) const {
    if (repeated_ != Repeated::all) {
        auto const earlier = std::ranges::find(parameters, parameter.key, &Parameter::key);
        if (earlier != parameters.end()) {
            if (repeated_ == Repeated::first) return;
            parameters.erase(earlier);
        }
    }
    parameters.push_back(std::move(parameter));
}

void Input::describe(Description& description) const {
    for (auto const format : bodies_) description.bodies.push_back({std::string(about(format).type), format});
    for (auto* parameters : {&description.parameters, &description.item_parameters})
        std::erase_if(*parameters, [&](ParameterDocument const& document) {
            return document.in == "query" && std::ranges::find(ignored_, document.name) != ignored_.end();
        });
}

}  // namespace koine::dialect
