/// @file Phrase: one value of a template: a literal, `$name`, or "text {name}". Compiled at load.
#pragma once

#include "base/problem.hpp"
#include "base/result.hpp"
#include "model/yaml.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace koine::templates {

/// Number of a name: its place in the table that the phrase was compiled with.
using NameId = std::uint32_t;
/// The names that may be used, without `$`; only read while compiling.
using Names = std::span<std::string_view const>;

/// What a name stands for, or a literal. Views live as long as whoever answered.
struct Value {
    enum class Kind : std::uint8_t {
        absent,  ///< null: there is none
        text,
        integer,  ///< also what counts the elements of `events`
        boolean,  ///< in `number`
        json,     ///< a finished piece of JSON, in `text`
        records,  ///< a list of objects of texts
        events    ///< written by whoever answered, through its `events`; `number` tells how many elements, 0 = empty
    };
    Kind kind = Kind::absent;
    std::string_view text;
    std::int64_t number = 0;
    std::vector<Problem::Record> const* list = nullptr;
    NameId name = 0;  ///< events: of which name; filled in by the phrase

    static Value of(std::string_view text) { return {Kind::text, text, 0, nullptr, 0}; }
    static Value of(std::int64_t number) { return {Kind::integer, {}, number, nullptr, 0}; }
    static Value of(bool truth) { return {Kind::boolean, {}, truth ? 1 : 0, nullptr, 0}; }
    static Value of(std::vector<Problem::Record> const& records) { return {Kind::records, {}, 0, &records, 0}; }
    static Value json(std::string_view text) { return {Kind::json, text, 0, nullptr, 0}; }
    static Value events(std::int64_t count) { return {Kind::events, {}, count, nullptr, 0}; }

    bool is_absent() const { return kind == Kind::absent; }
    /// What `key~` leaves out: absent, the empty text, no records, no elements.
    bool is_empty() const {
        return kind == Kind::absent || (kind == Kind::text && text.empty()) || (kind == Kind::records && list->empty()) ||
               (kind == Kind::events && number == 0);
    }
    /// As it reads inside a text; nothing for what isn't a scalar.
    void append_to(std::string& out) const;
};

/// Alternatives, of which the first applies whose names all exist. Immutable, shared between threads.
class Phrase {
public:
    /// From a scalar; and, if `lists` allows it, from a list of scalars: its alternatives. `{?name}` is nothing, where the name exists. `{{` is a
    /// brace, `$$` at the start a dollar.
    /// @return a configuration problem: unknown names (with the nearest one), an open brace, what is no scalar.
    enum class Lists : std::uint8_t { refused, alternatives };
    static Result<Phrase> compile(yaml::Node const& node, Names names, Lists lists = Lists::refused);

    /// What it says now. `buffer` holds the text if it had to be put together; a view into it may be returned.
    /// @param values answers `Value value(NameId) const`.
    template <class Values>
    Value evaluate(Values const& values, std::string& buffer) const;

    /// True if the phrase always says something, given names that always exist.
    bool is_certain(std::span<bool const> always) const;
    /// The names in use, also twice; for "does this envelope need a total?".
    std::vector<NameId> names() const;
    /// The literal, if it is nothing else; absent otherwise. Lives as long as the phrase.
    bool is_constant() const { return choices_.size() == 1 && choices_[0].kind == Choice::Kind::constant; }
    Value constant() const;
    /// The name, if it is nothing else.
    std::optional<NameId> only_name() const;
    bool is_null() const { return is_constant() && constant().is_absent(); }

private:
    struct Part {
        std::string text;  ///< literal that stands before the name
        bool has_name = false;
        bool shown = true;  ///< false: the name must exist, but says nothing
        NameId name = 0;
    };
    struct Choice {
        enum class Kind : std::uint8_t { constant, name, text };
        Kind kind = Kind::constant;
        Value::Kind type = Value::Kind::absent;  ///< of a constant
        std::string text;
        std::int64_t number = 0;
        NameId name = 0;
        std::vector<Part> parts;
    };
    static Result<Choice> compile_choice(yaml::Node const& node, Names names);
    static Value constant(Choice const& choice);
    template <class Values>
    static bool fill(Choice const& choice, Values const& values, std::string& buffer);

    std::vector<Choice> choices_;
};

template <class Values>
bool Phrase::fill(Choice const& choice, Values const& values, std::string& buffer) {
    buffer.clear();
    for (auto const& part : choice.parts) {
        buffer += part.text;
        if (!part.has_name) continue;
        Value const value = values.value(part.name);
        if (value.is_absent()) return false;
        if (part.shown) value.append_to(buffer);
    }
    return true;
}

template <class Values>
Value Phrase::evaluate(Values const& values, std::string& buffer) const {
    for (auto const& choice : choices_) {
        if (choice.kind == Choice::Kind::constant) return constant(choice);
        if (choice.kind == Choice::Kind::name) {
            Value value = values.value(choice.name);
            value.name = choice.name;
            if (!value.is_absent()) return value;
        } else if (fill(choice, values, buffer)) {
            return Value::of(std::string_view(buffer));
        }
    }
    return {};
}

}  // namespace koine::templates
