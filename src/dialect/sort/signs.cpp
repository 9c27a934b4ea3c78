#include "dialect/list.hpp"
#include "dialect/place.hpp"
#include "dialect/sort/sort.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace koine::dialect {
namespace {

using query::Direction;

struct Settings {
    std::string param;
    NullOrder nulls = NullOrder::largest;
    std::size_t max_terms = 0;
    bool ignore_unknown = false;
};

class Signs final : public ParameterReader {
public:
    explicit Signs(Settings settings) : settings_(std::move(settings)) {}

    Result<bool> read(Parameter const& parameter, Endpoint const& endpoint, query::Query& query) const override {
        if (parameter.key != settings_.param) return false;
        if (parameter.value.empty()) return true;
        std::vector<query::OrderTerm> asked;
        for (CommaList list(parameter.value); list.next();) {
            KOINE_TRY(auto term, term_of(parameter, list.item(), endpoint));
            if (!term) continue;
            if (asked.size() == settings_.max_terms) return exceeds("terms of an order", settings_.max_terms);
            asked.push_back(std::move(*term));
        }
        if (asked.empty()) return true;
        auto* terms = order_of(query, {});
        if (!terms) terms = &query.orders.emplace_back().value;
        if (terms->size() + asked.size() > settings_.max_terms) return exceeds("terms of an order", settings_.max_terms);
        std::ranges::move(asked, std::back_inserter(*terms));
        return true;
    }

    Result<void> finish(Exchange const& exchange, query::Query& query) const override {
        auto const& endpoint = exchange.endpoint;
        if (endpoint.resource == nullptr || endpoint.kind != Endpoint::Kind::list || is_write(exchange.method)) return outcome::success();
        if (order_of(query, {}) == nullptr && !endpoint.resource->order.empty())
            query.orders.push_back({.path = {}, .value = endpoint.resource->order});
        return outcome::success();
    }

    void describe_resource(resource::Resource const& resource, model::Model const&, Description& description) const override {
        auto const listable = std::ranges::find_if(resource.sortable, [](auto const& each) { return is_listable(each.first); });
        add(listable == resource.sortable.end() ? std::string() : listable->first, description);
    }

    void describe(model::Entity const& entity, model::Model const&, Description& description) const override {
        auto const listable = std::ranges::find_if(entity.columns, is_listable, &model::Column::name);
        add(listable == entity.columns.end() ? std::string() : listable->name, description);
    }

private:
    /// Nothing for a name that is passed over.
    Result<std::optional<query::OrderTerm>> term_of(Parameter const& parameter, std::string_view name, Endpoint const& endpoint) const {
        bool const descending = name.starts_with('-');
        if (descending) name.remove_prefix(1);
        std::optional<query::OrderTerm> made;
        query::OrderTerm term;
        if (auto const* resource = endpoint.resource; resource != nullptr && endpoint.model != nullptr) {
            auto const found = resource->sortable.find(name);
            if (found == resource->sortable.end()) {
                if (settings_.ignore_unknown) return made;
                return invalid_parameter(parameter, "names of members by which rows can be ordered, each perhaps after a -");
            }
            auto place = place_of(*endpoint.model, resource->entity, found->second);
            term.field.name = std::move(place.column);
            term.through = std::move(place.path);
        } else {
            if (name.empty()) return invalid_parameter(parameter, "names of fields, each perhaps after a -, separated by commas");
            term.field.name = name;
        }
        term.direction = descending ? Direction::descending : Direction::ascending;
        term.nulls = default_nulls(settings_.nulls, term.direction);
        made = std::move(term);
        return made;
    }

    void add(std::string const& example, Description& description) const {
        description.add({
            .name = settings_.param,
            .description = "Order: names of fields separated by commas, a - before those that descend",
            .example = example.empty() ? "" : "-" + example,
        });
    }

    Settings settings_;
};

}  // namespace

Result<std::unique_ptr<ParameterReader const>> compile_sort_signs(yaml::Node const& node) {
    yaml::Options options(node);
    Settings settings;
    settings.param = options.text("param", "order");
    settings.nulls = null_order(options);
    settings.max_terms = static_cast<std::size_t>(options.integer("max_terms", 500, 1, 1'000));
    settings.ignore_unknown = options.word("unknown", {"problem", "ignore"}, "problem") == 1;
    KOINE_TRY(options.done());
    return std::make_unique<Signs const>(std::move(settings));
}

}  // namespace koine::dialect
