#include "app/application.hpp"

#include <gtest/gtest.h>

namespace koine::app {
namespace {

class FakeStore final : public store::Store {
public:
    model::Model const& model() const override { return model_; }
    Result<std::unique_ptr<store::Session>> session(boost::asio::io_context&) override { return Problem(Reason::internal); }
    bool writable() const override { return false; }
    bool is_current() override { return current; }
    std::string description() const override { return "fake"; }

    bool current = true;

private:
    model::Model model_;
};

std::shared_ptr<Application> application(std::shared_ptr<store::Store> store) {
    auto made = std::make_shared<Application>();
    made->store = std::move(store);
    made->documents = std::make_shared<Documents>("fake", true);
    made->mounts = {{"/api/v2", nullptr}, {"/api", nullptr}, {"", nullptr}};
    return made;
}

TEST(Application, FindsTheLongestMountThatThePathLiesUnder) {
    auto made = application(std::make_shared<FakeStore>());
    struct Case {
        std::string_view path;
        std::string_view want;
    };
    for (auto const& [path, want] : std::initializer_list<Case>{
             {"/artist", ""},
             {"/api", "/api"},
             {"/api/artist", "/api"},
             {"/apis", ""},
             {"/api/v2/artist", "/api/v2"},
             {"/api/v20", "/api"},
             {"*", ""}
         }) {
        SCOPED_TRACE(path);
        EXPECT_EQ(made->mount_for(path).prefix, want);
    }
}

TEST(Applications, SwapInTheNextOnlyWhenTheDatabaseChanged) {
    auto first = std::make_shared<FakeStore>();
    auto second = std::make_shared<FakeStore>();
    int opened = 0;
    Applications applications(application(first), [&](Application const&) -> Result<std::shared_ptr<Application>> {
        ++opened;
        return application(second);
    });
    auto before = applications.current();
    EXPECT_TRUE(applications.refresh());
    EXPECT_EQ(opened, 0);
    EXPECT_EQ(applications.current(), before);

    first->current = false;
    EXPECT_TRUE(applications.refresh());
    EXPECT_EQ(opened, 1);
    EXPECT_EQ(applications.generation(), before->generation + 1);
    EXPECT_EQ(applications.current()->store, second);
    EXPECT_EQ(applications.current()->mounts.size(), before->mounts.size());
    EXPECT_EQ(before->store, first) << "a request that began before keeps what it began with";
}

TEST(Applications, ServeOnWhatTheyHaveWhenTheNextCannotBeOpened) {
    auto first = std::make_shared<FakeStore>();
    bool readable = false;
    Applications applications(application(first), [&](Application const&) -> Result<std::shared_ptr<Application>> {
        if (!readable) return configuration_problem("my.db", 0, 0, "there is no such file");
        return application(std::make_shared<FakeStore>());
    });
    first->current = false;
    EXPECT_FALSE(applications.refresh());
    EXPECT_EQ(applications.trouble(), "my.db: there is no such file");
    EXPECT_EQ(applications.current()->store, first);

    readable = true;
    EXPECT_TRUE(applications.refresh());
    EXPECT_EQ(applications.trouble(), "");
    EXPECT_NE(applications.current()->store, first);
}

TEST(Applications, LookAgainWhenSomethingBesideTheStoreHasChanged) {
    auto store = std::make_shared<FakeStore>();
    int made = 0;
    bool changed = false;
    Applications applications(
        application(store),
        [&](Application const& before) -> Result<std::shared_ptr<Application>> {
            ++made;
            return std::make_shared<Application>(before);
        },
        [&] { return std::exchange(changed, false); }
    );
    EXPECT_TRUE(applications.refresh());
    EXPECT_EQ(made, 0);
    changed = true;
    EXPECT_TRUE(applications.refresh());
    EXPECT_TRUE(applications.refresh());
    EXPECT_EQ(made, 1);
}

TEST(Applications, AreInTroubleUntilWhatHasChangedCanBeMade) {
    auto store = std::make_shared<FakeStore>();
    bool changed = true;
    bool valid = false;
    Applications applications(
        application(store),
        [&](Application const& before) -> Result<std::shared_ptr<Application>> {
            if (!valid) return configuration_problem("app.yaml", 1, 1, "expected a map");
            return std::make_shared<Application>(before);
        },
        [&] { return std::exchange(changed, false); }
    );
    for (int look = 0; look < 3; ++look) {
        EXPECT_FALSE(applications.refresh());
        EXPECT_EQ(applications.trouble(), "app.yaml:1:1: expected a map");
    }
    valid = changed = true;
    EXPECT_TRUE(applications.refresh());
    EXPECT_EQ(applications.trouble(), "");
}

}  // namespace
}  // namespace koine::app
