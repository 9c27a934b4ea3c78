#include "operation/hooks.hpp"

#include "format/document.hpp"
#include "operation/operation.hpp"
#include "operation/where.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace koine::operation {
namespace {

using script::Value;

constexpr int kDeepest = 4;
constexpr script::CallLimits kLimits{.instructions = 2'000'000, .time = std::chrono::milliseconds(20)};

class ResourceHooks final : public edit::Hooks {
public:
    ResourceHooks(Book const& book, resource::Resource const& stored, Author const& author)
        : book_(book),
          stored_(stored),
          hooks_(stored.said->hooks),
          author_(author) {}

    Result<void> begin(store::Transaction& transaction, std::span<std::int64_t const> keys) override {
        present_.clear();
        changes_.clear();
        removed_.clear();
        is_new_ = keys.empty();
        if (author_.depth >= kDeepest) return mistake("functions before and after writes call each other without end");
        if (!is_new_) {
            KOINE_TRY(present_, read(transaction, keys));
        }
        return outcome::success();
    }

    Result<void> before(store::Transaction& transaction, std::size_t place, std::int64_t key, std::string_view document) override {
        bool const removes = document.empty();
        removed_.push_back(removes);
        auto const& function = removes ? hooks_.before_delete : is_new_ ? hooks_.before_create : hooks_.before_update;
        if (function.empty()) return outcome::success();
        std::vector<std::string_view> arguments;
        if (!removes) arguments.push_back(document);
        if (!is_new_) arguments.push_back(present_of(key));
        KOINE_TRY(auto const outcome, call(transaction, function, arguments));
        if (removes || outcome.kind == Outcome::Kind::nothing) return outcome::success();
        if (outcome.kind != Outcome::Kind::json || !outcome.body.starts_with('{'))
            return mistake(function + " returns a table of fields that are written too, or nothing");
        KOINE_TRY(auto const given, Value::from_json(outcome.body));
        KOINE_TRY(auto changes, document_of(stored_, given));
        if (given.map() != nullptr && !given.map()->empty()) changes_.emplace_back(place, std::move(changes));
        return outcome::success();
    }

    Result<void> written(store::Transaction& transaction, std::span<std::int64_t const> keys) override {
        Author const author{author_.principal, author_.request_id, author_.depth + 1, false};
        for (auto const& [place, changes] : changes_) {
            KOINE_TRY(write_row(book_, stored_, edit::Verb::patch, keys[place], changes, author, transaction));
        }
        return outcome::success();
    }

    Result<void> after(store::Transaction& transaction, std::span<std::int64_t const> keys) override {
        bool const removes = !removed_.empty() && removed_.front();
        auto const& function = removes ? hooks_.after_delete : is_new_ ? hooks_.after_create : hooks_.after_update;
        if (function.empty() || keys.empty()) return outcome::success();
        Rows now;
        if (!removes) {
            KOINE_TRY(now, read(transaction, keys));
        }
        for (auto const key : keys) {
            std::vector<std::string_view> arguments;
            if (!removes) arguments.push_back(found(now, key));
            if (!is_new_) arguments.push_back(present_of(key));
            KOINE_TRY(call(transaction, function, arguments));
        }
        return outcome::success();
    }

private:
    using Rows = std::vector<std::pair<std::int64_t, std::string>>;

    static std::string_view found(Rows const& rows, std::int64_t key) {
        auto const row = std::ranges::lower_bound(rows, key, {}, &Rows::value_type::first);
        return row == rows.end() || row->first != key ? std::string_view("null") : std::string_view(row->second);
    }
    std::string_view present_of(std::int64_t key) const { return found(present_, key); }

    /// In stored form, ascending.
    Result<Rows> read(store::Transaction& transaction, std::span<std::int64_t const> keys) const {
        std::vector<std::int64_t> ascending(keys.begin(), keys.end());
        std::ranges::sort(ascending);
        query::Rows rows;
        auto const query = book_.by_keys(stored_, *stored_.view("full"), ascending);
        KOINE_TRY(auto const planned, read_rows(book_, query, transaction, rows, static_cast<std::uint32_t>(ascending.size())));
        if (rows.steps.front().count() != ascending.size()) return Problem(Reason::internal).because("a row that is written is not there");
        Rows read;
        for (std::uint32_t i = 0; i < ascending.size(); ++i) {
            read.emplace_back(ascending[i], std::string());
            format::append_json(planned->program, rows, i, {}, read.back().second);
        }
        return read;
    }

    Result<Outcome> call(store::Transaction& transaction, std::string const& function, std::vector<std::string_view> const& documents)
        const {
        std::vector<Value> values;
        for (auto const document : documents) {
            KOINE_TRY(auto value, Value::from_json(document));
            without_nulls(value);
            values.push_back(std::move(value));
        }
        script::Push const push = [&](script::Pusher& out) {
            for (auto const& value : values) out.value(value);
        };
        Invocation invocation{function, push, author_.principal, author_.request_id, true};
        invocation.limits = kLimits;
        invocation.depth = author_.depth + 1;
        return run_in(book_, invocation, transaction);
    }

    /// Absent values are nil in stored form.
    static void without_nulls(Value& row) {
        if (auto* map = std::get_if<script::Map>(&row.data)) std::erase_if(*map, [](auto const& each) { return each.value.is_null(); });
    }

    Book const& book_;
    resource::Resource const& stored_;
    description::Hooks const& hooks_;
    Author const author_;
    bool is_new_ = true;
    Rows present_;
    std::vector<std::pair<std::size_t, std::string>> changes_;
    std::vector<bool> removed_;
};

}  // namespace

std::unique_ptr<edit::Hooks> hooks_of(Book const& book, resource::Resource const& resource, Author const& author) {
    if (resource.said->hooks.empty()) return nullptr;
    auto const* known = book.find(resource.said->name);
    return std::make_unique<ResourceHooks>(book, known != nullptr ? book.stored(*known) : resource, author);
}

}  // namespace koine::operation
