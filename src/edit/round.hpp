/// @file Round: one run of an edit in a transaction, from the draft to rows. Its steps are the functions below, in this order; each is a file.
#pragma once

#include "edit/draft.hpp"
#include "edit/hooks.hpp"
#include "store/transaction.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

namespace koine::edit {

/// One row to be written.
struct Target {
    std::uint32_t document = 0;  ///< place in Draft::documents
    std::int64_t key = 0;        ///< of the row; of a new one when it is written
    std::uint32_t stored = 0;    ///< its place in Round::stored
    std::vector<MemberFault> faults;
};

/// The set of one row, as it shall be: ascending, each once.
struct SetChange {
    std::uint32_t target = 0;  ///< place in Round::targets
    std::uint32_t set = 0;     ///< place in ResourcePlans::sets
    std::vector<std::int64_t> keys;
};

/// Thrown away after the run; what outlives it is moved out.
struct Round {
    Round(PlanBook& plan_book, ResourcePlans const& resource_plans, Draft const& judged, Order const& what, store::Transaction& within)
        : book(plan_book),
          plans(resource_plans),
          draft(judged),
          order(what),
          transaction(within) {}

    PlanBook& book;
    ResourcePlans const& plans;
    Draft const& draft;
    Order const& order;
    store::Transaction& transaction;

    Arena arena;                    ///< of texts made here
    std::vector<Target> targets;    ///< in the order in which they are written
    query::Rows stored;             ///< id and all columns of present rows
    std::vector<query::Cell> rows;  ///< targets × columns: as they shall be
    std::vector<SetChange> sets;
    std::string now;

    std::size_t width() const { return plans.columns.size(); }
    query::Cell& cell(std::size_t target, std::size_t column) { return rows[target * width() + column]; }
    Entry const& entry(std::size_t target, std::size_t member) const {
        return draft.entry(targets[target].document, member, plans.members.size());
    }
    std::uint32_t index(std::size_t target) const { return draft.documents[targets[target].document].index; }
    /// The row's cell as it is.
    query::Cell const& stored_cell(std::size_t target, std::size_t column) const {
        return stored.steps[0].row(targets[target].stored)[column + 1];
    }
    bool is_new() const { return order.verb == Verb::create; }
    /// Of the targets.
    std::vector<std::int64_t> keys() const {
        std::vector<std::int64_t> all;
        for (auto const& target : targets) all.push_back(target.key);
        return all;
    }
    /// Whether the document gives this column.
    bool gives(std::size_t target, std::uint32_t column) const;
    void fault(std::size_t target, std::uint32_t member, Problem problem, bool in_list = false) {
        targets[target].faults.push_back(fault_of(plans, index(target), member, std::move(problem), in_list));
    }
};

using Keys = std::vector<std::int64_t>;
inline constexpr std::size_t kMostRows = 10'000;

/// Runs a read whose conditions have these values, in order.
Result<void> run(
    Round& round, Read const& read, std::vector<std::vector<std::string>> values, query::Rows& rows, std::size_t most_rows = kMostRows
);
/// The same with one condition, on keys.
Result<void> run(Round& round, Read const& read, Keys const& keys, query::Rows& rows);
/// A text that is the same for two cells that are equal, and for no others.
void append_identity(query::Cell const& cell, std::string& out);

/// Finds the rows that are meant. @return not_found of the one row that the path names.
Result<void> locate(Round& round);
/// Which of these keys of the entity there are.
Result<std::unordered_set<std::int64_t>> existing(Round& round, model::EntityId entity, Keys keys);
/// Makes the rows as they shall be, and `sets`, with every reference looked for.
Result<void> resolve(Round& round);
Result<void> check_any_references(Round& round);
/// Fields of their own first; those together only for documents that are right so far.
Result<void> check_unique(Round& round);
/// Writes the first `count` targets that have no fault, then the sets of these.
Result<void> write_rows(Round& round, std::size_t count);
Result<void> write_sets(Round& round, std::size_t count);
/// What must hold of the rows that were written.
Result<void> check_rows(Round& round, std::size_t count);

/// The order's hooks, if it has any. Faults that they find before the rows are written are those of the targets.
Result<void> call_before(Round& round);
Result<void> call_written(Round& round);
Result<void> call_after(Round& round);

/// Removes the rows with these keys. @return row_is_referenced.
Result<void> remove_rows(Round& round, Keys const& keys);

/// The record of rows in the change log: what they are like before, then after. The order's listener is told of the same.
class Recorder {
public:
    Recorder(Round& round, std::string_view action) : round_(round), action_(action) {}

    Result<void> before(Keys const& keys);
    /// Reads the rows again (unless they are gone), writes the log, and tells the listener. Nothing is told of rows that are as before.
    Result<void> after(Keys const& keys, bool gone);

private:
    struct Shown {
        std::int64_t key = 0;
        std::string document;
        std::string text;
    };
    /// Whether anyone wants to know.
    Result<bool> prepare();
    Result<std::vector<Shown>> show(Keys const& keys);
    Result<void> write(std::vector<Shown> const& after);
    Result<void> tell(Keys const& keys, std::vector<Shown> const& after);

    Round& round_;
    std::string_view action_;
    bool prepared_ = false;
    LogPlan const* log_ = nullptr;          ///< null: the change log takes nothing of it
    Recording const* recording_ = nullptr;  ///< null: changes of the entity are not recorded
    std::unique_ptr<Hearing> hearing_;      ///< null: nobody listens
    std::vector<Shown> before_;
};

/// How people call rows: their text and key, in the order of keys.
Result<std::vector<std::pair<std::int64_t, std::string>>> texts_of(Round& round, model::EntityId entity, Keys keys);

}  // namespace koine::edit
