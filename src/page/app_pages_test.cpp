#include "page/app_pages.hpp"

#include "page/assets.hpp"
#include "page/docs_page.hpp"
#include "page/policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koine::page {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

AppDocsFacts facts() { return {"Net <API>", "/api/schema/?a=1&b=\"2\"", "1.2.3", "csrftoken", "X-CSRFToken"}; }

TEST(AppPages, AreCalledAfterTheApiAndLinkToItsDocument) {
    for (auto const& page : {swagger_page(facts()), redoc_page(facts())}) {
        EXPECT_THAT(page, HasSubstr("<title>Net &lt;API&gt;</title>"));
        EXPECT_THAT(page, HasSubstr("/api/schema/?a=1&amp;b=&quot;2&quot;"));
        EXPECT_THAT(page, Not(HasSubstr("<API>")));
        EXPECT_THAT(page, Not(HasSubstr("://"))) << "nothing is loaded from elsewhere";
    }
}

TEST(AppPages, ShowTheDocumentOrSayWhatIsMissing) {
    auto const swagger = swagger_page(facts());
    EXPECT_EQ(swagger.find("The viewer is not part of this build") == std::string::npos, has_viewer());
    if (has_viewer()) {
        EXPECT_THAT(swagger, HasSubstr("data-csrf-cookie=\"csrftoken\" data-csrf-header=\"X-CSRFToken\""));
        EXPECT_THAT(swagger, HasSubstr(std::string(asset_path("app-docs.js"))));
    }
    auto const redoc = redoc_page(facts());
    EXPECT_EQ(redoc.find("The viewer is not part of this build") == std::string::npos, has_reader());
    if (has_reader()) {
        EXPECT_THAT(redoc, HasSubstr("<redoc spec-url=\"/api/schema/?a=1&amp;b=&quot;2&quot;\"></redoc>"));
        EXPECT_THAT(redoc, HasSubstr(std::string(asset_path("redoc.standalone.js"))));
    }
}

TEST(AppPages, ReDocsPolicyDiffersInStylesAndWorkersOnly) {
    std::string policy(redoc_headers()[1].value);
    auto const without = [&](std::string_view what) {
        auto const place = policy.find(what);
        ASSERT_NE(place, std::string::npos) << what;
        policy.erase(place, what.size());
    };
    without(" 'unsafe-inline'");
    without("worker-src blob:; ");
    EXPECT_EQ(policy, page_headers()[1].value);
    ASSERT_EQ(redoc_headers().size(), page_headers().size());
    for (std::size_t i = 0; i < page_headers().size(); ++i) EXPECT_EQ(redoc_headers()[i].name, page_headers()[i].name);
}

}  // namespace
}  // namespace koine::page
