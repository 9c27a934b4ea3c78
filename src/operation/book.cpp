#include "operation/book.hpp"

#include "operation/stored.hpp"
#include "operation/texts.hpp"
#include "operation/where.hpp"
#include "query/filters.hpp"
#include "query/planner.hpp"
#include "query/shape.hpp"

#include <algorithm>
#include <utility>

namespace koine::operation {
namespace {

/// Of shapes; an app's functions ask few, unless they make them of what comes in: then all are forgotten now and then.
constexpr std::size_t kMostPlans = 1000;

}  // namespace

Result<std::shared_ptr<Book>> Book::make(
    std::shared_ptr<resource::Resources const> resources,
    edit::Rules rules,
    std::shared_ptr<script::Program const> program,
    Told told,
    WallClock clock,
    Files files
) {
    auto made = std::shared_ptr<Book>(new Book());
    auto texts = read_texts(*resources->app);
    if (!texts.mistakes.empty()) return texts.mistakes.front();
    made->texts_ = std::move(texts.all);
    resource::Forms forms;
    forms.datetime.zulu = true;
    KOINE_TRY(made->stored_, resource::bind(stored_form(*resources->app), *resources->model, forms, false));
    made->resources_ = std::move(resources);
    for (std::size_t i = 0; i < made->resources_->all.size(); ++i) {
        auto const& one = *made->resources_->all[i];
        made->by_name_.emplace(one.said->name, &one);
        made->stored_of_.emplace(&one, made->stored_->all[i].get());
    }
    made->rules_ = std::move(rules);
    made->told_ = std::move(told);
    made->files_ = std::move(files);
    made->plans_ = edit::Plans::make(*made->stored_, *made->stored_->model, clock);
    made->clock_ = std::move(clock);
    made->program_ = std::move(program);
    made->pool_ = std::make_unique<script::Pool>(made->program_);
    return made;
}

resource::Resource const* Book::find(std::string_view name) const {
    if (auto const found = by_name_.find(name); found != by_name_.end()) return found->second;
    return resources_->find(name);
}

resource::Resource const& Book::stored(resource::Resource const& resource) const { return *stored_of_.at(&resource); }

Result<std::shared_ptr<Planned const>> Book::planned(query::Query const& query) const {
    std::string shape;
    query::shape_of(query, shape);
    {
        std::scoped_lock lock(mutex_);
        if (auto const found = planned_.find(shape); found != planned_.end()) return found->second;
    }
    auto made = std::make_shared<Planned>();
    KOINE_TRY(made->plan, query::plan_read(model(), query, {}, {}));
    made->program = query.selection ? represent::compile(*made->plan, *query.selection) : represent::compile(*made->plan);
    std::scoped_lock lock(mutex_);
    if (planned_.size() >= kMostPlans) planned_.clear();
    planned_.emplace(std::move(shape), made);
    return std::shared_ptr<Planned const>(std::move(made));
}

std::shared_ptr<Planned const> Book::planned(std::shared_ptr<query::Plan const> const& plan, query::Selection const& selection) const {
    std::scoped_lock lock(mutex_);
    auto& kept = edited_[plan.get()];
    if (!kept) kept = std::make_shared<Planned const>(Planned{plan, represent::compile(*plan, selection)});
    return kept;
}

query::Query Book::by_keys(resource::Resource const& resource, resource::View const& view, std::vector<std::int64_t> const& keys) const {
    query::Query query;
    query.relation = model()[resource.entity].name;
    query.selection = view.selection;
    if (keys.size() == 1) {  // by far the most, and cheaper than a list of one
        query.filters.push_back({{}, query::with_key(keys.front())});
        return query;
    }
    query::Filter filter;
    filter.condition.field.name = "id";
    filter.condition.op = query::Operator::in;
    for (auto const key : keys) filter.condition.values.push_back(std::to_string(key));
    query.filters.push_back({{}, std::move(filter)});
    query::OrderTerm by_key;
    by_key.field.name = "id";
    query.orders.push_back({{}, {std::move(by_key)}});
    return query;
}

Result<std::shared_ptr<ByKey const>> Book::by_key(resource::Resource const& resource, resource::View const& view) const {
    {
        std::scoped_lock lock(mutex_);
        if (auto const found = by_key_.find(&view); found != by_key_.end()) return found->second;
    }
    auto made = std::make_shared<ByKey>();
    Arena arena;
    std::vector<query::Argument> others;
    auto const one = by_keys(resource, view, {1});
    KOINE_TRY(made->planned, planned(one));
    KOINE_TRY(query::bind(*made->planned->plan, one, 1, arena, made->arguments));
    KOINE_TRY(query::bind(*made->planned->plan, by_keys(resource, view, {2}), 1, arena, others));
    // The key is the argument in which these two differ.
    auto const equal = [](query::Argument const& a, query::Argument const& b) {
        return a.scalar.kind() != query::Cell::Kind::integer || a.scalar.integer() == b.scalar.integer();
    };
    auto const found = std::ranges::mismatch(made->arguments, others, equal).in1;
    if (found == made->arguments.end()) return mistake("a row is not read by its key");
    made->place = static_cast<std::size_t>(found - made->arguments.begin());
    std::scoped_lock lock(mutex_);
    return by_key_.emplace(&view, std::move(made)).first->second;
}

}  // namespace koine::operation
