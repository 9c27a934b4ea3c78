#include "dialect/list.hpp"
#include "dialect/sort/sort.hpp"

#include <algorithm>
#include <utility>

namespace koine::dialect {
namespace {

using query::Direction;

class Signs final : public ParameterReader {
public:
    Signs(std::string param, NullOrder nulls, std::size_t max_terms) : param_(std::move(param)), nulls_(nulls), max_terms_(max_terms) {}

    Result<bool> read(Parameter const& parameter, Endpoint const&, query::Query& query) const override {
        if (parameter.key != param_) return false;
        if (parameter.value.empty()) return true;
        auto* terms = order_of(query, {});
        if (!terms) terms = &query.orders.emplace_back().value;
        for (CommaList list(parameter.value); list.next();) {
            auto name = list.item();
            bool const descending = name.starts_with('-');
            if (descending) name.remove_prefix(1);
            if (name.empty()) return invalid_parameter(parameter, "names of fields, each perhaps after a -, separated by commas");
            if (terms->size() == max_terms_) return exceeds("terms of an order", max_terms_);
            auto& term = terms->emplace_back();
            term.field.name = name;
            term.direction = descending ? Direction::descending : Direction::ascending;
            term.nulls = default_nulls(nulls_, term.direction);
        }
        return true;
    }

    void describe(model::Entity const& entity, model::Model const&, Description& description) const override {
        auto const listable = std::ranges::find_if(entity.columns, is_listable, &model::Column::name);
        description.add({
            .name = param_,
            .description = "Order: names of fields separated by commas, a - before those that descend",
            .example = listable == entity.columns.end() ? "" : "-" + listable->name,
        });
    }

private:
    std::string param_;
    NullOrder nulls_;
    std::size_t max_terms_;
};

}  // namespace

Result<std::unique_ptr<ParameterReader const>> compile_sort_signs(yaml::Node const& node) {
    yaml::Options options(node);
    auto param = options.text("param", "order");
    auto const nulls = null_order(options);
    auto const max_terms = static_cast<std::size_t>(options.integer("max_terms", 500, 1, 1'000));
    KOINE_TRY(options.done());
    return std::make_unique<Signs const>(std::move(param), nulls, max_terms);
}

}  // namespace koine::dialect
