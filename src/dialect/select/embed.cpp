#include "dialect/examples.hpp"
#include "dialect/scan.hpp"
#include "dialect/select/select.hpp"
#include "query/relationship.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace koine::dialect {
namespace {

using query::Aggregate;
using query::SelectItem;

constexpr std::string_view kItemExpected = "\"...\", field name (* or [a..z0..9_$]), \"*\" or \"count()\"";

struct Limits {
    std::size_t depth;
    std::size_t items;
    std::size_t embeds;
};

struct AggregateWord {
    std::string_view call;
    Aggregate aggregate;
};

constexpr std::array kAggregates = {
    AggregateWord{"sum()", Aggregate::sum},
    AggregateWord{"avg()", Aggregate::avg},
    AggregateWord{"count()", Aggregate::count},
    AggregateWord{"max()", Aggregate::max},
    AggregateWord{"min()", Aggregate::min},
};

/// Reads one selection and counts what it holds.
class SelectGrammar {
public:
    SelectGrammar(std::string_view text, Limits const& limits) : scanner_("select parameter", text), limits_(limits) {}

    Result<std::vector<SelectItem>> whole() {
        KOINE_TRY(auto items, list(0));
        KOINE_TRY(scanner_.expect_end("\",\" or end of input"));
        return items;
    }

private:
    Result<std::vector<SelectItem>> list(std::size_t depth) {
        if (depth > limits_.depth) return exceeds("levels of embedding", limits_.depth);
        std::vector<SelectItem> items;
        scanner_.skip_blanks();
        if (scanner_.at_end() || scanner_.peek() == ')') return items;
        do {
            if (items_++ == limits_.items) return exceeds("items of a selection", limits_.items);
            scanner_.skip_blanks();
            KOINE_TRY(auto read, item(depth));
            items.push_back(std::move(read));
            scanner_.skip_blanks();
        } while (scanner_.accept(','));
        return items;
    }

    Result<SelectItem> item(std::size_t depth) {
        SelectItem item;
        if (scanner_.accept("...")) {
            item.kind = SelectItem::Kind::spread;
            KOINE_TRY(item.target, scan_name(scanner_));
            KOINE_TRY(relation(item, depth));
            return item;
        }
        if (scanner_.accept('*')) {
            item.kind = SelectItem::Kind::all;
            return item;
        }
        KOINE_TRY(auto const counted, row_count(item));
        if (counted) return item;
        KOINE_TRY(auto name, scan_name(scanner_, kItemExpected));
        if (scanner_.peek() == ':' && scanner_.peek(1) != ':') {
            scanner_.advance(1);
            scanner_.skip_blanks();
            item.alias = std::move(name);
            KOINE_TRY(auto const counted_as, row_count(item));
            if (counted_as) return item;
            KOINE_TRY(name, scan_name(scanner_));
        }
        bool const opens = scanner_.peek() == '!' || scanner_.peek() == '(';
        if (opens && name != "count") {
            item.kind = SelectItem::Kind::embed;
            item.target = std::move(name);
            KOINE_TRY(relation(item, depth));
            return item;
        }
        item.field.name = std::move(name);
        KOINE_TRY(field(item));
        return item;
    }

    /// `count()` and its cast; false and no step if that isn't next.
    Result<bool> row_count(SelectItem& item) {
        if (!scanner_.accept("count()")) return false;
        item.aggregate = Aggregate::count;
        KOINE_TRY(cast(item.aggregate_cast));
        return true;
    }

    /// What follows a column's name.
    Result<void> field(SelectItem& item) {
        KOINE_TRY(scan_json_path(scanner_, item.field));
        scanner_.skip_blanks();
        KOINE_TRY(cast(item.cast));
        if (scanner_.accept('.')) {
            KOINE_TRY(item.aggregate, aggregate());
            KOINE_TRY(cast(item.aggregate_cast));
        }
        scanner_.skip_blanks();
        if (scanner_.at_end() || scanner_.peek() == ',' || scanner_.peek() == ')') return outcome::success();
        return scanner_.unexpected("\"->>\", \"->\", \"::\", \")\", \",\" or end of input");
    }

    Result<Aggregate> aggregate() {
        for (auto const& [call, aggregate] : kAggregates)
            if (scanner_.accept(call)) return aggregate;
        return scanner_.unexpected("aggregate function (sum(), avg(), count(), max() or min())");
    }

    Result<void> cast(std::string& type) {
        if (!scanner_.accept("::")) return outcome::success();
        KOINE_TRY(type, scan_identifier(scanner_, "letter or digit"));
        return outcome::success();
    }

    /// What follows a relation's name: `!hint`, `!inner`, `!left` and the selection in parentheses.
    Result<void> relation(SelectItem& item, std::size_t depth) {
        if (embeds_++ == limits_.embeds) return exceeds("relations of a selection", limits_.embeds);
        bool join_said = false;
        for (int parameters = 0; parameters < 2 && scanner_.accept('!'); ++parameters) {
            bool const quoted = scanner_.peek() == '"';
            KOINE_TRY(auto word, scan_name(scanner_));
            bool const inner = !quoted && word == "inner";
            if (inner || (!quoted && word == "left")) {
                if (!join_said) item.inner = inner;
                join_said = true;
            } else if (item.hint.empty()) {
                item.hint = std::move(word);
            }
        }
        scanner_.skip_blanks();
        KOINE_TRY(scanner_.expect('(', "\"!\" or \"(\""));
        KOINE_TRY(item.items, list(depth + 1));
        return scanner_.expect(')', "\",\" or \")\"");
    }

    Scanner scanner_;
    Limits const& limits_;
    std::size_t items_ = 0;
    std::size_t embeds_ = 0;
};

/// How to ask for this relationship and no other; empty if neither the relation's name nor its constraint tells it apart.
std::string written_target(model::Model const& model, model::EntityId origin, model::Relationship const& relationship) {
    auto const& target = model[relationship.target].name;
    for (std::string_view const hint : {std::string_view(), std::string_view(relationship.constraint)}) {
        auto const found = query::find_relationship(model, origin, target, hint, "");
        if (found && found.value() == &relationship) return written_name(target) + (hint.empty() ? "" : "!" + written_name(hint));
    }
    return {};
}

/// All columns and the first related row that can be asked for; two columns where nothing is related.
std::string example_selection(model::Entity const& entity, model::Model const& model) {
    if (auto const origin = model.entity(entity.name)) {
        for (auto const& relationship : entity.relationships) {
            if (entity.column(model[relationship.target].name)) continue;  // both would be called the same in the row
            auto const* column = telling_column(model[relationship.target]);
            auto const target = written_target(model, *origin, relationship);
            if (column != nullptr && !target.empty()) return "*," + target + "(" + written_name(column->name) + ")";
        }
    }
    std::string columns;
    for (std::size_t i = 0; i < std::min<std::size_t>(entity.columns.size(), 2); ++i)
        columns += (i == 0 ? "" : ",") + written_name(entity.columns[i].name);
    return columns;
}

class Embed final : public ParameterReader {
public:
    Embed(std::string param, Limits limits) : param_(std::move(param)), limits_(limits) {}

    Result<bool> read(Parameter const& parameter, Endpoint const&, query::Query& query) const override {
        if (parameter.key == param_) {
            if (!parameter.has_value || !query.select.empty()) return true;
            KOINE_TRY(query.select, SelectGrammar(parameter.value, limits_).whole());
            // Not left empty, so that a later parameter is known to be a repetition.
            if (query.select.empty()) query.select.emplace_back().kind = SelectItem::Kind::all;
            return true;
        }
        bool const columns = parameter.key == "columns";
        if (!columns && parameter.key != "on_conflict") return false;
        if (parameter.has_value) {  // writes heed them, reads only check them
            KOINE_TRY(scan_names(columns ? "columns parameter" : "on_conflict parameter", parameter.value));
        }
        return true;
    }

    void describe(model::Entity const& entity, model::Model const& model, Description& description) const override {
        description.add({
            .name = param_,
            .description =
                "Columns, with aliases (a:id), casts (id::text), JSON paths (doc->a) and aggregates (id.max()), and related rows: "
                "relation(columns), relation!inner(columns)",
            .example = example_selection(entity, model),
        });
    }

private:
    std::string param_;
    Limits limits_;
};

}  // namespace

Result<std::unique_ptr<ParameterReader const>> compile_select_embed(yaml::Node const& node) {
    yaml::Options options(node);
    auto param = options.text("param", "select");
    Limits limits{};
    limits.depth = static_cast<std::size_t>(options.integer("max_depth", 50, 1, 100));
    limits.items = static_cast<std::size_t>(options.integer("max_items", 5000, 1, 10'000));
    limits.embeds = static_cast<std::size_t>(options.integer("max_embeds", 500, 0, 1'000));
    KOINE_TRY(options.done());
    return std::make_unique<Embed const>(std::move(param), limits);
}

}  // namespace koine::dialect
