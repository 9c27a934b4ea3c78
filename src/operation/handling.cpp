#include "operation/handling.hpp"

#include "operation/where.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace koine::operation {
namespace {

using script::Value;
using script::Wait;

/// What a text of a function may have at most.
constexpr std::uint64_t kMostText = script::StateLimits{}.text;

/// A place in a file, from 1 on, as Lua counts.
Result<std::optional<std::uint64_t>> place(Value const& options, std::string_view name) {
    auto const* given = options.find(name);
    if (given == nullptr || given->is_null()) return std::optional<std::uint64_t>();
    if (given->integer() == nullptr || *given->integer() < 1) return mistake(fmt::format("blob.get: {} is a whole number from 1 on", name));
    return std::optional(static_cast<std::uint64_t>(*given->integer()));
}

Result<Value> got(blob::Blobs const& blobs, Handling const& handling) {
    KOINE_TRY(auto const size, blobs.size(handling.text));
    auto const from = std::min(handling.from, size);
    auto const to = std::clamp(handling.to.value_or(size), from, size);
    if (to - from > kMostText)
        return mistake(fmt::format("blob.get: a text has at most {} bytes: read it in parts, with from and to", kMostText));
    KOINE_TRY(auto bytes, blobs.read(handling.text, from, to - from));
    return Value(std::move(bytes));
}

}  // namespace

void handle(blob::Blobs& blobs, Handling& handling) {
    if (handling.call == HostCall::get_blob) {
        handling.done = got(blobs, handling);
    } else if (handling.call == HostCall::size_blob) {
        auto const size = blobs.size(handling.text);
        handling.done = size ? Result<Value>(Value(static_cast<std::int64_t>(size.value()))) : Result<Value>(size.as_failure());
    } else {
        auto put = blobs.put(handling.text);
        handling.done = put ? Result<Value>(Value(std::move(put).value().hash)) : Result<Value>(put.as_failure());
    }
}

Result<void> Conversation::make_handling(HostCall call, Wait const& wait) {
    KOINE_TRY(auto const* blobs, blobs_of(book_.files()));
    (void)blobs;
    auto const* text = wait.arguments.empty() ? nullptr : wait.arguments.front().text();
    if (text == nullptr) return mistake(call == HostCall::put_blob ? "blob.put wants a text" : "blob.get and blob.size want a blob");
    Handling handling{call, *text, 0, {}};
    if (call == HostCall::get_blob && wait.arguments.size() > 1 && !wait.arguments[1].is_null()) {
        auto const& options = wait.arguments[1];
        if (options.map() == nullptr) return mistake("blob.get: options are a table: from, to");
        for (auto const& [name, value] : *options.map())
            if (name != "from" && name != "to") return mistake(fmt::format("blob.get: there is no option {}", name));
        KOINE_TRY(auto const from, place(options, "from"));
        KOINE_TRY(handling.to, place(options, "to"));
        handling.from = from.value_or(1) - 1;
    }
    ask_ = std::move(handling);
    return outcome::success();
}

Result<void> Conversation::keep_blobs(resource::Resource const& stored, Value const& row) const {
    if (!book_.files().blobs || row.map() == nullptr) return outcome::success();
    for (auto const& field : stored.described->fields) {
        if (field.reference || field.computed || field.type.kind != value::Kind::blob) continue;
        auto const* hash = row.find(field.name);
        if (hash == nullptr || hash->is_null()) continue;
        KOINE_TRY(auto const kept, book_.files().blobs->keep(hash->text() != nullptr ? *hash->text() : std::string()));
        if (!kept) return mistake(fmt::format("{}: there is no such blob", field.name));
    }
    return outcome::success();
}

}  // namespace koine::operation
