#include "app/app_turn.hpp"

#include "app/answering.hpp"
#include "dialect/routes/routes.hpp"
#include "identity/identity.hpp"
#include "openapi/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::app {
namespace {

using description::Verb;
using dialect::Endpoint;

/// An entry of an index.
using Entry = std::pair<std::string_view, std::string>;

/// The names below a path: the next segment of the path of every resource and operation that is listed. At the root in their order, below it by name.
std::vector<Entry> entries_below(Turn const& turn, std::string_view path) {
    std::vector<Entry> entries;
    std::string const under = path.empty() ? "" : std::string(path) + "/";
    std::string_view const slash = turn.dialect().routes.closes() ? "/" : "";
    auto const add = [&](auto const& named) {
        if (!named.listed || !named.path.starts_with(under)) return;
        auto const name = std::string_view(named.path).substr(under.size());
        auto const segment = name.substr(0, name.find('/'));
        if (std::ranges::find(entries, segment, &Entry::first) != entries.end()) return;
        entries.emplace_back(segment, fmt::format("{}/{}{}{}", turn.exchange.base_url, under, segment, slash));
    };
    auto const& app = *turn.state.application->app;
    std::ranges::for_each(app.resources, add);
    std::ranges::for_each(app.operations, add);
    if (!path.empty()) std::ranges::sort(entries);
    for (auto const& [name, document] : turn.dialect().describing.documents())
        if (name.starts_with(under) && name.find('/', under.size()) == std::string::npos)
            entries.emplace_back(std::string_view(name).substr(under.size()), fmt::format("{}/{}{}", turn.exchange.base_url, name, slash));
    return entries;
}

/// What there is below the index's path: names and addresses.
Result<void> write_index(Turn const& turn) {
    KOINE_TRY(auto const form, turn.dialect().formats.negotiate(turn.exchange));
    auto const entries = entries_below(turn, turn.exchange.endpoint.name);
    write_text(turn, form, openapi::written([&](openapi::Json& json) {
                   json.object([&] {
                       for (auto const& [name, address] : entries) json.member(name, address);
                   });
               }));
    return outcome::success();
}

Result<void> respond_index(Turn const& turn) {
    KOINE_TRY(admit_reader(turn));
    return turn.request.method == Method::options ? write_metadata(turn) : write_index(turn);
}

}  // namespace

bool login_required(Turn const& turn) { return turn.state.application->app->login_required && turn.state.accounts; }

std::optional<std::int64_t> read_key(std::string_view text) {
    std::int64_t key = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), key);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return key;
}

Result<void> admit_reader(Turn const& turn) {
    if (!login_required(turn) || !turn.principal.anonymous) return outcome::success();
    return Problem(Reason::login_required);
}

void write_redirect(Turn const& turn) {
    start_document(turn, 301, "");
    turn.answer.header("Location", dialect::slashed_address(turn.exchange));
    turn.answer.end();
}

Awaitable<Result<void>> respond_app(Turn& turn) {
    auto const& endpoint = turn.exchange.endpoint;
    auto const method = turn.request.method;
    bool const writes = dialect::is_write(method);
    bool const is_index = endpoint.kind == Endpoint::Kind::index;
    if (endpoint.kind == Endpoint::Kind::unknown) {
        KOINE_CO_TRY(auto const described, respond_description(turn));
        if (described) co_return outcome::success();
        KOINE_CO_TRY(auto const provided, co_await respond_provision(turn));
        if (provided) co_return outcome::success();
    }
    bool const is_operation = endpoint.kind == Endpoint::Kind::operation;
    if (!is_index && !is_operation && endpoint.resource == nullptr)
        co_return Problem(Reason::unknown_path).with("path", turn.exchange.path);
    if (endpoint.redirect) {
        write_redirect(turn);
        co_return outcome::success();
    }
    if (is_index) co_return respond_index(turn);
    if (is_operation) co_return co_await operate(turn);
    if (!endpoint.key.empty() && !read_key(endpoint.key.front())) co_return dialect::item_not_found(turn.exchange);
    auto const& rules = endpoint.resource->said->rules;
    if (writes) co_return co_await edit(turn);
    auto const rule = rules.find(endpoint.kind == Endpoint::Kind::item ? Verb::get : Verb::list);
    if (rule == rules.end()) co_return dialect::method_refused(turn.exchange);
    KOINE_CO_TRY(identity::admit(turn.principal, rule->second, login_required(turn)));
    if (method == Method::options) co_return write_metadata(turn);
    co_return co_await read(turn);
}

}  // namespace koine::app
