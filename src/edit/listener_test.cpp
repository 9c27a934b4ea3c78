#include "edit/testing.hpp"

#include <gmock/gmock.h>

namespace koine::edit {
namespace {

/// Writes down what it hears.
class Witness final : public Listener {
public:
    Result<std::unique_ptr<Hearing>> listen(Occasion const& occasion) override {
        if (!heeds) return std::unique_ptr<Hearing>();
        lines.push_back(
            fmt::format("{} {} by {} in {}", occasion.action, occasion.entity.name, occasion.principal.name, occasion.request_id)
        );
        return std::unique_ptr<Hearing>(std::make_unique<Ear>(*this));
    }

    bool heeds = true;
    bool refuses = false;
    std::vector<std::string> lines;

private:
    struct Ear final : Hearing {
        explicit Ear(Witness& witness) : whose(witness) {}
        Result<void> removing(std::span<std::int64_t const> keys) override {
            whose.lines.push_back(fmt::format("removing {}", fmt::join(keys, " ")));
            return outcome::success();
        }
        Result<void> changed(std::span<Change const> changes) override {
            for (auto const& change : changes)
                whose.lines.push_back(fmt::format("{} '{}' {} -> {}", change.key, change.text, noted(change.before), noted(change.after)));
            if (whose.refuses) return Problem(Reason::overloaded);
            return outcome::success();
        }
        static std::string noted(std::string_view document) {
            auto const at = document.find("\"note\":");
            return at == std::string_view::npos ? std::string(document) : std::string(document.substr(at, document.find(',', at) - at));
        }
        Witness& whose;
    };
};

class ListenerTest : public testing::EditTest {
protected:
    std::string run_heard(Verb verb, bool bulk, std::string_view key, std::string_view text) {
        witness_.lines.clear();
        auto const body = body_of(text);
        auto asked = order(verb, bulk, key, *body);
        asked.listener = &witness_;
        return run(asked);
    }
    Witness witness_;
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(ListenerTest, hears_what_the_change_log_records) {
    EXPECT_EQ(run_heard(Verb::create, true, "", R"([{"asn":1,"name":"one"},{"asn":2,"name":"two"}])"), "ok 1 2");
    EXPECT_THAT(
        witness_.lines, ElementsAre("create peer by anna in r-1", "1 'AS1 - one'  -> \"note\":\"\"", "2 'AS2 - two'  -> \"note\":\"\"")
    );
    EXPECT_EQ(run_heard(Verb::patch, true, "", R"([{"id":1,"note":"x"},{"id":2,"note":""}])"), "ok 1 2");
    EXPECT_THAT(witness_.lines, ElementsAre("update peer by anna in r-1", "1 'AS1 - one' \"note\":\"\" -> \"note\":\"x\""));
    EXPECT_EQ(run_heard(Verb::patch, false, "1", R"({"note":"x"})"), "ok 1");
    EXPECT_THAT(witness_.lines, ElementsAre("update peer by anna in r-1"));
    EXPECT_EQ(run_heard(Verb::remove, true, "", R"([{"id":2},{"id":1}])"), "ok");
    EXPECT_THAT(
        witness_.lines,
        ElementsAre("delete peer by anna in r-1", "removing 1 2", "1 'AS1 - one' \"note\":\"x\" -> ", "2 'AS2 - two' \"note\":\"\" -> ")
    );
    EXPECT_EQ(stored("SELECT count(*) FROM change"), "5");
}

TEST_F(ListenerTest, hears_of_rows_that_are_not_recorded_without_what_they_are_like) {
    resource_ = "regions";
    EXPECT_EQ(run_heard(Verb::create, false, "", R"({"name":"Africa"})"), "ok 5");
    EXPECT_THAT(witness_.lines, ElementsAre("create region by anna in r-1", "5 ''  -> "));
    EXPECT_EQ(run_heard(Verb::patch, true, "", R"([{"id":5,"name":"X"},{"id":3,"name":"Y"}])"), "ok 5 3");
    EXPECT_THAT(witness_.lines, ElementsAre("update region by anna in r-1", "3 ''  -> ", "5 ''  -> "));
    EXPECT_EQ(run_heard(Verb::remove, false, "5", ""), "ok");
    EXPECT_THAT(witness_.lines, ElementsAre("delete region by anna in r-1", "removing 5", "5 ''  -> "));
}

TEST_F(ListenerTest, is_told_nothing_of_edits_that_fail_or_that_it_does_not_care_for) {
    EXPECT_EQ(run_heard(Verb::create, false, "", R"({"asn":0,"name":"one"})").substr(0, 16), "invalid_document");
    EXPECT_THAT(witness_.lines, IsEmpty());
    EXPECT_EQ(run_heard(Verb::patch, false, "77", R"({"note":"x"})"), "not_found peer/77");
    EXPECT_THAT(witness_.lines, IsEmpty());
    witness_.heeds = false;
    EXPECT_EQ(run_heard(Verb::create, false, "", R"({"asn":1,"name":"one"})"), "ok 1");
    EXPECT_THAT(witness_.lines, IsEmpty());
}

TEST_F(ListenerTest, undoes_an_edit_by_its_failure) {
    witness_.refuses = true;
    EXPECT_EQ(run_heard(Verb::create, false, "", R"({"asn":1,"name":"one"})"), "overloaded");
    EXPECT_EQ(stored("SELECT count(*) FROM peer"), "0");
}

}  // namespace
}  // namespace koine::edit
