#include "query/shape.hpp"

#include "query/selection.hpp"

namespace koine::query {
namespace {

void collect(Filter const& filter, std::vector<Condition const*>& conditions) {
    if (filter.kind == Filter::Kind::condition)
        conditions.push_back(&filter.condition);
    else
        for (auto const& child : filter.children) collect(child, conditions);
}

/// Appends with unambiguous framing: every text carries its length, every choice is one byte.
class ShapeWriter {
public:
    explicit ShapeWriter(std::string& key) : key_(key) {}

    void number(std::size_t value) {
        while (value >= 0x80) {
            key_.push_back(static_cast<char>(value | 0x80));
            value >>= 7;
        }
        key_.push_back(static_cast<char>(value));
    }
    void text(std::string_view value) {
        number(value.size());
        key_.append(value);
    }
    void flags(std::initializer_list<bool> values) {
        unsigned bits = 0;
        for (bool value : values) bits = bits << 1 | static_cast<unsigned>(value);
        key_.push_back(static_cast<char>(bits));
    }
    template <class Enum>
    void choice(Enum value) {
        key_.push_back(static_cast<char>(value));
    }

    void path(std::vector<std::string> const& names) {
        number(names.size());
        for (auto const& name : names) text(name);
    }
    void field(FieldRef const& ref) {
        text(ref.name);
        number(ref.path.size());
        for (auto const& step : ref.path) {
            flags({step.index.has_value()});
            if (step.index)
                text(std::to_string(*step.index));
            else
                text(step.key);
        }
        if (!ref.path.empty()) flags({ref.as_text});
    }
    /// Plans keep their formulas: no other one has this address while they live.
    void formula(std::shared_ptr<expression::Formula const> const& said) { number(reinterpret_cast<std::uintptr_t>(said.get())); }
    void filter(Filter const& node) {
        choice(node.kind);
        flags({node.negated});
        if (node.kind == Filter::Kind::condition) {
            auto const& condition = node.condition;
            field(condition.field);
            choice(condition.op);
            choice(condition.quantifier);
            if (condition.quantifier != Quantifier::none) number(condition.values.size());
            text(condition.config);
            return;
        }
        if (node.kind == Filter::Kind::formula) return formula(node.formula);
        if (node.kind == Filter::Kind::related) number(node.relationship);
        number(node.children.size());
        for (auto const& child : node.children) filter(child);
    }
    void order(OrderTerm const& term) {
        text(term.relation);
        field(term.field);
        flags({!term.through.empty(), term.direction == Direction::descending});
        choice(term.nulls);
        if (term.through.empty()) return;
        number(term.through.size());
        for (auto step : term.through) number(step);
    }
    void orders(std::vector<OrderTerm> const& terms) {
        number(terms.size());
        for (auto const& term : terms) order(term);
    }
    /// True of what only selections made beforehand have.
    static bool is_prepared(SelectItem const& item) {
        return item.mark != 0 || item.relationship || !item.order.empty() || item.kind > SelectItem::Kind::spread;
    }
    void prepared(SelectItem const& item) {
        number(item.mark);
        number(item.relationship ? *item.relationship + std::size_t{1} : 0);
        orders(item.order);
        formula(item.formula);
        text(item.type_column);
        text(item.key_column);
        text(item.type_word);
        choice(item.type);
    }
    void items(std::vector<SelectItem> const& list) {
        number(list.size());
        for (auto const& item : list) {
            key_.push_back(static_cast<char>(static_cast<unsigned>(item.kind) | (is_prepared(item) ? 0x80U : 0U)));
            if (is_prepared(item)) prepared(item);
            text(item.alias);
            if (item.kind == SelectItem::Kind::field) {
                field(item.field);
                text(item.cast);
                choice(item.aggregate);
                text(item.aggregate_cast);
            } else if (item.kind != SelectItem::Kind::all) {
                text(item.target);
                text(item.hint);
                flags({item.inner});
                items(item.items);
            }
        }
    }
    void query(Query const& value) {
        text(value.relation);
        number(value.key ? value.key->size() + 1 : 0);
        if (value.selection) {
            // No list's length is written with a zero as its last of several bytes.
            key_.append("\x80\x00", 2);
            number(value.selection->id);
        } else {
            items(value.select);
        }
        number(value.filters.size());
        for (auto const& placed : value.filters) {
            path(placed.path);
            filter(placed.value);
        }
        number(value.orders.size());
        for (auto const& placed : value.orders) {
            path(placed.path);
            orders(placed.value);
        }
        window(value.window);
        number(value.windows.size());
        for (auto const& placed : value.windows) {
            path(placed.path);
            window(placed.value);
        }
        choice(value.count);
    }
    void window(Window const& value) { flags({value.limit.has_value(), value.offset > 0, hides_one(value)}); }

private:
    std::string& key_;
};

}  // namespace

void conditions_of(Query const& query, std::vector<Condition const*>& conditions) {
    for (auto const& placed : query.filters) collect(placed.value, conditions);
}

void shape_of(Query const& query, std::string& key) {
    key.clear();
    ShapeWriter(key).query(query);
}

void shape_of(Mutation const& mutation, std::string& key) {
    // A read begins with a length, which is never written with a zero as its last of several bytes.
    key.assign("\x80\x00", 2);
    ShapeWriter writer(key);
    writer.choice(mutation.change);
    writer.text(mutation.relation);
    writer.path(mutation.columns);
    writer.flags({mutation.absent_is_default});
    writer.choice(mutation.on_conflict);
    writer.path(mutation.conflict_columns);
    writer.choice(mutation.returning);
    writer.query(mutation.chosen);
    writer.query(mutation.returned);
}

}  // namespace koine::query
