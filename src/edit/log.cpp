#include "edit/round.hpp"
#include "format/document.hpp"
#include "query/planner.hpp"

#include <algorithm>
#include <utility>

namespace koine::edit {
namespace {

using query::Cell;

/// Cut to so many characters; 0: as it is.
std::string_view cut(std::string_view text, std::uint32_t longest) {
    if (longest == 0) return text;
    std::size_t end = 0;
    for (std::uint32_t characters = 0; end < text.size(); ++end) {
        bool begins = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
        if (begins && characters++ == longest) break;
    }
    return text.substr(0, end);
}

std::string called(Recording const* recording, query::Rows const& rows, std::uint32_t row, std::string_view label, std::int64_t key) {
    std::string text;
    if (recording != nullptr) format::append_text(recording->text, rows, row, {}, text);
    return text.empty() ? std::string(label) + " " + std::to_string(key) : text;
}

/// Of rows as they were and as they are, in the same order.
template <class Shown>
void leave_out_same(std::vector<Shown>& before, std::vector<Shown>& after) {
    if (before.empty() || after.empty()) return;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (before[i].document == after[i].document) continue;
        if (kept != i) {
            before[kept] = std::move(before[i]);
            after[kept] = std::move(after[i]);
        }
        ++kept;
    }
    before.resize(kept);
    after.resize(kept);
}

/// Adds the columns of one of the log's fields, which takes one part or both.
class LogColumns {
public:
    LogColumns(description::Entity const& log, query::Mutation& insert) : log_(log), insert_(insert) {}

    std::uint32_t add(std::string const& field, Part part, std::uint32_t* longest = nullptr) {
        auto const* found = field.empty() ? nullptr : log_.field(field);
        if (found == nullptr) return kNone;
        if (longest != nullptr) *longest = found->type.longest;
        insert_.columns.push_back(column_name(*found, found->reference ? part : Part::value));
        return static_cast<std::uint32_t>(insert_.columns.size() - 1);
    }

private:
    description::Entity const& log_;
    query::Mutation& insert_;
};

}  // namespace

Result<std::unique_ptr<LogPlan>> make_log_plan(resource::Resources const& resources, model::Model const& model) {
    auto const& identity = resources.app->identity;
    auto const* log = identity.log.empty() ? nullptr : resources.app->entity(identity.log);
    if (log == nullptr) return std::unique_ptr<LogPlan>();
    auto made = std::make_unique<LogPlan>();
    query::Mutation insert;
    insert.relation = log->name;
    insert.absent_is_default = true;
    LogColumns columns(*log, insert);
    made->time = columns.add(identity.log_time, Part::value);
    made->user = columns.add(identity.log_user, Part::key);
    made->user_name = columns.add(identity.log_user_name, Part::value, &made->longest_name);
    made->request = columns.add(identity.log_request, Part::value);
    made->action = columns.add(identity.log_action, Part::value);
    made->object_type = columns.add(identity.log_object, Part::type);
    made->object_key = columns.add(identity.log_object, Part::key);
    made->before = columns.add(identity.log_before, Part::value);
    made->after = columns.add(identity.log_after, Part::value);
    made->text = columns.add(identity.log_text, Part::value, &made->longest_text);
    made->width = static_cast<std::uint32_t>(insert.columns.size());
    KOINE_TRY(made->insert, query::plan_write(model, insert, {}, {}));
    return made;
}

Result<bool> Recorder::prepare() {
    if (!round_.order.recorded) return false;
    if (!std::exchange(prepared_, true)) {
        auto const& entity = *round_.plans.described;
        auto const& order = round_.order;
        if (order.listener != nullptr) {
            Occasion const occasion{round_.transaction, action_, entity, order.principal, order.request_id, round_.now};
            KOINE_TRY(hearing_, order.listener->listen(occasion));
        }
        if (entity.logged) {
            KOINE_TRY(log_, round_.book.log());
        }
        if (entity.logged && (log_ != nullptr || hearing_)) {
            KOINE_TRY(recording_, round_.book.recording(round_.plans.entity));
        }
        if (recording_ == nullptr) log_ = nullptr;
    }
    return recording_ != nullptr || hearing_ != nullptr;
}

Result<std::vector<Recorder::Shown>> Recorder::show(Keys const& keys) {
    auto ascending = keys;
    std::ranges::sort(ascending);
    query::Rows rows;
    KOINE_TRY(run(round_, recording_->read, ascending, rows));
    std::vector<Shown> all(rows.steps[0].count());
    if (all.size() != ascending.size()) return Problem(Reason::internal).because("a row to be recorded is missing");
    for (std::uint32_t i = 0; i < all.size(); ++i) {
        all[i].key = ascending[i];
        format::append_json(recording_->program, rows, i, {}, all[i].document);
        all[i].text = called(recording_, rows, i, round_.plans.described->label, ascending[i]);
    }
    return all;
}

Result<void> Recorder::before(Keys const& keys) {
    KOINE_TRY(auto const wanted, prepare());
    if (!wanted || keys.empty()) return outcome::success();
    if (recording_ != nullptr) {
        KOINE_TRY(before_, show(keys));
    }
    if (!hearing_ || round_.order.verb != Verb::remove) return outcome::success();
    return hearing_->removing(keys);
}

Result<void> Recorder::after(Keys const& keys, bool gone) {
    KOINE_TRY(auto const wanted, prepare());
    if (!wanted || keys.empty()) return outcome::success();
    std::vector<Shown> after;
    if (recording_ != nullptr && !gone) {
        KOINE_TRY(after, show(keys));
    }
    leave_out_same(before_, after);
    if (log_ != nullptr) {
        KOINE_TRY(write(after));
    }
    if (!hearing_) return outcome::success();
    return tell(keys, after);
}

/// Before and after are in ascending order of the same keys, if they are there at all.
Result<void> Recorder::write(std::vector<Shown> const& after) {
    auto const count = std::max(before_.size(), after.size());
    if (count == 0) return outcome::success();
    query::WriteValues values;
    values.rows = static_cast<std::uint32_t>(count);
    auto const& principal = round_.order.principal;
    for (std::size_t i = 0; i < count; ++i) {
        auto const& last = after.empty() ? before_[i] : after[i];
        auto first = values.cells.size();
        values.cells.resize(first + log_->width);
        auto set = [&](std::uint32_t column, Cell cell) {
            if (column != kNone) values.cells[first + column] = cell;
        };
        set(log_->time, Cell::text(round_.now));
        set(log_->user, principal.user ? Cell::of(*principal.user) : Cell());
        set(log_->user_name, Cell::text(cut(principal.name, log_->longest_name)));
        set(log_->request, Cell::text(round_.order.request_id));
        set(log_->action, Cell::text(action_));
        set(log_->object_type, Cell::text(recording_->record->type_word));
        set(log_->object_key, Cell::of(last.key));
        set(log_->before, before_.empty() ? Cell() : Cell::text(before_[i].document));
        set(log_->after, after.empty() ? Cell() : Cell::text(after[i].document));
        set(log_->text, Cell::text(cut(last.text, log_->longest_text)));
    }
    store::WriteRequest request;
    request.values = &values;
    query::Written done;
    return round_.transaction.write(log_->insert, request, done);
}

Result<void> Recorder::tell(Keys const& keys, std::vector<Shown> const& after) {
    std::vector<Change> changes;
    for (std::size_t i = 0; i < std::max(before_.size(), after.size()); ++i) {
        auto const& last = after.empty() ? before_[i] : after[i];
        Change change{last.key, {}, {}, last.text};
        if (!before_.empty()) change.before = before_[i].document;
        if (!after.empty()) change.after = after[i].document;
        changes.push_back(change);
    }
    if (recording_ == nullptr) {
        for (auto const key : keys) changes.push_back({key, {}, {}, {}});
        std::ranges::sort(changes, {}, &Change::key);
    }
    if (changes.empty()) return outcome::success();
    return hearing_->changed(changes);
}

Result<std::vector<std::pair<std::int64_t, std::string>>> texts_of(Round& round, model::EntityId entity, Keys keys) {
    std::ranges::sort(keys);
    auto [first, last] = std::ranges::unique(keys);
    keys.erase(first, last);
    KOINE_TRY(auto const* recording, round.book.recording(entity));
    query::Rows rows;
    bool read = recording != nullptr && !recording->text.nodes.empty();
    if (read) {
        KOINE_TRY(run(round, recording->read, keys, rows));
        read = rows.steps[0].count() == keys.size();
    }
    auto const* described = round.book.described(entity);
    std::vector<std::pair<std::int64_t, std::string>> texts;
    for (std::uint32_t i = 0; i < keys.size(); ++i)
        texts.emplace_back(keys[i], called(read ? recording : nullptr, rows, i, described ? described->label : "", keys[i]));
    return texts;
}

}  // namespace koine::edit
