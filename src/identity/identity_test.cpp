#include "identity/identity.hpp"

#include "resource/testing.hpp"
#include "store/transaction.hpp"
#include "value/type.hpp"

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

namespace koine::identity {
namespace {

using Kind = Credentials::Kind;
using Who = description::Rule::Who;

constexpr std::string_view kApp = R"(
app: {name: test, title: Test, version: "1"}
entities:
  group:
    fields: {name: text(50) unique, rights: 'list(text) hidden readonly = []'}
  user:
    fields: {name: text(50) unique, password: password, active: bool = true, boss: bool = false, does: 'enum(write|edit|not edit) null', rights: 'list(text) hidden readonly = []', groups: refs(group)}
  token:
    fields: {user: ref(user) cascade, made: datetime readonly = now, key: secret unique = random_key, writes: bool = true, until: datetime null,
             nets: list(cidr) null, used: datetime null, scope: text(100) null, says: json null}
  session:
    fields: {user: ref(user) cascade, key: secret unique, until: datetime}
identity:
  user: {entity: user, name: name, password: password, active: active, superuser: boss, permissions: rights, roles: does, groups: groups}
  group: {entity: group, permissions: rights, name: name}
  token: {entity: token, user: user, key: key, write: writes, expires: until, networks: nets, used: used, scopes: scope, claims: says}
  session: {entity: session, user: user, key: key, expires: until}
resources:
  users: {entity: user, members: [id, name]}
)";

class IdentityTest : public resource::testing::AppTest {
protected:
    void SetUp() override {
        ASSERT_NO_FATAL_FAILURE(make_app({{"app.yaml", std::string(kApp)}}));
        auto made = Accounts::make(*app_, store_->model(), off_loop_);
        ASSERT_TRUE(made) << describe(made.error());
        accounts_ = std::move(made).value();
        run_sql(
            "INSERT INTO `group`(id, name, rights) VALUES (1, 'g', '[\"net.add_peer\"]');"
            "INSERT INTO user(id, name, password, active, boss, rights) VALUES (1, 'anna', '" +
            password("secret") + "', 1, 0, '[\"net.change_peer\"]'), (2, 'gone', '" + password("x") +
            "', 0, 0, '[]'), (3, 'boss', '', 1, 1, '[]');"
            "INSERT INTO user_groups(source_id, target_id) VALUES (1, 1);" +
            token("good", 1, "1", "null", "null") + token("read", 1, "0", "null", "null") +
            token("late", 1, "1", "'2020-01-01T00:00:00.000000Z'", "null") + token("gone", 2, "1", "null", "null") +
            token("near", 3, "1", "null", "'[\"192.0.2.0/24\"]'")
        );
    }
    void TearDown() override {
        accounts_.reset();
        worker_.reset();
    }

    /// As stored.
    std::string password(std::string_view text) {
        value::Type type;
        type.kind = value::Kind::password;
        return std::string(value::accept(type, {query::Given::Kind::text, text}, arena_).value().view());
    }

    static std::string token(std::string_view key, int user, std::string_view writes, std::string_view until, std::string_view nets) {
        return "INSERT INTO token(user_id, made, key, writes, until, nets) VALUES (" + std::to_string(user) +
               ", '2020-01-01T00:00:00.000000Z', '" + value::hashed_secret(key).value() + "', " + std::string(writes) + ", " +
               std::string(until) + ", " + std::string(nets) + ");";
    }

    /// "anna writes", "anonymous", or the reason.
    std::string who(Kind kind, std::string_view secret, std::string_view from = "198.51.100.7") {
        auto found = waited(accounts_->identify(worker_->session(), {kind, secret, parse_address(from)}));
        if (!found) return std::string(to_string(found.error().reason()));
        if (found.value().anonymous) return "anonymous";
        return found.value().name + (found.value().may_write ? " writes" : " reads") + (found.value().superuser ? " all" : "");
    }

    Arena arena_;
    OffLoop off_loop_;
    std::unique_ptr<Accounts> accounts_;
};

TEST_F(IdentityTest, KnowsTokens) {
    struct Case {
        std::string_view secret, from, want;
    };
    for (auto const& [secret, from, want] : std::vector<Case>{
             {"good", "198.51.100.7", "anna writes"},
             {"good", "198.51.100.7", "anna writes"},
             {"read", "198.51.100.7", "anna reads"},
             {"late", "198.51.100.7", "token_expired"},
             {"gone", "198.51.100.7", "user_inactive"},
             {"near", "198.51.100.7", "token_address_refused"},
             {"near", "192.0.2.9", "boss writes all"},
             {"near", "2001:db8::1", "token_address_refused"},
             {"none", "198.51.100.7", "unknown_token"},
             {"", "198.51.100.7", "unknown_token"},
         })
        EXPECT_EQ(who(Kind::token, secret, from), want) << secret;
    EXPECT_EQ(who(Kind::none, ""), "anonymous");
}

TEST_F(IdentityTest, CollectsPermissionsOfTheUserAndOfGroups) {
    auto found = waited(accounts_->identify(worker_->session(), {Kind::token, "good", std::nullopt}));
    ASSERT_TRUE(found);
    EXPECT_EQ(found.value().rights->permissions, (std::vector<std::string>{"net.add_peer", "net.change_peer"}));
    EXPECT_EQ(found.value().user, 1);
}

TEST_F(IdentityTest, CollectsRolesScopesAndClaims) {
    using Texts = std::vector<std::string>;
    auto const rights = [this](std::string_view key) {
        auto const found = waited(accounts_->identify(worker_->session(), {Kind::token, key, parse_address("192.0.2.9")}));
        return found ? *found.value().rights : query::Rights{};
    };
    auto const plain = rights("good");
    EXPECT_EQ(plain.roles, Texts{"g"});
    EXPECT_EQ(plain.scopes, std::nullopt);
    EXPECT_EQ(plain.claims, "");
    run_sql(
        "UPDATE user SET does = 'not edit' WHERE id = 1; UPDATE token SET scope = 'read  write:all\n ', says = '{\"a\":1}' WHERE user_id = "
        "1;"
        "INSERT INTO `group`(id, name) VALUES (2, 'h'); INSERT INTO user_groups(source_id, target_id) VALUES (1, 2);"
        "UPDATE token SET scope = '', says = '[1]' WHERE user_id = 3"
    );
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // what was found is kept for a second
    auto const full = rights("good");
    EXPECT_EQ(full.roles, (Texts{"not edit", "g", "h"}));
    EXPECT_EQ(full.scopes, (Texts{"read", "write:all"}));
    EXPECT_EQ(full.claims, R"({"a":1})");
    EXPECT_EQ(full.permissions, (Texts{"net.add_peer", "net.change_peer"}));
    EXPECT_EQ(rights("near").scopes, Texts{}) << "a token that says it has none";
    EXPECT_EQ(rights("near").roles, Texts{});
    EXPECT_EQ(rights("near").claims, "") << "what is no object";
}

TEST_F(IdentityTest, NotesTheLastUseOnceAMinute) {
    who(Kind::token, "good");
    auto commits = worker_->session().commits();
    EXPECT_EQ(stored("SELECT count(*) FROM token WHERE used IS NOT NULL"), "1");
    who(Kind::token, "good");
    EXPECT_EQ(worker_->session().commits(), commits);
}

TEST_F(IdentityTest, KeepsNobodyWaitingForTheLastUse) {
    store::sqlite::testing::ForeignProgram other(folder_.file());
    other.run("BEGIN IMMEDIATE");
    std::vector<std::string> told;
    auto ask = [this, &told](std::string_view secret) -> Awaitable<> {
        Credentials const credentials{Kind::token, secret, parse_address("192.0.2.9")};
        auto found = co_await accounts_->identify(worker_->session(), credentials);
        told.push_back(found ? found.value().name : std::string(to_string(found.error().reason())));
    };
    for (std::string_view secret : {"good", "read", "near"})
        boost::asio::co_spawn(worker_->loop(), ask(secret), [](std::exception_ptr failed) { EXPECT_FALSE(failed); });
    auto const commits = worker_->session().commits();
    worker_->loop().restart();
    worker_->loop().poll();
    EXPECT_EQ(told, (std::vector<std::string>{"anna", "anna", "boss"}));
    EXPECT_EQ(stored("SELECT count(*) FROM token WHERE used IS NOT NULL"), "0");
    other.run("COMMIT");
    worker_->loop().run();
    EXPECT_EQ(stored("SELECT count(*) FROM token WHERE used IS NOT NULL"), "3");
    EXPECT_LE(worker_->session().commits() - commits, 2U) << "what gathers is written together";
}

TEST_F(IdentityTest, ForgetsTheLastUseWhenItGoesAway) {
    store::sqlite::testing::ForeignProgram other(folder_.file());
    other.run("BEGIN IMMEDIATE");
    auto ask = [this](std::string_view secret) -> Awaitable<> {
        Credentials const credentials{Kind::token, secret, std::nullopt};
        EXPECT_TRUE(co_await accounts_->identify(worker_->session(), credentials));
    };
    worker_->loop().restart();
    for (std::string_view secret : {"good", "read"}) {
        boost::asio::co_spawn(worker_->loop(), ask(secret), [](std::exception_ptr failed) { EXPECT_FALSE(failed); });
        worker_->loop().poll();
    }
    accounts_.reset();
    other.run("COMMIT");
    worker_.reset();
    EXPECT_EQ(stored("SELECT count(*) FROM token WHERE used IS NOT NULL"), "1") << "what was under way is finished";
}

TEST_F(IdentityTest, RemovesSessionsThatAreOver) {
    for (std::string_view until : {"2020-01-01T00:00:00.000000Z", "2021-01-01T00:00:00.000000Z", "2999-01-01T00:00:00.000000Z"})
        run_sql("INSERT INTO session(user_id, key, until) VALUES (1, 'of " + std::string(until) + "', '" + std::string(until) + "')");
    EXPECT_FALSE(waited(accounts_->log_in(worker_->session(), "anna", "wrong")));
    EXPECT_EQ(stored("SELECT count(*) FROM session"), "3");
    ASSERT_TRUE(waited(accounts_->log_in(worker_->session(), "anna", "secret")));
    EXPECT_EQ(stored("SELECT count(*), min(until) > '2022', max(until) FROM session"), "2|1|2999-01-01T00:00:00.000000Z");
}

TEST_F(IdentityTest, TakesTheTimeFromItsClock) {
    std::int64_t now = 1'577'836'799'000'000;  // a second before the "late" token is over
    accounts_ = Accounts::make(*app_, store_->model(), off_loop_, [&now] { return now; }).value();
    EXPECT_EQ(who(Kind::token, "late"), "anna writes");
    auto const secret = waited(accounts_->log_in(worker_->session(), "anna", "secret")).value();
    EXPECT_EQ(who(Kind::session, secret), "anna writes");
    EXPECT_EQ(stored("SELECT until FROM session"), "2020-01-14T23:59:59.000000Z");
    now += 1'000'000;
    EXPECT_EQ(who(Kind::token, "late"), "token_expired");
    now += std::int64_t{14} * 86'400'000'000;
    EXPECT_EQ(who(Kind::session, secret), "anonymous");
}

TEST_F(IdentityTest, BeginsAndEndsSessions) {
    EXPECT_FALSE(waited(accounts_->log_in(worker_->session(), "anna", "wrong")));
    EXPECT_FALSE(waited(accounts_->log_in(worker_->session(), "nobody", "secret")));
    EXPECT_FALSE(waited(accounts_->log_in(worker_->session(), "gone", "x")));
    EXPECT_FALSE(waited(accounts_->log_in(worker_->session(), "boss", "")));
    auto secret = waited(accounts_->log_in(worker_->session(), "anna", "secret"));
    ASSERT_TRUE(secret) << describe(secret.error());
    EXPECT_EQ(stored("SELECT count(*) FROM session WHERE key = '" + secret.value() + "'"), "0") << "only the hash is kept";
    EXPECT_EQ(who(Kind::session, secret.value()), "anna writes");
    EXPECT_EQ(who(Kind::session, "other"), "anonymous");
    EXPECT_EQ(who(Kind::token, secret.value()), "unknown_token");
    ASSERT_TRUE(waited(accounts_->log_out(worker_->session(), secret.value())));
    EXPECT_EQ(who(Kind::session, secret.value()), "anonymous");
}

TEST_F(IdentityTest, EndsSessionsWithThePasswordThatBeganThem) {
    auto first = waited(accounts_->log_in(worker_->session(), "anna", "secret"));
    ASSERT_TRUE(first);
    EXPECT_EQ(who(Kind::session, first.value()), "anna writes");
    for (auto const& forged : {first.value().substr(0, 40), first.value() + "0", first.value().substr(0, 40) + std::string(64, '0')})
        EXPECT_EQ(who(Kind::session, forged), "anonymous") << forged;
    run_sql("UPDATE user SET password = '" + password("other") + "' WHERE id = 1");
    // What was found is kept for a moment where another program writes.
    accounts_ = Accounts::make(*app_, store_->model(), off_loop_).value();
    EXPECT_EQ(who(Kind::session, first.value()), "anonymous");
    EXPECT_EQ(who(Kind::token, "good"), "anna writes");
    auto second = waited(accounts_->log_in(worker_->session(), "anna", "other"));
    ASSERT_TRUE(second);
    EXPECT_EQ(who(Kind::session, second.value()), "anna writes");
    ASSERT_TRUE(waited(accounts_->log_out(worker_->session(), first.value())));
    EXPECT_EQ(stored("SELECT count(*) FROM session"), "1");
}

TEST_F(IdentityTest, HashesNoPasswordThatIsTooLong) {
    OffLoop stopped;
    stopped.stop();
    auto accounts = Accounts::make(*app_, store_->model(), stopped).value();
    auto told = [&](std::size_t length) {
        auto done = waited(accounts->log_in(worker_->session(), "anna", std::string(length, 'x')));
        return std::string(done ? "done" : to_string(done.error().reason()));
    };
    EXPECT_EQ(told(128), "overloaded") << "it would have been hashed";
    EXPECT_EQ(told(129), "not_permitted");
}

TEST_F(IdentityTest, LetsOnlySoManyPasswordsWait) {
    OffLoop off_loop(1);
    auto accounts = Accounts::make(*app_, store_->model(), off_loop).value();
    std::vector<std::string> told;
    auto ask = [&told](Awaitable<Result<std::string>> asked) -> Awaitable<> {
        auto done = co_await std::move(asked);
        told.emplace_back(done ? "done" : to_string(done.error().reason()));
    };
    for (int i = 0; i < 2; ++i)
        boost::asio::co_spawn(worker_->loop(), ask(accounts->log_in(worker_->session(), "anna", "secret")), [](std::exception_ptr failed) {
            EXPECT_FALSE(failed);
        });
    worker_->loop().restart();
    worker_->loop().run();
    EXPECT_EQ(told, (std::vector<std::string>{"overloaded", "done"}));
}

TEST_F(IdentityTest, MakesTokens) {
    EXPECT_FALSE(waited(accounts_->provision(worker_->session(), "anna", "wrong")));
    auto secret = waited(accounts_->provision(worker_->session(), "anna", "secret"));
    ASSERT_TRUE(secret) << describe(secret.error());
    EXPECT_EQ(secret.value().size(), 40u);
    EXPECT_EQ(who(Kind::token, secret.value()), "anna writes");
}

TEST(Admitting, FollowsTheRule) {
    query::Principal nobody, user, staff, boss, may;
    user.anonymous = staff.anonymous = boss.anonymous = may.anonymous = false;
    staff.staff = boss.superuser = true;
    may.rights = std::make_shared<query::Rights const>(query::Rights{.permissions = {"net.add_peer"}});
    struct Case {
        query::Principal const* who;
        Who rule;
        bool login_required;
        std::string_view want;
    };
    int number = 0;
    for (auto const& [who, rule, login, want] : std::vector<Case>{
             {&nobody, Who::anyone, false, ""},
             {&nobody, Who::anyone, true, "login_required"},
             {&user, Who::anyone, true, ""},
             {&nobody, Who::user, false, "login_required"},
             {&user, Who::user, false, ""},
             {&user, Who::staff, false, "not_permitted"},
             {&staff, Who::staff, false, ""},
             {&boss, Who::staff, false, ""},
             {&staff, Who::superuser, false, "not_permitted"},
             {&nobody, Who::permission, false, "login_required"},
             {&user, Who::permission, false, "not_permitted"},
             {&may, Who::permission, false, ""},
             {&boss, Who::permission, false, ""},
             {&nobody, Who::nobody, false, "not_permitted"},
             {&boss, Who::nobody, false, "not_permitted"},
         }) {
        auto admitted = admit(*who, {rule, "net.add_peer"}, login);
        EXPECT_EQ(admitted ? "" : to_string(admitted.error().reason()), want) << "case " << number;
        ++number;
    }
}

}  // namespace
}  // namespace koine::identity
