/// @file The dialect drf, as its clients know it.
#include "dialect/dialect.hpp"
#include "format/json.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace koine::dialect {
namespace {

/// The dialect as an app serves it.
Dialect const& drf() {
    static Dialect const dialect = [] {
        auto const section =
            yaml::parse("main: {extends: drf, headers: {all: {API-Version: $app.version, X-Request-ID: $request.uuid}}}", "a.yaml");
        auto made = load_dialect_section(section.value(), "main", {"sample", "1.10"});
        EXPECT_TRUE(made) << describe(made.error());
        return std::move(made).value();
    }();
    return dialect;
}

std::string shown(Problem const& problem, Exchange const* exchange = nullptr) {
    auto const rendered = drf().render(problem, exchange);
    EXPECT_EQ(rendered.content_type, "application/json");
    for (auto const& header : rendered.headers) EXPECT_NE(header.name, "WWW-Authenticate");
    return std::to_string(rendered.status) + " " + rendered.body;
}

TEST(Drf, WordsProblemsAsItsClientsKnowThem) {
    struct {
        Problem problem;
        std::string_view want;
    } const cases[] = {
        {Problem(Reason::login_required), R"(403 {"detail":"Authentication credentials were not provided."})"},
        {Problem(Reason::unknown_token), R"(403 {"detail":"Invalid token"})"},
        {Problem(Reason::token_expired), R"(403 {"detail":"Token expired"})"},
        {Problem(Reason::user_inactive), R"(403 {"detail":"User inactive"})"},
        {Problem(Reason::token_address_refused).with("address", "127.0.0.1"),
         R"(403 {"detail":"Source IP 127.0.0.1 is not permitted to authenticate using this token."})"},
        {Problem(Reason::credentials_empty), R"(403 {"detail":"Invalid token header. No credentials provided."})"},
        {Problem(Reason::credentials_with_spaces), R"(403 {"detail":"Invalid token header. Token string should not contain spaces."})"},
        {Problem(Reason::not_permitted), R"(403 {"detail":"You do not have permission to perform this action."})"},
        {Problem(Reason::csrf_failed).with("detail", "CSRF token missing."), R"(403 {"detail":"CSRF Failed: CSRF token missing."})"},
        {Problem(Reason::not_found).with("relation", "r").with("key", "9").with("class", "AutonomousSystem"),
         R"(404 {"detail":"No AutonomousSystem matches the given query."})"},
        {Problem(Reason::unknown_path).with("path", "/x"), R"(404 {"detail":"Not found."})"},
        {Problem(Reason::unknown_format).with("format", "x"), R"(404 {"detail":"Not found."})"},
        {Problem(Reason::method_unsupported).with("method", "POST"), R"(405 {"detail":"Method \"POST\" not allowed."})"},
        {Problem(Reason::not_acceptable).with("types", "text/html"), R"(406 {"detail":"Could not satisfy the request Accept header."})"},
        {Problem(Reason::unknown_version).with("version", "2"), R"(406 {"detail":"Invalid version in \"Accept\" header."})"},
        {Problem(Reason::unsupported_media_type).with("type", "text/plain"),
         R"(415 {"detail":"Unsupported media type \"text/plain\" in request."})"},
        {Problem(Reason::invalid_body).with("format", "JSON").with("detail", "line 1, column 2: unexpected x"),
         R"(400 {"detail":"JSON parse error - line 1, column 2: unexpected x"})"},
        {Problem(Reason::row_is_referenced).with("count", 1).with("rows", "r1 (1)"),
         R"x(409 {"detail":"unable to delete object. 1 dependent objects were found: r1 (1)"})x"},
        {Problem(Reason::not_a_list_of_documents).with("given", "dict"),
         R"(400 {"non_field_errors":["Expected a list of items but got type \"dict\"."]})"},
        {Problem(Reason::not_a_document).with("given", "list"),
         R"(400 {"non_field_errors":["Invalid data. Expected a dictionary, but got list."]})"},
    };
    for (auto const& c : cases) EXPECT_EQ(shown(c.problem), c.want) << to_string(c.problem.reason());
}

TEST(Drf, WordsWhatIsWrongWithAMember) {
    auto const value = [](Reason reason, std::string_view given = "x", std::string_view type = "int") {
        return Problem(reason).with("value", given).with("type", type);
    };
    struct {
        Problem problem;
        std::string_view want;
    } const cases[] = {
        {Problem(Reason::member_required), "This field is required."},
        {Problem(Reason::null_not_allowed).with("type", "text"), "This field may not be null."},
        {Problem(Reason::null_not_allowed).with("type", "enum").with("choice", "true"), "This field may not be blank."},
        {Problem(Reason::blank_not_allowed).with("type", "text"), "This field may not be blank."},
        {value(Reason::not_an_integer), "A valid integer is required."},
        {value(Reason::not_an_integer, "x", "int64"), "A valid biginteger is required."},
        {value(Reason::not_an_integer, "x", "asn"), "A valid biginteger is required."},
        {value(Reason::number_too_small).with("minimum", 1), "Ensure this value is greater than or equal to 1."},
        {value(Reason::number_too_large).with("maximum", 9), "Ensure this value is less than or equal to 9."},
        {value(Reason::text_too_long).with("maximum", 9), "Ensure this field has no more than 9 characters."},
        {value(Reason::not_a_boolean), "Must be a valid boolean."},
        {value(Reason::invalid_email), "Enter a valid email address."},
        {value(Reason::invalid_slug), "Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens."},
        {value(Reason::pattern_mismatch, "x", "color").with("pattern", "p"), "Enter a valid hexadecimal RGB color code."},
        {value(Reason::pattern_mismatch).with("pattern", "p"), "This value does not match the required pattern."},
        {value(Reason::not_a_choice).with("choices", "a, b"), "\"x\" is not a valid choice."},
        {value(Reason::not_a_choice).with("choices", "a, b").with("labelled", "true"), "x is not a valid choice."},
        {value(Reason::choice_not_scalar), "Value must be passed directly (e.g. \"foo\": 123); do not use a dictionary or list."},
        {value(Reason::not_a_list).with("given", "int"), "Expected a list of items but got type \"int\"."},
        {Problem(Reason::list_key_not_found).with("key", 999), "Invalid pk \"999\" - object does not exist."},
        {Problem(Reason::list_key_malformed).with("given", "str"), "Incorrect type. Expected pk value, received str."},
        {Problem(Reason::not_unique).with("entity", "autonomous system").with("label", "ASN"),
         "autonomous system with this ASN already exists."},
        {Problem(Reason::not_unique_together).with("members", "ixp_connection, ip_address"),
         "The fields ixp_connection, ip_address must make a unique set."},
        {value(Reason::invalid_address, "bad"), "'bad' does not appear to be an IPv4 or IPv6 interface"},
        {value(Reason::invalid_address, "bad").with("family", 6), "Enter a valid IPv6 address."},
        {value(Reason::invalid_mac, "zz"), "address 'zz' is not an EUIv48"},
        {value(Reason::not_json_object), "JSON data must be in object form. Example: {\"foo\": 123}"},
        {Problem(Reason::unknown_type_word).with("value", "peering.nope"), "Invalid content type: peering.nope"},
        {Problem(Reason::type_word_malformed).with("value", "x"), "Invalid value. Specify a content type as '<app_label>.<model_name>'."},
        {Problem(Reason::reference_not_found).with("key", 999), "Related object not found using the provided numeric ID: 999"},
        {Problem(Reason::reference_malformed).with("value", "x"),
         "Related objects must be referenced by numeric ID or by dictionary of attributes. Received an unrecognized value: x"},
        {Problem(Reason::attributes_not_found).with("attributes", R"({"name":"nope"})"),
         "Related object not found using the provided attributes: {'name': 'nope'}"},
        {Problem(Reason::attributes_ambiguous).with("attributes", R"({"a":"b"})"),
         "Multiple objects match the provided attributes: {'a': 'b'}"},
        {Problem(Reason::unknown_attribute).with("attribute", "bogus").with("choices", "a, b"),
         "Cannot resolve keyword 'bogus' into field. Choices are: a, b"},
        {Problem(Reason::check_failed).with("message", "A and B don't belong to the same subnet."),
         "A and B don't belong to the same subnet."},
        {Problem(Reason::filter_not_a_number).with("value", "x"), "Enter a whole number."},
        {Problem(Reason::filter_not_a_choice).with("value", "nope"), "Select a valid choice. nope is not one of the available choices."},
        {Problem(Reason::filter_not_a_datetime).with("value", "x"), "Enter a valid date/time."},
        {Problem(Reason::filter_not_a_uuid).with("value", "x"), "Enter a valid UUID."},
    };
    for (auto const& c : cases) EXPECT_EQ(drf().errors.message(c.problem, nullptr), c.want) << to_string(c.problem.reason());
}

Fault fault(std::uint32_t document, std::string member, Problem problem, bool in_list = false) {
    return {document, std::move(member), in_list, std::move(problem)};
}

TEST(Drf, ShowsFaultsByMember) {
    auto const required = [] { return Problem(Reason::member_required); };
    auto const check = [] { return Problem(Reason::check_failed).with("message", "A \"rule\""); };
    auto const together = [] { return Problem(Reason::not_unique_together).with("members", "a, b"); };
    auto const missing = [] { return Problem(Reason::attributes_not_found).with("attributes", "{}"); };
    struct {
        Reason reason;
        int count;
        std::vector<Fault> faults;
        std::string_view want;
    } const cases[] = {
        {Reason::invalid_document, 0, {fault(0, "name", required())}, R"({"name":["This field is required."]})"},
        {Reason::invalid_document,
         0,
         {fault(0, "b", required()), fault(0, "a", required()), fault(0, "b", Problem(Reason::not_a_boolean))},
         R"({"b":["This field is required.","Must be a valid boolean."],"a":["This field is required."]})"},
        {Reason::invalid_document,
         0,
         {fault(0, "", together()), fault(0, "", check()), fault(0, "x", check())},
         R"({"non_field_errors":["The fields a, b must make a unique set."],"__all__":["A \"rule\""],"x":["A \"rule\""]})"},
        {Reason::invalid_document,
         0,
         {fault(0, "tags", missing(), true)},
         R"({"tags":[["Related object not found using the provided attributes: {}"]]})"},
        {Reason::invalid_filters,
         0,
         {fault(0, "asn", Problem(Reason::filter_not_a_number).with("value", "x"))},
         R"({"asn":["Enter a whole number."]})"},
        {Reason::invalid_documents, 2, {fault(1, "asn", required())}, R"([{},{"asn":["This field is required."]}])"},
        {Reason::invalid_documents, 3, {fault(0, "id", required())}, R"([{"id":["This field is required."]},{},{}])"},
        {Reason::invalid_documents,
         0,
         {fault(1, "", Problem(Reason::not_a_document).with("given", "str"))},
         R"([{},{"non_field_errors":["Invalid data. Expected a dictionary, but got str."]}])"},
    };
    for (auto const& c : cases) {
        SCOPED_TRACE(c.want);
        auto problem = Problem(c.reason).with_faults(c.faults);
        if (c.reason == Reason::invalid_documents) problem = std::move(problem).with("count", c.count);
        EXPECT_EQ(shown(problem), "400 " + std::string(c.want));
    }
}

TEST(Drf, NamesTheClassOfAMissingRowByTheEndpoint) {
    description::Entity entity;
    resource::Resource resource;
    resource.described = &entity;
    Exchange exchange;
    exchange.endpoint.resource = &resource;
    auto const problem = Problem(Reason::not_found).with("relation", "x").with("key", "9");
    for (auto const& [label, want] :
         {std::pair{"autonomous system", "AutonomousSystem"}, std::pair{"BGP group", "BGPGroup"}, std::pair{"tag", "Tag"}}) {
        entity.label = label;
        EXPECT_EQ(shown(problem, &exchange), "404 {\"detail\":\"No " + std::string(want) + " matches the given query.\"}");
    }
    EXPECT_EQ(shown(problem), R"(404 {"detail":"No x matches the given query."})");
}

TEST(Drf, SendsItsHeadersAlsoWithProblems) {
    Exchange exchange;
    exchange.allow = "GET, HEAD, OPTIONS";
    exchange.uuid = "u";
    EXPECT_TRUE(drf().headers.tells_allow());
    std::vector<ResponseHeader> const want = {
        {"API-Version", "1.10"},
        {"X-Request-ID", "u"},
        {"Allow", "GET, HEAD, OPTIONS"},
        {"Vary", "Accept, Cookie"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"X-Frame-Options", "SAMEORIGIN"},
    };
    std::vector<ResponseHeader> headers;
    PageFacts const page;
    drf().headers.add(Headers::On::lists, AnswerValues(&exchange).with_page(page), &exchange, headers);
    EXPECT_EQ(headers, want);
    EXPECT_EQ(drf().render(Problem(Reason::login_required), &exchange).headers, want);
}

TEST(Drf, FramesLists) {
    PageFacts page;
    page.total = 270;
    page.next = "http://h/api/x/?limit=50&offset=50";
    Exchange const exchange;
    std::string list;
    format::JsonWriter sink(list);
    drf().envelope.write_list(AnswerValues(&exchange).with_page(page), [](auto& out) { out.json("[]"); }, sink);
    sink.finish();
    EXPECT_EQ(list, R"({"count":270,"next":"http://h/api/x/?limit=50&offset=50","previous":null,"results":[]})");
}

TEST(Drf, LeavesABareDatabaseReadOnly) {
    EXPECT_EQ(drf().write, nullptr);
    ASSERT_NE(drf().edits, nullptr);
    EXPECT_TRUE(drf().edits->rules().by_attributes && drf().edits->rules().keys_as_text && drf().edits->rules().skip_unknown);
    Exchange exchange;
    exchange.method = Method::post;
    exchange.method_text = "POST";
    exchange.endpoint.kind = Endpoint::Kind::list;
    auto const refused = drf().check_write(exchange, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason(), Reason::method_unsupported);
}

TEST(Drf, TellsWhichMediaTypesItReadsAndWrites) {
    EXPECT_TRUE(drf().describing.options());
    EXPECT_EQ(drf().describing.renders(), (std::vector<std::string>{"application/json", "text/html"}));
    EXPECT_EQ(
        drf().describing.parses(),
        (std::vector<std::string>{"application/json", "application/x-www-form-urlencoded", "multipart/form-data"})
    );
}

}  // namespace
}  // namespace koine::dialect
