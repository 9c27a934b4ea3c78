#include "dialect/registry.hpp"

#include "dialect/filter/filter.hpp"
#include "dialect/page/page.hpp"
#include "dialect/relations/relations.hpp"
#include "dialect/select/select.hpp"
#include "dialect/sort/sort.hpp"

namespace koine::dialect {

yaml::Node const& strategy_word(yaml::Node const& node) {
    return node.is_map() && node.members.size() == 1 ? node.members.front().key : node;
}

std::span<Registered<Auth> const> auths() {
    static constexpr Registered<Auth> table[] = {
        {"token", compile_auth_token},
    };
    return table;
}

std::span<Registered<ParameterReader> const> filters() {
    static constexpr Registered<ParameterReader> table[] = {
        {"dotted", compile_filter_dotted},
        {"plain", compile_filter_plain},
        {"lookups", compile_filter_lookups},
    };
    return table;
}

std::span<Registered<ParameterReader> const> selects() {
    static constexpr Registered<ParameterReader> table[] = {
        {"embed", compile_select_embed},
        {"fields", compile_select_fields},
        {"views", compile_select_views},
    };
    return table;
}

std::span<Registered<ParameterReader> const> sorts() {
    static constexpr Registered<ParameterReader> table[] = {
        {"pairs", compile_sort_pairs},
        {"signs", compile_sort_signs},
    };
    return table;
}

std::span<Registered<Page> const> pages() {
    static constexpr Registered<Page> table[] = {
        {"range_header", compile_page_range_header},
        {"offset", compile_page_offset},
        {"numbered", compile_page_numbered},
    };
    return table;
}

std::span<Registered<Relations> const> relations() {
    static constexpr Registered<Relations> table[] = {
        {"key", compile_relations_key},
        {"nested", compile_relations_nested},
    };
    return table;
}

std::span<Registered<Write> const> writes() {
    static constexpr Registered<Write> table[] = {
        {"prefer", compile_write_prefer},
        {"items", compile_write_items},
    };
    return table;
}

std::span<Registered<Edits> const> edits() {
    static constexpr Registered<Edits> table[] = {
        {"documents", compile_edits_documents},
    };
    return table;
}

}  // namespace koine::dialect
