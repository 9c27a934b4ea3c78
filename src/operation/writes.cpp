#include "operation/writes.hpp"

#include "format/read_body.hpp"
#include "operation/hooks.hpp"
#include "operation/where.hpp"
#include "query/planner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace koine::operation {
namespace {

using script::Value;

class WrittenRow final : public Written {
public:
    WrittenRow(Book const& book, std::string json) : book_(book), json_(std::move(json)) {}

    /// @param key 0: of a bulk, whose documents name theirs.
    Result<void> write(
        resource::Resource const& stored, edit::Verb verb, std::int64_t key, Author const& author, store::Transaction& transaction
    ) {
        key_ = std::to_string(key);
        bool const bulk = key == 0 && verb != edit::Verb::create;
        if (verb != edit::Verb::remove || bulk) {
            KOINE_TRY(format::read_body(format::BodyFormat::json, json_, {}, body_, {.documents = true}));
        }
        hooks_ = author.recorded ? hooks_of(book_, stored, author) : nullptr;
        edit::Order const order{
            book_.stored_resources(),
            stored,
            book_.model(),
            verb,
            bulk,
            verb == edit::Verb::create || bulk ? std::string_view() : std::string_view(key_),
            body_,
            author.principal,
            author.request_id,
            book_.rules(),
            book_.plans(),
            book_.listener(),
            hooks_.get(),
            author.recorded
        };
        KOINE_TRY(edit_, edit::begin(order, texts_));
        KOINE_TRY(edit_->apply(transaction));
        if (verb == edit::Verb::remove) return outcome::success();
        planned_ = book_.planned(edit_->plan(), *stored.view("full")->selection);
        return outcome::success();
    }

    std::vector<std::int64_t> const& keys() const override { return edit_->keys(); }
    query::Rows const& rows() const override { return edit_->rows(); }
    Planned const& planned() const override { return *planned_; }

private:
    Book const& book_;
    std::string json_;
    std::string key_;
    query::Body body_;
    Arena texts_;
    std::unique_ptr<edit::Hooks> hooks_;
    std::unique_ptr<edit::Edit> edit_;
    std::shared_ptr<Planned const> planned_;
};

}  // namespace

Result<std::string> document_of(resource::Resource const& stored, Value const& document) {
    if (document.map() == nullptr) return mistake("a row is a table of fields and values");
    for (auto const& [name, value] : *document.map())
        if (std::ranges::find(stored.writable, name, &resource::Writable::name) == stored.writable.end())
            return mistake(fmt::format("{} has no field {} that can be written", stored.said->name, name));
    return document.json();
}

Result<std::unique_ptr<Written>> write_row(
    Book const& book,
    resource::Resource const& stored,
    edit::Verb verb,
    std::int64_t key,
    std::string json,
    Author const& author,
    store::Transaction& transaction
) {
    auto made = std::make_unique<WrittenRow>(book, std::move(json));
    KOINE_TRY(made->write(stored, verb, key, author, transaction));
    return std::unique_ptr<Written>(std::move(made));
}

Result<void> remove_rows(
    Book const& book,
    resource::Resource const& stored,
    std::vector<std::int64_t> const& keys,
    Author const& author,
    store::Transaction& transaction
) {
    if (keys.empty()) return outcome::success();
    std::string documents;
    for (auto const key : keys) documents += fmt::format("{}{{\"id\":{}}}", documents.empty() ? '[' : ',', key);
    WrittenRow rows(book, documents + ']');
    return rows.write(stored, edit::Verb::remove, 0, author, transaction);
}

Result<std::shared_ptr<Planned const>> read_row(ByKey const& by_key, std::int64_t key, store::Transaction& transaction, query::Rows& rows) {
    KOINE_TRY(transaction.read(by_key.planned->plan, by_key.of(key), {1, 64UL << 20U}, rows));
    return by_key.planned;
}

Result<std::shared_ptr<Planned const>> read_rows(
    Book const& book, query::Query const& query, store::Transaction& transaction, query::Rows& rows, std::uint32_t most_rows
) {
    KOINE_TRY(auto planned, book.planned(query));
    Arena texts;
    std::vector<query::Argument> arguments;
    KOINE_TRY(query::bind(*planned->plan, query, most_rows, texts, arguments));
    KOINE_TRY(transaction.read(planned->plan, arguments, {most_rows, 64UL << 20U}, rows));
    return planned;
}

}  // namespace koine::operation
