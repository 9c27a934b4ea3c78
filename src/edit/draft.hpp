/// @file Draft: what a body gives, judged as far as that needs no database. Made on a worker, then read by each round of the transaction.
#pragma once

#include "edit/given.hpp"
#include "edit/plans.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::edit {

/// What a document gives for one member.
struct Entry {
    enum class State : std::uint8_t {
        absent,
        value,  ///< `cell`, as stored; of a reference or an any_ref's key: null, or a key yet to be looked for
        named,  ///< a reference by attributes: `first`, a place in Draft::named
        set,    ///< `count` elements from `first` on in Draft::elements
        faulty
    };
    State state = State::absent;
    query::Cell cell;
    std::uint32_t first = 0;
    std::uint32_t count = 0;
};

/// One of a set: a key, or a place in Draft::named.
struct Element {
    std::int64_t key = 0;
    std::uint32_t named = kNone;
};

/// A row told by its attributes; equal ones of a body are kept once.
struct Named {
    model::EntityId target = 0;
    Attributes attributes;
};

struct MemberFault {
    std::uint32_t member = kNone;  ///< in the resource's order; kNone: the document as a whole
    Fault fault;
};

struct Document {
    std::uint32_t index = 0;          ///< in the body
    std::optional<std::int64_t> key;  ///< of the row: replace, patch, remove; nothing: no row can have what was named
    std::vector<MemberFault> faults;
};

struct Draft {
    std::vector<Document> documents;
    std::vector<Entry> entries;  ///< documents × members
    std::vector<Element> elements;
    std::vector<Named> named;
    std::vector<Fault> of_list;  ///< faults of the list's elements as such: keys of rows that aren't any, elements that are no documents

    Entry const& entry(std::size_t document, std::size_t member, std::size_t width) const { return entries[document * width + member]; }
};

/// @return invalid_document, limit_exceeded.
Result<Draft> judge(Order const& order, ResourcePlans const& plans, Arena& arena);

/// What a body has too many of. @return limit_exceeded.
Problem too_many(std::string_view what, std::size_t most);

/// A fault of a document; `member` is kNone for all of it.
MemberFault fault_of(ResourcePlans const& plans, std::uint32_t document, std::uint32_t member, Problem problem, bool in_list = false);

}  // namespace koine::edit
