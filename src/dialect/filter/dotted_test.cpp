#include "dialect/filter/filter.hpp"
#include "dialect/testing/print.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

std::unique_ptr<ParameterReader const> dotted(std::string_view options = "") {
    return testing::compiled<ParameterReader>(compile_filter_dotted, options);
}

/// The parameter as understood, or the problem.
std::string understood(ParameterReader const& reader, std::string const& key, std::string const& value) {
    query::Query query;
    auto const read = reader.read({key, value, true}, {}, query);
    if (!read) return testing::print(read.error());
    if (!read.value() || query.filters.size() != 1) return "not read";
    auto const printed = testing::print(query.filters[0]);
    query::Query again;
    if (!reader.read(printed, {}, again) || again != query) return "prints as something else: " + printed.key + "=" + printed.value;
    return printed.key + "=" + printed.value;
}

struct Case {
    std::string key;
    std::string value;
    std::string want;
};

void check(std::vector<Case> const& cases) {
    auto const reader = dotted();
    ASSERT_TRUE(reader);
    for (auto const& [key, value, want] : cases) {
        SCOPED_TRACE(key + "=" + value);
        EXPECT_EQ(understood(*reader, key, value), want);
    }
}

TEST(DottedFilter, ReadsKeys) {
    check({
        {"id", "eq.1", "id=eq.1"},
        {"album.title", "eq.Post", "album.title=eq.Post"},
        {"album.genre.name", "eq.Rock", "album.genre.name=eq.Rock"},
        {"name[0]", "ilike.*a*", "name=ilike.%a%"},
        {"meta->>label[12]", "eq.a", "meta->>label=eq.a"},
        {" weird col ", "eq.1", "\"weird col\"=eq.1"},
        {"\"sel,ect\"", "eq.1", "\"sel,ect\"=eq.1"},
        {"\"a\\\"b\"", "eq.1", "\"a\\\"b\"=eq.1"},
        {"\"a.b\".c", "eq.1", "\"a.b\".c=eq.1"},
        {"\"order\"", "eq.1", "\"order\"=eq.1"},
        {"first-name", "eq.1", "\"first-name\"=eq.1"},
        {"größe", "eq.1", "\"größe\"=eq.1"},
        {"meta->>label", "eq.Polar", "meta->>label=eq.Polar"},
        {"meta->nested->a->2->>x", "eq.y", "meta->nested->a->2->>x=eq.y"},
        {"meta->-1", "eq.y", "meta->-1=eq.y"},
        {"meta->1x", "eq.y", "meta->\"1x\"=eq.y"},
        {"meta->\"1\"", "eq.y", "meta->\"1\"=eq.y"},
        {"meta->a-b->>c d", "eq.y", "meta->\"a-b\"->>\"c d\"=eq.y"},
        {"a-b->c", "eq.y", "\"a-b\"->c=eq.y"},
        {"album.details->>n", "gt.3", "album.details->>n=gt.3"},
        {"", "eq.1", "invalid_syntax tree path:1 end of input / field name (* or [a..z0..9_$])"},
        {"id)", "eq.1", "invalid_syntax tree path:3 \")\" / \"->\", delimiter (.) or end of input"},
        {"id[x]", "eq.1", "invalid_syntax tree path:3 \"[\" / \"->\", delimiter (.) or end of input"},
        {"größe)", "eq.1", "invalid_syntax tree path:6 \")\" / \"->\", delimiter (.) or end of input"},
        {"meta->", "eq.1", "invalid_syntax tree path:7 end of input / an index or a key of a JSON path"},
        {"a.", "eq.1", "invalid_syntax tree path:3 end of input / field name (* or [a..z0..9_$])"},
        {"\"a", "eq.1", "invalid_syntax tree path:3 end of input / \"\\\"\""},
    });
}

TEST(DottedFilter, ReadsOperators) {
    check({
        {"name", "eq.\"Abba\"", "name=eq.\"Abba\""},
        {"name", "eq.", "name=eq."},
        {"name", "not.eq.a.b,c)", "name=not.eq.a.b,c)"},
        {"name", "like.a*_%", "name=like.a%_%"},
        {"name", "ilike(any).{a*,\"b,c\"}", "name=ilike(any).{\"a%\",\"b,c\"}"},
        {"name", "match.^[a*", "name=match.^[a*"},
        {"name", "imatch(all).{a,b}", "name=imatch(all).{\"a\",\"b\"}"},
        {"id", "eq(any).{1, 2 , a b}", "id=eq(any).{\"1\",\"2\",\"a b\"}"},
        {"id", "eq(any).{}", "id=eq(any).{}"},
        {"id", "eq(any).{\\ a}", "id=eq(any).{\" a\"}"},
        {"id", "eq(any).{a\\,b\\}}", "id=eq(any).{\"a,b}\"}"},
        {"id", "gt.1", "id=gt.1"},
        {"id", "gte.1", "id=gte.1"},
        {"id", "lt.1", "id=lt.1"},
        {"id", "lte.1", "id=lte.1"},
        {"id", "neq.1", "id=neq.1"},
        {"id", "isdistinct.null", "id=isdistinct.null"},
        {"a", "cs.{1,2}", "a=cs.{1,2}"},
        {"a", "cd.{1}", "a=cd.{1}"},
        {"a", "ov.[1,2)", "a=ov.[1,2)"},
        {"a", "sl.x", "a=sl.x"},
        {"a", "sr.x", "a=sr.x"},
        {"a", "nxr.x", "a=nxr.x"},
        {"a", "nxl.x", "a=nxl.x"},
        {"a", "adj.x", "a=adj.x"},
        {"body", "fts.a & b", "body=fts.a & b"},
        {"body", "not.plfts(english).cats", "body=not.plfts(english).cats"},
        {"body", "phfts.a b", "body=phfts.a b"},
        {"body", "wfts(simple).\"fat cats\" or dog", "body=wfts(simple).\"fat cats\" or dog"},
        {"x", "is.null", "x=is.null"},
        {"x", "not.is.NULL", "x=not.is.null"},
        {"x", "is.Not_Null", "x=is.not_null"},
        {"x", "is.true", "x=is.true"},
        {"x", "is.FALSE", "x=is.false"},
        {"x", "is.unknown", "x=is.unknown"},
        {"x", "in.(1,2)", "x=in.(\"1\",\"2\")"},
        {"x", "in. ( \"a\",b ) ", "x=in.(\"a\",\"b \")"},
        {"x", "in.(Abba, Can)", "x=in.(\"Abba\",\" Can\")"},
        {"x", "in.(\"A\\\"b\",Abba)", "x=in.(\"A\\\"b\",\"Abba\")"},
        {"x", "in.(\"Abba\"x,Can)", "x=in.(\"\\\"Abba\\\"x\",\"Can\")"},
        {"x", "in.(x\"y)", "x=in.(\"x\\\"y\")"},
        {"x", "in.()", "x=in.()"},
        {"x", "not.in.()", "x=not.in.()"},
        {"x", "in.(1,)", "x=in.(\"1\",\"\")"},
        {"x", "in.(a(b,c)", "x=in.(\"a(b\",\"c\")"},
    });
}

TEST(DottedFilter, RefusesWhatIsNoOperation) {
    check({
        {"id", "foo.1", "invalid_syntax filter:1 \"f\" / \"not\" or operator (eq, gt, ...)"},
        {"id", "", "invalid_syntax filter:1 end of input / \"not\" or operator (eq, gt, ...)"},
        {"id", "1", "invalid_syntax filter:1 \"1\" / \"not\" or operator (eq, gt, ...)"},
        {"id", "eq", "invalid_syntax filter:3 end of input / delimiter (.)"},
        {"id", "not.not.eq.1", "invalid_syntax filter:5 \"n\" / operator (eq, gt, ...)"},
        {"id", "in.1,2", "invalid_syntax filter:4 \"1\" / \"(\""},
        {"id", "in.(1,2", "invalid_syntax filter:8 end of input / \",\" or \")\""},
        {"id", "in.(1,2)x", "invalid_syntax filter:9 \"x\" / end of input"},
        {"id", "neq(any).{1}", "invalid_syntax filter:4 \"(\" / delimiter (.)"},
        {"id", "eq(some).{1}", "invalid_syntax filter:3 \"(\" / delimiter (.)"},
        {"active", "is.nope", "invalid_syntax filter:5 \"o\" / isVal: (null, not_null, true, false, unknown)"},
        {"active", "is.nullx", "invalid_syntax filter:8 \"x\" / end of input"},
        {"body", "fts().a", "invalid_syntax filter:5 \")\" / name of a text search configuration"},
        {"id", "eq(any).Abba", "invalid_array_literal Abba"},
        {"id", "eq(any).{a,,b}", "invalid_array_literal {a,,b}"},
        {"id", "eq(any).{a", "invalid_array_literal {a"},
        {"id", "eq(any).{{a}}", "invalid_array_literal {{a}}"},
        {"id", "eq(any).{a}b", "invalid_array_literal {a}b"},
        {"id", "eq(any).{\"a\"b}", "invalid_array_literal {\"a\"b}"},
        {"id", "eq(any).{a,null}", "feature_not_supported null in an array literal"},
    });
}

TEST(DottedFilter, ReadsGroups) {
    check({
        {"or", "(id.eq.1,id.eq.2)", "or=(id.eq.\"1\",id.eq.\"2\")"},
        {"and", "(id.eq.1)", "and=(id.eq.\"1\")"},
        {"not.or", "(id.eq.1)", "not.or=(id.eq.\"1\")"},
        {"album.or", "(id.eq.1)", "album.or=(id.eq.\"1\")"},
        {"album.not.or", "(id.eq.1)", "album.not.or=(id.eq.\"1\")"},
        {"not.album.or", "(id.eq.1)", "album.not.or=(id.eq.\"1\")"},
        {"or", "(id.eq.1,and(country.eq.DE,rating.is.null))", "or=(id.eq.\"1\",and(country.eq.\"DE\",rating.is.null))"},
        {"or", " ( id.eq.1 , not.and ( a.not.eq.b,c.in.(1,2) ) ) ", "or=(id.eq.\"1 \",not.and(a.not.eq.\"b\",c.in.(\"1\",\"2\")))"},
        {"or", "(name.eq.\"A,b(c)\",name.eq.Abba)", "or=(name.eq.\"A,b(c)\",name.eq.\"Abba\")"},
        {"or", "(name.eq.\"a\"b,c.eq.1)", "or=(name.eq.\"\\\"a\\\"b\",c.eq.\"1\")"},
        {"or", "(id.eq(any).{1,2},tags.cs.{a,b})", "or=(id.eq(any).\"{\\\"1\\\",\\\"2\\\"}\",tags.cs.\"{a,b}\")"},
        {"or", "(meta->>label.eq.x,meta->0.is.null)", "or=(meta->>label.eq.\"x\",meta->0.is.null)"},
        {"or", "(name.like.A*,body.wfts(english).x)", "or=(name.like.\"A%\",body.wfts(english).\"x\")"},
        {"or", "(album.is.null,profile.not.is.null)", "or=(album.is.null,profile.not.is.null)"},
        {"or", "(and.eq.1,or.eq.2,not.eq.3)", "or=(\"and\".eq.\"1\",\"or\".eq.\"2\",\"not\".eq.\"3\")"},
        {"or", "(order.eq.1,ord.in.())", "or=(\"order\".eq.\"1\",ord.in.())"},
        {"or", "(name.eq.,id.eq.1)", "or=(name.eq.\"\",id.eq.\"1\")"},
    });
}

TEST(DottedFilter, RefusesWhatIsNoGroup) {
    constexpr auto node = "field name (* or [a..z0..9_$]), negation operator (not) or logic operator (and, or)";
    check({
        {"or", "()", std::string("invalid_syntax logic tree:4 \")\" / ") + node},
        {"or", "", "invalid_syntax logic tree:3 end of input / \"(\""},
        {"not.and", "x", "invalid_syntax logic tree:8 \"x\" / \"(\""},
        {"or", "(id.eq.1", "invalid_syntax logic tree:11 end of input / \",\" or \")\""},
        {"or", "(id.eq.1,)", std::string("invalid_syntax logic tree:12 \")\" / ") + node},
        {"or", "(id.eq.1,id.eq.2)x", "invalid_syntax logic tree:20 \"x\" / end of input"},
        {"or", "(name.eq.Ab(ba),id.eq.1)", "invalid_syntax logic tree:18 \",\" / end of input"},
        {"or", "(not.col.is.null)", "invalid_syntax logic tree:8 \"c\" / \"not\" or operator (eq, gt, ...)"},
        {"or", "(album.title.eq.x)", "invalid_syntax logic tree:10 \"t\" / \"not\" or operator (eq, gt, ...)"},
        {"or", "(id.in.1,2,id.eq.3)", "invalid_syntax logic tree:10 \"1\" / \"(\""},
        {"or", "(a.cs.{1}x)", "invalid_syntax logic tree:12 \"x\" / \",\" or \")\""},
        {"al)bum.or", "(id.eq.1)", "invalid_syntax logic path:3 \")\" / \"->\", delimiter (.) or end of input"},
    });
}

TEST(DottedFilter, IgnoresParametersWithoutValue) {
    query::Query query;
    EXPECT_TRUE(dotted()->read({"id", "", false}, {}, query).value());
    EXPECT_TRUE(query.filters.empty());
}

TEST(DottedFilter, BoundsWhatOneRequestMayAsk) {
    auto const reader = dotted("{max_terms: 3, max_depth: 2, max_list: 2}");
    EXPECT_EQ(understood(*reader, "or", "(a.eq.1,b.eq.2,c.eq.3,d.eq.4)"), "limit_exceeded conditions 3");
    EXPECT_EQ(understood(*reader, "or", "(and(or(a.eq.1)))"), "limit_exceeded levels of groups 2");
    EXPECT_EQ(understood(*reader, "a", "in.(1,2,3)"), "limit_exceeded items of a list 2");
    EXPECT_EQ(understood(*reader, "a", "eq(any).{1,2,3}"), "limit_exceeded items of a list 2");
    query::Query query;
    EXPECT_TRUE(reader->read({"or", "(a.eq.1,and(b.eq.2))", true}, {}, query));
    EXPECT_TRUE(reader->read({"c", "eq.3", true}, {}, query));
    EXPECT_EQ(reader->read({"d", "eq.4", true}, {}, query).error().reason(), Reason::limit_exceeded);
    EXPECT_EQ(understood(*dotted(), "or", std::string(100'000, '(')).substr(0, 14), "invalid_syntax");
}

TEST(DottedFilter, RefusesUnknownOptions) {
    EXPECT_FALSE(dotted("{max_term: 3}"));
    EXPECT_FALSE(dotted("{max_terms: 0}"));
}

}  // namespace
}  // namespace koine::dialect
