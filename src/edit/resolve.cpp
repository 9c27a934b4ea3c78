#include "base/random.hpp"
#include "edit/round.hpp"
#include "query/filters.hpp"
#include "query/planner.hpp"
#include "value/type.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>

namespace koine::edit {
namespace {

using query::Cell;
using query::Given;
using query::Operator;
using State = Entry::State;

/// Of a body: each is a statement of its own, for which the writer has some 20 µs where an index helps.
constexpr std::size_t kMostLookups = 200;

/// What the attributes of one reference led to.
struct Meant {
    std::int64_t key = 0;
    std::optional<Problem> problem;
};

/// A value of a pattern, in which nothing but its end is free.
std::string pattern_of(std::string_view text, bool prefix) { return query::escaped_like(text) + (prefix ? "%" : ""); }

query::Condition& condition_of(query::Filter& filter, std::size_t depth) {
    auto* at = &filter;
    for (; depth > 0; --depth) at = &at->children[0];
    return at->condition;
}

class Resolver {
public:
    explicit Resolver(Round& round) : round_(round) {}

    Result<void> all() {
        collect();
        KOINE_TRY(find_named());
        for (auto& [entity, keys] : wanted_) {
            KOINE_TRY(present_[entity], existing(round_, entity, std::move(keys)));
        }
        KOINE_TRY(compose());
        return outcome::success();
    }

private:
    /// Everything that is referred to, so that each table is asked once.
    void collect() {
        named_used_.assign(round_.draft.named.size(), false);
        for (std::size_t target = 0; target < round_.targets.size(); ++target) {
            for (std::size_t i = 0; i < round_.plans.members.size(); ++i) {
                auto const& member = round_.plans.members[i];
                auto const& entry = round_.entry(target, i);
                if (entry.state == State::named) named_used_[entry.first] = true;
                if (entry.state == State::value && member.kind == Member::Kind::reference && !entry.cell.is_null())
                    wanted_[member.target].push_back(entry.cell.integer());
                if (entry.state == State::set) collect_set(member, entry);
            }
        }
    }

    void collect_set(Member const& member, Entry const& entry) {
        for (std::uint32_t i = 0; i < entry.count; ++i) {
            auto const& element = round_.draft.elements[entry.first + i];
            if (element.named == kNone)
                wanted_[member.target].push_back(element.key);
            else
                named_used_[element.named] = true;
        }
    }

    /// What the values of the attributes are as stored. @return nothing if one is no such value, so that no row has it.
    std::optional<std::vector<Cell>> cells_of(Named const& named, AttributeRead const& read) {
        std::vector<Cell> cells;
        for (std::size_t i = 0; i < read.terms.size(); ++i) {
            auto const& given = named.attributes[i].second;
            if (given.kind == Given::Kind::null) {
                cells.emplace_back();
            } else if (read.terms[i].type == nullptr) {
                auto key = key_of(given, true);
                if (!key) return std::nullopt;
                cells.push_back(Cell::of(*key));
            } else if (read.terms[i].op != Operator::eq) {
                cells.push_back(Cell::text(given.text));
            } else {
                auto accepted = value::accept(*read.terms[i].type, given, round_.arena);
                if (!accepted) return std::nullopt;
                cells.push_back(accepted.value());
            }
        }
        return cells;
    }

    Result<void> find_named() {
        auto const& all = round_.draft.named;
        meant_.resize(all.size());
        std::map<AttributeRead const*, std::pair<std::shared_ptr<AttributeRead const>, std::vector<std::pair<std::size_t, Cell>>>> batches;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (!named_used_[i]) continue;
            std::vector<std::pair<std::string, bool>> names;
            for (auto const& [name, given] : all[i].attributes) names.emplace_back(name, given.kind == Given::Kind::null);
            KOINE_TRY(auto read, round_.book.attributes(all[i].target, names, round_.order.rules.separator));
            if (read->problem) {
                meant_[i].problem = *read->problem;
                continue;
            }
            auto cells = cells_of(all[i], *read);
            if (!cells) {
                meant_[i].problem = Problem(Reason::attributes_not_found).with("attributes", shown(all[i].attributes));
            } else if (read->batch) {
                auto& batch = batches[read.get()];
                batch.first = read;
                batch.second.emplace_back(i, cells->front());
            } else {
                KOINE_TRY(find_one(i, *read, *cells));
            }
        }
        for (auto const& [ignored, batch] : batches) {
            KOINE_TRY(find_batch(*batch.first, batch.second));
        }
        return outcome::success();
    }

    void settle(std::size_t place, std::size_t count, std::int64_t key) {
        meant_[place].key = key;
        if (count == 1) return;
        auto reason = count == 0 ? Reason::attributes_not_found : Reason::attributes_ambiguous;
        meant_[place].problem = Problem(reason).with("attributes", shown(round_.draft.named[place].attributes));
    }

    Result<void> find_one(std::size_t place, AttributeRead const& read, std::vector<Cell> const& cells) {
        if (++lookups_ > kMostLookups) return too_many("references of a body that are looked up one by one", kMostLookups);
        auto asked = read.read;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            auto& condition = condition_of(asked.query.filters[i].value, read.terms[i].depth);
            if (condition.op == Operator::is_null) continue;
            auto text = value::text_of(cells[i]);
            condition.values = {read.terms[i].op == Operator::eq ? text : pattern_of(text, read.terms[i].prefix)};
        }
        KOINE_TRY(run(round_, asked, std::vector<std::vector<std::string>>{}, rows_));
        auto const& found = rows_.steps[0];
        settle(place, found.count(), found.count() == 0 ? 0 : found.row(0)[0].integer());
        return outcome::success();
    }

    Result<void> find_batch(AttributeRead const& read, std::vector<std::pair<std::size_t, Cell>> const& asked) {
        std::vector<std::string> texts;
        for (auto const& [ignored, cell] : asked) texts.push_back(value::text_of(cell));
        KOINE_TRY(run(round_, read.many, std::vector<std::vector<std::string>>{std::move(texts)}, rows_));
        if (rows_.cut) {
            for (auto const& [place, cell] : asked) {
                KOINE_TRY(find_one(place, read, {cell}));
            }
            return outcome::success();
        }
        std::unordered_map<std::string, std::pair<std::size_t, std::int64_t>> found;
        std::string identity;
        auto const& step = rows_.steps[0];
        for (std::size_t i = 0; i < step.count(); ++i) {
            identity.clear();
            append_identity(step.row(i)[1], identity);
            auto& [count, key] = found[identity];
            ++count;
            key = step.row(i)[0].integer();
        }
        for (auto const& [place, cell] : asked) {
            identity.clear();
            append_identity(cell, identity);
            auto const& [count, key] = found[identity];
            settle(place, count, key);
        }
        return outcome::success();
    }

    Result<void> compose() {
        round_.rows.resize(round_.targets.size() * round_.width());
        for (std::size_t target = 0; target < round_.targets.size(); ++target) {
            for (std::size_t column = 0; column < round_.width(); ++column) {
                KOINE_TRY(round_.cell(target, column), initial(target, column));
            }
            for (std::uint32_t i = 0; i < round_.plans.members.size(); ++i) compose_member(target, i);
        }
        return outcome::success();
    }

    Result<Cell> initial(std::size_t target, std::size_t place) {
        auto const& column = round_.plans.columns[place];
        if (column.field->touched) return now_as(column.field->type.kind);
        if (!round_.is_new()) return round_.stored_cell(target, place);
        switch (column.fill) {
            case Column::Fill::now: return now_as(column.field->type.kind);
            case Column::Fill::caller: return round_.order.principal.user ? Cell::of(*round_.order.principal.user) : Cell();
            case Column::Fill::random: return fresh_key(column.field->type.kind);
            case Column::Fill::cell:
            case Column::Fill::database: break;
        }
        return column.otherwise;
    }

    Cell now_as(value::Kind kind) const {
        std::string_view now = round_.now;
        if (kind == value::Kind::date) return Cell::text(now.substr(0, 10));
        if (kind == value::Kind::time && now.size() > 12) return Cell::text(now.substr(11, now.size() - 12));
        return Cell::text(now);
    }

    Result<Cell> fresh_key(value::Kind kind) {
        KOINE_TRY(auto text, random_key());
        if (kind == value::Kind::secret) {
            KOINE_TRY(text, value::hashed_secret(text));
        }
        return Cell::text(round_.arena.copy(text));
    }

    void compose_member(std::size_t target, std::uint32_t number) {
        auto const& member = round_.plans.members[number];
        auto const& entry = round_.entry(target, number);
        switch (entry.state) {
            case State::absent:
            case State::faulty: return;
            case State::set: return compose_set(target, number);
            case State::named: {
                auto const& meant = meant_[entry.first];
                if (meant.problem) return round_.fault(target, number, *meant.problem);
                round_.cell(target, member.column) = Cell::of(meant.key);
                return;
            }
            case State::value: break;
        }
        bool is_key = member.kind == Member::Kind::reference && !entry.cell.is_null();
        if (is_key && !present_[member.target].contains(entry.cell.integer()))
            return round_.fault(target, number, Problem(Reason::reference_not_found).with("key", entry.cell.integer()));
        round_.cell(target, member.column) = entry.cell;
    }

    void compose_set(std::size_t target, std::uint32_t number) {
        auto const& member = round_.plans.members[number];
        auto const& entry = round_.entry(target, number);
        SetChange change;
        change.target = static_cast<std::uint32_t>(target);
        change.set = member.set;
        for (std::uint32_t i = 0; i < entry.count; ++i) {
            auto const& element = round_.draft.elements[entry.first + i];
            if (element.named != kNone) {
                if (auto const& problem = meant_[element.named].problem) return round_.fault(target, number, *problem, true);
                change.keys.push_back(meant_[element.named].key);
                continue;
            }
            if (!present_[member.target].contains(element.key))
                return round_.fault(target, number, Problem(Reason::list_key_not_found).with("key", element.key));
            change.keys.push_back(element.key);
        }
        std::ranges::sort(change.keys);
        auto [first, last] = std::ranges::unique(change.keys);
        change.keys.erase(first, last);
        round_.sets.push_back(std::move(change));
    }

    Round& round_;
    std::map<model::EntityId, Keys> wanted_;
    std::map<model::EntityId, std::unordered_set<std::int64_t>> present_;
    std::vector<bool> named_used_;
    std::vector<Meant> meant_;
    std::size_t lookups_ = 0;
    query::Rows rows_;
};

}  // namespace

Result<void> resolve(Round& round) { return Resolver(round).all(); }

/// Of the row as it shall be: a type alone, given for a key that is there, must fit it.
Result<void> check_any_references(Round& round) {
    for (auto const& any : round.plans.any_references) {
        std::map<std::string_view, Keys> wanted;
        auto is_meant = [&](std::size_t target) {
            auto const& type = round.cell(target, any.type);
            auto const& key = round.cell(target, any.key);
            bool whole = type.kind() == Cell::Kind::text && key.kind() == Cell::Kind::integer;
            return whole && round.targets[target].faults.empty() && (round.gives(target, any.type) || round.gives(target, any.key));
        };
        for (std::size_t i = 0; i < round.targets.size(); ++i)
            if (is_meant(i)) wanted[round.cell(i, any.type).view()].push_back(round.cell(i, any.key).integer());
        std::map<std::string_view, std::unordered_set<std::int64_t>> present;
        for (auto& [word, keys] : wanted) {
            auto const* entity = round.book.app().entity_of_word(word);
            auto id = entity ? round.book.model().entity(entity->name) : std::nullopt;
            if (!id) continue;
            KOINE_TRY(present[word], existing(round, *id, std::move(keys)));
        }
        for (std::size_t i = 0; i < round.targets.size(); ++i) {
            if (!is_meant(i)) continue;
            auto word = round.cell(i, any.type).view();
            auto key = round.cell(i, any.key).integer();
            if (present[word].contains(key)) continue;
            auto const* entity = round.book.app().entity_of_word(word);
            round.fault(i, kNone, Problem(Reason::any_reference_not_found).with("label", entity ? entity->label : word).with("key", key));
        }
    }
    return outcome::success();
}

}  // namespace koine::edit
