#include "dialect/examples.hpp"
#include "dialect/filter/filter.hpp"
#include "dialect/filter/operation.hpp"
#include "dialect/scan.hpp"

#include <algorithm>
#include <utility>

namespace koine::dialect {
namespace {

using query::Filter;

constexpr std::string_view kNodeExpected = "field name (* or [a..z0..9_$]), negation operator (not) or logic operator (and, or)";

struct Limits {
    std::size_t terms;
    std::size_t depth;
    std::size_t list;
};

std::size_t count_terms(Filter const& filter) {
    if (filter.kind == Filter::Kind::condition) return 1;
    std::size_t terms = 0;
    for (auto const& child : filter.children) terms += count_terms(child);
    return terms;
}

std::size_t count_terms(query::Query const& query) {
    std::size_t terms = 0;
    for (auto const& placed : query.filters) terms += count_terms(placed.value);
    return terms;
}

/// Reads groups. `left`: how many more conditions the request may have.
class GroupGrammar {
public:
    GroupGrammar(Scanner& scanner, Limits const& limits, std::size_t left) : scanner_(scanner), limits_(limits), left_(left) {}

    /// `( node, node )` with blanks around everything.
    Result<void> group(Filter& into, std::size_t depth) {
        if (depth > limits_.depth) return exceeds("levels of groups", limits_.depth);
        scanner_.skip_blanks();
        KOINE_TRY(scanner_.expect('(', "\"(\""));
        do {
            scanner_.skip_blanks();
            KOINE_TRY(auto child, node(depth));
            into.children.push_back(std::move(child));
            scanner_.skip_blanks();
        } while (scanner_.accept(','));
        KOINE_TRY(scanner_.expect(')', "\",\" or \")\""));
        scanner_.skip_blanks();
        return outcome::success();
    }

private:
    Result<Filter> node(std::size_t depth) {
        Filter filter;
        if (group_head(filter)) {
            KOINE_TRY(group(filter, depth + 1));
            return filter;
        }
        if (left_-- == 0) return exceeds("conditions", limits_.terms);
        KOINE_TRY(filter.condition.field, scan_field(scanner_, kNodeExpected));
        scanner_.skip_blanks();
        KOINE_TRY(scanner_.expect('.', "delimiter (.)"));
        KOINE_TRY(scan_operation(scanner_, Place::in_group, limits_.list, filter));
        return filter;
    }

    /// Steps over `[not.](and|or)` if a parenthesis follows: a column of that name is followed by a dot.
    bool group_head(Filter& filter) {
        auto const start = scanner_.position();
        filter.negated = scanner_.accept("not.");
        bool const all = scanner_.accept("and");
        if (all || scanner_.accept("or")) {
            scanner_.skip_blanks();
            if (scanner_.peek() == '(') {
                filter.kind = all ? Filter::Kind::all_of : Filter::Kind::any_of;
                return true;
            }
        }
        scanner_.move_to(start);
        filter.negated = false;
        return false;
    }

    Scanner& scanner_;
    Limits const& limits_;
    std::size_t left_;
};

/// A condition that one would ask of such a column.
std::string example_condition(model::Entity const& entity, model::ColumnId id) {
    auto const type = entity.columns[id].type;
    switch (type) {
        case model::Type::boolean: return "is.true";
        case model::Type::json:
        case model::Type::blob: return "not.is.null";
        default: break;
    }
    if (is_key_column(entity, id) || type == model::Type::uuid || type == model::Type::dynamic)
        return "eq." + std::string(example_value(type));
    if (type == model::Type::text) return "ilike.*abc*";
    return "gte." + std::string(example_value(type));
}

class Dotted final : public ParameterReader {
public:
    explicit Dotted(Limits limits) : limits_(limits) {}

    Result<bool> read(Parameter const& parameter, Endpoint const&, query::Query& query) const override {
        if (!parameter.has_value) return true;
        auto const terms = count_terms(query);
        if (terms >= limits_.terms) return exceeds("conditions", limits_.terms);
        auto const word = last_segment(parameter.key);
        if (word == "or" || word == "and") {
            KOINE_TRY(read_group(parameter, word, limits_.terms - terms, query));
        } else {
            KOINE_TRY(read_condition(parameter, query));
        }
        return true;
    }

    void describe(model::Entity const& entity, model::Model const&, Description& description) const override {
        for (model::ColumnId i = 0; i < entity.columns.size(); ++i)
            description.add({
                .name = written_name(entity.columns[i].name),
                .description = "Condition on this column: [not.]operator.value",
                .example = example_condition(entity, i),
            });
        if (entity.columns.empty()) return;
        auto const last = static_cast<model::ColumnId>(entity.columns.size() - 1);
        auto const first = written_name(entity.columns[0].name) + "." + example_condition(entity, 0);
        auto const group = "(" + first + "," + written_name(entity.columns[last].name) + ".not.is.null)";
        description.add({
            .name = "or",
            .description =
                "At least one of these conditions holds: (column.operator.value,…), which may hold and(…), or(…), not.and(…). Operators: " +
                operator_words(),
            .example = group,
        });
        description.add({.name = "and", .description = "All of these conditions hold; written as in `or`", .example = group});
    }

private:
    Result<void> read_condition(Parameter const& parameter, query::Query& query) const {
        KOINE_TRY(auto key, parse_tree_path(parameter.key));
        auto& placed = query.filters.emplace_back();
        placed.path = std::move(key.path);
        placed.value.condition.field = std::move(key.field);
        Scanner scanner("filter", parameter.value);
        return scan_operation(scanner, Place::alone, limits_.list, placed.value);
    }

    /// The key is `[path.][not.]word`; a `not` may also stand among the path.
    Result<void> read_group(Parameter const& parameter, std::string_view word, std::size_t left, query::Query& query) const {
        KOINE_TRY(auto key, parse_tree_path(parameter.key, "logic path"));
        auto& placed = query.filters.emplace_back();
        auto& filter = placed.value;
        filter.kind = word == "and" ? Filter::Kind::all_of : Filter::Kind::any_of;
        filter.negated = std::erase(key.path, "not") > 0;
        placed.path = std::move(key.path);
        Scanner scanner("logic tree", parameter.value, word.size() + (filter.negated ? 4 : 0));
        KOINE_TRY(GroupGrammar(scanner, limits_, left).group(filter, 1));
        return scanner.expect_end(kEnd);
    }

    Limits limits_;
};

}  // namespace

Result<std::unique_ptr<ParameterReader const>> compile_filter_dotted(yaml::Node const& node) {
    yaml::Options options(node);
    Limits limits{};
    limits.terms = static_cast<std::size_t>(options.integer("max_terms", 5000, 1, 100'000));
    limits.depth = static_cast<std::size_t>(options.integer("max_depth", 50, 1, 100));
    limits.list = static_cast<std::size_t>(options.integer("max_list", 10'000, 1, 1'000'000));
    KOINE_TRY(options.done());
    return std::make_unique<Dotted const>(limits);
}

}  // namespace koine::dialect
