#include "dialect/select/select.hpp"

#include "dialect/testing/print.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

std::string understood(ParameterReader const& reader, std::string const& key, std::string const& value) {
    query::Query query;
    auto const read = reader.read({key, value, true}, {}, query);
    if (!read) return testing::print(read.error());
    if (!read.value()) return "not read";
    auto const printed = testing::print(query.select);
    query::Query again;
    if (!reader.read({key, printed, true}, {}, again) || again != query) return "prints as something else: " + printed;
    return printed;
}

TEST(EmbedSelect, Reads) {
    constexpr auto item = "\"...\", field name (* or [a..z0..9_$]), \"*\" or \"count()\"";
    struct Case {
        std::string value;
        std::string want;
    };
    std::vector<Case> const cases = {
        {"", "*"},
        {"*", "*"},
        {"id,name", "id,name"},
        {" id , name ", "id,name"},
        {"id,id,*", "id,id,*"},
        {"label:name", "label:name"},
        {"name::text", "name::text"},
        {"n:rating::double precision", "n:rating::double precision"},
        {"meta->label", "meta->label"},
        {"x:meta->nested->a->2->>x", "x:meta->nested->a->2->>x"},
        {"meta->0,meta->-1", "meta->0,meta->-1"},
        {"meta->0::int", "meta->0::int"},
        {"album(details->0)", "album(details->\"0\")"},
        {"\"sel,ect\",\"a\\\"b\"", "\"sel,ect\",\"a\\\"b\""},
        {"weird col", "\"weird col\""},
        {"count()", "count()"},
        {"n:count()::text", "n:count()::text"},
        {"price.sum()", "price.sum()"},
        {"total:price::int.sum()::text", "total:price::int.sum()::text"},
        {"id.count(),a.avg(),b.max(),c.min()", "id.count(),a.avg(),b.max(),c.min()"},
        {"meta->n.sum()", "meta->n.sum()"},
        {"count", "\"count\""},
        {"album(title)", "album(title)"},
        {"album()", "album()"},
        {"album ( title , id )", "album(title,id)"},
        {"a:album!inner(title)", "a:album!inner(title)"},
        {"billing:address!orders_billing_fk!inner(city)", "billing:address!orders_billing_fk!inner(city)"},
        {"address!inner!orders_billing_fk(city)", "address!orders_billing_fk!inner(city)"},
        {"address!left(city)", "address(city)"},
        {"address!left!inner(city)", "address(city)"},
        {"address!a!b(city)", "address!a(city)"},
        {"address!leftover(city)", "address!leftover(city)"},
        {"address!\"inner\"(city)", "address!\"inner\"(city)"},
        {"...artist(artist_name:name,...profile(url))", "...artist(artist_name:name,...profile(url))"},
        {"...artist!inner(count())", "...artist!inner(count())"},
        {"album(genre(name),count())", "album(genre(name),count())"},
        {"id,", std::string("invalid_syntax select parameter:4 end of input / ") + item},
        {"id)x", "invalid_syntax select parameter:3 \")\" / \",\" or end of input"},
        {",id", std::string("invalid_syntax select parameter:1 \",\" / ") + item},
        {"count(id)", "invalid_syntax select parameter:6 \"(\" / \"->>\", \"->\", \"::\", \")\", \",\" or end of input"},
        {"name!hint", "invalid_syntax select parameter:10 end of input / \"!\" or \"(\""},
        {"a!b!c!d(x)", "invalid_syntax select parameter:6 \"!\" / \"!\" or \"(\""},
        {"album(id", "invalid_syntax select parameter:9 end of input / \",\" or \")\""},
        {"album(id))", "invalid_syntax select parameter:10 \")\" / \",\" or end of input"},
        {"name::", "invalid_syntax select parameter:7 end of input / letter or digit"},
        {"name::varchar(3)", "invalid_syntax select parameter:14 \"(\" / \"->>\", \"->\", \"::\", \")\", \",\" or end of input"},
        {"a.b", "invalid_syntax select parameter:3 \"b\" / aggregate function (sum(), avg(), count(), max() or min())"},
        {"a.sum", "invalid_syntax select parameter:3 \"s\" / aggregate function (sum(), avg(), count(), max() or min())"},
        {"a::int::text", "invalid_syntax select parameter:7 \":\" / \"->>\", \"->\", \"::\", \")\", \",\" or end of input"},
        {"...artist", "invalid_syntax select parameter:10 end of input / \"!\" or \"(\""},
        {"a->b(c)", "invalid_syntax select parameter:5 \"(\" / \"->>\", \"->\", \"::\", \")\", \",\" or end of input"},
        {"a:*", "invalid_syntax select parameter:3 \"*\" / field name (* or [a..z0..9_$])"},
        {"*x", "invalid_syntax select parameter:2 \"x\" / \",\" or end of input"},
    };
    auto const reader = testing::compiled<ParameterReader>(compile_select_embed);
    ASSERT_TRUE(reader);
    for (auto const& [value, want] : cases) {
        SCOPED_TRACE(value);
        EXPECT_EQ(understood(*reader, "select", value), want);
    }
}

TEST(EmbedSelect, KeepsTheFirst) {
    auto const reader = testing::compiled<ParameterReader>(compile_select_embed);
    for (auto const* first : {"", "id"}) {
        query::Query query;
        EXPECT_TRUE(reader->read({"select", first, true}, {}, query).value());
        EXPECT_TRUE(reader->read({"select", "name", true}, {}, query).value());
        EXPECT_EQ(testing::print(query.select), *first ? first : "*");
    }
    query::Query query;
    EXPECT_TRUE(reader->read({"select", "", false}, {}, query).value());
    EXPECT_TRUE(query.select.empty());
    EXPECT_FALSE(reader->read({"a.select", "x", true}, {}, query).value());
}

TEST(EmbedSelect, ChecksWhatOnlyWritesUse) {
    auto const reader = testing::compiled<ParameterReader>(compile_select_embed);
    query::Query query;
    EXPECT_TRUE(reader->read({"columns", "\"a\", b", true}, {}, query).value());
    EXPECT_TRUE(reader->read({"on_conflict", "", false}, {}, query).value());
    EXPECT_EQ(
        testing::print(reader->read({"columns", "", true}, {}, query).error()),
        "invalid_syntax columns parameter:1 end of input / field name (* or [a..z0..9_$])"
    );
    EXPECT_EQ(
        testing::print(reader->read({"on_conflict", "a)", true}, {}, query).error()),
        "invalid_syntax on_conflict parameter:2 \")\" / \",\" or end of input"
    );
    EXPECT_EQ(query, query::Query{});
}

TEST(EmbedSelect, BoundsWhatOneRequestMayAsk) {
    auto const reader = testing::compiled<ParameterReader>(compile_select_embed, "{max_depth: 2, max_items: 5, max_embeds: 3}");
    EXPECT_EQ(understood(*reader, "select", "a(b(c))"), "a(b(c))");
    EXPECT_EQ(understood(*reader, "select", "a(b(c(d)))"), "limit_exceeded levels of embedding 2");
    EXPECT_EQ(understood(*reader, "select", "a,b(c,d),e,f"), "limit_exceeded items of a selection 5");
    EXPECT_EQ(understood(*reader, "select", "a(),b(),c(),d()"), "limit_exceeded relations of a selection 3");
}

TEST(FieldsSelect, Reads) {
    auto const reader = testing::compiled<ParameterReader>(compile_select_fields, "{max_items: 3}");
    ASSERT_TRUE(reader);
    EXPECT_EQ(understood(*reader, "fields", "id, name"), "id,name");
    EXPECT_EQ(understood(*reader, "fields", ""), "");
    EXPECT_EQ(understood(*reader, "fields", "id,,name"), "invalid_parameter id,,name names of fields, separated by commas");
    EXPECT_EQ(understood(*reader, "fields", "a,b,c,d"), "limit_exceeded items of a selection 3");
    EXPECT_EQ(understood(*reader, "field", "a"), "not read");
}

}  // namespace
}  // namespace koine::dialect
