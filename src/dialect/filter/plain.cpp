#include "dialect/examples.hpp"
#include "dialect/filter/filter.hpp"
#include "dialect/list.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

namespace koine::dialect {
namespace {

using query::Filter;
using query::Operator;

enum class Repeat : std::uint8_t { any, all, last };

struct Word {
    std::string_view word;
    Operator op;
    std::string_view meaning;  ///< for documents
};

constexpr std::array kOperators = {
    Word{"eq", Operator::eq, "Equals"},
    Word{"neq", Operator::neq, "Does not equal"},
    Word{"gt", Operator::gt, "Is greater than"},
    Word{"gte", Operator::gte, "Is at least"},
    Word{"lt", Operator::lt, "Is less than"},
    Word{"lte", Operator::lte, "Is at most"},
    Word{"like", Operator::like, "Is like the pattern: % any text, _ any character"},
    Word{"ilike", Operator::ilike, "Is like the pattern in any letter case: % any text, _ any character"},
    Word{"match", Operator::match, "Matches the regular expression"},
    Word{"imatch", Operator::imatch, "Matches the regular expression in any letter case"},
    Word{"in", Operator::in, "Is one of these, separated by commas"},
    Word{"is_null", Operator::is_null, "Is absent"},
    Word{"is_distinct", Operator::is_distinct, "Differs, absent values included"},
};

struct Suffix {
    std::string word;
    Operator op;
};

struct Settings {
    Repeat repeat = Repeat::any;
    std::string separator;
    std::vector<Suffix> suffixes;
    std::optional<std::string> null_word;
    std::size_t max_terms = 0;
};

/// Operators whose several values are one question: equality also comes as a list and as a test for null.
Operator family(Operator op) {
    switch (op) {
        case Operator::in:
        case Operator::is_null:
        case Operator::is_not_null: return Operator::eq;
        default: return op;
    }
}

/// The condition that tells what a filter of this grammar is about.
query::Condition const& subject(Filter const& filter) {
    return filter.kind == Filter::Kind::condition ? filter.condition : filter.children.front().condition;
}

/// Makes `filter` hold also where `other` does.
void widen(Filter& filter, Filter&& other) {
    auto& last = filter.kind == Filter::Kind::condition ? filter : filter.children.back();
    bool const lists = family(last.condition.op) == Operator::eq && !last.condition.values.empty() && !other.condition.values.empty();
    if (lists) {
        last.condition.op = Operator::in;
        std::ranges::move(other.condition.values, std::back_inserter(last.condition.values));
        return;
    }
    if (filter.kind == Filter::Kind::condition) {
        Filter group;
        group.kind = Filter::Kind::any_of;
        group.children.push_back(std::move(filter));
        filter = std::move(group);
    }
    filter.children.push_back(std::move(other));
}

std::size_t count_values(query::Query const& query) {
    std::size_t count = 0;
    for (auto const& [path, filter] : query.filters) {
        count += filter.kind == Filter::Kind::condition ? std::max<std::size_t>(filter.condition.values.size(), 1) : 0;
        for (auto const& child : filter.children) count += std::max<std::size_t>(child.condition.values.size(), 1);
    }
    return count;
}

class Plain final : public ParameterReader {
public:
    explicit Plain(Settings settings) : settings_(std::move(settings)) {}

    Result<bool> read(Parameter const& parameter, Endpoint const&, query::Query& query) const override {
        if (!parameter.has_value) return true;
        if (count_values(query) >= settings_.max_terms) return exceeds("conditions", settings_.max_terms);
        KOINE_TRY(auto filter, filter_of(parameter));
        if (auto* earlier = settings_.repeat == Repeat::all ? nullptr : same_question(query, filter); !earlier)
            query.filters.push_back({.path = {}, .value = std::move(filter)});
        else if (settings_.repeat == Repeat::last)
            *earlier = std::move(filter);
        else
            widen(*earlier, std::move(filter));
        return true;
    }

    void describe(model::Entity const& entity, model::Model const&, Description& description) const override {
        for (auto const& column : entity.columns) {
            add(column, column.name, Operator::eq, description);
            for (auto const& [word, op] : settings_.suffixes)
                if (makes_sense(op, column.type)) add(column, column.name + settings_.separator + word, op, description);
        }
    }

private:
    static bool makes_sense(Operator op, model::Type type) {
        switch (op) {
            case Operator::is_null: return true;
            case Operator::like:
            case Operator::ilike:
            case Operator::match:
            case Operator::imatch: return type == model::Type::text || type == model::Type::dynamic;
            default: return type != model::Type::json;
        }
    }

    void add(model::Column const& column, std::string name, Operator op, Description& description) const {
        ParameterDocument document;
        document.name = std::move(name);
        document.type = literal_type(column.type);
        document.description = std::ranges::find(kOperators, op, &Word::op)->meaning;
        document.example = example_value(column.type);
        if (op == Operator::is_null) {
            document.type = "boolean";
            document.example = "true";
        } else if (op == Operator::in) {
            document.type = "string";
            document.example = example_list(column.type);
        } else if (op == Operator::like || op == Operator::ilike) {
            document.example = "%abc%";
        } else if (op == Operator::match || op == Operator::imatch) {
            document.example = "^abc";
        } else if (op == Operator::eq && settings_.null_word) {
            document.type = "string";
            document.description += ", or " + *settings_.null_word + " for none";
        }
        description.add(std::move(document));
    }

    Result<Filter> filter_of(Parameter const& parameter) const {
        Filter filter;
        auto& condition = filter.condition;
        condition.field.name = parameter.key;
        if (auto const* suffix = suffix_of(parameter.key)) {
            condition.op = suffix->op;
            condition.field.name.resize(parameter.key.size() - suffix->word.size() - settings_.separator.size());
        }
        if (condition.op == Operator::is_null) {
            if (parameter.value != "true" && parameter.value != "false") return invalid_parameter(parameter, "true or false");
            if (parameter.value == "false") condition.op = Operator::is_not_null;
        } else if (condition.op == Operator::in) {
            for (CommaList list(parameter.value); list.next();) {
                if (condition.values.size() == settings_.max_terms) return exceeds("items of a list", settings_.max_terms);
                condition.values.emplace_back(list.item());
            }
        } else if (condition.op == Operator::eq && settings_.null_word == parameter.value) {
            condition.op = Operator::is_null;
        } else {
            condition.values.push_back(parameter.value);
        }
        return filter;
    }

    /// The suffix that a key ends with, if a field stands before it.
    Suffix const* suffix_of(std::string_view key) const {
        for (auto const& suffix : settings_.suffixes) {
            auto const size = settings_.separator.size() + suffix.word.size();
            if (key.size() > size && key.ends_with(suffix.word) && key.substr(key.size() - size).starts_with(settings_.separator))
                return &suffix;
        }
        return nullptr;
    }

    static Filter* same_question(query::Query& query, Filter const& filter) {
        for (auto& placed : query.filters) {
            auto const& asked = subject(placed.value);
            if (asked.field == filter.condition.field && family(asked.op) == family(filter.condition.op)) return &placed.value;
        }
        return nullptr;
    }

    Settings settings_;
};

Result<Suffix> suffix(yaml::Node const& word, yaml::Node const& op) {
    auto const found = std::ranges::find(kOperators, op.text, &Word::word);
    if (!word.is_scalar() || word.text.empty()) return word.problem("expected a word");
    if (!op.is_scalar() || found == kOperators.end()) return op.problem(fmt::format("no operator is called `{}`", op.text));
    return Suffix{word.text, found->op};
}

Result<std::vector<Suffix>> suffixes(yaml::Node const* node) {
    std::vector<Suffix> suffixes;
    if (!node || node->kind == yaml::Node::Kind::null) return suffixes;
    if (node->is_scalar()) return node->problem("expected a map of words and operators, or a list of operators");
    for (auto const& item : node->items) {
        KOINE_TRY(auto made, suffix(item, item));
        suffixes.push_back(std::move(made));
    }
    for (auto const& [word, op] : node->members) {
        KOINE_TRY(auto made, suffix(word, op));
        suffixes.push_back(std::move(made));
    }
    return suffixes;
}

}  // namespace

Result<std::unique_ptr<ParameterReader const>> compile_filter_plain(yaml::Node const& node) {
    yaml::Options options(node);
    Settings settings;
    settings.repeat = static_cast<Repeat>(options.word("repeat", {"any", "all", "last"}, "any"));
    settings.separator = options.text("sep", "__");
    if (auto const* word = options.node("null_word"); word && word->is_scalar()) settings.null_word = word->text;
    settings.max_terms = static_cast<std::size_t>(options.integer("max_terms", 500, 1, 100'000));
    auto const* suffix_node = options.node("suffixes");
    KOINE_TRY(options.done());
    KOINE_TRY(settings.suffixes, suffixes(suffix_node));
    return std::make_unique<Plain const>(std::move(settings));
}

}  // namespace koine::dialect
