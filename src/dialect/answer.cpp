#include "dialect/answer.hpp"

#include "dialect/write/write.hpp"

#include <fmt/ranges.h>

#include <algorithm>

namespace koine::dialect {
namespace {

using templates::Value;

Value if_known(std::optional<std::int64_t> const& number) { return number ? Value::of(*number) : Value{}; }
Value if_any(std::string_view text) { return text.empty() ? Value{} : Value::of(text); }

Value page_value(AnswerName name, PageFacts const& page) {
    switch (name) {
        case AnswerName::items: return Value::events(page.returned);
        case AnswerName::count: return Value::of(page.returned);
        case AnswerName::total: return if_known(page.total);
        case AnswerName::page_offset: return Value::of(page.offset);
        case AnswerName::page_limit: return if_known(page.limit);
        case AnswerName::page_number: return if_known(page.number);
        case AnswerName::page_pages: return if_known(page.pages);
        case AnswerName::page_range: return if_any(page.range);
        case AnswerName::page_next: return if_any(page.next);
        case AnswerName::page_prev: return if_any(page.prev);
        case AnswerName::page_first: return if_any(page.first);
        case AnswerName::page_last: return if_any(page.last);
        default: return {};
    }
}

Value exchange_value(AnswerName name, Exchange const& exchange, std::string_view applied) {
    switch (name) {
        case AnswerName::request_id: return if_any(exchange.request_id);
        case AnswerName::request_path: return if_any(exchange.path);
        case AnswerName::request_uuid: return if_any(exchange.uuid);
        case AnswerName::allow: return if_any(exchange.allow);
        case AnswerName::schema: return if_any(exchange.schema);
        case AnswerName::preferences_applied: return if_any(applied);
        default: return {};
    }
}

}  // namespace

AnswerNameDocument const& document_of(AnswerName name) {
    static constexpr std::array<AnswerNameDocument, kAnswerNames.size()> documents = {{
        {"array", true, "The rows"},
        {"object", true, "The row"},
        {"integer", true, "How many rows are in this answer"},
        {"integer", false, "How many rows there are in all"},
        {"integer", true, "How many rows were left out before"},
        {"integer", false, "How many rows an answer has at most"},
        {"integer", false, "Number of the page"},
        {"integer", false, "How many pages there are"},
        {"string", false, "first-last/total of the rows sent, counted from 0; * where there is none or it is unknown"},
        {"string", false, "Address of the next page"},
        {"string", false, "Address of the page before"},
        {"string", false, "Address of the first page"},
        {"string", false, "Address of the last page"},
        {"string", false, "Identifies the request, also in the server's log"},
        {"string", false, "Path of the request"},
        {"string", false, "The schema that was read, if the request named one"},
        {"string", false, "The preferences that were followed"},
        {"integer", true, "Status of the answer"},
        {"string", false, "The problem's code"},
        {"string", false, "The problem's name"},
        {"array", true, "What did not stop the request, in words"},
        {"string", false, "The server's limit that cut the answer short: max-rows or max-response-bytes"},
        {"string", false, "Where the row is"},
        {"string", false, "Identifies the request, made anew for each"},
        {"string", false, "The methods that can be used here"},
        {"string", false, "Name of the application"},
        {"string", false, "Version of the application"},
        {"object", false, "Addresses of what belongs to it"},
    }};
    return documents[static_cast<std::size_t>(name)];
}

AnswerValues& AnswerValues::with_page(PageFacts const& page) {
    page_ = &page;
    if (exchange_ != nullptr && !exchange_->preferences.applied.empty())
        applied_ = fmt::format("{}", fmt::join(exchange_->preferences.applied, ", "));
    return *this;
}

AnswerValues& AnswerValues::with_write(WriteAnswer const& write) {
    page_ = &write.page;
    item_ = write.body == WriteAnswer::Body::item;
    location_ = write.location;
    words_ = write.words;
    links_ = write.links;
    applied_ = fmt::format("{}", fmt::join(write.applied, ", "));
    return *this;
}

AnswerValues& AnswerValues::with_item() {
    item_ = true;
    return *this;
}

AnswerValues& AnswerValues::with_problem(int status, std::string_view code, std::string_view reason) {
    status_ = status;
    code_ = code;
    reason_ = reason;
    return *this;
}

AnswerValues& AnswerValues::with_warnings(std::span<std::string const> messages, std::string_view cut) {
    warnings_ = messages;
    cut_ = cut;
    return *this;
}

Value AnswerValues::value(templates::NameId id) const {
    auto const name = static_cast<AnswerName>(id);
    switch (name) {
        case AnswerName::item: return item_ ? Value::events(1) : Value{};
        case AnswerName::status: return status_ != 0 ? Value::of(std::int64_t{status_}) : Value{};
        case AnswerName::code: return if_any(code_);
        case AnswerName::reason: return if_any(reason_);
        case AnswerName::warnings: return Value::events(static_cast<std::int64_t>(warnings_.size()));
        case AnswerName::cut: return if_any(cut_);
        case AnswerName::location: return if_any(location_);
        case AnswerName::links: return links_.empty() ? Value{} : Value::json(links_);
        default: break;
    }
    if (page_ != nullptr)
        if (Value const value = page_value(name, *page_); !value.is_absent()) return value;
    return exchange_ != nullptr ? exchange_value(name, *exchange_, applied_) : Value{};
}

Value AnswerValues::word(std::string_view name) const {
    auto const found = std::ranges::find(words_, name, &std::pair<std::string, std::string>::first);
    return found == words_.end() ? Value{} : Value::of(std::string_view(found->second));
}

Value AppAnswerValues::value(templates::NameId id) const {
    switch (static_cast<AnswerName>(id)) {
        case AnswerName::app_name: return if_any(app.name);
        case AnswerName::app_version: return if_any(app.version);
        default: return answer.value(id);
    }
}

}  // namespace koine::dialect
