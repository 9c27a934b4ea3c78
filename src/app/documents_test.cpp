#include "app/documents.hpp"

#include <gtest/gtest.h>

namespace koine::app {
namespace {

TEST(Documents, AreMadeOnceForEachDialect) {
    auto postgrest = dialect::load_dialect("postgrest");
    auto rest = dialect::load_dialect("rest");
    ASSERT_TRUE(postgrest);
    ASSERT_TRUE(rest);
    model::Model model;
    Documents documents("music.db", true);
    auto first = documents.of(postgrest.value(), model, {});
    EXPECT_EQ(documents.of(postgrest.value(), model, {}), first);
    EXPECT_NE(documents.of(rest.value(), model, {}), first);
    EXPECT_NE(documents.of(postgrest.value(), model, {.may_write = true}), first);
    EXPECT_NE(documents.of(postgrest.value(), model, {.tokens = true}), first);
    std::string text;
    first->append_to(text, "http://a");
    EXPECT_TRUE(text.contains(R"("title":"music.db","version":")"));
}

}  // namespace
}  // namespace koine::app
