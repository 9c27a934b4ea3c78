#include "page/browse_page.hpp"

#include "page/account_pages.hpp"
#include "page/policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace koine::page {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char const* kHostile = "\"><script>alert('1')</script><img src=x onerror=a>";

BrowseFacts facts() {
    BrowseFacts made;
    made.around = {
        "Book – Library",
        "Library",
        "1.2.3",
        "/api/",
        "/api/docs/",
        {"ada", "/login/", "/logout/", "/tokens/", "/api/books/?a=1&b=2", "csrf", "X-CSRF", "s3cret"}
    };
    made.crumbs = {{"Library", "/api/"}, {"Books", "/api/books/"}};
    made.heading = "Book";
    made.method = "GET";
    made.target = "/api/books/?a=1";
    made.phrase = "OK";
    made.headers = {{"Content-Type", "application/json"}, {"Allow", "GET, POST"}};
    made.body = R"({"count":1,"results":[{"url":"http://here/api/books/1/","title":"<b>"}]})";
    made.base = "http://here";
    made.allow = "GET, POST";
    made.paging = Paging{50, 50, 120, "http://here/api/books/?offset=100", "http://here/api/books/"};
    made.formats = {{"As json", "/api/books/?format=json"}};
    made.metadata = R"({"name":"Book"})";
    return made;
}

std::size_t count(std::string_view text, std::string_view what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++found;
    return found;
}

TEST(BrowsePage, ShowsTheRequestTheAnswerAndWhereToGo) {
    auto const page = browse_page(facts());
    EXPECT_THAT(page, HasSubstr("<title>Book – Library</title>"));
    EXPECT_THAT(page, HasSubstr("<b>GET</b> /api/books/?a=1</pre>"));
    EXPECT_THAT(page, HasSubstr("<b>HTTP 200 OK</b>\n<span class=k>Content-Type:</span> application/json\n"));
    EXPECT_THAT(page, HasSubstr("<a href=\"http://here/api/books/1/\">"));
    EXPECT_THAT(page, HasSubstr("51 to 100 of 120"));
    EXPECT_THAT(page, HasSubstr("<a rel=\"next\" href=\"http://here/api/books/?offset=100\">Next</a>"));
    EXPECT_THAT(page, HasSubstr("<a href=\"/api/books/\" aria-current=\"page\">Books</a>"));
    EXPECT_THAT(page, HasSubstr("<a class=\"way\" href=\"/api/books/?format=json\">As json</a>"));
    EXPECT_THAT(page, HasSubstr("Description (OPTIONS)"));
    EXPECT_THAT(page, HasSubstr("action=\"/logout/\""));
    EXPECT_EQ(count(page, "<h1"), 1U);
    EXPECT_EQ(count(page, "<main"), 1U);
}

TEST(BrowsePage, AStrangerIsShownWhereToLogIn) {
    auto made = facts();
    made.around.visitor.name.clear();
    auto const page = browse_page(made);
    EXPECT_THAT(page, HasSubstr("<a href=\"/login/?next=/api/books/%3Fa%3D1%26b%3D2\">Log in</a>"));
    EXPECT_THAT(page, Not(HasSubstr("action=\"/logout/\"")));
    made.around.visitor = {};
    EXPECT_THAT(browse_page(made), Not(HasSubstr("Log in")));
}

TEST(BrowsePage, NothingShownBecomesMarkup) {
    auto made = facts();
    std::string const hostile(kHostile);
    auto& visitor = made.around.visitor;
    made.around.title = made.around.app = made.around.version = made.around.root = made.around.docs = hostile;
    visitor = {hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile};
    made.crumbs = made.formats = made.operations = {{hostile, hostile}};
    made.heading = made.description = made.allow = hostile;
    made.method = made.target = made.phrase = made.body = kHostile;
    made.headers = {{kHostile, kHostile}};
    made.metadata = hostile;
    made.paging = Paging{0, 20, {}, hostile, hostile};
    Form form;
    form.id = "f";
    form.title = form.submit = form.address = hostile;
    made.filters = form;
    made.forms = made.actions = {form};
    auto const named = browse_page(made);
    visitor.name.clear();
    auto const strange = browse_page(made);
    for (auto const& page : {named, strange}) {
        EXPECT_EQ(count(page, "<script"), 1U) << "its own";
        EXPECT_EQ(count(page, "<img"), 1U) << "the mark";
        EXPECT_THAT(page, Not(HasSubstr("alert('1')</script>")));
    }
}

TEST(AccountPages, NothingShownBecomesMarkup) {
    std::string const hostile(kHostile);
    LoginFacts login{facts().around, hostile, hostile, hostile};
    TokensFacts tokens;
    tokens.around = facts().around;
    tokens.tokens = {{hostile, hostile, hostile, hostile, hostile, true}};
    tokens.has_write = tokens.has_expires = tokens.has_description = tokens.has_used = true;
    tokens.made = tokens.fault_of_expires = tokens.description = tokens.expires = hostile;
    tokens.faults = {hostile};
    for (auto const& page : {login_page(login), tokens_page(tokens)}) {
        EXPECT_EQ(count(page, "<script"), 1U);
        EXPECT_EQ(count(page, "<img"), 1U);
        EXPECT_EQ(count(page, "<h1"), 1U);
    }
}

TEST(AccountPages, ShowATokensSecretOnlyWhenItWasMade) {
    TokensFacts tokens;
    tokens.around = facts().around;
    tokens.tokens = {{"7", "laptop", "2026-01-01", "", "", false}};
    EXPECT_THAT(tokens_page(tokens), Not(HasSubstr("id=\"token\"")));
    tokens.made = "abc123";
    EXPECT_THAT(tokens_page(tokens), HasSubstr("<code id=\"token\">abc123</code>"));
    EXPECT_THAT(tokens_page(tokens), HasSubstr("name=\"delete\" value=\"7\""));
}

TEST(Policy, PagesWithFormsMaySendThemHereAndSayFromWhere) {
    auto const value = [](std::span<Header const> headers, std::string_view name) {
        return std::string(std::ranges::find(headers, name, &Header::name)->value);
    };
    ASSERT_EQ(form_page_headers().size(), page_headers().size());
    auto policy = value(form_page_headers(), "Content-Security-Policy");
    auto const at = policy.find("form-action 'self'");
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(policy.replace(at, 18, "form-action 'none'"), value(page_headers(), "Content-Security-Policy"));
    EXPECT_EQ(value(form_page_headers(), "Referrer-Policy"), "same-origin");
}

}  // namespace
}  // namespace koine::page
