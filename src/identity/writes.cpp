#include "identity/writes.hpp"

#include "query/filters.hpp"
#include "query/planner.hpp"

#include <utility>

namespace koine::identity {

Result<std::unique_ptr<Making>> make_making(
    description::App const& app,
    model::Model const& model,
    std::string const& entity,
    std::string const& user,
    std::string const& key,
    std::string const& expires
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
        bool is_now = field.touched || (field.otherwise && field.otherwise->kind == Default::Kind::now);
        if (field.name == user)
            add(field.name + "_id", Making::Gets::user);
        else if (field.name == key)
            add(field.name, Making::Gets::key);
        else if (field.name == expires && !field.nullable)
            add(field.name, Making::Gets::expires);
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
