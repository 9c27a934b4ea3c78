#include "dialect/page/links.hpp"
#include "dialect/page/page.hpp"

#include <algorithm>
#include <utility>

namespace koine::dialect {
namespace {

struct Settings {
    std::string limit;
    std::string offset;
    PageBounds bounds;
};

class Offset final : public Page {
public:
    explicit Offset(Settings settings) : settings_(std::move(settings)) {}

    Result<bool> read(Parameter const& parameter, Endpoint const&, query::Query& query) const override {
        if (parameter.key == settings_.limit) {
            KOINE_TRY(query.window.limit, page_size(parameter, 0, settings_.bounds));
            return true;
        }
        if (parameter.key != settings_.offset) return false;
        KOINE_TRY(query.window.offset, whole_number(parameter, 0));
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
        facts.limit = limit;
        facts.returned = returned;
        facts.total = total;
        auto const link = [&](std::int64_t to) { return page_link(exchange, {{settings_.limit, limit}, {settings_.offset, to}}); };
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

    void describe(model::Entity const&, model::Model const&, Description& description) const override {
        description.add({
            .name = settings_.limit,
            .type = "integer",
            .description = "Items at most, up to " + std::to_string(settings_.bounds.most),
            .example = std::to_string(settings_.bounds.initial),
        });
        description.add({
            .name = settings_.offset,
            .type = "integer",
            .description = "Items left out before",
            .example = "0",
        });
    }

private:
    Settings settings_;
};

}  // namespace

Result<std::unique_ptr<Page const>> compile_page_offset(yaml::Node const& node) {
    yaml::Options options(node);
    Settings settings;
    settings.limit = options.text("limit", "limit");
    settings.offset = options.text("offset", "offset");
    settings.bounds = page_bounds(options);
    KOINE_TRY(options.done());
    return std::make_unique<Offset const>(std::move(settings));
}

}  // namespace koine::dialect
