#include "dialect/scan.hpp"
#include "dialect/sort/sort.hpp"

#include <utility>

namespace koine::dialect {
namespace {

using query::Direction;
using query::Nulls;
using query::OrderTerm;

struct Settings {
    std::string param;
    char separator;
    NullOrder nulls;
    std::size_t max_terms;
};

/// Reads the terms of one order.
class OrderGrammar {
public:
    OrderGrammar(std::string_view text, Settings const& settings) : scanner_("order", text), settings_(settings) {}

    Result<std::vector<OrderTerm>> whole() {
        std::vector<OrderTerm> terms;
        do {
            if (terms.size() == settings_.max_terms) return exceeds("terms of an order", settings_.max_terms);
            KOINE_TRY(auto read, term());
            terms.push_back(std::move(read));
        } while (scanner_.accept(','));
        KOINE_TRY(scanner_.expect_end(said_nulls_ ? "\",\" or end of input" : "delimiter (.), \",\" or end of input"));
        return terms;
    }

private:
    Result<OrderTerm> term() {
        OrderTerm term;
        scanner_.skip_blanks();
        KOINE_TRY(term.field, scan_field(scanner_));
        if (term.field.path.empty() && scanner_.accept('(')) {
            term.relation = std::move(term.field.name);
            scanner_.skip_blanks();
            KOINE_TRY(term.field, scan_field(scanner_));
            scanner_.skip_blanks();
            KOINE_TRY(scanner_.expect(')', "\")\""));
        }
        scanner_.skip_blanks();
        KOINE_TRY(words(term));
        scanner_.skip_blanks();
        return term;
    }

    /// The direction, then where nulls stand; each may be left out.
    Result<void> words(OrderTerm& term) {
        said_nulls_ = false;
        bool directed = false;
        while (!said_nulls_ && scanner_.accept(settings_.separator)) {
            if (!directed && (scanner_.starts_with("asc") || scanner_.starts_with("desc"))) {
                term.direction = scanner_.accept("asc") ? Direction::ascending : (scanner_.advance(4), Direction::descending);
                directed = true;
            } else if (scanner_.accept("nullsfirst")) {
                term.nulls = Nulls::first;
                said_nulls_ = true;
            } else if (scanner_.accept("nullslast")) {
                term.nulls = Nulls::last;
                said_nulls_ = true;
            } else {
                return scanner_.unexpected(
                    directed ? "\"nullsfirst\" or \"nullslast\"" : "\"asc\", \"desc\", \"nullsfirst\" or \"nullslast\""
                );
            }
        }
        if (!said_nulls_) term.nulls = default_nulls(settings_.nulls, term.direction);
        return outcome::success();
    }

    Scanner scanner_;
    Settings const& settings_;
    bool said_nulls_ = false;
};

class Pairs final : public ParameterReader {
public:
    explicit Pairs(Settings settings) : settings_(std::move(settings)) {}

    Result<bool> read(Parameter const& parameter, Endpoint const&, query::Query& query) const override {
        if (last_segment(parameter.key) != settings_.param) return false;
        if (!parameter.has_value) return true;
        KOINE_TRY(auto key, parse_tree_path(parameter.key));
        KOINE_TRY(auto terms, OrderGrammar(parameter.value, settings_).whole());
        if (!order_of(query, key.path)) query.orders.push_back({.path = std::move(key.path), .value = std::move(terms)});
        return true;
    }

    void describe(model::Entity const& entity, model::Model const&, Description& description) const override {
        description.add({
            .name = settings_.param,
            .description = "Order: columns with asc or desc, nullsfirst or nullslast, separated by commas",
            .example = entity.columns.empty() ? "" : written_name(entity.columns.front().name) + settings_.separator + "desc",
        });
    }

private:
    Settings settings_;
};

}  // namespace

Result<std::unique_ptr<ParameterReader const>> compile_sort_pairs(yaml::Node const& node) {
    yaml::Options options(node);
    Settings settings{};
    settings.param = options.text("param", "order");
    auto const separator = options.text("separator", ".");
    settings.nulls = null_order(options);
    settings.max_terms = static_cast<std::size_t>(options.integer("max_terms", 500, 1, 1'000));
    KOINE_TRY(options.done());
    if (separator.size() != 1 || std::string_view("\t\",()->").contains(separator[0]) || is_name_byte(separator[0]))
        return node.find("separator")->problem("expected one character that names and lists are not made of");
    settings.separator = separator[0];
    return std::make_unique<Pairs const>(std::move(settings));
}

}  // namespace koine::dialect
