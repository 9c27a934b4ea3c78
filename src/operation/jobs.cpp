#include "operation/jobs.hpp"

#include "base/uuid.hpp"
#include "operation/where.hpp"

namespace koine::operation {
namespace {

using script::Map;
using script::Value;

/// How the job is shown, as a document in stored form; nothing if it isn't.
std::optional<Map> shown_document(Book const& book, JobOrder const& order, query::Principal const& principal) {
    auto const& jobs = book.app().jobs;
    if (jobs.entity.empty()) return std::nullopt;
    Map document;
    auto const add = [&](std::string const& field, Value value) {
        if (!field.empty()) document.push_back({field, std::move(value)});
    };
    add(jobs.key, random_uuid());
    add(jobs.name, order.name);
    add(jobs.status, jobs.pending);
    add(jobs.created, book.stamp());
    if (principal.user) add(jobs.user, *principal.user);
    if (order.object && !jobs.object.empty()) {
        document.push_back({jobs.object + "_type", order.object->first});
        if (order.object->second) document.push_back({jobs.object + "_id", *order.object->second});
    }
    return document;
}

}  // namespace

Result<std::unique_ptr<Written>> start_job(Book const& book, JobOrder const& order, Author const& author, store::Transaction& transaction) {
    auto const* table = book.stored(kJobTable);
    if (table == nullptr) return mistake("the app has no jobs");
    std::unique_ptr<Written> shown;
    if (auto const document = shown_document(book, order, author.principal)) {
        auto const& stored = *book.stored(book.app().jobs.entity);
        KOINE_TRY(shown, write_row(book, stored, edit::Verb::create, 0, Value(*document).json(), author, transaction));
    }
    Map job{
        {"name", order.name.substr(0, 100)},
        {"call", order.call},
        {"arguments", Value::from_json(order.arguments).value()},
        {"state", "waiting"},
        {"due", order.due},
        {"user_name", author.principal.name},
        {"request", author.request_id},
        {"created", book.now()},
    };
    if (author.principal.user) job.push_back({"user", *author.principal.user});
    if (shown) job.push_back({"shown", shown->keys().front()});
    KOINE_TRY(auto queued, write_row(book, *table, edit::Verb::create, 0, Value(std::move(job)).json(), author, transaction));
    book.note_job();
    return shown ? std::move(shown) : std::move(queued);
}

}  // namespace koine::operation
