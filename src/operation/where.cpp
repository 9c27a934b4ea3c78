#include "operation/where.hpp"

#include "description/words.hpp"
#include "query/filters.hpp"
#include "resource/ways.hpp"
#include "value/type.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace koine::operation {
namespace {

using query::Filter;
using query::Operator;
using script::Value;

constexpr std::size_t kMostConditions = 100;
constexpr std::size_t kMostValues = 1000;

constexpr auto kOperators = std::to_array<description::Word<Operator>>({
    {"eq", Operator::eq, {}},
    {"ne", Operator::is_distinct, {}},
    {"gt", Operator::gt, {}},
    {"gte", Operator::gte, {}},
    {"lt", Operator::lt, {}},
    {"lte", Operator::lte, {}},
    {"contains", Operator::ilike, {}},
    {"prefix", Operator::ilike, {}},
});

class Conditions {
public:
    Conditions(Book const& book, resource::Resource const& resource)
        : ways_(*book.stored_resources().app, book.model()),
          entity_(*book.stored(resource).described) {}

    Result<std::vector<Filter>> read(Value const& where) {
        std::vector<Filter> all;
        if (where.is_null()) return all;
        auto const* map = where.map();
        if (map == nullptr) return mistake("conditions are a table of fields and values");
        for (auto const& [path, value] : *map) {
            KOINE_TRY(auto const target, ways_.target(entity_, path, {}));
            KOINE_TRY(add(target, path, value, all));
        }
        return all;
    }

private:
    Result<void> add(resource::Target const& target, std::string const& path, Value const& value, std::vector<Filter>& all) {
        auto const* operators = value.map();
        if (operators == nullptr) return add_one(target, path, Operator::eq, "", value, all);
        for (auto const& [name, operand] : *operators) {
            if (name == "null") {
                auto const* wanted = operand.boolean();
                if (wanted == nullptr) return mistake(fmt::format("{}: null is true or false", path));
                KOINE_TRY(push(target, *wanted ? Operator::is_null : Operator::is_not_null, {}, all));
                continue;
            }
            std::span<description::Word<Operator> const> const words = kOperators;
            auto const* known = description::find(words, name);
            if (known == nullptr)
                return mistake(
                    fmt::format("{}: there is no operator {}; there are {} null", path, name, fmt::join(description::names_of(words), " "))
                );
            KOINE_TRY(add_one(target, path, known->value, name, operand, all));
        }
        return outcome::success();
    }

    Result<void> add_one(
        resource::Target const& target,
        std::string const& path,
        Operator op,
        std::string_view word,
        Value const& value,
        std::vector<Filter>& all
    ) {
        if (value.is_null()) {
            if (op != Operator::eq && op != Operator::is_distinct) return mistake(fmt::format("{}: null has no order", path));
            return push(target, op == Operator::eq ? Operator::is_null : Operator::is_not_null, {}, all);
        }
        if (auto const* list = value.list()) {
            if (op != Operator::eq) return mistake(fmt::format("{}: only a value, not a list, can be compared so", path));
            if (list->size() > kMostValues) return mistake(fmt::format("a condition with more than {} values", kMostValues));
            std::vector<std::string> values;
            for (auto const& item : *list) {
                KOINE_TRY(auto text, literal(target, path, item));
                values.push_back(std::move(text));
            }
            return push(target, Operator::in, std::move(values), all);
        }
        if (op == Operator::ilike) {
            if (value.text() == nullptr) return mistake(fmt::format("{}: {} wants a text", path, word));
            auto pattern = query::escaped_like(*value.text()) + "%";
            return push(target, op, {word == "contains" ? "%" + pattern : pattern}, all);
        }
        KOINE_TRY(auto text, literal(target, path, value));
        return push(target, op, {std::move(text)}, all);
    }

    static Result<std::string> literal(resource::Target const& target, std::string_view path, Value const& value) {
        std::string given;
        if (auto const* text = value.text())
            given = *text;
        else if (value.boolean() != nullptr || value.integer() != nullptr || value.real() != nullptr)
            given = value.json();
        else
            return mistake(fmt::format("{}: cannot be compared with a table", path));
        auto literal = value::literal(target.type, given);
        if (!literal) return mistake(fmt::format("{}: cannot be {}", path, given.substr(0, 100)));
        return literal;
    }

    Result<void> push(resource::Target const& target, Operator op, std::vector<std::string> values, std::vector<Filter>& all) {
        if (all.size() == kMostConditions) return mistake(fmt::format("more than {} conditions", kMostConditions));
        auto const& column = ways_.model()[target.entity].columns[target.column].name;
        all.push_back(query::over(target.path, query::condition(column, op, std::move(values))));
        return outcome::success();
    }

    resource::Ways ways_;
    description::Entity const& entity_;
};

}  // namespace

Result<std::int64_t> key_of(Value const& value, std::string_view otherwise) {
    if (auto const* key = value.integer()) return *key;
    if (auto const* id = value.find("id"); id != nullptr && id->integer() != nullptr) return *id->integer();
    if (auto const* text = value.text()) {  // of a path: what is no key names no row
        std::int64_t key = 0;
        auto const [end, error] = std::from_chars(text->data(), text->data() + text->size(), key);
        if (error == std::errc() && end == text->data() + text->size()) return key;
        return Problem(Reason::not_found).with("key", text->substr(0, 100));
    }
    return mistake(otherwise);
}

Problem mistake(std::string_view what) { return Problem(Reason::operation_failed).because(what); }

Result<std::vector<Filter>> conditions(Book const& book, resource::Resource const& resource, Value const& where) {
    auto read = Conditions(book, resource).read(where);
    if (!read && read.error().kind() == Kind::configuration) return mistake(describe(read.error()));
    return read;
}

Result<std::vector<query::OrderTerm>> order(Book const& book, resource::Resource const& resource, Value const& words) {
    std::vector<description::OrderWord> said;
    auto const add = [&](Value const& word) {
        auto const* text = word.text();
        if (text == nullptr || text->empty()) return false;
        bool const descending = text->front() == '-';
        said.push_back({text->substr(descending ? 1 : 0), descending});
        return true;
    };
    bool fits = true;
    if (auto const* list = words.list())
        for (auto const& word : *list) fits = fits && add(word);
    else
        fits = words.is_null() || add(words);
    if (!fits || said.size() > 20) return mistake("an order is a field, or a list of fields; -field descends");
    auto const& stored = book.stored(resource);
    if (said.empty()) return stored.order;
    auto made = resource::Ways(*book.stored_resources().app, book.model()).order(*stored.described, said, {});
    if (!made) return mistake(describe(made.error()));
    return made;
}

}  // namespace koine::operation
