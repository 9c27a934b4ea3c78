#include "base/ascii.hpp"
#include "dialect/list.hpp"
#include "dialect/page/links.hpp"
#include "dialect/page/page.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace koine::dialect {
namespace {

constexpr auto kAllRows = std::numeric_limits<std::int64_t>::max();

enum class Zero : std::uint8_t { none, max, all, initial };

struct Settings {
    std::string limit;
    std::string offset;
    PageBounds bounds;
    Zero zero = Zero::none;
    bool bad_is_default = false;
    LinkOrder order = LinkOrder::kept;
};

/// A number as lenient conventions read it: blanks around it and a plus are nothing, and one that is too large is the largest.
std::optional<std::int64_t> lenient_number(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    if (text.empty() || !std::ranges::all_of(text, is_ascii_digit)) return std::nullopt;
    return to_integer(text).value_or(kAllRows);
}

class Offset final : public Page {
public:
    explicit Offset(Settings settings) : settings_(std::move(settings)) {}

    Result<bool> read(Parameter const& parameter, Endpoint const&, query::Query& query) const override {
        auto& window = query.window;
        if (parameter.key == settings_.limit) {
            KOINE_TRY(window.limit, limit_of(parameter));
            return true;
        }
        if (parameter.key != settings_.offset) return false;
        if (settings_.bad_is_default) {
            window.offset = lenient_number(parameter.value).value_or(0);
        } else {
            KOINE_TRY(window.offset, whole_number(parameter, 0));
        }
        return true;
    }

    Result<void> finish(Exchange const& exchange, query::Query& query) const override {
        if (query.key || (is_write(exchange.method) && !query.window.limit)) return outcome::success();
        if (!query.window.limit) query.window.limit = settings_.bounds.initial;
        if (settings_.bounds.count_always) query.count = query::Count::exact;
        return outcome::success();
    }

    Result<PageFacts> facts(Exchange const& exchange, query::Query const& query, std::int64_t returned, std::optional<std::int64_t> total)
        const override {
        PageFacts facts;
        auto const offset = query.window.offset;
        auto const limit = query.window.limit.value_or(settings_.bounds.initial);
        facts.offset = offset;
        facts.returned = returned;
        facts.total = total;
        if (limit == kAllRows) return facts;
        facts.limit = limit;
        auto const link = [&](std::int64_t to) { return link_to(exchange, limit, to); };
        facts.first = link(0);
        if (limit == 0) return facts;
        facts.number = saturating_sum(offset / limit, 1);
        auto const after = saturating_sum(offset, limit);
        if (total ? after < *total : returned == limit) facts.next = link(after);
        if (offset > 0) facts.prev = link(std::max<std::int64_t>(offset - limit, 0));
        if (total) {
            facts.pages = page_count(*total, limit);
            facts.last = link(std::max<std::int64_t>(*facts.pages - 1, 0) * limit);
        }
        return facts;
    }

    void describe(model::Entity const&, model::Model const&, Description& description) const override { describe_page(description); }
    void describe_resource(resource::Resource const&, model::Model const&, Description& description) const override {
        describe_page(description);
    }

private:
    using Limit = std::optional<std::int64_t>;

    /// Nothing: as if it had not been given.
    Result<Limit> limit_of(Parameter const& parameter) const {
        auto const& bounds = settings_.bounds;
        auto number = settings_.bad_is_default ? lenient_number(parameter.value) : to_integer(parameter.value);
        if (!number && settings_.bad_is_default) return Limit();
        if (number == 0) {
            switch (settings_.zero) {
                case Zero::none: break;
                case Zero::max: return Limit(bounds.most);
                case Zero::all: return Limit(kAllRows);
                case Zero::initial: return Limit(bounds.initial);
            }
        }
        if (number && settings_.bad_is_default && !bounds.refuse_over) return Limit(std::min(*number, bounds.most));
        KOINE_TRY(auto const size, page_size(parameter, 0, bounds));
        return Limit(size);
    }

    std::string link_to(Exchange const& exchange, std::int64_t limit, std::int64_t offset) const {
        if (settings_.order == LinkOrder::sorted && offset == 0)
            return page_link(exchange, settings_.order, {{settings_.limit, limit}}, settings_.offset);
        return page_link(exchange, settings_.order, {{settings_.limit, limit}, {settings_.offset, offset}});
    }

    void describe_page(Description& description) const {
        auto const bounded = settings_.bounds.most != kAllRows;
        description.add({
            .name = settings_.limit,
            .type = "integer",
            .description = "Items at most" + (bounded ? ", up to " + std::to_string(settings_.bounds.most) : std::string()),
            .example = std::to_string(settings_.bounds.initial),
        });
        description.add({
            .name = settings_.offset,
            .type = "integer",
            .description = "Items left out before",
            .example = "0",
        });
    }

    Settings settings_;
};

}  // namespace

Result<std::unique_ptr<Page const>> compile_page_offset(yaml::Node const& node) {
    yaml::Options options(node);
    Settings settings;
    settings.limit = options.text("limit", "limit");
    settings.offset = options.text("offset", "offset");
    settings.bounds = page_bounds(options, Unbounded::allowed);
    settings.zero = static_cast<Zero>(options.word("zero", {"none", "max", "all", "default"}, "none"));
    settings.bad_is_default = options.word("bad", {"problem", "default"}, "problem") == 1;
    settings.order = static_cast<LinkOrder>(options.word("keep", {"order", "sorted"}, "order"));
    KOINE_TRY(options.done());
    return std::make_unique<Offset const>(std::move(settings));
}

}  // namespace koine::dialect
