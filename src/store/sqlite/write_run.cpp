#include "store/sqlite/write_run.hpp"

#include "store/sqlite/bindings.hpp"
#include "store/sqlite/identities.hpp"
#include "store/sqlite/write_errors.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace koine::store::sqlite {
namespace {

using query::Cell;
using query::Change;
using query::OnConflict;
using Telling = RenderedWrite::Telling;

/// Sets of given columns whose statements are kept; rows of more sets than that compile theirs again.
constexpr std::size_t kMostSets = 64;

/// Put in place of the last rowid before a row is merged: what is there afterwards is another if the row is new.
constexpr std::int64_t kNoRowid = std::numeric_limits<std::int64_t>::min();

Problem limit_exceeded(std::string_view limit, std::size_t maximum) {
    return Problem(Reason::limit_exceeded).with("limit", limit).with("maximum", static_cast<std::int64_t>(maximum));
}

class WriteRun {
public:
    WriteRun(WriteContext const& context, WriteStatements& statements, query::Written& written)
        : context_(context),
          write_(context.write),
          plan_(*context.write.plan),
          request_(context.request),
          connection_(context.connection),
          statements_(statements),
          written_(written) {
        identities_.width = write_.telling == Telling::nothing ? 0 : write_.identity.width();
    }

    Result<void> all();

private:
    Result<void> insert();
    Result<void> insert_row(std::uint32_t row, RowidWatch* rowids);
    Result<WriteStatements::Insert*> insert_statement(std::uint32_t row);
    Result<std::optional<std::int64_t>> known_row(WriteStatements::Insert& with, std::uint32_t row);
    Result<void> note_twice();
    Result<void> choose();
    Result<void> change();
    Result<void> read_back();
    Result<void> check();

    Result<sqlite3_stmt*> ready(Rendered const& text, StatementHandle& handle);
    Result<void> bind(sqlite3_stmt* statement, Rendered const& text, std::uint32_t row);
    /// Steps to the end and collects what it returns. @return how many rows that were.
    Result<std::int64_t> step(sqlite3_stmt* statement, std::optional<std::uint32_t> row);
    Cell const& cell(std::uint32_t row, std::size_t place) const { return request_.values->cells[row * plan_.columns.size() + place]; }
    /// Whether the connection tells a merged row that is new from one that was there; else a probe does.
    bool watches_rowid() const { return plan_.merges() && context_.entity().has_rowid && write_.telling != Telling::last_rowid; }
    /// Rows of one body that may refer to each other are checked when all are there.
    bool refers_to_itself() const {
        return std::ranges::any_of(context_.entity().foreign_keys, [&](auto const& key) { return key.target == plan_.entity; });
    }

    WriteContext const& context_;
    RenderedWrite const& write_;
    query::WritePlan const& plan_;
    WriteRequest const& request_;
    WriteConnection& connection_;
    WriteStatements& statements_;
    query::Written& written_;
    Identities identities_;
    std::optional<Bindings> bindings_;  ///< of `chosen`
    std::unordered_set<std::string> seen_;
};

Result<sqlite3_stmt*> WriteRun::ready(Rendered const& text, StatementHandle& handle) {
    if (!handle) {
        auto compiled = connection_.base().compile(text.text);
        if (!compiled) return explain_unprepared(context_, compiled.error());
        handle = std::move(compiled).value();
    }
    return handle.get();
}

Result<void> WriteRun::bind(sqlite3_stmt* statement, Rendered const& text, std::uint32_t row) {
    for (std::size_t i = 0; i < text.binds.size(); ++i) {
        if (text.binds[i].form != BindForm::given) continue;
        int rc = bind_cell(statement, static_cast<int>(i + 1), cell(row, text.binds[i].slot));
        if (rc != SQLITE_OK) return connection_.base().problem(rc);
    }
    return outcome::success();
}

Result<std::int64_t> WriteRun::step(sqlite3_stmt* statement, std::optional<std::uint32_t> row) {
    ResetGuard reset(statement);
    std::int64_t returned = 0;
    int rc = SQLITE_OK;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
        ++returned;
        if (write_.returned_width == 0) continue;
        if (plan_.returning && identities_.count() == request_.limits.max_rows)
            return limit_exceeded("rows of an answer", request_.limits.max_rows);
        identities_.add(statement);
    }
    if (rc != SQLITE_DONE) return explain_failure(context_, row, rc);
    return returned;
}

Result<WriteStatements::Insert*> WriteRun::insert_statement(std::uint32_t row) {
    GivenSet given;
    if (!request_.values->given.empty()) given = GivenSet(request_.values->given).subspan(row * plan_.columns.size(), plan_.columns.size());
    if (std::ranges::all_of(given, [](auto is) { return is != 0; })) given = {};
    std::string_view key(reinterpret_cast<char const*>(given.data()), given.size());
    auto found = statements_.inserts.find(key);
    if (found == statements_.inserts.end()) {
        if (statements_.inserts.size() >= kMostSets) statements_.inserts.clear();
        found = statements_.inserts.try_emplace(std::string(key)).first;
        found->second.text = render_insert(context_.model, write_, given);
        if (plan_.merges() && !watches_rowid()) found->second.probe_text = render_probe(context_.model, write_, given);
    }
    return &found->second;
}

/// The present row with the key of this one: its rowid, or a 1.
Result<std::optional<std::int64_t>> WriteRun::known_row(WriteStatements::Insert& with, std::uint32_t row) {
    KOINE_TRY(auto* probe, ready(with.probe_text, with.probe));
    KOINE_TRY(bind(probe, with.probe_text, row));
    ResetGuard reset(probe);
    int rc = sqlite3_step(probe);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) return connection_.base().problem(rc);
    if (rc == SQLITE_DONE) return std::optional<std::int64_t>();
    return std::optional<std::int64_t>(sqlite3_column_int64(probe, 0));
}

/// The row written last must not have been written before.
Result<void> WriteRun::note_twice() {
    std::string key;
    for (std::size_t i = identities_.cells.size() - identities_.width; i < identities_.cells.size(); ++i) {
        auto const& part = identities_.cells[i];
        bool is_bytes = part.kind() == Cell::Kind::text || part.kind() == Cell::Kind::blob;
        auto bytes = is_bytes ? std::string(part.view()) : shown_value(part);
        key += std::to_string(bytes.size()) + ":" + bytes;
    }
    if (!seen_.insert(std::move(key)).second) return Problem(Reason::affected_twice).with("relation", context_.entity().name);
    return outcome::success();
}

Result<void> WriteRun::insert_row(std::uint32_t row, RowidWatch* rowids) {
    KOINE_TRY(auto* with, insert_statement(row));
    auto* const handle = connection_.handle();
    std::optional<std::int64_t> known;
    if (watches_rowid()) {
        sqlite3_set_last_insert_rowid(handle, kNoRowid);
    } else if (plan_.merges()) {
        KOINE_TRY(known, known_row(*with, row));
    }
    KOINE_TRY(auto* statement, ready(with->text, with->statement));
    KOINE_TRY(bind(statement, with->text, row));
    if (rowids) rowids->restart();
    KOINE_TRY(auto returned, step(statement, row));
    bool is_view = write_.kind == model::EntityKind::view;
    std::int64_t affected = is_view ? returned : sqlite3_changes64(handle);
    if (affected == 0) return outcome::success();
    written_.affected += affected;
    std::int64_t const last = sqlite3_last_insert_rowid(handle);
    bool const is_new = watches_rowid() ? last != kNoRowid : !known;
    if (is_new) written_.inserted += affected;
    if (write_.telling == Telling::last_rowid) identities_.cells.push_back(Cell::of(known.value_or(last)));
    // A trigger may pass over the key that was given, too.
    if (rowids)
        if (auto rowid = rowids->only()) identities_.cells.back() = Cell::of(*rowid);
    if (plan_.merges() && request_.values->rows > 1) return note_twice();
    return outcome::success();
}

Result<void> WriteRun::insert() {
    std::optional<RowidWatch> rowids;
    if (write_.telling == Telling::returning && write_.identity.is_rowid_of_base)
        rowids.emplace(connection_.handle(), context_.model[write_.identity.base].name);
    std::uint32_t rows = request_.values ? request_.values->rows : 0;
    bool deferred = rows > 1 && refers_to_itself();
    if (deferred) connection_.defer_keys(true);
    Result<void> done = outcome::success();
    for (std::uint32_t row = 0; row < rows && done; ++row) {
        done = insert_row(row, rowids ? &*rowids : nullptr);
        // Many short statements never come to the progress handler's turn.
        if (done && row % 64 == 63 && connection_.base().state().watch.is_over()) done = Problem(Reason::statement_timeout);
    }
    // Asked before: no longer putting them off forgets those that are not met.
    if (deferred && done && connection_.has_unmet_keys()) done = explain_foreign_key(context_, std::nullopt);
    if (deferred) connection_.defer_keys(false);
    return done;
}

Result<void> WriteRun::choose() {
    auto const& text = write_.chosen.steps[RenderedWrite::kChoose];
    KOINE_TRY(auto* statement, ready(text, statements_.choose));
    if (int rc = bindings_->bind(statement, text, nullptr); rc != SQLITE_OK) return connection_.base().problem(rc);
    ResetGuard reset(statement);
    int rc = SQLITE_OK;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
        if (identities_.count() == request_.limits.max_rows) return limit_exceeded("rows of an answer", request_.limits.max_rows);
        identities_.add(statement);
    }
    if (rc != SQLITE_DONE) return connection_.base().problem(rc);
    return outcome::success();
}

Result<void> WriteRun::change() {
    auto const& text = write_.chosen.steps[RenderedWrite::kChange];
    KOINE_TRY(auto* statement, ready(text, statements_.change));
    KeyList keys = identities_.list();
    if (int rc = bindings_->bind(statement, text, &keys); rc != SQLITE_OK) return connection_.base().problem(rc);
    std::optional<std::uint32_t> row;
    if (plan_.change == Change::update) row = 0;
    if (row) {
        KOINE_TRY(bind(statement, text, *row));
    }
    KOINE_TRY(auto returned, step(statement, row));
    written_.affected = write_.kind == model::EntityKind::view ? returned : sqlite3_changes64(connection_.handle());
    return outcome::success();
}

Result<void> WriteRun::read_back() {
    if (!plan_.returning) return outcome::success();
    if (identities_.count() > request_.limits.max_rows) return limit_exceeded("rows of an answer", request_.limits.max_rows);
    if (std::ranges::any_of(identities_.cells, [](Cell const& part) { return part.is_null(); }))
        return Problem(Reason::feature_not_supported).with("feature", "reading back a written row whose key is not known");
    KeyList keys = identities_.list();
    KOINE_TRY(
        run_plan(connection_.base(), *write_.returning, statements_.returning, request_.returning, request_.limits, written_.rows, &keys)
    );
    if (!written_.rows.cut) return outcome::success();
    return written_.rows.cut_by_bytes ? limit_exceeded("bytes of an answer", request_.limits.max_bytes)
                                      : limit_exceeded("rows of an answer", request_.limits.max_rows);
}

Result<void> WriteRun::check() {
    if (connection_.has_unmet_keys()) return explain_foreign_key(context_, std::nullopt);
    if (request_.max_affected && written_.affected > *request_.max_affected)
        return Problem(Reason::max_affected_exceeded).with("affected", written_.affected).with("maximum", *request_.max_affected);
    if (request_.exactly_one && written_.affected != 1) return Problem(Reason::not_singular).with("count", written_.affected);
    return outcome::success();
}

Result<void> WriteRun::all() {
    if (plan_.change == Change::insert) {
        KOINE_TRY(insert());
        KOINE_TRY(read_back());
        return check();
    }
    if (!write_.chosen.steps.empty()) {
        KOINE_TRY(bindings_, Bindings::make(write_.chosen, request_.chosen));
    }
    bool by_identity = write_.chosen.steps.size() > RenderedWrite::kChoose;
    if (by_identity) {
        KOINE_TRY(choose());
    }
    if (plan_.change == Change::remove) {
        KOINE_TRY(read_back());
    }
    if (!write_.chosen.steps.empty()) {
        KOINE_TRY(change());
    }
    if (plan_.change == Change::update) {
        KOINE_TRY(read_back());
    }
    return check();
}

}  // namespace

Result<void> run_write(
    WriteConnection& connection,
    model::Model const& model,
    std::shared_ptr<RenderedWrite const> const& write,
    WriteRequest const& request,
    query::Written& written
) {
    try {
        written.affected = written.inserted = 0;
        written.rows.clear();
        connection.base().state().problem.reset();
        connection.base().state().now.reset();
        WriteContext context{connection, model, *write, request};
        return WriteRun(context, connection.statements_of(write), written).all();
    } catch (std::bad_alloc const&) {
        return Problem(Reason::internal).because("out of memory");
    }
}

}  // namespace koine::store::sqlite
