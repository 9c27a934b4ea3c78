#include "dialect/page/links.hpp"
#include "dialect/page/page.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace koine::dialect {
namespace {

struct Settings {
    std::string page;
    std::string size;
    std::int64_t first = 1;
    bool refuse_beyond = false;
    PageBounds bounds;
};

class Numbered final : public Page {
public:
    explicit Numbered(Settings settings) : settings_(std::move(settings)) {}

    /// Until `finish` the window's offset counts pages: their size may come later.
    Result<bool> read(Parameter const& parameter, Endpoint const&, query::Query& query) const override {
        if (parameter.key == settings_.size) {
            KOINE_TRY(query.window.limit, page_size(parameter, 1, settings_.bounds));
            return true;
        }
        if (parameter.key != settings_.page) return false;
        KOINE_TRY(auto const number, whole_number(parameter, settings_.first));
        query.window.offset = number - settings_.first;
        return true;
    }

    Result<void> finish(Exchange const& exchange, query::Query& query) const override {
        constexpr auto most = std::numeric_limits<std::int64_t>::max();
        auto& window = query.window;
        if (query.key || (is_write(exchange.method) && !window.limit && window.offset == 0)) return outcome::success();
        auto const size = window.limit.value_or(settings_.bounds.initial);
        window.limit = size;
        // The largest multiple rather than the largest number, so that the page's number comes back out of the offset.
        window.offset = std::min(window.offset, most / size) * size;
        if (settings_.bounds.count_always) query.count = query::Count::exact;
        return outcome::success();
    }

    Result<PageFacts> facts(Exchange const& exchange, query::Query const& query, std::int64_t returned, std::optional<std::int64_t> total)
        const override {
        PageFacts facts;
        auto const size = std::max<std::int64_t>(query.window.limit.value_or(settings_.bounds.initial), 1);
        auto const index = query.window.offset / size;
        facts.offset = query.window.offset;
        facts.limit = size;
        facts.returned = returned;
        facts.total = total;
        facts.number = saturating_sum(index, settings_.first);
        bool const beyond = index > 0 && (total ? facts.offset >= *total : returned == 0);
        if (beyond && settings_.refuse_beyond) {
            auto problem = Problem(Reason::offset_beyond_total).with("offset", facts.offset);
            return total ? std::move(problem).with("total", *total) : problem;
        }
        auto const link = [&](std::int64_t to) { return page_link(exchange, {{settings_.page, saturating_sum(to, settings_.first)}}); };
        facts.first = link(0);
        if (total ? saturating_sum(facts.offset, size) < *total : returned == size) facts.next = link(saturating_sum(index, 1));
        if (index > 0) facts.prev = link(index - 1);
        if (total) {
            facts.pages = page_count(*total, size);
            facts.last = link(std::max<std::int64_t>(*facts.pages - 1, 0));
        }
        return facts;
    }

    void describe(model::Entity const&, model::Model const&, Description& description) const override {
        description.add({
            .name = settings_.page,
            .type = "integer",
            .description = "Number of the page, from " + std::to_string(settings_.first),
            .example = std::to_string(settings_.first),
        });
        description.add({
            .name = settings_.size,
            .type = "integer",
            .description = "Items of a page, up to " + std::to_string(settings_.bounds.most),
            .example = std::to_string(settings_.bounds.initial),
        });
    }

private:
    Settings settings_;
};

}  // namespace

Result<std::unique_ptr<Page const>> compile_page_numbered(yaml::Node const& node) {
    yaml::Options options(node);
    Settings settings;
    settings.page = options.text("page", "page");
    settings.size = options.text("size", "per_page");
    settings.first = options.integer("first", 1, 0, 1);
    settings.refuse_beyond = options.word("beyond", {"empty", "not_found"}, "empty") == 1;
    settings.bounds = page_bounds(options);
    KOINE_TRY(options.done());
    return std::make_unique<Numbered const>(std::move(settings));
}

}  // namespace koine::dialect
