#include "cli/inspect.hpp"

#include "cli/embeds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koine::cli {
namespace {

using model::EntityId;
using model::Model;
using testing::HasSubstr;
using testing::Not;

model::Column column(std::string name) {
    model::Column made;
    made.name = std::move(name);
    made.type = model::Type::integer;
    return made;
}

/// Two ways from album to artist, one to label, and tags through a junction; employee refers to itself.
Model sample() {
    auto const entity = [](std::string name, std::vector<std::string> const& columns) {
        model::Entity made;
        made.name = std::move(name);
        for (auto const& one : columns) made.columns.push_back(column(one));
        made.primary_key = model::Key{made.name + "_pkey", {0}};
        made.indexes = {{made.primary_key->name, {0}, true}};
        return made;
    };
    Model made;
    made.entities = {
        entity("album", {"id", "artist_id", "producer_id", "label_id"}),
        entity("album_tag", {"album_id", "tag_id"}),
        entity("artist", {"id"}),
        entity("employee", {"id", "boss_id"}),
        entity("label", {"id"}),
        entity("tag", {"id"})
    };
    enum : EntityId { album, album_tag, artist, employee, label, tag };
    made.entities[album].foreign_keys = {
        {"album_artist_id_fkey", {1}, artist, {0}}, {"album_producer_id_fkey", {2}, artist, {0}}, {"album_label_id_fkey", {3}, label, {0}}
    };
    made.entities[album_tag].primary_key = model::Key{"album_tag_pkey", {0, 1}};
    made.entities[album_tag].indexes = {{"album_tag_pkey", {0, 1}, true}};
    made.entities[album_tag].foreign_keys = {{"album_tag_album_id_fkey", {0}, album, {0}}, {"album_tag_tag_id_fkey", {1}, tag, {0}}};
    made.entities[employee].foreign_keys = {{"employee_boss_id_fkey", {1}, employee, {0}}};
    made.notes = {"table \"odd\033[31m\": left out"};
    made.index();
    made.derive_relationships();
    return made;
}

std::vector<std::string> written(Model const& model, std::string_view entity) {
    std::vector<std::string> all;
    for (auto const& embed : embeds_of(model, *model.entity(entity), 100)) all.push_back(embed.written);
    return all;
}

TEST(Embeds, HaveAHintOnlyWhereOneIsNeeded) {
    auto const model = sample();
    EXPECT_THAT(
        written(model, "album"),
        testing::UnorderedElementsAre("artist!album_artist_id_fkey", "artist!album_producer_id_fkey", "label", "album_tag", "tag")
    );
    EXPECT_THAT(written(model, "label"), testing::ElementsAre("album"));
    EXPECT_THAT(written(model, "artist"), testing::ElementsAre("album!album_artist_id_fkey", "album!album_producer_id_fkey"));
}

TEST(Embeds, TellTheTwoSidesOfASelfReferenceApart) {
    auto const model = sample();
    EXPECT_THAT(written(model, "employee"), testing::UnorderedElementsAre("boss_id", "employee"));
}

TEST(Embeds, StopAtTheCap) {
    auto const model = sample();
    EXPECT_EQ(embeds_of(model, *model.entity("album"), 2).size(), 2U);
}

TEST(InspectText, ShowsKeysAndRelationsAndWhatWasLeftOut) {
    auto const text = inspect_text(sample(), "my.db", Paint());
    EXPECT_THAT(text, HasSubstr("my.db: 6 tables, 0 views\n"));
    EXPECT_THAT(text, HasSubstr("primary key  album_tag_pkey"));
    EXPECT_THAT(text, HasSubstr("(artist_id) to artist (id)"));
    EXPECT_THAT(text, HasSubstr("artist!album_artist_id_fkey"));
    EXPECT_THAT(text, HasSubstr("through album_tag"));
    EXPECT_THAT(text, HasSubstr("Left out\n  table \"odd\\x1B[31m\": left out\n"));
    EXPECT_THAT(text, Not(HasSubstr("\033")));
}

TEST(InspectJson, HoldsTheSameAsData) {
    auto const text = inspect_json(sample(), "my.db");
    EXPECT_THAT(text, HasSubstr(R"("name":"album","kind":"table")"));
    EXPECT_THAT(text, HasSubstr(R"("embed":"artist!album_artist_id_fkey","cardinality":"many-to-one","target":"artist")"));
    EXPECT_THAT(text, HasSubstr(R"("primary_key":{"name":"album_tag_pkey","columns":["album_id","tag_id"]})"));
    EXPECT_THAT(text, HasSubstr(R"("junction":"album_tag")"));
    EXPECT_THAT(text, HasSubstr(R"(table \"odd\u001b[31m\": left out)"));
}

TEST(Printable, ShowsControlCharactersAndBrokenBytes) {
    EXPECT_EQ(printable("a\tb\x7F"), "a\\x09b\\x7F");
    EXPECT_EQ(printable("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
    EXPECT_EQ(
        printable("\xC2\x9B"
                  "31m"),
        "\\xC2\\x9B31m"
    );
    EXPECT_EQ(
        printable("a\xFF\xFE"
                  "b"),
        "a\\xFF\\xFEb"
    );
    EXPECT_EQ(width("gr\xC3\xBCn"), 4U);
    EXPECT_EQ(padded("gr\xC3\xBCn", 6), "gr\xC3\xBCn  ");
}

}  // namespace
}  // namespace koine::cli
