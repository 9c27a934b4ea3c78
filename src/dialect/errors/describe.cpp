#include "base/ascii.hpp"
#include "dialect/errors/errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace koine::dialect {
namespace {

using templates::Phrase;

/// Whether only documents and lists of apps have it: a bare database never answers it.
bool is_of_apps(Reason reason) {
    return (reason >= Reason::not_a_boolean && reason <= Reason::filter_not_a_value) ||
           (reason >= Reason::operation_invalid && reason <= Reason::operation_failed);
}

}  // namespace

void Errors::describe(Description& description) const {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        auto const kind = kind_of(static_cast<Reason>(i));
        if (kind == Kind::configuration || static_cast<Reason>(i) == Reason::rows_cut) continue;  // never an answer
        if (app_.name.empty() && is_of_apps(static_cast<Reason>(i))) continue;
        auto const& entry = entries_[i];
        auto found = std::ranges::find(description.errors, entry.status, &ResponseDocument::status);
        if (found == description.errors.end()) {
            std::string title;
            if (entry.title.is_constant()) entry.title.constant().append_to(title);
            if (title.empty()) {
                title = to_string(kind);
                std::ranges::replace(title, '_', ' ');
                title = begun_large(std::move(title));
            }
            description.errors.push_back({entry.status, std::move(title), true});
            found = std::prev(description.errors.end());
        }
        found->writes_only =
            found->writes_only && (kind == Kind::method_not_allowed || kind == Kind::conflict || kind == Kind::unsupported_media);
        std::string code;
        if (entry.code.is_constant()) entry.code.constant().append_to(code);
        if (!code.empty() && found->description.find(code) == std::string::npos)
            found->description.append(found->description.find(':') == std::string::npos ? ": " : ", ").append(code);
        for (auto const& header : entry.headers)
            Description::add_header(
                description.error_headers,
                {header.name, fmt::format("Only with some problems, such as {}", to_string(static_cast<Reason>(i))), "string"}
            );
    }
    std::ranges::sort(description.errors, {}, &ResponseDocument::status);
}

std::string Errors::word_schema(Phrase Entry::* word, bool present) const {
    bool text = false;
    bool absent = false;
    bool records = false;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        auto const& entry = entries_[i];
        auto const& phrase = entry.*word;
        std::array<bool, 16> always{};
        auto const arguments = arguments_of(static_cast<Reason>(i));
        for (std::size_t k = 0; k < arguments.size(); ++k) always.at(k) = !arguments[k].optional;
        absent = absent || !phrase.is_certain(always);
        auto const name = phrase.only_name();
        bool const is_records = name && entry.arguments[*name] == "records";
        records = records || is_records;
        text = text || (!is_records && !phrase.is_null());
    }
    std::string types;
    auto const add = [&](bool there, std::string_view type) {
        if (there) types.append(types.empty() ? "" : ",").append("\"").append(type).append("\"");
    };
    add(text, "string");
    add(records, "array");
    add(absent && !present, "null");
    std::string schema =
        types.find(',') == std::string::npos ? fmt::format(R"({{"type":{})", types) : fmt::format(R"({{"type":[{}])", types);
    if (records) schema += R"(,"items":{"type":"object","additionalProperties":{"type":"string"}})";
    return schema + "}";
}

}  // namespace koine::dialect
