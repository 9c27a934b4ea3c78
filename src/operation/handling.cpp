#include "operation/conversation.hpp"
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

/// @param from, to bytes: from the first one to behind the last; all of the rest, if it is absent.
Result<Value> got(blob::Blobs const& blobs, std::string const& hash, std::uint64_t from, std::optional<std::uint64_t> to) {
    KOINE_TRY(auto const size, blobs.size(hash));
    auto const begin = std::min(from, size);
    auto const end = std::clamp(to.value_or(size), begin, size);
    if (end - begin > kMostText)
        return mistake(fmt::format("blob.get: a text has at most {} bytes: read it in parts, with from and to", kMostText));
    KOINE_TRY(auto bytes, blobs.read(hash, begin, end - begin));
    return Value(std::move(bytes));
}

}  // namespace

Result<void> Conversation::make_handling(HostCall call, Wait const& wait) {
    KOINE_TRY(check_files(book_.files()));
    auto& blobs = *book_.files().blobs;
    auto const* text = wait.arguments.empty() ? nullptr : wait.arguments.front().text();
    if (text == nullptr) return mistake(call == HostCall::put_blob ? "blob.put wants a text" : "blob.get and blob.size want a blob");
    if (call == HostCall::put_blob) {
        ask_ = Computing{[&blobs, bytes = *text](auto) -> Result<Value> {
            KOINE_TRY(auto put, blobs.put(bytes));
            return Value(std::move(put.hash));
        }};
        return outcome::success();
    }
    if (call == HostCall::size_blob) {
        ask_ = Computing{[&blobs, hash = *text](auto) -> Result<Value> {
            KOINE_TRY(auto const size, blobs.size(hash));
            return Value(static_cast<std::int64_t>(size));
        }};
        return outcome::success();
    }
    std::optional<std::uint64_t> from, to;
    if (wait.arguments.size() > 1 && !wait.arguments[1].is_null()) {
        auto const& options = wait.arguments[1];
        if (options.map() == nullptr) return mistake("blob.get: options are a table: from, to");
        for (auto const& [name, value] : *options.map())
            if (name != "from" && name != "to") return mistake(fmt::format("blob.get: there is no option {}", name));
        KOINE_TRY(from, place(options, "from"));
        KOINE_TRY(to, place(options, "to"));
    }
    ask_ = Computing{[&blobs, hash = *text, first = from.value_or(1) - 1, to](auto) { return got(blobs, hash, first, to); }};
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
