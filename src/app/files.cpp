#include "app/files.hpp"

#include "app/answering.hpp"
#include "app/blocking.hpp"
#include "base/file_name.hpp"
#include "base/random.hpp"
#include "blob/delivery.hpp"
#include "blob/link.hpp"
#include "query/filters.hpp"
#include "query/planner.hpp"
#include "store/transaction.hpp"
#include "value/type.hpp"

#include <algorithm>
#include <optional>
#include <span>

namespace koine::app {
namespace {

constexpr std::string_view kKeys = "koine_key";
constexpr std::string_view kLinkKey = "links";

/// A part of a file, read beside the loop.
class Piecewise final : public http::Source {
public:
    Piecewise(std::shared_ptr<blob::File const> file, std::uint64_t offset, OffLoop& off_loop)
        : file_(std::move(file)),
          offset_(offset),
          off_loop_(off_loop) {}

    Awaitable<Result<void>> read(std::string& out, std::size_t most) override {
        auto const begin = out.size();
        out.resize(begin + most);
        Result<void> done = outcome::success();
        auto const ran = co_await off_loop_.run([&] { done = file_->read(offset_, std::span(out).subspan(begin)); });
        if (ran && done) {
            offset_ += most;
            co_return outcome::success();
        }
        out.resize(begin);
        co_return ran ? done : ran;
    }

private:
    std::shared_ptr<blob::File const> file_;
    std::uint64_t offset_;
    OffLoop& off_loop_;
};

Result<std::string> link_key(store::Transaction& transaction, model::Model const& model) {
    query::Query query;
    query.relation = kKeys;
    query.select.emplace_back().field.name = "value";
    query.filters.push_back({{}, query::condition("name", query::Operator::eq, {std::string(kLinkKey)})});
    KOINE_TRY(auto const plan, query::plan_read(model, query, {}, {}));
    Arena arena;
    std::vector<query::Argument> arguments;
    KOINE_TRY(query::bind(*plan, query, 1, arena, arguments));
    query::Rows rows;
    KOINE_TRY(transaction.read(plan, arguments, {}, rows));
    if (rows.steps.front().count() > 0) return std::string(rows.steps.front().row(0)[plan->members.front().cell].view());
    KOINE_TRY(auto const key, random_key());
    query::Mutation insert;
    insert.relation = kKeys;
    insert.columns = {"name", "value"};
    KOINE_TRY(auto const made, query::plan_write(model, insert, {}, {}));
    query::WriteValues values;
    values.rows = 1;
    values.cells = {query::Cell::text(kLinkKey), query::Cell::text(key)};
    store::WriteRequest request;
    request.values = &values;
    query::Written written;
    KOINE_TRY(transaction.write(made, request, written));
    return key;
}

}  // namespace

std::string blobs_of(std::string const& database) { return database + "-blobs"; }

Result<operation::Files> open_files(description::App const& app, std::string const& database, store::Store& store) {
    operation::Files files;
    if (!app.keeps_files) return files;
    KOINE_TRY(files.blobs, blob::Blobs::open(blobs_of(database)));
    KOINE_TRY(auto blocking, Blocking::make(store));
    store::Work const work = [&](store::Transaction& transaction) -> Result<void> {
        KOINE_TRY(files.key, link_key(transaction, store.model()));
        return outcome::success();
    };
    if (auto const done = blocking->transact(work); !done)
        return configuration_problem(database, 0, 0, "the key of links to files cannot be kept: " + describe(done.error()));
    return files;
}

Awaitable<Result<std::vector<KeptFile>>> keep_files(Turn& turn, description::Operation const& operation, dialect::Inputs const& inputs) {
    std::vector<KeptFile> kept;
    auto const keep = [&](KeptFile file, std::string_view bytes) -> Awaitable<Result<void>> {
        Result<blob::Blob> put = Problem(Reason::internal);
        KOINE_CO_TRY(co_await turn.shared.keeping->run([&] { put = turn.state.application->files.blobs->put(bytes); }));
        if (!put) co_return put.as_failure();
        file.hash = std::move(put.value().hash);
        file.size = put.value().size;
        kept.push_back(std::move(file));
        co_return outcome::success();
    };
    if (operation.body_is_raw && dialect::is_write(turn.request.method)) {
        auto type = plain_media_type(turn.request.header("content-type"));
        if (type.empty()) type = "application/octet-stream";
        KOINE_CO_TRY(co_await keep({{}, {}, {}, std::move(type)}, turn.request.body));
    }
    for (auto const& each : inputs.body) {
        if (each.file == nullptr) continue;
        KOINE_CO_TRY(co_await keep({each.input->name, {}, each.file->name, each.file->type}, each.file->bytes));
    }
    co_return kept;
}

namespace {

/// Opens the file, and says how it is given out. @return not_found.
Awaitable<Result<std::pair<std::shared_ptr<blob::File const>, blob::Delivery>>> offered(Turn& turn, GivenFile const& given) {
    auto const& blobs = turn.state.application->files.blobs;
    if (!blobs) co_return Problem(Reason::operation_not_found);
    Result<std::shared_ptr<blob::File const>> file = Problem(Reason::internal);
    KOINE_CO_TRY(co_await turn.shared.files->run([&] { file = blobs->file(given.hash); }));
    if (!file) co_return file.as_failure();
    auto const& request = turn.request;
    auto delivery = blob::deliver(
        {given.hash, file.value()->size(), given.name, given.type, given.inlined},
        {request.header("range"), request.header("if-none-match"), request.header("if-range"), request.method == Method::head}
    );
    co_return std::pair(std::move(file).value(), std::move(delivery));
}

/// The rest of an answer that was started.
void deliver(
    Turn& turn,
    std::pair<std::shared_ptr<blob::File const>, blob::Delivery> offer,
    std::vector<std::pair<std::string, std::string>> const& headers
) {
    auto& [file, delivery] = offer;
    for (auto const& [name, value] : delivery.headers) turn.answer.header(name, value);
    for (auto const& [name, value] : headers) turn.answer.header(name, value);
    if (delivery.status == 304 || delivery.status == 416) return turn.answer.end();
    turn.answer.stream(std::make_unique<Piecewise>(std::move(file), delivery.offset, *turn.shared.files), delivery.count);
}

/// What a row says of its file.
struct OfRow {
    std::string hash, name, type;
};

Awaitable<Result<OfRow>> find_row(Turn& turn, description::Operation const& operation) {
    std::vector<std::string> fields = {operation.target};
    auto const place = [&](std::string const& name, bool is_field) -> std::optional<std::size_t> {
        if (!is_field) return std::nullopt;
        auto const found = std::ranges::find(fields, name);
        if (found == fields.end()) return fields.push_back(name), fields.size() - 1;
        return static_cast<std::size_t>(found - fields.begin());
    };
    auto const name = place(operation.file.name, operation.file.name_is_field);
    auto const type = place(operation.file.type, operation.file.type_is_field);
    query::Rows rows;
    KOINE_CO_TRY(auto const read, co_await read_named(turn, fields, rows));
    auto const row = rows.steps.front().row(0);
    auto const text = [&](std::size_t at) { return value::text_of(row[read->plan->members[at].cell]); };
    co_return OfRow{text(0), name ? text(*name) : operation.file.name, type ? text(*type) : operation.file.type};
}

}  // namespace

Awaitable<Result<void>> give_file(Turn& turn, GivenFile const& file, std::vector<std::pair<std::string, std::string>> const& headers) {
    auto offer = co_await offered(turn, file);
    if (!offer) co_return offer.as_failure();
    start_document(turn, offer.value().second.status, "");
    deliver(turn, std::move(offer).value(), headers);
    co_return outcome::success();
}

Awaitable<Result<void>> respond_file(Turn& turn, description::Operation const& operation) {
    auto row = co_await find_row(turn, operation);
    if (!row) co_return row.as_failure();
    auto const& [hash, name, type] = row.value();
    if (hash.empty()) co_return dialect::item_not_found(turn.exchange);
    auto const given = co_await give_file(turn, {hash, name, type, operation.file.inlined});
    if (!given && given.error().reason() == Reason::operation_not_found) co_return dialect::item_not_found(turn.exchange);
    co_return given;
}

bool names_link(std::string_view path) { return path.starts_with(blob::kLinks); }

Awaitable<Result<bool>> respond_link(Turn& turn) {
    auto const& files = turn.state.application->files;
    auto const now = microseconds_now(turn.options().clock) / 1'000'000;
    auto const link = files.blobs ? blob::link_of(turn.request.path(), files.key, now) : std::nullopt;
    if (!link) co_return false;
    auto offer = co_await offered(turn, {link->hash, link->name, link->type, link->inlined});
    if (!offer && offer.error().reason() == Reason::operation_not_found) co_return false;
    if (!offer) co_return offer.as_failure();
    turn.answer.start(offer.value().second.status);
    deliver(turn, std::move(offer).value(), {});
    co_return true;
}

}  // namespace koine::app
