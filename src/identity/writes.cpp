#include "identity/writes.hpp"

#include "base/random.hpp"
#include "query/filters.hpp"
#include "query/planner.hpp"
#include "value/type.hpp"

#include <algorithm>
#include <utility>

namespace koine::identity {

Result<std::unique_ptr<Making>> make_making(
    description::App const& app,
    model::Model const& model,
    std::string const& entity,
    std::string const& user,
    std::string const& key,
    std::vector<Filled> const& filled
) {
    auto const* described = app.entity(entity);
    if (described == nullptr) return std::unique_ptr<Making>();
    auto made = std::make_unique<Making>();
    query::Mutation insert;
    insert.relation = entity;
    insert.absent_is_default = true;
    auto add = [&](std::string column, Making::Gets what) {
        insert.columns.push_back(std::move(column));
        made->columns.push_back(what);
    };
    for (auto const& field : described->fields) {
        using Default = description::Default;
        auto const given = std::ranges::find(filled, field.name, &Filled::field);
        bool is_now = field.touched || (field.otherwise && field.otherwise->kind == Default::Kind::now);
        if (field.name == user)
            add(field.name + "_id", Making::Gets::user);
        else if (field.name == key)
            add(field.name, Making::Gets::key);
        else if (given != filled.end())
            add(field.name, given->what);
        else if (is_now)
            add(field.name, Making::Gets::now);
        else if (field.otherwise && field.otherwise->kind == Default::Kind::caller)
            add(field.name + "_id", Making::Gets::user);
        else if (field.otherwise && field.otherwise->kind == Default::Kind::random_key)
            add(field.name, Making::Gets::random);
    }
    KOINE_TRY(made->plan, query::plan_write(model, insert, {}, {}));
    return made;
}

Awaitable<Result<std::string>> make_row(store::Session& session, Making const& making, NewRow row) {
    using query::Cell;
    using Gets = Making::Gets;
    KOINE_CO_TRY(auto key, random_key());
    KOINE_CO_TRY(auto const random, random_key());
    KOINE_CO_TRY(auto const hash, value::hashed_secret(key));
    auto const now = row.now.empty() ? value::now() : row.now;
    query::WriteValues values;
    values.rows = 1;
    for (auto const what : making.columns) {
        switch (what) {
            case Gets::user: values.cells.push_back(Cell::of(row.user)); break;
            case Gets::key: values.cells.push_back(Cell::text(hash)); break;
            case Gets::now: values.cells.push_back(Cell::text(now)); break;
            case Gets::random: values.cells.push_back(Cell::text(random)); break;
            case Gets::write: values.cells.push_back(Cell::of(std::int64_t{row.may_write ? 1 : 0})); break;
            case Gets::expires: values.cells.push_back(row.expires.empty() ? Cell() : Cell::text(row.expires)); break;
            case Gets::description: values.cells.push_back(Cell::text(row.description)); break;
        }
    }
    store::Work const work = [&making, &values](store::Transaction& transaction) {
        store::WriteRequest request;
        request.values = &values;
        query::Written written;
        return transaction.write(making.plan, request, written);
    };
    KOINE_CO_TRY(co_await session.transact(work, nullptr));
    co_return key;
}

Result<Changing> make_changing(
    model::Model const& model, query::Change change, std::string const& entity, std::string const& by, std::vector<std::string> columns
) {
    Changing made;
    made.mutation.change = change;
    made.mutation.relation = entity;
    made.mutation.chosen.relation = entity;
    made.mutation.columns = std::move(columns);
    made.mutation.chosen.filters.push_back({{}, query::condition(by, query::Operator::eq, {""})});
    KOINE_TRY(made.plan, query::plan_write(model, made.mutation, {}, {}));
    return made;
}

Result<void> carry_out(
    store::Transaction& transaction, Changing const& changing, std::string const& value, std::vector<query::Cell> cells
) {
    auto mutation = changing.mutation;
    mutation.chosen.filters[0].value.condition.values[0] = value;
    Arena arena;
    std::vector<query::Argument> chosen;
    KOINE_TRY(query::bind_chosen(*changing.plan, mutation, arena, chosen));
    query::WriteValues values;
    values.rows = cells.empty() ? 0 : 1;
    values.cells = std::move(cells);
    store::WriteRequest request;
    request.chosen = chosen;
    request.values = &values;
    query::Written written;
    return transaction.write(changing.plan, request, written);
}

}  // namespace koine::identity
