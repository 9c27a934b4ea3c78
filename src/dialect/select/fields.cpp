#include "dialect/list.hpp"
#include "dialect/select/select.hpp"

#include <utility>

namespace koine::dialect {
namespace {

class Fields final : public ParameterReader {
public:
    Fields(std::string param, std::size_t max_items) : param_(std::move(param)), max_items_(max_items) {}

    Result<bool> read(Parameter const& parameter, Endpoint const&, query::Query& query) const override {
        if (parameter.key != param_) return false;
        if (parameter.value.empty()) return true;
        for (CommaList list(parameter.value); list.next();) {
            if (list.item().empty()) return invalid_parameter(parameter, "names of fields, separated by commas");
            if (query.select.size() == max_items_) return exceeds("items of a selection", max_items_);
            query.select.emplace_back().field.name = list.item();
        }
        return true;
    }

    void describe(model::Entity const& entity, model::Model const&, Description& description) const override {
        std::string names;
        int count = 0;
        for (auto const& column : entity.columns)
            if (is_listable(column.name) && count++ < 2) names.append(names.empty() ? "" : ",").append(column.name);
        description.add({
            .name = param_,
            .description = "Names of the fields wanted, separated by commas; all without it",
            .example = std::move(names),
        });
    }

private:
    std::string param_;
    std::size_t max_items_;
};

}  // namespace

Result<std::unique_ptr<ParameterReader const>> compile_select_fields(yaml::Node const& node) {
    yaml::Options options(node);
    auto param = options.text("param", "fields");
    auto const max_items = static_cast<std::size_t>(options.integer("max_items", 200, 1, 10'000));
    KOINE_TRY(options.done());
    return std::make_unique<Fields const>(std::move(param), max_items);
}

}  // namespace koine::dialect
