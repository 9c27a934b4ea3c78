/// @file The names that envelopes and headers may use, and what they stand for in one answer.
#pragma once

#include "dialect/axes.hpp"
#include "template/phrase.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace koine::dialect {

/// In the order of kAnswerNames.
enum class AnswerName : std::uint8_t {
    items,
    item,
    count,
    total,
    page_offset,
    page_limit,
    page_number,
    page_pages,
    page_range,
    page_next,
    page_prev,
    page_first,
    page_last,
    request_id,
    request_path,
    schema,
    preferences_applied,
    status,
    code,
    reason,
    warnings,
    cut,
    location,
    request_uuid,
    allow,
    app_name,
    app_version,
    links
};
inline constexpr std::array<std::string_view, 28> kAnswerNames = {
    "items",
    "item",
    "count",
    "total",
    "page.offset",
    "page.limit",
    "page.number",
    "page.pages",
    "page.range",
    "page.next",
    "page.prev",
    "page.first",
    "page.last",
    "request.id",
    "request.path",
    "schema",
    "preferences.applied",
    "status",
    "code",
    "reason",
    "warnings",
    "cut",
    "location",
    "request.uuid",
    "allow",
    "app.name",
    "app.version",
    "links"
};
static_assert(kAnswerNames.size() == static_cast<std::size_t>(AnswerName::links) + 1);

/// What a name stands for, for documents.
struct AnswerNameDocument {
    std::string_view type;  ///< JSON Schema type
    bool always = false;    ///< never absent where it may be used
    std::string_view description;
};
AnswerNameDocument const& document_of(AnswerName name);

/// What templates may say of the app that is served; empty for a bare database.
struct AppFacts {
    std::string name;
    std::string version;
    bool operator==(AppFacts const&) const = default;
};

/// What templates may name that speak of nothing but the app.
inline constexpr std::array<std::string_view, 2> kAppNames = {"app.name", "app.version"};

/// What they stand for. The facts must outlive it.
struct AppValues {
    AppFacts const& app;

    templates::Value value(templates::NameId name) const {
        return templates::Value::of(std::string_view(name == 0 ? app.name : app.version));
    }
    template <class Sink>
    void events(templates::NameId, Sink&) const {}
};

/// A header field of an answer. The name lives as long as the dialect.
struct ResponseHeader {
    std::string_view name;
    std::string value;
    bool operator==(ResponseHeader const&) const = default;
};

struct WriteAnswer;

/// What is known of one answer; what is not known stays absent. Cheap to make; views live as long as what was given.
class AnswerValues {
public:
    /// @param exchange may be null: a fault before there was one.
    explicit AnswerValues(Exchange const* exchange) : exchange_(exchange) {}

    /// A list: its page and how many rows stand in it.
    AnswerValues& with_page(PageFacts const& page);
    /// One item.
    AnswerValues& with_item();
    /// A write: the rows that are answered, the preferences it followed and where its row is.
    AnswerValues& with_write(WriteAnswer const& write);
    /// A problem: its status, code (may be empty) and reason.
    AnswerValues& with_problem(int status, std::string_view code, std::string_view reason);

    /// What did not stop the request: messages, and the server's option at which the answer was cut (may be empty).
    AnswerValues& with_warnings(std::span<std::string const> messages, std::string_view cut);

    templates::Value value(templates::NameId name) const;
    /// What a function calls so; absent if there is none.
    templates::Value word(std::string_view name) const;
    /// Writes the messages of the warnings, as a list.
    template <class Sink>
    void write_warnings(Sink& sink) const {
        sink.begin_list();
        for (auto const& message : warnings_) sink.text(message);
        sink.end_list();
    }

private:
    Exchange const* exchange_;
    PageFacts const* page_ = nullptr;
    bool item_ = false;
    int status_ = 0;
    std::string_view code_;
    std::string_view reason_;
    std::span<std::string const> warnings_;
    std::string_view cut_;
    std::string applied_;
    std::string_view location_;
    std::span<std::pair<std::string, std::string> const> words_;
    std::string_view links_;
};

/// The same with what is known of the app. Both must outlive it.
struct AppAnswerValues {
    AnswerValues const& answer;
    AppFacts const& app;

    templates::Value value(templates::NameId name) const;
};

}  // namespace koine::dialect
