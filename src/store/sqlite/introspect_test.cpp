#include "store/sqlite/introspect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace koine::store::sqlite {
namespace {

using model::Entity;
using model::Model;
using model::Type;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close(connection); }
};
using Connection = std::unique_ptr<sqlite3, Close>;

Connection opened(std::string const& file, int flags) {
    sqlite3* connection = nullptr;
    EXPECT_EQ(sqlite3_open_v2(file.c_str(), &connection, flags, nullptr), SQLITE_OK);
    return Connection(connection);
}

Connection holding(std::string const& script) {
    auto connection = opened(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(connection.get(), script.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error;
    return connection;
}

Model read(Connection const& connection) {
    auto model = introspect(connection.get());
    EXPECT_TRUE(model.has_value()) << describe(model.error());
    return model.has_value() ? std::move(model).assume_value() : Model{};
}
Model read(std::string const& script) { return read(holding(script)); }

Entity const& entity(Model const& model, std::string_view name) {
    static Entity const kNone;
    auto id = model.entity(name);
    EXPECT_TRUE(id) << name;
    return id ? model[*id] : kNone;
}

std::string columns(Entity const& of, std::vector<model::ColumnId> const& ids) {
    std::string text;
    for (auto id : ids) text += (text.empty() ? "" : ",") + of.columns[id].name;
    return text;
}

/// "name(a,b)" of each key or index; a partial index with `?`, a unique one with `!`.
std::vector<std::string> keys(Entity const& of) {
    std::vector<std::string> all;
    if (of.primary_key) all.push_back(of.primary_key->name + "(" + columns(of, of.primary_key->columns) + ")");
    for (auto const& key : of.unique_keys) all.push_back(key.name + "(" + columns(of, key.columns) + ")");
    return all;
}
std::vector<std::string> indexes(Entity const& of) {
    std::vector<std::string> all;
    for (auto const& index : of.indexes)
        all.push_back(index.name + "(" + columns(of, index.columns) + ")" + (index.unique ? "!" : "") + (index.partial ? "?" : ""));
    return all;
}
std::vector<std::string> foreign_keys(Model const& model, std::string_view name) {
    std::vector<std::string> all;
    Entity const& of = entity(model, name);
    for (auto const& key : of.foreign_keys)
        all.push_back(
            key.name + ": " + columns(of, key.columns) + " -> " + model[key.target].name + "(" +
            columns(model[key.target], key.target_columns) + ")"
        );
    return all;
}
std::vector<std::string> names(Entity const& of) {
    std::vector<std::string> all;
    for (auto const& column : of.columns) all.push_back(column.name);
    return all;
}
std::vector<std::string> checks(Entity const& of) {
    std::vector<std::string> all;
    for (auto const& check : of.checks) all.push_back(check.name + ": " + check.expression);
    return all;
}

Model proof() {
    std::ifstream file("tests/data/proof.sql");
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_FALSE(text.str().empty());
    return read(text.str());
}

TEST(Introspect, ListsTablesViewsAndVirtualTablesInOrderOfNameButNoShadows) {
    auto model = read(
        "CREATE TABLE b(x); CREATE VIEW c AS SELECT x FROM b; CREATE VIRTUAL TABLE a USING fts5(t, u);"
        "CREATE TABLE s(id INTEGER PRIMARY KEY AUTOINCREMENT); ANALYZE; CREATE TEMP TABLE hidden(x); ATTACH ':memory:' AS other; CREATE "
        "TABLE other.o(x);"
    );
    std::vector<std::string> all;
    for (auto const& e : model.entities) all.push_back(e.name);
    EXPECT_THAT(all, ElementsAre("a", "b", "c", "s"));
    EXPECT_EQ(entity(model, "a").kind, model::EntityKind::virtual_table);
    EXPECT_THAT(names(entity(model, "a")), ElementsAre("t", "u"));
    EXPECT_EQ(entity(model, "a").columns[0].type, Type::text);
    EXPECT_EQ(entity(model, "c").kind, model::EntityKind::view);
    EXPECT_GT(model.version, 0U);
}

TEST(Introspect, AFullTextIndexOfAnotherTableIsReadOnly) {
    auto model = read(
        "CREATE TABLE doc(id INTEGER PRIMARY KEY, body TEXT); CREATE VIRTUAL TABLE own USING fts5(body);"
        "CREATE VIRTUAL TABLE of_doc USING fts5(body, content='doc', content_rowid='id');"
        "CREATE VIRTUAL TABLE bare USING fts5(body, content='');"
    );
    EXPECT_TRUE(entity(model, "own").insertable && entity(model, "own").updatable && entity(model, "own").deletable);
    for (auto const* name : {"of_doc", "bare"})
        EXPECT_FALSE(entity(model, name).insertable || entity(model, name).updatable || entity(model, name).deletable) << name;
}

TEST(Introspect, KeysComeInKeyOrderWithTheIndexThatServesThem) {
    auto model = read(R"(
        CREATE TABLE rowid_alias(id INTEGER PRIMARY KEY, t);
        CREATE TABLE not_alias(id INT PRIMARY KEY, t);
        CREATE TABLE descending(id INTEGER PRIMARY KEY DESC, t);
        CREATE TABLE composite(a TEXT, b TEXT, c TEXT, CONSTRAINT the_key PRIMARY KEY (c, a));
        CREATE TABLE no_rowid(a TEXT, b INT, v, PRIMARY KEY (b, a)) WITHOUT ROWID;
        CREATE TABLE keyless(n);)");
    EXPECT_THAT(keys(entity(model, "rowid_alias")), ElementsAre("rowid_alias_pkey(id)"));
    EXPECT_THAT(indexes(entity(model, "rowid_alias")), ElementsAre("rowid_alias_pkey(id)!"));
    EXPECT_FALSE(entity(model, "rowid_alias").columns[0].nullable);
    EXPECT_THAT(indexes(entity(model, "not_alias")), ElementsAre("not_alias_pkey(id)!"));
    EXPECT_TRUE(entity(model, "not_alias").columns[0].nullable);
    EXPECT_THAT(indexes(entity(model, "descending")), ElementsAre("descending_pkey(id)!"));
    EXPECT_TRUE(entity(model, "descending").columns[0].nullable);
    EXPECT_THAT(keys(entity(model, "composite")), ElementsAre("the_key(c,a)"));
    EXPECT_THAT(indexes(entity(model, "no_rowid")), ElementsAre("no_rowid_pkey(b,a)!"));
    EXPECT_FALSE(entity(model, "no_rowid").has_rowid);
    EXPECT_FALSE(entity(model, "no_rowid").columns[0].nullable);
    EXPECT_THAT(keys(entity(model, "keyless")), IsEmpty());
}

TEST(Introspect, UniqueKeysAreFullOnesAndIndexesThoseThatServe) {
    auto model = read(R"(
        CREATE TABLE t(a TEXT, b TEXT, c TEXT COLLATE NOCASE, UNIQUE (a, b), CONSTRAINT named UNIQUE (b), UNIQUE (c));
        CREATE UNIQUE INDEX full_one ON t(c, a);
        CREATE UNIQUE INDEX part ON t(a) WHERE b IS NOT NULL;
        CREATE UNIQUE INDEX expr ON t(a, lower(b));
        CREATE INDEX other_order ON t(a COLLATE NOCASE);
        CREATE INDEX half ON t(b, a COLLATE NOCASE, c);
        CREATE UNIQUE INDEX coarse ON t(a COLLATE NOCASE, b);
        CREATE UNIQUE INDEX fine ON t(c COLLATE BINARY);
        CREATE INDEX only_expr ON t(lower(a));)");
    auto const& t = entity(model, "t");
    EXPECT_THAT(keys(t), ElementsAre("t_a_b_key(a,b)", "named(b)", "t_c_key(c)", "full_one(c,a)", "coarse(a,b)"));
    EXPECT_THAT(
        indexes(t), ElementsAre("t_a_b_key(a,b)!", "named(b)!", "t_c_key(c)!", "full_one(c,a)!", "part(a)!?", "expr(a)", "half(b)")
    );
    EXPECT_TRUE(t.columns[2].not_binary);
    EXPECT_FALSE(t.columns[0].not_binary);
}

TEST(Introspect, ForeignKeysHaveTheirNamesInDeclaredOrder) {
    auto model = read(R"(
        CREATE TABLE p(id INTEGER PRIMARY KEY, a TEXT, b TEXT, UNIQUE (a, b));
        CREATE TABLE `p 2`(`my id` INTEGER PRIMARY KEY);
        CREATE TABLE c(id INTEGER PRIMARY KEY REFERENCES c, p1 INT REFERENCES p, p2 INT CONSTRAINT "second one" REFERENCES P(ID), x TEXT, y TEXT,
            o INT, FOREIGN KEY (Y, X) REFERENCES p(b, a), FOREIGN KEY (p1) REFERENCES p(id), CONSTRAINT o_fk FOREIGN KEY (o) REFERENCES `p 2`(`my id`));)"
    );
    EXPECT_THAT(
        foreign_keys(model, "c"),
        ElementsAre(
            "c_id_fkey: id -> c(id)",
            "c_p1_fkey: p1 -> p(id)",
            "second one: p2 -> p(id)",
            "c_y_x_fkey: y,x -> p(b,a)",
            "c_p1_fkey1: p1 -> p(id)",
            "o_fk: o -> p 2(my id)"
        )
    );
    EXPECT_THAT(model.notes, IsEmpty());
}

TEST(Introspect, AForeignKeyThatLeadsNowhereIsLeftOutWithANote) {
    auto model = read(R"(
        CREATE TABLE two(a, b, n, PRIMARY KEY (a, b));
        CREATE VIEW v AS SELECT a FROM two;
        CREATE TABLE c(a REFERENCES ghost(id), b REFERENCES two, d REFERENCES two(nosuch), e REFERENCES two(n), f REFERENCES v(a));)");
    EXPECT_THAT(foreign_keys(model, "c"), IsEmpty());
    EXPECT_THAT(
        model.notes,
        ElementsAre(
            HasSubstr("no table 'ghost'"),
            HasSubstr("c_b_fkey of 'c' is left out: it has 1 columns, the key of 'two' 2"),
            HasSubstr("no column 'nosuch'"),
            HasSubstr("not unique in 'two'"),
            HasSubstr("no table 'v'")
        )
    );
}

TEST(Introspect, ChecksDefaultsAndGeneratedColumnsAreTold) {
    auto model = read(R"(
        CREATE TABLE t(a INT CHECK (a > 0) CHECK (a < 9), b TEXT DEFAULT 'x''y' CONSTRAINT bee CHECK (b <> ')'), c INT AS (a * 2), d INT AS (a) STORED, e DEFAULT (1 + 2),
            CHECK (a <> c));
        CREATE TABLE s(n INT, x ANY) STRICT;)");
    auto const& t = entity(model, "t");
    EXPECT_THAT(checks(t), ElementsAre("t_a_check: a > 0", "t_a_check1: a < 9", "bee: b <> ')'", "t_check: a <> c"));
    EXPECT_EQ(t.columns[1].default_value, "'x''y'");
    EXPECT_EQ(t.columns[4].default_value, "1 + 2");
    EXPECT_EQ(t.columns[0].default_value, std::nullopt);
    EXPECT_TRUE(t.columns[2].generated && t.columns[3].generated && !t.columns[0].generated);
    EXPECT_TRUE(entity(model, "s").strict);
    EXPECT_EQ(entity(model, "s").columns[1].type, Type::dynamic);
}

TEST(Introspect, SamplesWhatStandsBetweenDateAndTime) {
    auto model = read(R"(
        CREATE TABLE t(a DATETIME, b TIMESTAMP, c TIMESTAMP, d TEXT);
        INSERT INTO t VALUES (NULL, '2024-01-01', 5, '2024-01-01T00:00:00'), ('2024-01-01 10:00:00', '2024-01-01T10:00:00', NULL, '');
        CREATE VIEW v AS SELECT b FROM t;)");
    auto const& t = entity(model, "t");
    EXPECT_EQ(t.columns[0].datetime_separator, ' ');
    EXPECT_EQ(t.columns[1].datetime_separator, 'T');
    EXPECT_EQ(t.columns[2].datetime_separator, ' ');
    EXPECT_EQ(entity(model, "v").columns[0].datetime_separator, 'T');
}

TEST(IntrospectViews, AreTracedThroughPlainSelectsOnly) {
    auto model = read(R"(
        CREATE TABLE artist(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE album(id INTEGER PRIMARY KEY, title TEXT NOT NULL, artist_id INT REFERENCES artist);
        CREATE INDEX by_artist ON album(artist_id);
        CREATE VIEW plain AS SELECT title AS t, id, artist_id FROM album WHERE id > 0;
        CREATE VIEW nested AS SELECT id, t FROM plain;
        CREATE VIEW joined AS SELECT album.id, title, artist_id, name FROM album LEFT JOIN artist ON artist.id = artist_id;
        CREATE VIEW grouped AS SELECT artist_id, count(*) AS n FROM album GROUP BY artist_id;
        CREATE VIEW united AS SELECT id, name FROM artist UNION ALL SELECT id, title FROM album;
        CREATE VIEW over_united AS SELECT id FROM united;
        CREATE VIEW sorted AS SELECT id, artist_id FROM album ORDER BY title LIMIT 3;
        CREATE VIEW keyless AS SELECT title, artist_id FROM album;)");
    EXPECT_THAT(keys(entity(model, "plain")), ElementsAre("album_pkey(id)"));
    EXPECT_THAT(indexes(entity(model, "plain")), ElementsAre("album_pkey(id)!", "by_artist(artist_id)"));
    EXPECT_FALSE(entity(model, "plain").columns[0].nullable);
    EXPECT_FALSE(entity(model, "plain").has_rowid);
    EXPECT_THAT(keys(entity(model, "nested")), ElementsAre("album_pkey(id)"));
    EXPECT_THAT(keys(entity(model, "joined")), IsEmpty());
    EXPECT_TRUE(entity(model, "joined").columns[3].nullable);
    EXPECT_EQ(entity(model, "joined").columns[3].type, Type::text);
    EXPECT_THAT(keys(entity(model, "grouped")), IsEmpty());
    EXPECT_EQ(entity(model, "grouped").columns[0].type, Type::integer);
    EXPECT_EQ(entity(model, "grouped").columns[1].type, Type::dynamic);
    EXPECT_EQ(entity(model, "united").columns[0].type, Type::dynamic);
    EXPECT_EQ(entity(model, "over_united").columns[0].origin, std::nullopt);
    EXPECT_THAT(keys(entity(model, "sorted")), ElementsAre("album_pkey(id)"));
    EXPECT_THAT(indexes(entity(model, "sorted")), IsEmpty());
    EXPECT_THAT(keys(entity(model, "keyless")), IsEmpty());

    auto targets = [&](std::string_view name) {
        std::vector<std::string> all;
        for (auto const& r : entity(model, name).relationships)
            all.push_back(std::string(to_string(r.cardinality)) + " " + model[r.target].name);
        return all;
    };
    EXPECT_THAT(targets("plain"), ElementsAre("many-to-one artist"));
    EXPECT_THAT(targets("grouped"), ElementsAre("many-to-one artist"));
    EXPECT_THAT(targets("united"), IsEmpty());
    EXPECT_THAT(
        targets("artist"),
        ElementsAre(
            "one-to-many album",
            "one-to-many grouped",
            "one-to-many joined",
            "one-to-many keyless",
            "one-to-many plain",
            "one-to-many sorted"
        )
    );
}

TEST(IntrospectViews, ThatDoNotPrepareAreLeftOutAndHarmNobody) {
    auto model = read(R"(
        CREATE TABLE t(id INTEGER PRIMARY KEY);
        CREATE VIEW a_broken AS SELECT * FROM ghost;
        CREATE VIEW round1 AS SELECT * FROM t; CREATE VIEW round2 AS SELECT * FROM round1; DROP VIEW round1; CREATE VIEW round1 AS SELECT * FROM round2;
        CREATE VIEW z AS SELECT id FROM t;)");
    EXPECT_THAT(model.notes, ElementsAre(HasSubstr("a_broken"), HasSubstr("round1"), HasSubstr("round2")));
    EXPECT_EQ(model.entities.size(), 2U);
    EXPECT_THAT(keys(entity(model, "z")), ElementsAre("t_pkey(id)"));
}

TEST(IntrospectViews, AreWritableByTheirTriggers) {
    auto model = read(R"(
        CREATE TABLE t(id INTEGER PRIMARY KEY);
        CREATE VIEW v AS SELECT id FROM t; CREATE VIEW w AS SELECT id FROM t;
        CREATE TRIGGER v1 INSTEAD OF INSERT ON v BEGIN SELECT 1; END;
        CREATE TRIGGER v2 INSTEAD /* OF UPDATE */ OF DELETE ON v BEGIN SELECT 1; END;)");
    auto const& v = entity(model, "v");
    EXPECT_TRUE(v.insertable && v.deletable && !v.updatable);
    auto const& w = entity(model, "w");
    EXPECT_FALSE(w.insertable || w.deletable || w.updatable);
    EXPECT_TRUE(entity(model, "t").insertable);
}

TEST(Introspect, OddNamesAreKeptAsTheyAre) {
    auto model = read(R"(
        CREATE TABLE `a,b.c"d``e'f` (`my id` INTEGER PRIMARY KEY, "select" TEXT, [x y] REFERENCES `Größe`(`名前`), "semi;colon" TIMESTAMP, "" TEXT);
        CREATE TABLE `Größe` (`名前` TEXT PRIMARY KEY);
        CREATE VIEW `order` AS SELECT `my id`, `select` FROM `a,b.c"d``e'f`;)");
    auto const& odd = entity(model, "a,b.c\"d`e'f");
    EXPECT_THAT(names(odd), ElementsAre("my id", "select", "x y", "semi;colon", ""));
    EXPECT_THAT(foreign_keys(model, odd.name), ElementsAre("a,b.c\"d`e'f_x y_fkey: x y -> Größe(名前)"));
    EXPECT_THAT(keys(entity(model, "order")), ElementsAre("a,b.c\"d`e'f_pkey(my id)"));
}

TEST(Introspect, AVirtualTableWithoutItsModuleIsLeftOut) {
    auto connection = holding(
        "CREATE TABLE t(a); PRAGMA writable_schema = ON;"
        "INSERT INTO sqlite_schema VALUES ('table', 'geo', 'geo', 0, 'CREATE VIRTUAL TABLE geo USING no_such_module(a)');"
        "PRAGMA writable_schema = RESET;"
    );
    auto model = read(connection);
    EXPECT_EQ(model.entities.size(), 1U);
    EXPECT_THAT(model.notes, ElementsAre(HasSubstr("geo")));
}

TEST(Introspect, AnEmptyFileIsAnEmptyModel) {
    auto model = read("");
    EXPECT_TRUE(model.entities.empty());
    EXPECT_TRUE(model.notes.empty());
}

TEST(IntrospectProof, EverythingOddIsUnderstood) {
    auto model = proof();
    EXPECT_THAT(
        foreign_keys(model, "orders"),
        ElementsAre("orders_billing_fk: billing_id -> address(id)", "orders_shipping_fk: shipping_id -> address(id)")
    );
    EXPECT_THAT(foreign_keys(model, "shop"), ElementsAre("shop_country_code_fkey: country,code -> region(country,code)"));
    EXPECT_THAT(foreign_keys(model, "profile"), ElementsAre("profile_artist_id_fkey: artist_id -> artist(id)"));
    EXPECT_THAT(foreign_keys(model, "shouting"), ElementsAre("shouting_GENRE_ID_fkey: GENRE_ID -> genre(id)"));
    EXPECT_THAT(foreign_keys(model, "dangling"), IsEmpty());
    EXPECT_THAT(checks(entity(model, "w")), ElementsAre("w_qty_check: qty >= 0"));
    EXPECT_THAT(keys(entity(model, "w")), ElementsAre("w_pkey(id)", "w_code_key(code)"));
    EXPECT_THAT(names(entity(model, "twice_v")), ElementsAre("a", "a:1"));
    EXPECT_THAT(keys(entity(model, "artist_v")), ElementsAre("artist_pkey(id)", "artist_name_key(title)"));
    EXPECT_FALSE(model.entity("broken_v"));
    EXPECT_FALSE(model.entity("doc_fts_data"));
    EXPECT_TRUE(model.entity("doc_fts"));
    EXPECT_TRUE(entity(model, "genre_rw").insertable && entity(model, "genre_rw").deletable && !entity(model, "genre_rw").updatable);
    auto between = [&](std::string_view origin, std::string_view target) {
        std::vector<std::string> all;
        for (auto const& r : entity(model, origin).relationships)
            if (model[r.target].name == target) all.emplace_back(to_string(r.cardinality));
        return all;
    };
    EXPECT_THAT(between("album", "genre"), ElementsAre("many-to-many"));
    EXPECT_THAT(between("artist", "genre"), IsEmpty());
    EXPECT_THAT(between("artist", "profile"), ElementsAre("one-to-one"));
    EXPECT_THAT(between("artist", "passport"), ElementsAre("one-to-one"));
    EXPECT_THAT(between("artist", "contact"), ElementsAre("one-to-many"));
    EXPECT_THAT(between("employee", "employee"), ElementsAre("many-to-one", "many-to-one", "one-to-many", "one-to-many"));
    EXPECT_THAT(between("artist_count", "artist"), ElementsAre("many-to-one"));
    EXPECT_THAT(between("album_v", "artist_v"), ElementsAre("many-to-one"));
}

TEST(IntrospectProjDb, IsReadWhollyAndQuickly) {
    auto connection = opened("/usr/share/proj/proj.db", SQLITE_OPEN_READONLY);
    auto const begun = std::clock();
    auto model = read(connection);
    EXPECT_LT(std::clock() - begun, CLOCKS_PER_SEC / 2) << "a dozen milliseconds is what it takes";
    auto count = [&](model::EntityKind kind) { return std::ranges::count(model.entities, kind, &Entity::kind); };
    EXPECT_EQ(count(model::EntityKind::table), 35);
    EXPECT_EQ(count(model::EntityKind::view), 7);
    EXPECT_THAT(model.notes, IsEmpty());
    EXPECT_THAT(
        foreign_keys(model, "projected_crs"),
        Contains("fk_projected_crs_geodetic_crs: geodetic_crs_auth_name,geodetic_crs_code -> geodetic_crs(auth_name,code)")
    );
    EXPECT_THAT(keys(entity(model, "unit_of_measure")), ElementsAre("pk_unit_of_measure(auth_name,code)"));
    EXPECT_EQ(entity(model, "unit_of_measure").columns[1].type, Type::dynamic);
}

}  // namespace
}  // namespace koine::store::sqlite
