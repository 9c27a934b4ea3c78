#include "dialect/testing/writes.hpp"

namespace koine::dialect {
namespace {

using testing::Asked;
using testing::Writing;

struct Case {
    Asked asked;
    std::string_view want;
};

void expect_intents(Dialect const& dialect, std::span<Case const> cases) {
    auto const model = testing::written_model();
    for (auto const& each : cases) {
        SCOPED_TRACE(std::string(each.asked.path) + " " + std::string(each.asked.prefer) + " " + std::string(each.asked.body));
        EXPECT_EQ(Writing(dialect, model, each.asked).intent_text(), each.want);
    }
}

TEST(PreferWrite, ReadsWhatIsInserted) {
    Case const cases[] = {
        {{Method::post, "/w", "", R"({"name":"a","qty":1})"}, "insert w(name,qty)"},
        {{Method::post, "/w", "", R"([{"name":"a"},{"name":"b"}])"}, "insert w(name)"},
        {{Method::post, "/w", "", "{}"}, "insert w()"},
        {{Method::post, "/w", "", "[]"}, "insert w(); nothing"},
        {{Method::post, "/w", "", ""}, "empty_body"},
        {{Method::post, "/w", "", R"([{"name":"a"},{"qty":1}])"}, "ragged_rows format=json"},
        {{Method::post, "/w?columns=name", "", R"([{"name":"a"},{"qty":1}])"}, "insert w(name)"},
        {{Method::post, "/w?columns=%22name%22,+qty,name", "missing=default", R"([{"name":"a"},{}])"}, "insert w(name,qty) default"},
        {{Method::post, "/w?columns=name&columns=qty", "missing=null", "{}"}, "insert w(name)"},
        {{Method::post, "/w?columns=", "", "{}"},
         "invalid_syntax what=columns parameter text= column=1 unexpected=end of input expected=field name (* or [a..z0..9_$])"},
        {{Method::post, "/w", "", "name,qty\na,NULL", "text/csv"}, "insert w(name,qty)"},
        {{Method::post, "/w", "", "name=a+b&qty=1", "application/x-www-form-urlencoded; charset=utf-8"}, "insert w(name,qty)"},
        {{Method::post, "/w", "", "<a/>", "text/xml; charset=utf-8"}, "unsupported_media_type type=text/xml"},
        {{Method::post, "/w?id=eq.1&limit=1&offset=2", "", "{}"}, "insert w()"},
        {{Method::post, "/w", "tx=rollback", "{}"}, "insert w(); rollback"},
        {{Method::post, "/w", "tx=commit, handling=strict, max-affected=1", "{}"}, "insert w()"},
    };
    expect_intents(testing::dialect_of("postgrest"), cases);
}

TEST(PreferWrite, CapsTheNamesOfColumns) {
    auto const dialect = testing::dialect_of("postgrest");
    std::string path = "/w?columns=a";
    for (int i = 1; i < 500; ++i) path += ",b" + std::to_string(i);
    EXPECT_EQ(Writing(dialect, testing::written_model(), {Method::post, path, "", "{}"}).intent.mutation.columns.size(), 500u);
    path += ",c";
    EXPECT_EQ(
        Writing(dialect, testing::written_model(), {Method::post, path, "", "{}"}).intent_text(),
        "limit_exceeded limit=names of columns maximum=500"
    );
}

TEST(PreferWrite, ReadsWhatIsReturned) {
    Case const cases[] = {
        {{Method::post, "/w", "return=representation", "{}"}, "insert w() returning all"},
        {{Method::post, "/w?select=id&w2.a=eq.1", "return=representation", "{}"}, "insert w() returning id with w2.a"},
        {{Method::post, "/w?select=name", "return=headers-only", "{}"}, "insert w() returning id"},
        {{Method::post, "/w2", "return=headers-only", R"([{"a":1,"b":2}])"}, "insert w2(a,b) returning a,b"},
        {{Method::post, "/w2", "return=headers-only", R"([{"a":1,"b":2},{"a":1,"b":3}])"}, "insert w2(a,b)"},
        {{Method::post, "/nopk", "return=headers-only", "{}"}, "insert nopk()"},
        {{Method::post, "/w", "return=minimal", "{}"}, "insert w()"},
        {{Method::patch, "/w?id=eq.1", "return=headers-only", R"({"qty":1})"}, "update w(qty) where id=eq.1"},
        {{Method::del, "/w?id=eq.1&select=id", "return=representation"}, "remove w where id=eq.1 returning id"},
    };
    expect_intents(testing::dialect_of("postgrest"), cases);
}

TEST(PreferWrite, ReadsUpserts) {
    Case const cases[] = {
        {{Method::post, "/w", "resolution=merge-duplicates", "{}"}, "insert w() or merge"},
        {{Method::post, "/w?on_conflict=code", "resolution=ignore-duplicates", "{}"}, "insert w() or ignore by code"},
        {{Method::post, "/w?on_conflict=code", "", "{}"}, "insert w()"},
        {{Method::post, "/nopk", "resolution=merge-duplicates", "{}"}, "insert nopk()"},
        {{Method::post, "/nopk?on_conflict=a,%22b%22", "resolution=merge-duplicates", "{}"}, "insert nopk() or merge by a,b"},
        {{Method::put, "/w?id=eq.1", "", R"({"id":1,"name":"a"})"}, "insert w(id,name) default or merge"},
        {{Method::put, "/w?id=eq.01", "", R"([{"id":"1"}])"}, "insert w(id) default or merge"},
        {{Method::put, "/w2?b=eq.2&a=eq.1", "return=representation", R"({"b":2,"a":1})"}, "insert w2(b,a) default or merge returning all"},
        {{Method::put, "/w?id=eq.1", "", R"({"id":2})"}, "key_mismatch relation=w"},
        {{Method::put, "/w?id=eq.1", "", R"({"name":"a"})"}, "key_mismatch relation=w"},
        {{Method::put, "/w?id=eq.1", "", R"({"id":null})"}, "key_mismatch relation=w"},
        {{Method::put, "/w?id=eq.1", "", R"([{"id":1},{"id":1}])"}, "key_mismatch relation=w"},
        {{Method::put, "/w?id=eq.1", "", "[]"}, "key_mismatch relation=w"},
        {{Method::put, "/w?id=eq.1", "", ""}, "empty_body"},
        {{Method::put, "/w?id=eq.x", "", R"({"id":1})"}, "invalid_literal type=bigint value=x"},
        {{Method::put, "/w", "", R"({"id":1})"}, "key_filters_required relation=w"},
        {{Method::put, "/w?id=gte.1", "", R"({"id":1})"}, "key_filters_required relation=w"},
        {{Method::put, "/w?id=not.eq.1", "", R"({"id":1})"}, "key_filters_required relation=w"},
        {{Method::put, "/w?id=eq(any).{1}", "", R"({"id":1})"}, "key_filters_required relation=w"},
        {{Method::put, "/w?id=eq.1&id=eq.1", "", R"({"id":1})"}, "key_filters_required relation=w"},
        {{Method::put, "/w?id=eq.1&name=eq.a", "", R"({"id":1})"}, "key_filters_required relation=w"},
        {{Method::put, "/w?and=(id.eq.1)", "", R"({"id":1})"}, "key_filters_required relation=w"},
        {{Method::put, "/w2?a=eq.1", "", R"({"a":1,"b":2})"}, "key_filters_required relation=w2"},
        {{Method::put, "/nopk?a=eq.1", "", R"({"a":1})"}, "key_filters_required relation=nopk"},
        {{Method::put, "/w?id=eq.1&limit=1", "", R"({"id":1})"}, "window_not_allowed method=METHOD"},
        {{Method::put, "/w?id=eq.1&offset=1", "", R"({"id":1})"}, "window_not_allowed method=METHOD"},
    };
    expect_intents(testing::dialect_of("postgrest"), cases);
}

TEST(PreferWrite, ReadsWhichRowsAreChanged) {
    Case const cases[] = {
        {{Method::patch, "/w", "", R"({"qty":1})"}, "update w(qty)"},
        {{Method::patch, "/w?id=in.(1,2)&qty=is.null", "", R"([{"qty":1},{"qty":2}])"},
         "update w(qty) where id=in.(\"1\",\"2\") where qty=is.null"},
        {{Method::patch, "/w", "", "{}"}, "update w(); nothing"},
        {{Method::patch, "/w", "", "[]"}, "update w(); nothing"},
        {{Method::patch, "/w", "", ""}, "empty_body"},
        {{Method::patch, "/w?columns=qty", "", R"({"qty":1,"zzz":2})"}, "update w(qty)"},
        {{Method::patch, "/w?columns=qty,name", "missing=default", R"({"qty":1})"},
         "feature_not_supported feature=defaults of columns in an update"},
        {{Method::patch, "/w?columns=qty,name", "missing=default", R"({"qty":1,"name":"a"})"}, "update w(qty,name)"},
        {{Method::patch, "/w?limit=1", "", R"({"qty":1})"}, "limit_without_order"},
        {{Method::patch, "/w?limit=1&order=id", "", R"({"qty":1})"}, "update w(qty) order id.asc.nullslast limit 1"},
        {{Method::patch, "/w?limit=0", "", R"({"qty":1})"}, "update w(qty) limit 0; nothing"},
        {{Method::patch, "/w?id=eq.1", "max-affected=2", R"({"qty":1})"}, "update w(qty) where id=eq.1"},
        {{Method::patch, "/w?id=eq.1", "max-affected=2, handling=strict", R"({"qty":1})"}, "update w(qty) where id=eq.1; at most 2"},
        {{Method::del, "/w", "", "{}"}, "remove w"},
        {{Method::del, "/w?or=(id.eq.1,id.eq.2)", "", "", "text/xml"}, "remove w where or=(id.eq.\"1\",id.eq.\"2\")"},
        {{Method::del, "/w?offset=1", ""}, "limit_without_order"},
        {{Method::del, "/w?order=id.desc&limit=2&offset=1", ""}, "remove w order id.desc.nullsfirst limit 2 offset 1"},
        {{Method::del, "/w", "handling=strict,max-affected=0"}, "remove w; at most 0"},
        {{Method::get, "/w"}, "method_unsupported method=METHOD"},
    };
    expect_intents(testing::dialect_of("postgrest"), cases);
}

TEST(PreferWrite, DoesWhatItsOptionsSay) {
    Case const strict[] = {
        {{Method::patch, "/w", "", R"({"qty":1})"}, "filter_required statement=UPDATE"},
        {{Method::patch, "/w?id=gt.0", "", R"({"qty":1})"}, "update w(qty) where id=gt.0"},
        {{Method::del, "/w"}, "filter_required statement=DELETE"},
        {{Method::post, "/w", "tx=rollback", "{}"}, "insert w()"},
        {{Method::put, "/w?id=eq.1", "", R"({"id":1})"}, "insert w(id) default or replace"},
    };
    expect_intents(
        testing::dialect_of("dialects: {m: {extends: postgrest, write: {prefer: {require_filter: true, rollback: false, put: replace}}}}"),
        strict
    );
    Case const without[] = {{{Method::put, "/w?id=eq.1", "", R"({"id":1})"}, "method_unsupported method=METHOD"}};
    expect_intents(testing::dialect_of("dialects: {m: {extends: postgrest, write: {prefer: {put: none}}}}"), without);
    // Pages and items of other conventions: a default page never restricts what is written, and an address is as good as filters.
    Case const mixed[] = {
        {{Method::patch, "/w?name=a", "", R"({"qty":1})"}, "update w(qty) where name=eq.a"},
        {{Method::patch, "/w/1", "", R"({"qty":1})"}, "update w(qty) key 1; or not found"},
        {{Method::put, "/w/1", "", R"({"id":1})"}, "insert w(id) default or merge"},
        {{Method::put, "/w/1,2", "", R"({"id":1})"}, "not_found relation=w key=1,2"},
        {{Method::put, "/w/1?name=a", "", R"({"id":1})"}, "key_filters_required relation=w"},
        {{Method::del, "/w/1", ""}, "remove w key 1; or not found"},
        {{Method::del, "/w?per_page=2&sort=id", ""}, "remove w order id.asc.nullslast limit 2"},
    };
    expect_intents(testing::dialect_of("dialects: {m: {extends: rest, write: prefer}}"), mixed);
}

TEST(PreferWrite, TellsMistakes) {
    EXPECT_EQ(
        testing::mistake_in("dialects: {m: {write: {prefer: {put: maybe}}}}"),
        "mine.yaml:1:38: unknown word \"maybe\"; known are merge, replace, none"
    );
    EXPECT_EQ(
        testing::mistake_in("dialects: {m: {write: {prefer: {require_filters: true}}}}"),
        "mine.yaml:1:33: unknown option \"require_filters\"; did you mean \"require_filter\"?"
    );
    EXPECT_EQ(testing::mistake_in("dialects: {m: {write: pefer}}"), "mine.yaml:1:23: unknown write \"pefer\"; did you mean \"prefer\"?");
}

TEST(PreferWrite, AnswersAsTheHeaderPreferSays) {
    struct Answered {
        Asked asked;
        std::int64_t affected, inserted;
        std::string_view want;
        bool singular = false;
    } const cases[] = {
        {{Method::post, "/w", "", "{}"}, 1, 1, "201 none */*"},
        {{Method::post, "/w", "count=exact", "[{},{}]"}, 2, 2, "201 none */2 (count=exact)"},
        {{Method::post, "/w", "count=planned", "{}"}, 1, 1, "201 none */* (count=planned)"},
        {{Method::post, "/w", "return=representation", "[{},{}]"}, 2, 2, "201 list of 2 */* (return=representation)"},
        {{Method::post, "/w", "return=representation", "{}"}, 1, 1, "201 item of 1 */* (return=representation)", true},
        {{Method::post, "/w", "return=representation", "{}"}, 0, 0, "204 none */* (return=representation)", true},
        {{Method::post, "/w", "return=representation", "[]"}, 0, 0, "201 list */* (return=representation)"},
        {{Method::post, "/w", "return=headers-only", "{}"}, 1, 1, "201 none */* at /w?id=eq.1 (return=headers-only)"},
        {{Method::post, "/w2", "return=headers-only", R"({"a":1,"b":2})"}, 1, 1, "201 none */* at /w2?a=eq.1&b=eq.2 (return=headers-only)"},
        {{Method::post, "/Odd%20Name", "return=headers-only", "{}"},
         1,
         1,
         "201 none */* at /Odd Name?my%20id=eq.a%20b (return=headers-only)"},
        {{Method::post, "/w", "return=headers-only", "[{},{}]"}, 2, 2, "201 none */* (return=headers-only)"},
        {{Method::post, "/nopk", "return=headers-only", "{}"}, 1, 1, "201 none */* (return=headers-only)"},
        {{Method::post, "/w", "resolution=merge-duplicates", "[{},{}]"}, 2, 1, "201 none */* (resolution=merge-duplicates)"},
        {{Method::post, "/w", "resolution=merge-duplicates", "[{},{}]"}, 2, 0, "200 none */* (resolution=merge-duplicates)"},
        {{Method::post, "/w", "resolution=ignore-duplicates", "[{},{}]"}, 0, 0, "201 none */* (resolution=ignore-duplicates)"},
        {{Method::post, "/nopk", "resolution=merge-duplicates", "{}"}, 1, 1, "201 none */*"},
        {{Method::post, "/nopk?on_conflict=a", "resolution=merge-duplicates", "{}"}, 1, 1, "201 none */* (resolution=merge-duplicates)"},
        {{Method::post,
          "/w",
          "max-affected=1,handling=strict,tx=rollback,count=exact,return=minimal,missing=default,resolution=merge-duplicates,foo=bar",
          "{}"},
         1,
         1,
         "201 none */1 (resolution=merge-duplicates, missing=default, return=minimal, count=exact, tx=rollback, handling=strict)"},
        {{Method::patch, "/w", "", R"({"qty":1})"}, 2, 0, "204 none 0-1/*"},
        {{Method::patch, "/w", "count=exact", R"({"qty":1})"}, 2, 0, "204 none 0-1/2 (count=exact)"},
        {{Method::patch, "/w", "return=representation", R"({"qty":1})"}, 0, 0, "200 list */* (return=representation)"},
        {{Method::patch, "/w", "return=representation, missing=null", "{}"}, 0, 0, "200 list */* (missing=null, return=representation)"},
        {{Method::patch, "/w", "handling=strict, max-affected=5, resolution=merge-duplicates", R"({"qty":1})"},
         1,
         0,
         "204 none 0-0/* (handling=strict, max-affected=5)"},
        {{Method::del, "/w", "count=estimated"}, 2, 0, "204 none */2 (count=estimated)"},
        {{Method::del, "/w", "return=representation, missing=default, max-affected=2"}, 2, 0, "200 list of 2 */* (return=representation)"},
        {{Method::put, "/w?id=eq.1", "", R"({"id":1})"}, 1, 1, "204 none"},
        {{Method::put, "/w?id=eq.1", "return=headers-only", R"({"id":1})"}, 1, 1, "204 none (return=headers-only)"},
        {{Method::put, "/w?id=eq.1", "count=exact, return=representation", R"({"id":1})"},
         1,
         1,
         "201 list of 1 (return=representation, count=exact)"},
        {{Method::put, "/w?id=eq.1", "return=representation", R"({"id":1})"}, 1, 0, "200 item of 1 (return=representation)", true},
    };
    auto const dialect = testing::dialect_of("postgrest");
    auto const model = testing::written_model();
    for (auto const& each : cases) {
        SCOPED_TRACE(std::string(each.asked.path) + " " + std::string(each.asked.prefer) + " " + std::string(each.asked.body));
        Writing const writing(dialect, model, each.asked);
        EXPECT_EQ(writing.answer_text(model, each.affected, each.inserted, each.singular), each.want);
    }
}

TEST(PreferWrite, KeepsThePrefixInTheLocation) {
    auto const dialect = testing::dialect_of("postgrest");
    auto const model = testing::written_model();
    Writing writing(dialect, model, {Method::post, "/rest/v1/w", "return=headers-only", "{}"});
    writing.exchange.base_url = "http://h.test:1/rest/v1";
    EXPECT_EQ(writing.answer_text(model, 1, 1), "201 none */* at /rest/v1/w?id=eq.1 (return=headers-only)");
}

TEST(PreferWrite, OffersWhatTheEntityCan) {
    auto const dialect = testing::dialect_of("postgrest");
    auto const model = testing::written_model();
    auto const allow = [&](std::string_view name, bool writable = true) {
        return dialect.allow(Endpoint::Kind::list, &model[*model.entity(name)], writable);
    };
    EXPECT_EQ(allow("w"), "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE");
    EXPECT_EQ(allow("w", false), "OPTIONS,GET,HEAD");
    EXPECT_EQ(allow("nopk"), "OPTIONS,GET,HEAD,POST,PATCH,DELETE");
    EXPECT_EQ(allow("wv"), "OPTIONS,GET,HEAD,POST,PATCH,DELETE");
    EXPECT_EQ(allow("frozen"), "OPTIONS,GET,HEAD");
    EXPECT_EQ(dialect.allow(Endpoint::Kind::root, nullptr, true), "OPTIONS,GET,HEAD");
    EXPECT_EQ(dialect.allow(Endpoint::Kind::function, nullptr, true), "OPTIONS,GET,HEAD,POST");
}

TEST(PreferWrite, IsRefusedBeforeABodyIsRead) {
    auto const dialect = testing::dialect_of("postgrest");
    auto const model = testing::written_model();
    struct Refused {
        Method method;
        std::string_view relation, want;
    } const cases[] = {
        {Method::put, "w", ""},
        {Method::del, "nopk", ""},
        {Method::put, "nopk", "key_filters_required"},
        {Method::put, "wv", "not_writable"},
        {Method::patch, "frozen", "not_writable"},
        {Method::get, "w", "method_unsupported"},
    };
    for (auto const& each : cases) {
        Exchange exchange;
        exchange.method = each.method;
        exchange.endpoint.kind = Endpoint::Kind::list;
        auto const checked = dialect.check_write(exchange, model[*model.entity(each.relation)]);
        EXPECT_EQ(checked ? "" : to_string(checked.error().reason()), each.want) << each.relation;
    }
}

TEST(PreferWrite, DescribesItsOperations) {
    using Use = ParameterDocument::Use;
    auto const dialect = testing::dialect_of("postgrest");
    auto const model = testing::written_model();
    auto const of = [&](std::string_view name) { return dialect.describe(model[*model.entity(name)], model); };
    auto const w = of("w");
    ASSERT_EQ(w.writes.size(), 4u);
    EXPECT_EQ(w.writes[0].method, Method::post);
    EXPECT_EQ(w.writes[0].rows, WriteDocument::Rows::many);
    EXPECT_EQ(w.writes[0].required, std::vector<std::string>{"name"});
    EXPECT_EQ(w.writes[1].method, Method::put);
    EXPECT_EQ(w.writes[1].required, (std::vector<std::string>{"name", "id"}));
    ASSERT_EQ(w.writes[1].parameters.size(), 1u);
    EXPECT_TRUE(w.writes[1].parameters[0].required);
    EXPECT_EQ(w.writes[2].rows, WriteDocument::Rows::one);
    EXPECT_TRUE(w.writes[2].required.empty());
    EXPECT_EQ(w.writes[3].rows, WriteDocument::Rows::none);
    EXPECT_EQ(w.writes[3].uses, (std::vector<Use>{Use::select, Use::sort, Use::page, Use::filter}));
    EXPECT_EQ(of("nopk").writes.size(), 3u);
    EXPECT_TRUE(of("frozen").writes.empty());
    ASSERT_EQ(w.write_parameters.size(), 2u);
    EXPECT_EQ(w.write_parameters[0].example, "return=representation");
    EXPECT_EQ(w.write_parameters[1].name, "Content-Profile");
    std::vector<BodyDocument> const bodies = {
        {"application/json", format::BodyFormat::json},
        {"text/csv", format::BodyFormat::csv},
        {"application/x-www-form-urlencoded", format::BodyFormat::form}
    };
    EXPECT_EQ(w.bodies, bodies);
}

TEST(PreferWrite, TellsItsAnswersInHeaders) {
    auto const dialect = testing::dialect_of("postgrest");
    Exchange exchange;
    exchange.preferences.applied = {"count=exact"};  // a read's
    WriteAnswer answer;
    answer.page.range = "*/2";
    answer.location = "/w?id=eq.1";
    answer.applied = {"return=headers-only", "count=exact"};
    AnswerValues values(&exchange);
    values.with_write(answer);
    std::vector<ResponseHeader> headers;
    dialect.headers.add(Headers::On::written, values, &exchange, headers);
    std::vector<ResponseHeader> const want = {
        {"Vary", "Accept, Prefer, Range"},
        {"Content-Range", "*/2"},
        {"Preference-Applied", "return=headers-only, count=exact"},
        {"Location", "/w?id=eq.1"},
    };
    EXPECT_EQ(headers, want);
}

}  // namespace
}  // namespace koine::dialect
