#include "identity/tokens.hpp"

#include "identity/identity.hpp"
#include "resource/testing.hpp"
#include "store/transaction.hpp"

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

namespace koine::identity {
namespace {

constexpr std::string_view kApp = R"(
app: {name: test, title: Test, version: "1"}
entities:
  user:
    fields: {name: text(50) unique, password: password}
  token:
    fields: {user: ref(user) cascade, made: datetime readonly = now, key: secret unique = random_key, writes: bool = true, until: datetime null,
             description: text(20) blank, used: datetime null}
identity:
  user: {entity: user, name: name, password: password}
  token: {entity: token, user: user, key: key, write: writes, expires: until, used: used}
resources:
  users: {entity: user, members: [id, name]}
)";

class TokensTest : public resource::testing::AppTest {
protected:
    void SetUp() override {
        ASSERT_NO_FATAL_FAILURE(make_app({{"app.yaml", std::string(kApp)}}));
        auto made = Tokens::make(*app_, store_->model());
        ASSERT_TRUE(made) << describe(made.error());
        tokens_ = std::move(made).value();
        auto accounts = Accounts::make(*app_, store_->model(), off_loop_);
        ASSERT_TRUE(accounts) << describe(accounts.error());
        accounts_ = std::move(accounts).value();
        run_sql("INSERT INTO user(id, name, password) VALUES (1, 'anna', ''), (2, 'bert', '')");
    }
    void TearDown() override {
        accounts_.reset();
        tokens_.reset();
        worker_.reset();
    }

    template <class Value>
    Value given(Awaitable<Result<Value>> asked) {
        auto done = waited(std::move(asked));
        if (!done) {
            ADD_FAILURE() << describe(done.error());
            return {};
        }
        return std::move(done).value();
    }

    std::string create(std::int64_t user, NewToken token) { return given(tokens_->create(worker_->session(), user, std::move(token))); }
    std::vector<OwnToken> of(std::int64_t user) { return given(tokens_->of(worker_->session(), user)); }
    bool remove(std::int64_t user, std::int64_t key) { return given(tokens_->remove(worker_->session(), user, key)); }

    OffLoop off_loop_;
    std::unique_ptr<Tokens> tokens_;
    std::unique_ptr<Accounts> accounts_;
};

TEST_F(TokensTest, AreMadeShownAndDeletedByTheirOwner) {
    EXPECT_TRUE(tokens_->shape().write && tokens_->shape().expires && tokens_->shape().used && tokens_->shape().description);
    EXPECT_EQ(tokens_->shape().longest_description, 20U);
    auto const secret = create(1, {"<b>laptop", "2999-01-01T00:00:00.000000Z", false});
    EXPECT_EQ(secret.size(), 40U);
    create(1, {"", "", true});
    create(2, {"other", "", true});
    auto const all = of(1);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_TRUE(all[0].may_write) << "the newest first";
    EXPECT_EQ(all[0].expires, "");
    EXPECT_EQ(all[1].description, "<b>laptop");
    EXPECT_EQ(all[1].expires, "2999-01-01T00:00:00.000000Z");
    EXPECT_FALSE(all[1].may_write);
    EXPECT_FALSE(all[1].created.empty());
    auto const who = given(accounts_->identify(worker_->session(), {Credentials::Kind::token, secret, std::nullopt}));
    EXPECT_EQ(who.name, "anna");
    EXPECT_FALSE(who.may_write);
    EXPECT_FALSE(remove(2, all[1].key)) << "it is not his";
    EXPECT_EQ(of(1).size(), 2U);
    EXPECT_TRUE(remove(1, all[1].key));
    EXPECT_FALSE(remove(1, all[1].key));
    EXPECT_EQ(of(1).size(), 1U);
    EXPECT_EQ(of(2).size(), 1U);
}

TEST_F(TokensTest, OnlySoManyAreTold) {
    for (int i = 0; i < Tokens::kMost + 5; ++i) create(1, {"", "", true});
    EXPECT_EQ(of(1).size(), static_cast<std::size_t>(Tokens::kMost) + 1);
}

}  // namespace
}  // namespace koine::identity
