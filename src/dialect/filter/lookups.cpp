#include "base/ascii.hpp"
#include "dialect/examples.hpp"
#include "dialect/filter/filter.hpp"
#include "dialect/filter/lookup.hpp"
#include "dialect/filter/lookup_settings.hpp"
#include "dialect/filter/required.hpp"
#include "dialect/list.hpp"
#include "query/literal.hpp"

#include <algorithm>
#include <utility>

namespace koine::dialect {
namespace {

using Kind = description::Filter::Kind;
using Values = std::vector<std::string_view>;

/// What a parameter's name asks. `filter` is null for a name of no filter.
struct Understood {
    resource::Filter const* filter = nullptr;
    Lookup lookup = Lookup::exact;
};

/// All values of one name. Views of the exchange.
struct Asked {
    std::string_view parameter;
    Understood understood;
    Values values;
};

/// Makes the conditions of one request.
class Asking {
public:
    Asking(LookupSettings const& settings, Endpoint const& endpoint, query::Query& query)
        : settings_(settings),
          model_(*endpoint.model),
          resource_(*endpoint.resource),
          query_(query) {}

    Result<void> ask(Asked const& asked) {
        auto const& filter = *asked.understood.filter;
        auto const& last = asked.values.back();
        switch (filter.said->kind) {
            case Kind::search: return search(filter, last);
            case Kind::formula: formula(filter, last); return outcome::success();
            default: break;
        }
        bool const boolean = asked.understood.lookup == Lookup::empty || class_of(filter) == LookupClass::boolean;
        bool const one = filter.said->single || filter.said->kind == Kind::range;
        if (boolean)
            hold(asked, last);
        else
            compare(asked, one ? Values{last} : asked.values);
        return outcome::success();
    }

    Result<void> done() {
        if (faults_.empty()) return outcome::success();
        return invalid_filters(std::move(faults_));
    }

private:
    void add(query::Filter filter) { query_.filters.push_back({.path = {}, .value = std::move(filter)}); }

    Result<void> search(resource::Filter const& filter, std::string_view text) {
        text = trimmed(text);
        if (text.empty()) return outcome::success();
        if (text.size() > settings_.max_text) return exceeds("bytes of free text", settings_.max_text);
        add(search_filter(model_, resource_, filter, text));
        return outcome::success();
    }

    void formula(resource::Filter const& filter, std::string_view word) {
        auto const truth = settings_.truth_of(word);
        if (!truth || !filter.said->formula) return;
        query::Filter made;
        made.kind = query::Filter::Kind::formula;
        made.formula = filter.said->formula;
        made.negated = !*truth;
        add(std::move(made));
    }

    /// Whether it is so, or is there at all. What is neither yes nor no asks nothing.
    void hold(Asked const& asked, std::string_view word) {
        auto const truth = settings_.truth_of(word);
        if (!truth) return;
        LookupValue const value{LookupValue::Kind::literal, *truth ? "true" : "false"};
        add(lookup_filter(model_, resource_, *asked.understood.filter, asked.understood.lookup, {value}));
    }

    void compare(Asked const& asked, Values const& texts) {
        auto const& filter = *asked.understood.filter;
        auto const lookup = asked.understood.lookup;
        auto const column = place_of(model_, resource_.entity, filter.target).type;
        std::vector<LookupValue> values;
        query::Required required;
        for (auto const text : texts) {
            if (stands_for_null(filter, lookup, text)) {
                values.push_back({LookupValue::Kind::null, {}});
                continue;
            }
            for (auto const& meant : meanings(filter, text)) {
                auto value = value_of(filter, column, lookup, meant);
                if (value && filter.said->must_exist && value.value().kind != LookupValue::Kind::literal)
                    value = Problem(Reason::filter_not_a_choice).with("value", query::shown(text));
                if (!value) {
                    faults_.push_back({.member = std::string(asked.parameter), .problem = std::move(value).error()});
                    return;
                }
                required.given.emplace_back(text);
                required.values.push_back(value.value().text);
                values.push_back(std::move(value).value());
            }
        }
        add(lookup_filter(model_, resource_, filter, lookup, values));
        if (filter.said->must_exist && !required.values.empty()) require(asked, std::move(required));
    }

    bool stands_for_null(resource::Filter const& filter, Lookup lookup, std::string_view text) const {
        bool const equality = lookup == Lookup::exact || lookup == Lookup::is_not;
        return equality && settings_.null_word == text && std::ranges::find(settings_.null_of, class_of(filter)) != settings_.null_of.end();
    }

    static std::vector<std::string> meanings(resource::Filter const& filter, std::string_view text) {
        std::string word(text);
        auto const found = filter.said->widened.find(word);
        return found != filter.said->widened.end() ? found->second : std::vector<std::string>{std::move(word)};
    }

    /// Parts of a text need not be values of its type.
    static Result<LookupValue> value_of(resource::Filter const& filter, model::Type column, Lookup lookup, std::string const& text) {
        switch (lookup) {
            case Lookup::exact:
            case Lookup::is_not:
            case Lookup::lt:
            case Lookup::lte:
            case Lookup::gt:
            case Lookup::gte: return lookup_value(filter, column, text);
            default: return LookupValue{LookupValue::Kind::literal, std::string(trimmed(text))};
        }
    }

    void require(Asked const& asked, query::Required required) {
        auto const source = source_of(model_, asked.understood.filter->target);
        if (!source) return;
        required.parameter = asked.parameter;
        required.relation = model_[source->entity].name;
        required.column = model_[source->entity].columns[source->column].name;
        query_.required.push_back(std::move(required));
    }

    LookupSettings const& settings_;
    model::Model const& model_;
    resource::Resource const& resource_;
    query::Query& query_;
    std::vector<Fault> faults_;
};

class Lookups final : public ParameterReader {
public:
    Lookups(LookupSettings settings, std::unique_ptr<ParameterReader const> bare)
        : settings_(std::move(settings)),
          bare_(std::move(bare)) {}

    /// Of resources it only claims them: values of one name belong together, and so do all faults.
    Result<bool> read(Parameter const& parameter, Endpoint const& endpoint, query::Query& query) const override {
        if (endpoint.resource == nullptr) return bare_->read(parameter, endpoint, query);
        return settings_.ignore_unknown || understood(*endpoint.resource, parameter.key).filter != nullptr;
    }

    Result<void> finish(Exchange const& exchange, query::Query& query) const override {
        auto const& endpoint = exchange.endpoint;
        if (endpoint.resource == nullptr) return bare_->finish(exchange, query);
        if (endpoint.kind != Endpoint::Kind::list || is_write(exchange.method) || endpoint.model == nullptr) return outcome::success();
        std::vector<Asked> all;
        std::size_t terms = 0;
        for (auto const& parameter : exchange.parameters) {
            if (settings_.empty_is_off && parameter.value.empty()) continue;
            auto const found = std::ranges::find(all, parameter.key, &Asked::parameter);
            if (found != all.end()) {
                found->values.push_back(parameter.value);
            } else if (auto const what = understood(*endpoint.resource, parameter.key); what.filter != nullptr) {
                all.push_back({parameter.key, what, {parameter.value}});
            } else {
                continue;
            }
            if (++terms > settings_.max_terms) return exceeds("values of filters", settings_.max_terms);
        }
        Asking asking(settings_, endpoint, query);
        for (auto const& asked : all) {
            KOINE_TRY(asking.ask(asked));
        }
        return asking.done();
    }

    bool ignores_unknown() const override { return settings_.ignore_unknown; }
    bool ignores_empty() const override { return settings_.empty_is_off; }

    void describe(model::Entity const& entity, model::Model const& model, Description& description) const override {
        bare_->describe(entity, model, description);
    }

    void describe_resource(resource::Resource const& resource, model::Model const&, Description& description) const override {
        for (auto const& [name, filter] : resource.filters) settings_.describe(filter, description);
    }

private:
    Understood understood(resource::Resource const& resource, std::string_view key) const {
        if (auto const found = resource.filters.find(key); found != resource.filters.end()) {
            if (found->second.said->kind != Kind::range) return {&found->second, Lookup::exact};
        }
        for (auto const& [ending, lookup] : {std::pair(&settings_.after, Lookup::gte), std::pair(&settings_.before, Lookup::lte)}) {
            if (key.size() <= ending->size() || !key.ends_with(*ending)) continue;
            auto const found = resource.filters.find(key.substr(0, key.size() - ending->size()));
            if (found != resource.filters.end() && found->second.said->kind == Kind::range) return {&found->second, lookup};
        }
        auto const at = key.rfind(settings_.separator);
        if (at == std::string_view::npos || at == 0) return {};
        auto const found = resource.filters.find(key.substr(0, at));
        if (found == resource.filters.end() || found->second.said->kind != Kind::path || !found->second.said->lookups) return {};
        auto const lookup = settings_.lookup_of(class_of(found->second), key.substr(at + settings_.separator.size()));
        if (!lookup) return {};
        return {&found->second, *lookup};
    }

    LookupSettings settings_;
    std::unique_ptr<ParameterReader const> bare_;  ///< for tables that are no resource's
};

}  // namespace

Result<std::unique_ptr<ParameterReader const>> compile_filter_lookups(yaml::Node const& node) {
    static yaml::Node const none;
    KOINE_TRY(auto settings, LookupSettings::compile(node));
    KOINE_TRY(auto bare, compile_filter_plain(none));
    return std::make_unique<Lookups const>(std::move(settings), std::move(bare));
}

}  // namespace koine::dialect
