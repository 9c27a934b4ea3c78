#include "dialect/headers/headers.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace koine::dialect {

bool is_field_name(std::string_view name) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !name.empty() &&
           std::ranges::all_of(name, [&](char c) { return is_ascii_alphanumeric(c) || marks.find(c) != std::string_view::npos; });
}

Result<Headers> Headers::compile(yaml::Node const& node, AppFacts const& app) {
    yaml::Options options(node);
    auto const* all = options.node("all");
    auto const* lists = options.node("lists");
    auto const* items = options.node("items");
    auto const* written = options.node("written");
    auto const* errors = options.node("errors");
    auto const* cors = options.node("cors");
    KOINE_TRY(options.done());
    Headers headers;
    KOINE_TRY(headers.all_, compile_fields(all));
    KOINE_TRY(headers.on_[0], compile_fields(lists));
    KOINE_TRY(headers.on_[1], compile_fields(items));
    KOINE_TRY(headers.on_[2], compile_fields(written));
    KOINE_TRY(headers.on_[3], compile_fields(errors));
    headers.app_ = app;
    auto const tells = [](Field const& field) {
        return std::ranges::any_of(field.value.names(), [](auto id) { return static_cast<AnswerName>(id) == AnswerName::allow; });
    };
    headers.tells_allow_ = std::ranges::any_of(headers.all_, tells);
    for (auto const& fields : headers.on_) headers.tells_allow_ = headers.tells_allow_ || std::ranges::any_of(fields, tells);
    if (cors != nullptr) {
        KOINE_TRY(headers.compile_cors(*cors));
    }
    return headers;
}

Result<std::vector<Headers::Field>> Headers::compile_fields(yaml::Node const* node) {
    std::vector<Field> fields;
    if (node == nullptr) return fields;
    if (!node->is_map()) return node->problem("expected a map of header fields");
    for (auto const& [name, value] : node->members) {
        if (!is_field_name(name.text)) return name.problem("not the name of a header field");
        KOINE_TRY(auto phrase, templates::Phrase::compile(value, kAnswerNames, templates::Phrase::Lists::alternatives));
        for (auto const id : phrase.names()) {
            auto const used = static_cast<AnswerName>(id);
            if (used == AnswerName::items || used == AnswerName::item || used == AnswerName::warnings || used == AnswerName::links)
                return value.problem(fmt::format("${} does not fit into a header", kAnswerNames[id]));
        }
        fields.push_back({name.text, std::move(phrase)});
    }
    return fields;
}

Result<void> Headers::compile_cors(yaml::Node const& node) {
    yaml::Options options(node);
    auto const joined = [&](std::string_view name) { return fmt::format("{}", fmt::join(options.texts(name), ", ")); };
    expose_ = joined("expose");
    allow_headers_ = joined("allow_headers");
    methods_ = joined("methods");
    max_age_ = std::to_string(options.integer("max_age", 86400, 0, 31'536'000));
    cors_ = true;
    return options.done();
}

void Headers::add(On on, AnswerValues const& values, Exchange const* exchange, std::vector<ResponseHeader>& out) const {
    std::string buffer;
    AppAnswerValues const known{values, app_};
    auto const add_fields = [&](std::vector<Field> const& fields) {
        for (auto const& field : fields) {
            auto const value = field.value.evaluate(known, buffer);
            if (value.is_empty()) continue;
            auto& header = out.emplace_back(ResponseHeader{field.name, {}});
            value.append_to(header.value);
        }
    };
    add_fields(all_);
    add_fields(on_[static_cast<std::size_t>(on)]);
    if (exchange != nullptr) add_cors(*exchange, out);
}

void Headers::add_cors(Exchange const& exchange, std::vector<ResponseHeader>& out) const {
    if (!cors_ || exchange.header("Origin").empty()) return;
    out.push_back({"Access-Control-Allow-Origin", "*"});
    if (!expose_.empty()) out.push_back({"Access-Control-Expose-Headers", expose_});
}

bool Headers::preflight(Exchange const& exchange, std::vector<ResponseHeader>& out) const {
    if (!cors_ || exchange.method != Method::options || exchange.header("Origin").empty() ||
        exchange.header("Access-Control-Request-Method").empty())
        return false;
    std::string allowed = "Authorization";
    for (std::string_view const more : {exchange.header("Access-Control-Request-Headers"), std::string_view(allow_headers_)})
        if (!more.empty()) allowed.append(", ").append(more);
    out.push_back({"Access-Control-Allow-Origin", "*"});
    out.push_back({"Access-Control-Allow-Methods", methods_});
    out.push_back({"Access-Control-Allow-Headers", std::move(allowed)});
    out.push_back({"Access-Control-Max-Age", max_age_});
    return true;
}

void Headers::describe(Description& description) const {
    auto const document = [](Field const& field) {
        HeaderDocument made{field.name, {}, "string"};
        if (field.value.is_constant()) {
            std::string text;
            field.value.constant().append_to(text);
            made.description = fmt::format("Always \"{}\"", text);
        } else if (auto const name = field.value.only_name()) {
            auto const& about = document_of(static_cast<AnswerName>(*name));
            made.description = about.description;
            made.type = about.type;
        } else {
            for (auto const id : field.value.names()) {
                made.description.append(made.description.empty() ? "Tells: " : "; ");
                made.description.append(document_of(static_cast<AnswerName>(id)).description);
            }
        }
        return made;
    };
    std::array<std::vector<HeaderDocument>*, 4> const lists = {
        &description.list_headers, &description.item_headers, &description.written_headers, &description.error_headers
    };
    for (std::size_t i = 0; i < lists.size(); ++i)
        for (auto const* fields : {&all_, &on_[i]})
            for (auto const& field : *fields) Description::add_header(*lists[i], document(field));
}

}  // namespace koine::dialect
