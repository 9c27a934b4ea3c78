#include "store/sqlite/collations.hpp"

#include "base/address.hpp"
#include "base/decimal.hpp"

#include <compare>

namespace koine::store::sqlite {
namespace {

using model::Ordering;
using query::Operator;

int sign_of(std::weak_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

template <class Parse>
int compare_by(Parse parse, std::string_view left, std::string_view right) {
    auto const one = parse(left);
    auto const other = parse(right);
    if (one && other) return sign_of(compare(*one, *other));
    if (one || other) return one ? -1 : 1;
    return sign_of(left <=> right);
}

constexpr Ordering kDecimal = Ordering::decimal;
constexpr Ordering kAddress = Ordering::address;

struct Named {
    char const* name;
    Ordering const* ordering;
};
constexpr Named kCollations[] = {{"koine_decimal", &kDecimal}, {"koine_inet", &kAddress}};

std::string_view text_of(void const* bytes, int size) { return {static_cast<char const*>(bytes), static_cast<std::size_t>(size)}; }

int called(void* ordering, int left_size, void const* left, int right_size, void const* right) {
    return compare_as(*static_cast<Ordering const*>(ordering), text_of(left, left_size), text_of(right, right_size));
}

bool is_equality(Operator op) { return op == Operator::eq || op == Operator::neq || op == Operator::is_distinct || op == Operator::in; }

}  // namespace

int compare_as(Ordering ordering, std::string_view left, std::string_view right) {
    switch (ordering) {
        case Ordering::natural: break;
        case Ordering::decimal: return compare_by(parse_decimal, left, right);
        case Ordering::address: return compare_by(parse_address, left, right);
    }
    return sign_of(left <=> right);
}

std::string_view collation_of(Ordering ordering) {
    switch (ordering) {
        case Ordering::natural: break;
        case Ordering::decimal: return " COLLATE koine_decimal";
        case Ordering::address: return " COLLATE koine_inet";
    }
    return "";
}

std::string_view collation_of(model::Model const& model, query::Expression const& left, Operator op) {
    bool const is_column = left.kind == query::Expression::Kind::column;
    if (is_equality(op) && is_column && model[left.entity].is_indexed(left.column)) return "";
    return collation_of(left.ordering);
}

int register_collations(sqlite3* database) {
    for (auto const& [name, ordering] : kCollations) {
        auto* const said = const_cast<Ordering*>(ordering);
        if (int rc = sqlite3_create_collation_v2(database, name, SQLITE_UTF8, said, called, nullptr); rc != SQLITE_OK) return rc;
    }
    return SQLITE_OK;
}

}  // namespace koine::store::sqlite
