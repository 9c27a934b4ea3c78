#include "dialect/filter/filter.hpp"
#include "dialect/filter/required.hpp"
#include "dialect/testing/app.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

using testing::App;
using testing::Pairs;
using value::Kind;

constexpr auto kOptions = R"(
suffixes:
  number: {n: not, lt: lt, lte: lte, gt: gt, gte: gte, empty: empty}
  datetime: {n: not, gte: gte}
  text: {n: not, ic: contains, nic: not_contains, isw: starts, iew: ends, ie: iexact, nie: not_iexact, empty: empty}
  choice: {n: not}
  related: {n: not}
null_word: "null"
booleans: ["true", "True", "false", "False"]
unknown: ignore
)";

/// The filters of the app, one of each kind.
struct Asked : App {
    Asked() {
        filter("id", with_key(target("system", "id", Kind::integer)), "id");
        filter("asn", target("system", "asn", Kind::integer), "asn");
        filter("small", target("system", "small", Kind::integer), "small");
        filter("name", target("system", "name", Kind::text), "name");
        filter("irr", target("system", "irr", Kind::text), "irr");
        filter("made", target("system", "made", Kind::datetime), "made");
        filter("span", target("system", "made", Kind::datetime), "made").kind = description::Filter::Kind::range;
        auto& status = filter("status", target("system", "status", Kind::choice), "status");
        status.widened = {{"open", {"new", "active"}}};
        auto& choices = systems->filters.find("status")->second.target.type.choices;
        for (auto const* word : {"new", "active", "open", "off"}) choices.push_back({word, word});
        filter("affiliated", target("system", "affiliated", Kind::boolean), "affiliated");
        filter("router_id", with_key(target("system", "router_id", Kind::integer)), "router").must_exist = true;
        filter("router_key", with_key(target("router", "id", Kind::integer, {way("system", "router")})), "router.id");
        filter("router", target("router", "hostname", Kind::text, {way("system", "router")}), "router.hostname").must_exist = true;
        auto& tag = filter("tag", target("tag", "slug", Kind::text, {way("system", "tag")}), "tags.slug");
        tag.must_exist = true;
        tag.combine_all = true;
        auto& request = filter("created_by", target("change", "request", Kind::uuid, {way("system", "change")}), "changes.request");
        request.lookups = false;
        request.single = true;
        systems->filters.find("created_by")->second.fixed = {"action", "create"};
        auto& formula = filter("abandoned", {});
        formula.kind = description::Filter::Kind::formula;
        formula.formula = std::make_shared<expression::Formula const>();
        auto& search = filter("q", {});
        search.kind = description::Filter::Kind::search;
        using How = description::SearchField::How;
        systems->filters.find("q")->second.search = {
            {target("system", "name", Kind::text), How::contains},
            {target("system", "asn", Kind::integer), How::prefix},
            {target("router", "hostname", Kind::text, {way("system", "router")}), How::contains},
            {interface(target("system", "address", Kind::ip)), How::equals},
        };
    }

    static resource::Target with_key(resource::Target target) {
        target.is_key = true;
        return target;
    }
    static resource::Target interface(resource::Target target) {
        target.type.address = value::Type::Address::interface;
        return target;
    }
};

std::string understood(Pairs const& pairs, std::string_view options = kOptions) {
    static Asked const app;
    auto const reader = testing::compiled<ParameterReader>(compile_filter_lookups, options);
    if (!reader) return "does not compile";
    auto const asked = testing::understand(*reader, app.list, pairs);
    std::string text = asked.problem.empty() ? testing::lines(app, asked.query) : asked.problem;
    for (auto const& fault : asked.faults) text += " " + fault.member + ":" + testing::print(fault.problem);
    for (auto const& required : asked.query.required)
        text += " ?" + required.relation + "." + required.column + "=" + testing::joined(required.values, ",");
    return text;
}

struct Case {
    Pairs pairs;
    std::string want;
};

TEST(LookupsFilter, ComparesOneValue) {
    std::vector<Case> const cases = {
        {{{"asn", "64500"}}, "asn eq 64500"},
        {{{"asn__n", "64500"}}, "asn isdistinct 64500"},
        {{{"asn__gte", "5"}, {"asn__lt", "9"}}, "asn gte 5; asn lt 9"},
        {{{"id__n", "5"}}, "id isdistinct 5"},
        {{{"name", "A b"}}, "name eq A b"},
        {{{"name__ic", "50%_\\"}}, "name ilike %50\\%\\_\\\\%"},
        {{{"name__isw", "a"}}, "name ilike a%"},
        {{{"name__iew", "a"}}, "name ilike %a"},
        {{{"name__ie", "a"}}, "name ilike a"},
        {{{"irr__nic", "a"}}, "(irr is.null | not irr ilike %a%)"},
        {{{"name__nic", "a"}}, "not name ilike %a%"},
        {{{"irr__n", "a"}}, "irr isdistinct a"},
        {{{"status", "off"}}, "status eq off"},
        {{{"affiliated", "True"}}, "affiliated eq true"},
        {{{"affiliated", "false"}}, "affiliated eq false"},
        {{{"made__gte", "2026-01-01"}}, "made gte 2026-01-01T00:00:00.000000Z"},
        {{{"span_after", "2026-01-01"}, {"span_before", "2026-01-02"}},
         "made gte 2026-01-01T00:00:00.000000Z; made lte 2026-01-02T00:00:00.000000Z"},
        {{{"irr__empty", "true"}}, "irr is.null"},
        {{{"irr__empty", "false"}}, "not irr is.null"},
        {{{"abandoned", "true"}}, "formula"},
        {{{"abandoned", "false"}}, "not formula"},
    };
    for (auto const& [pairs, want] : cases) EXPECT_EQ(understood(pairs), want);
}

TEST(LookupsFilter, JoinsTheValuesOfOneName) {
    std::vector<Case> const cases = {
        {{{"asn", "1"}, {"name", "x"}, {"asn", "2"}}, "asn in 1,2; name eq x"},
        {{{"asn__n", "1"}, {"asn__n", "2"}}, "not asn in 1,2"},
        {{{"irr__n", "1"}, {"irr__n", "2"}}, "(irr is.null | not irr in 1,2)"},
        {{{"asn__gt", "1"}, {"asn__gt", "5"}}, "(asn gt 1 | asn gt 5)"},
        {{{"name__nic", "a"}, {"name__nic", "b"}}, "not (name ilike %a% | name ilike %b%)"},
        {{{"asn", ""}, {"asn", "2"}}, "asn eq 2"},
        {{{"status", "open"}, {"status", "off"}}, "status in new,active,off"},
        {{{"affiliated", "true"}, {"affiliated", "false"}}, "affiliated eq false"},
    };
    for (auto const& [pairs, want] : cases) EXPECT_EQ(understood(pairs), want);
}

TEST(LookupsFilter, FollowsRelations) {
    std::vector<Case> const cases = {
        {{{"router_id", "5"}}, "router_id eq 5 ?router.id=5"},
        {{{"router_id__n", "5"}}, "router_id isdistinct 5 ?router.id=5"},
        {{{"router_id", "null"}}, "router_id is.null"},
        {{{"router_id__n", "null"}}, "not router_id is.null"},
        {{{"router_id", "null"}, {"router_id", "5"}}, "(router_id eq 5 | router_id is.null) ?router.id=5"},
        {{{"router_key", "5"}}, "router_id eq 5"},
        {{{"router", "r1"}, {"router", "r2"}}, "some router(hostname in r1,r2) ?router.hostname=r1,r2"},
        {{{"router__n", "r1"}}, "not some router(hostname eq r1) ?router.hostname=r1"},
        {{{"router", "null"}}, "not some router(hostname is.not_null)"},
        {{{"tag", "a"}, {"tag", "b"}}, "(some tag(slug eq a) & some tag(slug eq b)) ?tag.slug=a,b"},
        {{{"tag__n", "a"}, {"tag__n", "b"}}, "not some tag(slug in a,b) ?tag.slug=a,b"},
        {{{"created_by", "123e4567-e89b-12d3-a456-426614174000"}},
         "some change((action eq create & request eq 123e4567-e89b-12d3-a456-426614174000))"},
    };
    for (auto const& [pairs, want] : cases) EXPECT_EQ(understood(pairs), want);
}

TEST(LookupsFilter, PassesOverWhatAsksNothing) {
    std::vector<Case> const cases = {
        {{{"asn", ""}}, ""},
        {{{"bogus", "1"}}, ""},
        {{{"asn__ic", "1"}}, ""},
        {{{"asn__bogus", "1"}}, ""},
        {{{"__gt", "1"}}, ""},
        {{{"span", "2026-01-01"}}, ""},
        {{{"tag__ic", "a"}}, ""},
        {{{"created_by__n", "x"}}, ""},
        {{{"affiliated", "1"}}, ""},
        {{{"affiliated__n", "true"}}, ""},
        {{{"abandoned", "maybe"}}, ""},
        {{{"q", "  "}}, ""},
    };
    for (auto const& [pairs, want] : cases) EXPECT_EQ(understood(pairs), want);
    EXPECT_EQ(understood({{"bogus", "1"}}, ""), "not read");
}

TEST(LookupsFilter, TellsAllFaultsAtOnce) {
    EXPECT_EQ(
        understood({{"asn", "x"}, {"status", "nope"}, {"made", "soon"}, {"name", "fine"}, {"created_by", "1"}}),
        "invalid_filters asn:filter_not_a_number it x status:filter_not_a_choice it nope made:filter_not_a_datetime it soon "
        "created_by:filter_not_a_uuid it 1"
    );
    EXPECT_EQ(understood({{"asn", "null"}}), "invalid_filters asn:filter_not_a_number it null");
    EXPECT_EQ(understood({{"asn__gte", "x"}, {"asn", "5"}}), "invalid_filters asn__gte:filter_not_a_number it x");
    EXPECT_EQ(understood({{"router_id", "abc"}}), "invalid_filters router_id:filter_not_a_choice it abc");
    EXPECT_EQ(understood({{"status", "new"}, {"status", "nope"}}), "invalid_filters status:filter_not_a_choice it nope");
}

TEST(LookupsFilter, KnowsHowNumbersBeyondTheTypeCompare) {
    std::vector<Case> const cases = {
        {{{"asn", "99999999999999999999"}}, "asn in"},
        {{{"asn", "-9223372036854775809"}, {"asn", "7"}}, "(asn in | asn eq 7)"},
        {{{"asn", "9223372036854775807"}}, "asn eq 9223372036854775807"},
        {{{"asn__n", "99999999999999999999"}}, "not asn in"},
        {{{"asn__gt", "-99999999999999999999"}}, "asn is.not_null"},
        {{{"asn__lt", "-99999999999999999999"}}, "asn in"},
        {{{"asn__lte", "99999999999999999999"}}, "asn is.not_null"},
        {{{"asn__gte", "99999999999999999999"}}, "asn in"},
        {{{"small", "2147483648"}}, "small in"},
        {{{"small", "2147483647"}}, "small eq 2147483647"},
        {{{"router_id", "99999999999999999999"}}, "invalid_filters router_id:filter_not_a_choice 99999999999999999999"},
    };
    for (auto const& [pairs, want] : cases) EXPECT_EQ(understood(pairs), want);
}

TEST(LookupsFilter, SearchesInAllFields) {
    EXPECT_EQ(understood({{"q", " Star k "}}), "(name ilike %Star k% | some router(hostname ilike %Star k%))");
    EXPECT_EQ(
        understood({{"q", "192.0.2.1"}}),
        "(name ilike %192.0.2.1% | some router(hostname ilike %192.0.2.1%) | (address eq 192.0.2.1 | address like 192.0.2.1/%))"
    );
    auto const text = understood({{"q", "645"}});
    EXPECT_TRUE(text.starts_with("(name ilike %645% | (asn eq 645 | (asn gte 6450 & asn lte 6459) | (asn gte 64500 & asn lte 64599) | "))
        << text;
    EXPECT_TRUE(text.contains("(asn gte 6450000000000000000 & asn lte 6459999999999999999)) | some router")) << text;
    EXPECT_EQ(understood({{"q", "0"}}), "(name ilike %0% | asn eq 0 | some router(hostname ilike %0%))");
    EXPECT_EQ(understood({{"q", std::string(1001, 'x')}}), "limit_exceeded bytes of free text 1000");
}

TEST(LookupsFilter, HasLimitsAndRefusesOptionsThatMeanNothing) {
    EXPECT_EQ(understood({{"asn", "1"}, {"asn", "2"}, {"name", "x"}}, "max_terms: 2"), "limit_exceeded values of filters 2");
    for (auto const* options :
         {"suffixes: {number: {n: nothing}}", "suffixes: {shape: {n: not}}", "booleans: [maybe]", "null_of: [shape]", "sep: \"\""})
        EXPECT_EQ(understood({}, options), "does not compile") << options;
}

TEST(LookupsFilter, FiltersTablesWithoutAResourceAsPlainDoes) {
    auto const reader = testing::compiled<ParameterReader>(compile_filter_lookups, kOptions);
    query::Query query;
    EXPECT_TRUE(reader->read({"a", "1", true}, {}, query).value());
    ASSERT_EQ(query.filters.size(), 1U);
    EXPECT_EQ(testing::print(query.filters[0]).value, "eq.1");
}

TEST(LookupsFilter, DescribesWhatMayBeAsked) {
    Asked const app;
    auto const reader = testing::compiled<ParameterReader>(compile_filter_lookups, kOptions);
    Description description;
    reader->describe_resource(*app.systems, app.model, description);
    auto const find = [&](std::string_view name) {
        auto const found = std::ranges::find(description.parameters, name, &ParameterDocument::name);
        return found == description.parameters.end() ? ParameterDocument{} : *found;
    };
    EXPECT_EQ(find("asn__gte").type, "integer");
    EXPECT_TRUE(find("asn__gte").repeated);
    EXPECT_EQ(find("asn__empty").type, "boolean");
    EXPECT_EQ(find("status").choices.size(), 4U);
    EXPECT_EQ(find("span_after").format, "date-time");
    EXPECT_EQ(find("created_by").format, "uuid");
    EXPECT_FALSE(find("created_by").repeated);
    EXPECT_EQ(find("q").name, "q");
    for (auto const* name : {"span", "created_by__n", "affiliated__n", "tag__ic", "q__n"}) EXPECT_EQ(find(name).name, "") << name;
}

TEST(RequiredValues, AreJudgedByTheRowsThatThereAre) {
    query::Required const required{.parameter = "tag", .relation = "tag", .column = "slug", .given = {"a", "B"}, .values = {"a", "b"}};
    auto const query = presence_of(required);
    EXPECT_EQ(query.relation, "tag");
    EXPECT_EQ(testing::print(query.select), "slug,rows:count()");
    EXPECT_EQ(testing::print(query.filters[0]).value, "in.(\"a\",\"b\")");
    query::Rows rows;
    rows.steps.emplace_back().width = 2;
    rows.steps[0].cells = {query::Cell::text("a"), query::Cell::of(std::int64_t{3})};
    std::vector<Fault> faults;
    judge_presence(required, rows, faults);
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].member, "tag");
    EXPECT_EQ(faults[0].problem.argument("value"), "B");
    faults.clear();
    rows.steps[0].cells = {query::Cell::of(std::int64_t{7}), query::Cell::of(std::int64_t{1})};
    judge_presence({.parameter = "router_id", .relation = "router", .column = "id", .given = {"07"}, .values = {"07"}}, rows, faults);
    EXPECT_TRUE(faults.empty());
}

}  // namespace
}  // namespace koine::dialect
