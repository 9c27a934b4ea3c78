/// @file The words of an app's files: which keys each map takes and what stands behind them. The loader asks for no other, the schema is made of these.
#pragma once

#include "description/description.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace koine::description {

/// One key of a map.
struct Key {
    std::string_view name;
    /// What its value is: a name of `shapes`' or a form's, `map:SHAPE` (names of the app's own to it), `list:SHAPE`, or `some:SHAPE` (one or a list).
    std::string_view shape;
    std::string_view help;  ///< a line; ends without a stop
};

/// A map with keys that are known.
struct Form {
    std::string_view name;
    std::string_view about;
    std::span<Key const> keys;

    Key const* find(std::string_view key) const;
    std::vector<std::string_view> words() const;
};

/// All forms, `file` first.
std::span<Form const> forms();
/// The form of that name, which is one of `forms`.
Form const& form(std::string_view name);

/// What stands between the parentheses behind a type.
enum class Takes : std::uint8_t { nothing, range, length, digits, family, document, choices, item, entity, entities, upload };

/// A type of the notation.
struct TypeWord {
    std::string_view name;
    value::Kind kind;
    Takes takes;
    std::string_view help;
    std::optional<Reference::Kind> reference = {};  ///< then `kind` means nothing
};
std::span<TypeWord const> type_words();
TypeWord const* type_word(std::string_view name);

enum class Flag : std::uint8_t {
    null,
    required,
    blank,
    unique,
    indexed,
    readonly,
    hidden,
    immutable,
    touched,
    untrimmed,
    bare,
    protect,
    cascade,
    set_null,
    inverse
};
template <class Value>
struct Word {
    std::string_view name;
    Value value;
    std::string_view help;
};
std::span<Word<Flag> const> flags();
std::span<Word<Default::Kind> const> moments();  ///< what = takes besides values
std::span<Word<Rule::Who> const> callers();      ///< without permission(…)
std::span<Word<std::vector<Verb>> const> rights();
std::span<Word<std::vector<Verb>> const> endpoints();  ///< `bulk` has no verb of its own
std::span<Word<Member::As> const> forms_of_relations();
std::span<Word<Member::Writes> const> writes();
std::span<Word<SearchField::How> const> comparisons();
std::span<Word<Method> const> methods();  ///< of operations
/// The words that a shape such as "rule" or "endpoint" allows; empty if it is no such shape.
std::vector<std::string_view> words_of(std::string_view shape);

/// Whether the range holds the value (the library has it from its next version on).
template <class Range, class Value, class Projection = std::identity>
bool contains(Range const& range, Value const& value, Projection projection = {}) {
    return std::ranges::find(range, value, projection) != std::ranges::end(range);
}

/// The entry of that name; null if there is none.
template <class Value>
Word<Value> const* find(std::span<Word<Value> const> words, std::string_view name) {
    for (auto const& word : words)
        if (word.name == name) return &word;
    return nullptr;
}
/// What the projection of each entry says; the entries must outlive it.
template <class Range, class Projection>
std::vector<std::string_view> names_of(Range const& entries, Projection projection) {
    std::vector<std::string_view> names;
    for (auto const& entry : entries) names.emplace_back(std::invoke(projection, entry));
    return names;
}
template <class Entry>
std::vector<std::string_view> names_of(std::span<Entry const> words) {
    return names_of(words, &Entry::name);
}
/// The keys of a map.
inline std::vector<std::string_view> keys_of(yaml::Node const& map) {
    return names_of(map.members, [](yaml::Member const& member) -> std::string_view { return member.key.text; });
}

}  // namespace koine::description
