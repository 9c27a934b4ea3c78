#include "dialect/testing/writes.hpp"
#include "format/json.hpp"

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
        SCOPED_TRACE(std::string(each.asked.path) + " " + std::string(each.asked.body));
        EXPECT_EQ(Writing(dialect, model, each.asked).intent_text(), each.want);
    }
}

TEST(ItemsWrite, ReadsWhatIsAsked) {
    Case const cases[] = {
        {{Method::post, "/w", "", R"({"name":"a"})"}, "insert w(name) default returning all; exactly one"},
        {{Method::post, "/w", "", "{}"}, "insert w() default returning all; exactly one"},
        {{Method::post, "/w", "", R"([{"name":"a"},{"name":"b","qty":1}])"}, "insert w(name,qty) default returning all"},
        {{Method::post, "/w", "", "[]"}, "insert w() default returning all; nothing"},
        {{Method::post, "/w", "", ""}, "empty_body"},
        {{Method::post, "/w?fields=name", "", "{}"}, "insert w() default returning name,id; exactly one"},
        {{Method::post, "/w2?fields=b", "", "{}"}, "insert w2() default returning b,a; exactly one"},
        {{Method::post, "/w?fields=name", "", "[{}]"}, "insert w() default returning name"},
        {{Method::post, "/w?nmae=x", "", "{}"}, "unknown_parameter parameter=nmae"},
        {{Method::post, "/w?page=2&per_page=3&sort=id", "", "{}"}, "insert w() default returning all; exactly one"},
        {{Method::post, "/w", "", "a,b", "text/csv"}, "unsupported_media_type type=text/csv"},
        {{Method::post, "/nopk", "", "{}"}, "insert nopk() default returning all; exactly one"},
        {{Method::patch, "/w/1", "", R"({"qty":1})"}, "update w(qty) key 1 returning all; or not found"},
        {{Method::patch, "/w/1?fields=qty", "", R"({"qty":1,"id":"01"})"}, "update w(qty) key 1 returning qty; or not found"},
        {{Method::patch, "/w/1?name=x", "", R"({"qty":1})"}, "update w(qty) key 1 where name=eq.x returning all; or not found"},
        {{Method::patch, "/w/1", "", "{}"}, "update w(id) key 1 returning all; or not found"},
        {{Method::patch, "/w2/1,2", "", R"({"b":2})"}, "update w2(a,b) key 1,2 returning all; or not found"},
        {{Method::patch, "/w/1", "", R"({"id":2})"}, "key_mismatch relation=w"},
        {{Method::patch, "/w/1", "", R"({"id":null})"}, "key_mismatch relation=w"},
        {{Method::patch, "/w/x", "", R"({"id":1})"}, "invalid_literal type=bigint value=x"},
        {{Method::patch, "/w/1,2", "", "{}"}, "not_found relation=w key=1,2"},
        {{Method::patch, "/nopk/1", "", "{}"}, "not_found relation=nopk key=1"},
        {{Method::patch, "/w/1", "", "[{},{}]"}, "invalid_body format=one row detail=it holds 2 rows"},
        {{Method::patch, "/w/1", "", "[]"}, "invalid_body format=one row detail=it holds 0 rows"},
        {{Method::patch, "/w/1", "", ""}, "empty_body"},
        {{Method::put, "/w/1", "", R"({"name":"a"})"}, "insert w(name,id) default or replace returning all"},
        {{Method::put, "/w/1", "", R"({"name":"a","id":1})"}, "insert w(name,id) default or replace returning all"},
        {{Method::put, "/w2/1,2", "", "{}"}, "insert w2(a,b) default or replace returning all"},
        {{Method::put, "/w/1", "", R"({"id":3})"}, "key_mismatch relation=w"},
        {{Method::put, "/w/1?name=x", "", "{}"}, "unknown_parameter parameter=name"},
        {{Method::put, "/nopk/1", "", "{}"}, "not_found relation=nopk key=1"},
        {{Method::del, "/w/1"}, "remove w key 1; or not found"},
        {{Method::del, "/w/1?qty__gt=1", "", "{", "text/xml"}, "remove w key 1 where qty=gt.1; or not found"},
        {{Method::del, "/w"}, "method_unsupported method=METHOD"},
        {{Method::patch, "/w", "", "{}"}, "method_unsupported method=METHOD"},
        {{Method::put, "/w", "", "{}"}, "method_unsupported method=METHOD"},
        {{Method::post, "/w/1", "", "{}"}, "method_unsupported method=METHOD"},
    };
    expect_intents(testing::dialect_of("rest"), cases);
}

TEST(ItemsWrite, DoesWhatItsOptionsSay) {
    Case const cases[] = {
        {{Method::put, "/w/1", "", "{}"}, "insert w(id) default or merge returning all"},
        {{Method::post, "/w", "", "{}"}, "insert w() default returning id; exactly one"},
        {{Method::post, "/w", "", "[{}]"}, "insert w() default"},
        {{Method::del, "/w/1"}, "remove w key 1 returning all; or not found"},
        {{Method::patch, "/w/1", "", R"({"qty":1})"}, "update w(qty) key 1; or not found"},
    };
    constexpr std::string_view text =
        "dialects: {m: {extends: rest, write: {items: {put: keep, create: {body: none}, update: {status: 204, body: none}, "
        "remove: {status: 200, body: item}}}}}";
    expect_intents(testing::dialect_of(text), cases);
    Case const without[] = {{{Method::put, "/w/1", "", "{}"}, "method_unsupported method=METHOD"}};
    expect_intents(testing::dialect_of("dialects: {m: {extends: rest, write: {items: {put: none}}}}"), without);
    EXPECT_EQ(
        testing::mistake_in("dialects: {m: {write: {items: {update: {status: 204}}}}}"),
        "mine.yaml:1:40: an answer with status 204 has no body: say body: none"
    );
    EXPECT_EQ(
        testing::mistake_in("dialects: {m: {write: {items: {remove: {body: list}}}}}"),
        "mine.yaml:1:47: unknown word \"list\"; known are none, item"
    );
}

TEST(ItemsWrite, AnswersRowsAndWhereTheyAre) {
    struct Answered {
        Asked asked;
        std::int64_t affected, inserted;
        std::string_view want;
    } const cases[] = {
        {{Method::post, "/w", "", "{}"}, 1, 1, "201 item of 1 at http://h.test:1/w/1"},
        {{Method::post, "/w2", "", "{}"}, 1, 1, "201 item of 1 at http://h.test:1/w2/1,2"},
        {{Method::post, "/Odd%20Name", "", "{}"}, 1, 1, "201 item of 1 at http://h.test:1/Odd%20Name/a%20b"},
        {{Method::post, "/nopk", "", "{}"}, 1, 1, "201 item of 1"},
        {{Method::post, "/w", "", "[{},{}]"}, 2, 2, "201 list of 2"},
        {{Method::post, "/w", "", "[]"}, 0, 0, "201 list"},
        {{Method::patch, "/w/1", "", "{}"}, 1, 0, "200 item of 1"},
        {{Method::put, "/w/7", "", "{}"}, 1, 1, "201 item of 1 at http://h.test:1/w/7"},
        {{Method::put, "/w/7", "", "{}"}, 1, 0, "200 item of 1"},
        {{Method::del, "/w/1"}, 1, 0, "204 none"},
    };
    auto const dialect = testing::dialect_of("rest");
    auto const model = testing::written_model();
    for (auto const& each : cases) {
        SCOPED_TRACE(std::string(each.asked.path) + " " + std::string(each.asked.body));
        EXPECT_EQ(Writing(dialect, model, each.asked).answer_text(model, each.affected, each.inserted), each.want);
    }
    auto const flat = testing::dialect_of("base");  // where rows have no paths
    EXPECT_EQ(Writing(flat, model, {Method::post, "/w", "", "{}"}).answer_text(model, 1, 1), "201 item of 1");
}

TEST(ItemsWrite, OffersWhatTheEntityCan) {
    auto const dialect = testing::dialect_of("rest");
    auto const model = testing::written_model();
    auto const allow = [&](Endpoint::Kind kind, std::string_view name, bool writable = true) {
        return dialect.allow(kind, &model[*model.entity(name)], writable);
    };
    EXPECT_EQ(allow(Endpoint::Kind::list, "w"), "OPTIONS,GET,HEAD,POST");
    EXPECT_EQ(allow(Endpoint::Kind::item, "w"), "OPTIONS,GET,HEAD,PUT,PATCH,DELETE");
    EXPECT_EQ(allow(Endpoint::Kind::item, "w", false), "OPTIONS,GET,HEAD");
    EXPECT_EQ(allow(Endpoint::Kind::item, "wv"), "OPTIONS,GET,HEAD,PATCH,DELETE");
    EXPECT_EQ(allow(Endpoint::Kind::list, "frozen"), "OPTIONS,GET,HEAD");
    EXPECT_EQ(allow(Endpoint::Kind::item, "nopk"), "OPTIONS,GET,HEAD");
}

TEST(ItemsWrite, IsRefusedBeforeABodyIsRead) {
    auto const dialect = testing::dialect_of("rest");
    auto const model = testing::written_model();
    struct Refused {
        Method method;
        Endpoint::Kind kind;
        std::string_view relation, want;
    } const cases[] = {
        {Method::put, Endpoint::Kind::list, "w", "method_unsupported"},
        {Method::del, Endpoint::Kind::list, "w", "method_unsupported"},
        {Method::post, Endpoint::Kind::item, "w", "method_unsupported"},
        {Method::post, Endpoint::Kind::list, "w", ""},
        {Method::post, Endpoint::Kind::list, "frozen", "not_writable INSERT"},
        {Method::put, Endpoint::Kind::item, "frozen", "not_writable INSERT"},
        {Method::patch, Endpoint::Kind::item, "frozen", "not_writable UPDATE"},
        {Method::del, Endpoint::Kind::item, "frozen", "not_writable DELETE"},
        {Method::del, Endpoint::Kind::item, "wv", ""},
        {Method::put, Endpoint::Kind::item, "wv", "not_writable INSERT"},
        {Method::put, Endpoint::Kind::item, "nopk", ""},
    };
    for (auto const& each : cases) {
        Exchange exchange;
        exchange.method = each.method;
        exchange.endpoint.kind = each.kind;
        auto const checked = dialect.check_write(exchange, model[*model.entity(each.relation)]);
        std::string got;
        if (!checked) got = std::string(to_string(checked.error().reason()));
        if (!checked && checked.error().argument("statement")) got.append(" ").append(*checked.error().argument("statement"));
        EXPECT_EQ(got, each.want) << each.relation;
    }
}

TEST(ItemsWrite, DescribesItsOperations) {
    auto const dialect = testing::dialect_of("rest");
    auto const model = testing::written_model();
    auto const w = dialect.describe(model[*model.entity("w")], model);
    ASSERT_EQ(w.writes.size(), 4u);
    EXPECT_FALSE(w.writes[0].item);
    EXPECT_EQ(w.writes[0].answers.front().content, WrittenDocument::Content::either);
    EXPECT_EQ(w.writes[1].method, Method::put);
    EXPECT_TRUE(w.writes[1].item);
    EXPECT_EQ(w.writes[1].required, std::vector<std::string>{"name"});
    ASSERT_EQ(w.writes[1].answers.size(), 2u);
    EXPECT_EQ(w.writes[3].answers.front().status, 204);
    EXPECT_EQ(dialect.describe(model[*model.entity("nopk")], model).writes.size(), 1u);
    ASSERT_EQ(w.bodies.size(), 1u);
    auto const location = std::ranges::find(w.written_headers, "Location", &HeaderDocument::name);
    EXPECT_NE(location, w.written_headers.end());
}

TEST(ItemsWrite, FramesWhatWasMade) {
    auto const dialect = testing::dialect_of("rest");
    Exchange const exchange;
    WriteAnswer answer;
    answer.page.returned = 2;
    answer.page.total = 2;
    AnswerValues values(&exchange);
    std::string list;
    format::JsonWriter sink(list);
    dialect.envelope.write_list(values.with_write(answer), [](auto& out) { out.json("[1,2]"); }, sink);
    sink.finish();
    EXPECT_EQ(list, R"({"data":[1,2],"meta":{"page":null,"per_page":null,"total":2,"pages":null}})");
}

}  // namespace
}  // namespace koine::dialect
