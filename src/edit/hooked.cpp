#include "edit/round.hpp"
#include "represent/json_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace koine::edit {
namespace {

using query::Cell;

void append_value(Column const& column, Cell const& cell, std::string& out) {
    auto const& type = column.field->type;
    bool const is_value = !column.field->reference;
    switch (cell.kind()) {
        case Cell::Kind::null:
        case Cell::Kind::blob: out += "null"; return;
        case Cell::Kind::integer:
            if (is_value && type.kind == value::Kind::boolean)
                out += cell.integer() != 0 ? "true" : "false";
            else
                fmt::format_to(std::back_inserter(out), "{}", cell.integer());
            return;
        case Cell::Kind::real: fmt::format_to(std::back_inserter(out), "{}", cell.real()); return;
        case Cell::Kind::text:
            if (is_value && (type.kind == value::Kind::json || type.kind == value::Kind::list))
                out += cell.view();
            else
                represent::append_json_string(out, cell.view());
            return;
    }
}

/// As functions call it: NAME, or NAME_type and NAME_id.
std::string name_of(Column const& column) {
    bool const is_any = column.field->reference && column.field->reference->kind == description::Reference::Kind::any;
    if (!is_any) return column.field->name;
    return column.field->name + (column.part == Part::type ? "_type" : "_id");
}

void append_name(std::string_view name, std::string& out) {
    if (out.size() > 1) out += ',';
    represent::append_json_string(out, name);
    out += ':';
}

/// The row as it will be, by its fields.
std::string document_of(Round& round, std::size_t target) {
    std::string document = "{";
    for (std::uint32_t i = 0; i < round.width(); ++i) {
        auto const& column = round.plans.columns[i];
        auto const& cell = round.cell(target, i);
        if (column.field == nullptr || cell.is_null() || column.field->is_secret()) continue;
        append_name(name_of(column), document);
        append_value(column, cell, document);
    }
    for (auto const& change : round.sets) {
        if (change.target != target) continue;
        for (auto const& member : round.plans.members)
            if (member.kind == Member::Kind::set && member.set == change.set) append_name(member.field->name, document);
        fmt::format_to(std::back_inserter(document), "[{}]", fmt::join(change.keys, ","));
    }
    return document += '}';
}

/// Faults that a hook found are told as those of the row.
Result<void> told(Round& round, std::size_t target, Result<void> const& done) {
    if (done || done.error().reason() != Reason::invalid_document) return done;
    for (auto fault : done.error().faults()) {
        fault.document = round.index(target);
        round.targets[target].faults.push_back({kNone, std::move(fault)});
    }
    return outcome::success();
}

}  // namespace

Result<void> call_before(Round& round) {
    auto* hooks = round.order.hooks;
    if (hooks == nullptr) return outcome::success();
    KOINE_TRY(hooks->begin(round.transaction, round.is_new() ? Keys() : round.keys()));
    bool const removes = round.order.verb == Verb::remove;
    for (std::size_t target = 0; target < round.targets.size(); ++target) {
        auto const document = removes ? std::string() : document_of(round, target);
        KOINE_TRY(told(round, target, hooks->before(round.transaction, target, round.targets[target].key, document)));
    }
    return outcome::success();
}

Result<void> call_written(Round& round) {
    auto* hooks = round.order.hooks;
    return hooks == nullptr ? Result<void>(outcome::success()) : hooks->written(round.transaction, round.keys());
}

Result<void> call_after(Round& round) {
    auto* hooks = round.order.hooks;
    return hooks == nullptr ? Result<void>(outcome::success()) : hooks->after(round.transaction, round.keys());
}

}  // namespace koine::edit
