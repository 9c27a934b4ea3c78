#include "identity/tokens.hpp"

#include "identity/writes.hpp"
#include "query/filters.hpp"
#include "query/mutation.hpp"
#include "query/planner.hpp"
#include "store/transaction.hpp"

#include <algorithm>

namespace koine::identity {
namespace {

using description::Default;
using description::Field;
using query::Cell;

bool is_now(Field const& field) { return field.touched || (field.otherwise && field.otherwise->kind == Default::Kind::now); }

query::Placed<query::Filter> is(std::string column, std::string value) {
    return {{}, query::condition(std::move(column), query::Operator::eq, {std::move(value)})};
}

class AppTokens final : public Tokens {
public:
    explicit AppTokens(description::App const& app) : identity_(app.identity), entity_(app.entity(identity_.token)) {}

    Result<void> prepare(description::App const& app, model::Model const& model) {
        for (auto const& field : entity_->fields) find(field);
        query_.relation = identity_.token;
        add("id");
        for (auto const* name : {&description_, &created_, &identity_.token_expires, &identity_.token_used, &identity_.token_write})
            add(*name);
        query_.filters.push_back(is(identity_.token_user + "_id", ""));
        query::OrderTerm newest;
        newest.field.name = "id";
        newest.direction = query::Direction::descending;
        query_.orders.push_back({{}, {newest}});
        query_.window.limit = kMost + 1;
        KOINE_TRY(plan_, query::plan_read(model, query_, {}, {}));
        using Gets = Making::Gets;
        KOINE_TRY(
            making_,
            make_making(
                app,
                model,
                identity_.token,
                identity_.token_user,
                identity_.token_key,
                {{identity_.token_write, Gets::write}, {identity_.token_expires, Gets::expires}, {description_, Gets::description}}
            )
        );
        removal_.change = query::Change::remove;
        removal_.relation = identity_.token;
        removal_.chosen.relation = identity_.token;
        removal_.chosen.filters = {is("id", ""), is(identity_.token_user + "_id", "")};
        KOINE_TRY(removing_, query::plan_write(model, removal_, {}, {}));
        return outcome::success();
    }

    TokenShape const& shape() const override { return shape_; }

    Awaitable<Result<std::vector<OwnToken>>> of(store::Session& session, std::int64_t user) override {
        if (!prepared_) {
            KOINE_CO_TRY(prepared_, session.prepare(plan_));
        }
        auto query = query_;
        query.filters[0].value.condition.values[0] = std::to_string(user);
        Arena arena;
        std::vector<query::Argument> arguments;
        store::RunLimits const limits;
        KOINE_CO_TRY(query::bind(*plan_, query, limits.max_rows, arena, arguments));
        query::Rows rows;
        KOINE_CO_TRY(co_await session.run(prepared_, arguments, limits, nullptr, rows));
        std::vector<OwnToken> tokens;
        for (std::size_t row = 0; row < rows.steps[0].count(); ++row) tokens.push_back(read(rows.steps[0].row(row)));
        co_return tokens;
    }

    Awaitable<Result<std::string>> create(store::Session& session, std::int64_t user, NewToken token) override {
        NewRow row{user, std::move(token.now), std::move(token.expires), std::move(token.description), token.may_write};
        co_return co_await make_row(session, *making_, std::move(row));
    }

    Awaitable<Result<bool>> remove(store::Session& session, std::int64_t user, std::int64_t key) override {
        auto mutation = removal_;
        mutation.chosen.filters[0].value.condition.values[0] = std::to_string(key);
        mutation.chosen.filters[1].value.condition.values[0] = std::to_string(user);
        Arena arena;
        std::vector<query::Argument> chosen;
        KOINE_CO_TRY(query::bind_chosen(*removing_, mutation, arena, chosen));
        query::WriteValues const values;
        query::Written written;
        store::Work const work = [this, &chosen, &values, &written](store::Transaction& transaction) {
            store::WriteRequest request;
            request.chosen = chosen;
            request.values = &values;
            return transaction.write(removing_, request, written);
        };
        KOINE_CO_TRY(co_await session.transact(work, nullptr));
        co_return written.affected > 0;
    }

private:
    void find(Field const& field) {
        bool const text = !field.reference && field.type.kind == value::Kind::text;
        if (field.name == identity_.token_write) shape_.write = true;
        if (field.name == identity_.token_expires) shape_.expires = true;
        if (field.name == identity_.token_used) shape_.used = true;
        if (created_.empty() && !field.touched && field.type.kind == value::Kind::datetime && is_now(field)) created_ = field.name;
        if (field.name != "description" || !text || field.hidden || field.readonly) return;
        shape_.description = true;
        shape_.longest_description = field.type.longest;
        description_ = field.name;
    }

    void add(std::string const& column) {
        if (column.empty()) return;
        query::SelectItem item;
        item.field.name = column;
        query_.select.push_back(std::move(item));
    }

    OwnToken read(Cell const* row) const {
        OwnToken token;
        for (auto const& member : plan_->members) {
            if (member.kind != query::Member::Kind::scalar) continue;
            auto const& cell = row[member.cell];
            auto const text = cell.kind() == Cell::Kind::text ? std::string(cell.view()) : std::string();
            if (member.name == "id" && cell.kind() == Cell::Kind::integer) token.key = cell.integer();
            if (member.name == description_) token.description = text;
            if (member.name == created_) token.created = text;
            if (member.name == identity_.token_expires) token.expires = text;
            if (member.name == identity_.token_used) token.used = text;
            if (member.name == identity_.token_write) token.may_write = cell.kind() == Cell::Kind::integer && cell.integer() != 0;
        }
        return token;
    }

    description::Identity identity_;
    description::Entity const* entity_;
    TokenShape shape_;
    std::string description_, created_;
    query::Query query_;
    std::shared_ptr<query::Plan const> plan_;
    std::shared_ptr<store::Prepared> prepared_;
    std::unique_ptr<Making> making_;
    query::Mutation removal_;
    std::shared_ptr<query::WritePlan const> removing_;
};

}  // namespace

Result<std::unique_ptr<Tokens>> Tokens::make(description::App const& app, model::Model const& model) {
    if (app.identity.token.empty() || app.identity.token_user.empty() || app.entity(app.identity.token) == nullptr)
        return std::unique_ptr<Tokens>();
    auto made = std::make_unique<AppTokens>(app);
    KOINE_TRY(made->prepare(app, model));
    return std::unique_ptr<Tokens>(std::move(made));
}

}  // namespace koine::identity
