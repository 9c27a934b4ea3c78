#include "page/start_page.hpp"

#include "page/docs_page.hpp"
#include "page/picture.hpp"
#include "page/showcase.hpp"
#include "page/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koine::page {
namespace {

using page::testing::facts_of;
using page::testing::sketch;
using ::testing::HasSubstr;
using ::testing::Not;

dialect::Dialect const& plain() {
    static auto const loaded = dialect::load_dialect("rest");
    return loaded.value();
}

std::string page_of(model::Model const& model) { return start_page(facts_of(model, plain())); }

TEST(StartPage, TellsWhatIsServed) {
    auto const model = sketch({{"artist", {}}, {"album", {0}}});
    auto facts = facts_of(model, plain());
    facts.counts = {RowCount{1000, true}, RowCount{1, false}};
    auto const page = start_page(facts);
    for (std::string_view const part :
         {"<h1><bdi>shop.db</bdi></h1>",
          "SQLite 3.40.1",
          "2 tables",
          "read-only",
          "1,000+",
          "href=\"#relation-artist\"",
          "id=\"relation-artist\"",
          "refers to",
          "Referred to by",
          "http://localhost:3000/album?per_page=3",
          "<svg"})
        EXPECT_THAT(page, HasSubstr(std::string(part)));
    EXPECT_THAT(page, Not(HasSubstr("A new row")));
    EXPECT_THAT(page, Not(HasSubstr("TOKEN")));
    EXPECT_THAT(page, Not(HasSubstr("<style")));
    EXPECT_THAT(page, Not(HasSubstr(" style=")));
}

TEST(StartPage, AWriterIsShownHowToInsertAndToPassAToken) {
    auto const model = sketch({{"artist", {}}, {"album", {0}}});
    auto facts = facts_of(model, plain());
    facts.writable = true;
    EXPECT_THAT(start_page(facts), HasSubstr("A new row of"));
    EXPECT_THAT(start_page(facts), Not(HasSubstr("KOINE_TOKEN")));
    facts.write_token = true;
    EXPECT_THAT(start_page(facts), HasSubstr("Bearer $KOINE_TOKEN"));
    EXPECT_THAT(start_page(facts), HasSubstr("Writing needs a token"));
}

TEST(StartPage, NamesNeverBecomeMarkup) {
    auto const model =
        sketch({{"<script>alert(1)</script>", {}}, {"\" onmouseover='x'", {0}}, {"a&b/c d", {1}}, {"שלום", {2}}, {"\x01\xFF", {3}}});
    auto facts = facts_of(model, plain());
    facts.title = "<b>.db";
    facts.database = "<i>";
    auto const page = start_page(facts);
    EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
    EXPECT_THAT(page, Not(HasSubstr("<b>")));
    EXPECT_THAT(page, Not(HasSubstr("<i>")));
    EXPECT_THAT(page, Not(HasSubstr("\" onmouseover='x'")));
    EXPECT_THAT(page, Not(HasSubstr("\x01")));
    EXPECT_THAT(page, HasSubstr("http://localhost:3000/a%26b%2Fc%20d"));
    EXPECT_THAT(page, HasSubstr("http://localhost:3000/%D7%A9"));
}

TEST(StartPage, TenThousandTablesAreNotAllShownAndItSaysSo) {
    std::vector<page::testing::TableSketch> tables;
    for (std::size_t i = 0; i < 10'000; ++i)
        tables.push_back({"table_" + std::to_string(i), i > 0 ? std::vector<std::size_t>{0} : std::vector<std::size_t>()});
    auto const page = page_of(sketch(tables));
    EXPECT_LT(page.size(), 700'000);
    EXPECT_THAT(page, HasSubstr("The first 500 of 10,000 are shown."));
    EXPECT_THAT(page, HasSubstr("10,000 tables refer to each other: too many for a picture."));
    EXPECT_THAT(page, HasSubstr(" more."));
}

TEST(StartPage, ManyColumnsAndLongNamesAreCut) {
    auto model = sketch({{std::string(100'000, 'x'), {}}});
    auto& columns = model.entities.front().columns;
    while (columns.size() < 2000) columns.push_back(columns[1]), columns.back().name = std::string(5000, 'y');
    auto const page = page_of(model);
    EXPECT_LT(page.size(), 250'000);
    EXPECT_THAT(page, HasSubstr("And 1,940 more columns."));
}

TEST(StartPage, AnEmptyDatabaseHasOneToo) {
    auto const page = page_of(model::Model());
    EXPECT_THAT(page, HasSubstr("There are none yet."));
    EXPECT_THAT(page, Not(HasSubstr("<svg")));
}

TEST(StartPage, WhoMayNotReadLearnsNothingOfTheDatabase) {
    auto const model = sketch({{"artist", {}}});
    auto const page = locked_page(facts_of(model, plain()));
    EXPECT_THAT(page, HasSubstr("asks for a token"));
    EXPECT_THAT(page, Not(HasSubstr("artist")));
    EXPECT_THAT(page, Not(HasSubstr("shop.db")));
}

TEST(Picture, IsDrawnOfRelatedTablesOnly) {
    auto const model = sketch({{"alone", {}}, {"person", {1, 1}}, {"pet", {1}}});
    auto const drawn = picture(model, {});
    ASSERT_TRUE(drawn);
    EXPECT_THAT(*drawn, Not(HasSubstr("alone")));
    EXPECT_THAT(*drawn, HasSubstr("2 tables and how they refer to each other"));
    EXPECT_THAT(*drawn, HasSubstr("person.person_id → person.id"));
    EXPECT_THAT(*drawn, HasSubstr("pet.person_id → person.id"));
}

TEST(Picture, IsLeftOutWhereItWouldTellNothing) {
    EXPECT_FALSE(picture(sketch({{"alone", {}}}), {}));
    std::vector<page::testing::TableSketch> tables;
    for (std::size_t i = 0; i <= kMaxDrawn; ++i) tables.push_back({"t" + std::to_string(i), {0}});
    EXPECT_FALSE(picture(sketch(tables), {}));
    tables.pop_back();
    EXPECT_TRUE(picture(sketch(tables), {}));
}

TEST(Showcase, ShowsWhatIsWorthReading) {
    auto const model = sketch({{"a b", {}}, {"album", {2}}, {"artist", {}}, {"empty", {1, 2}}});
    EXPECT_EQ(to_read(model, {std::nullopt, std::nullopt, std::nullopt, RowCount{0, false}}), 1);
    EXPECT_EQ(to_read(model::Model(), {}), std::nullopt);
}

TEST(Showcase, InsertsWhereNothingElseIsNeeded) {
    auto model = sketch({{"album", {1}}, {"artist", {}}});
    model.entities[0].columns[2].nullable = false;
    EXPECT_EQ(to_insert_into(model), 1);
    for (auto& entity : model.entities) entity.insertable = false;
    EXPECT_EQ(to_insert_into(model), std::nullopt);
}

TEST(DocsPage, OffersEveryDocument) {
    DocsFacts facts{"shop<.db", "0.1.0", {{"one at /", "/-/openapi.json"}}, 2, "/", false};
    EXPECT_THAT(docs_page(facts), HasSubstr("shop&lt;.db API"));
    EXPECT_THAT(docs_page(facts), HasSubstr("/-/openapi.json"));
    EXPECT_THAT(docs_page(facts), Not(HasSubstr("<select")));
    facts.documents.push_back({"two at /api/", "/api/"});
    EXPECT_THAT(docs_page(facts), HasSubstr("<option value=\"/api/\">two at /api/</option>"));
    EXPECT_EQ(docs_page(facts).find("is not part of this build") == std::string::npos, has_viewer());
}

}  // namespace
}  // namespace koine::page
