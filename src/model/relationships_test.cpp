#include "model/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace koine::model {
namespace {

Entity table(std::string name, std::initializer_list<char const*> columns, std::vector<ColumnId> key = {0}) {
    Entity made;
    made.name = std::move(name);
    for (char const* column : columns) {
        made.columns.emplace_back();
        made.columns.back().name = column;
    }
    if (!key.empty()) made.primary_key = Key{made.name + "_pkey", std::move(key)};
    return made;
}

/// A view that shows these columns of a table under their own names.
Entity view(std::string name, EntityId of, std::initializer_list<ColumnId> shown, std::vector<ColumnId> key) {
    Entity made = table(std::move(name), {}, std::move(key));
    made.kind = EntityKind::view;
    for (ColumnId column : shown) {
        made.columns.emplace_back();
        made.columns.back().name = "c" + std::to_string(column);
        made.columns.back().origin = ColumnOrigin{of, column};
    }
    return made;
}

/// "cardinality target constraint(columns=target_columns)", `>` where the origin holds the key, the junction in brackets.
std::vector<std::string> told(Model const& model, EntityId id) {
    std::vector<std::string> all;
    for (Relationship const& r : model[id].relationships) {
        std::string line(to_string(r.cardinality));
        line += (r.holds_key ? " > " : " ") + model[r.target].name + " " + r.constraint + "(";
        for (std::size_t i = 0; i < r.columns.size(); ++i)
            line += (i == 0 ? "" : ",") + model[id].columns[r.columns[i]].name + "=" + model[r.target].columns[r.target_columns[i]].name;
        line += ")";
        if (r.junction) line += " [" + model[r.junction->entity].name + " " + r.junction->target_constraint + "]";
        all.push_back(line);
    }
    return all;
}

Model made(std::vector<Entity> entities) {
    Model model;
    model.entities = std::move(entities);
    model.index();
    model.derive_relationships();
    return model;
}

using testing::ElementsAre;

TEST(Relationships, AForeignKeyGivesOneToEachSide) {
    auto album = table("album", {"id", "artist_id"});
    album.foreign_keys = {{"album_artist_id_fkey", {1}, 1, {0}}};
    auto model = made({album, table("artist", {"id"})});
    EXPECT_THAT(told(model, 0), ElementsAre("many-to-one > artist album_artist_id_fkey(artist_id=id)"));
    EXPECT_THAT(told(model, 1), ElementsAre("one-to-many album album_artist_id_fkey(id=artist_id)"));
}

TEST(Relationships, AKeyOnUniqueColumnsIsOneToOne) {
    auto passport = table("passport", {"id", "artist_id"});
    passport.unique_keys = {{"u", {1}}};
    passport.foreign_keys = {{"fk", {1}, 2, {0}}};
    auto profile = table("profile", {"artist_id"});
    profile.foreign_keys = {{"fk2", {0}, 2, {0}}};
    auto model = made({passport, profile, table("person", {"id"})});
    EXPECT_THAT(told(model, 0), ElementsAre("one-to-one > person fk(artist_id=id)"));
    EXPECT_THAT(told(model, 1), ElementsAre("one-to-one > person fk2(artist_id=id)"));
    EXPECT_THAT(told(model, 2), ElementsAre("one-to-one passport fk(id=artist_id)", "one-to-one profile fk2(id=artist_id)"));
}

TEST(Relationships, ASelfReferenceIsSeenBothWays) {
    auto employee = table("employee", {"id", "reports_to"});
    employee.foreign_keys = {{"fk", {1}, 0, {0}}};
    EXPECT_THAT(
        told(made({employee}), 0), ElementsAre("many-to-one > employee fk(reports_to=id)", "one-to-many employee fk(id=reports_to)")
    );
}

TEST(Relationships, CompositeKeysKeepTheirPairs) {
    auto shop = table("shop", {"id", "country", "code"});
    shop.foreign_keys = {{"fk", {2, 1}, 0, {1, 0}}};
    auto model = made({table("region", {"country", "code"}, {0, 1}), shop});
    EXPECT_THAT(told(model, 1), ElementsAre("many-to-one > region fk(code=code,country=country)"));
}

TEST(Relationships, AJunctionIsATableWhosePrimaryKeyCoversBothKeys) {
    struct Case {
        std::string_view name;
        std::vector<ColumnId> key;
        std::vector<Key> unique;
        bool want;
    };
    for (Case const& c : std::vector<Case>{
             {"both", {0, 1}, {}, true},
             {"both and more", {0, 1, 2}, {}, true},
             {"surrogate", {2}, {}, false},
             {"one only", {0, 2}, {}, false},
             {"no key", {}, {}, false},
             {"one of them one-to-one", {0, 1}, {{"u", {0}}}, false},
         }) {
        SCOPED_TRACE(c.name);
        auto junction = table("album_genre", {"album_id", "genre_id", "n"}, c.key);
        junction.unique_keys = c.unique;
        junction.foreign_keys = {{"to_album", {0}, 0, {0}}, {"to_genre", {1}, 2, {0}}};
        auto model = made({table("album", {"id"}), junction, table("genre", {"id"})});
        EXPECT_EQ(told(model, 0).size(), c.want ? 2 : 1);
        if (!c.want) continue;
        EXPECT_EQ(told(model, 0).back(), "many-to-many genre to_album(id=id) [album_genre to_genre]");
        EXPECT_EQ(told(model, 2).back(), "many-to-many album to_genre(id=id) [album_genre to_album]");
    }
}

TEST(Relationships, ViewsInheritByTheColumnsTheyShow) {
    auto album = table("album", {"id", "artist_id"});
    album.foreign_keys = {{"fk", {1}, 2, {0}}};
    auto model =
        made({album, view("album_v", 0, {0, 1}, {0}), table("artist", {"id"}), view("artist_v", 2, {0}, {0}), view("ids", 0, {0}, {0})});
    EXPECT_THAT(told(model, 0), ElementsAre("many-to-one > artist fk(artist_id=id)", "many-to-one > artist_v fk(artist_id=c0)"));
    EXPECT_THAT(told(model, 1), ElementsAre("many-to-one > artist fk(c1=id)", "many-to-one > artist_v fk(c1=c0)"));
    EXPECT_THAT(told(model, 2), ElementsAre("one-to-many album fk(id=artist_id)", "one-to-many album_v fk(id=c1)"));
    EXPECT_THAT(told(model, 3), ElementsAre("one-to-many album fk(c0=artist_id)", "one-to-many album_v fk(c0=c1)"));
    EXPECT_THAT(told(model, 4), ElementsAre());
}

TEST(Relationships, AViewThatMayRepeatAKeyIsNeverTheOneSide) {
    auto album = table("album", {"id", "artist_id"});
    album.foreign_keys = {{"fk", {1}, 1, {0}}};
    auto model = made({album, table("artist", {"id"}), view("joined", 1, {0}, {})});
    EXPECT_THAT(told(model, 0), ElementsAre("many-to-one > artist fk(artist_id=id)", "one-to-many > joined fk(artist_id=c0)"));
}

}  // namespace
}  // namespace koine::model
