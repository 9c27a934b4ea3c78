/// @file For tests: queries written in a few words.
#pragma once

#include "query/intent.hpp"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace koine::query::testing {

inline SelectItem all() {
    SelectItem item;
    item.kind = SelectItem::Kind::all;
    return item;
}
/// A column, or with `path` a key below it.
inline FieldRef field(std::string name, std::vector<JsonStep> path = {}, bool as_text = false) {
    return {std::move(name), std::move(path), as_text};
}
inline SelectItem col(std::string name, std::string alias = "") {
    SelectItem item;
    item.field.name = std::move(name);
    item.alias = std::move(alias);
    return item;
}
inline SelectItem cast(SelectItem item, std::string type) {
    item.cast = std::move(type);
    return item;
}
inline SelectItem aggregate(Aggregate function, std::string name = "", std::string alias = "") {
    auto item = col(std::move(name), std::move(alias));
    item.aggregate = function;
    return item;
}
inline SelectItem embed(std::string target, std::vector<SelectItem> items, std::string alias = "") {
    SelectItem item;
    item.kind = SelectItem::Kind::embed;
    item.target = std::move(target);
    item.items = std::move(items);
    item.alias = std::move(alias);
    return item;
}
inline SelectItem inner(SelectItem item) {
    item.inner = true;
    return item;
}
inline SelectItem hinted(SelectItem item, std::string hint) {
    item.hint = std::move(hint);
    return item;
}
inline SelectItem spread(std::string target, std::vector<SelectItem> items) {
    auto item = embed(std::move(target), std::move(items));
    item.kind = SelectItem::Kind::spread;
    return item;
}

inline Filter on(FieldRef ref, Operator op, std::vector<std::string> values = {}, Quantifier quantifier = Quantifier::none) {
    Filter filter;
    filter.condition = {std::move(ref), op, quantifier, std::move(values), ""};
    return filter;
}
inline Filter on(std::string name, Operator op, std::vector<std::string> values = {}, Quantifier quantifier = Quantifier::none) {
    return on(field(std::move(name)), op, std::move(values), quantifier);
}
inline Filter negated(Filter filter) {
    filter.negated = true;
    return filter;
}
inline Filter group(Filter::Kind kind, std::vector<Filter> children) {
    Filter filter;
    filter.kind = kind;
    filter.children = std::move(children);
    return filter;
}
inline Filter any_of(std::vector<Filter> children) { return group(Filter::Kind::any_of, std::move(children)); }
inline Filter all_of(std::vector<Filter> children) { return group(Filter::Kind::all_of, std::move(children)); }

/// The default null order of the default dialect.
inline OrderTerm asc(std::string name, Nulls nulls = Nulls::last) { return {"", field(std::move(name)), Direction::ascending, nulls}; }
inline OrderTerm desc(std::string name, Nulls nulls = Nulls::first) { return {"", field(std::move(name)), Direction::descending, nulls}; }
inline OrderTerm of(std::string relation, OrderTerm term) {
    term.relation = std::move(relation);
    return term;
}

/// A query made link by link.
class Asking {
public:
    explicit Asking(std::string relation) { query_.relation = std::move(relation); }
    Asking& select(std::vector<SelectItem> items) {
        query_.select = std::move(items);
        return *this;
    }
    Asking& where(Filter filter, std::vector<std::string> path = {}) {
        query_.filters.push_back({std::move(path), std::move(filter)});
        return *this;
    }
    Asking& order(std::vector<OrderTerm> terms, std::vector<std::string> path = {}) {
        query_.orders.push_back({std::move(path), std::move(terms)});
        return *this;
    }
    Asking& window(Window window) {
        query_.window = window;
        return *this;
    }
    Asking& window(Window window, std::vector<std::string> path) {
        query_.windows.push_back({std::move(path), window});
        return *this;
    }
    Asking& key(std::vector<std::string> key) {
        query_.key = std::move(key);
        return *this;
    }
    Asking& count() {
        query_.count = Count::exact;
        return *this;
    }
    operator Query() const { return query_; }

private:
    Query query_;
};

}  // namespace koine::query::testing
