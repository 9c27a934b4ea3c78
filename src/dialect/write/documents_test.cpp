#include "dialect/testing/mistakes.hpp"
#include "dialect/write/edits.hpp"

#include <gtest/gtest.h>

#include <string>

namespace koine::dialect {
namespace {

using query::Body;
using Kind = Endpoint::Kind;

std::unique_ptr<Edits const> compiled(std::string_view yaml) {
    auto const node = yaml::parse(yaml, "d.yaml");
    EXPECT_TRUE(node) << describe(node.error());
    auto made = compile_edits_documents(node.value());
    EXPECT_TRUE(made) << describe(made.error());
    return std::move(made).value();
}

/// A resource with these verbs.
struct Sample {
    description::Resource said;
    resource::Resource resource;
    explicit Sample(bool bulk, std::vector<description::Verb> verbs) {
        said.bulk = bulk;
        said.verbs = std::move(verbs);
        resource.said = &said;
    }
};

std::vector<description::Verb> all() {
    using enum description::Verb;
    return {list, get, create, replace, patch, remove};
}

Body body_of(Body::Form form, std::string_view given = {}) {
    Body body;
    body.form = form;
    body.given = given;
    return body;
}

std::string shown(Edits const& edits, Sample const& sample, Method method, Kind kind, Body const& body) {
    Exchange exchange;
    exchange.method = method;
    exchange.method_text = "M";
    exchange.endpoint.kind = kind;
    exchange.endpoint.resource = &sample.resource;
    auto const intent = edits.read(exchange, body);
    if (!intent) return std::string(to_string(intent.error().reason())) + " " + std::string(intent.error().argument("given").value_or(""));
    static constexpr std::string_view verbs[] = {"create", "replace", "patch", "remove"};
    auto const answer = edits.answer(intent.value());
    static constexpr std::string_view bodies[] = {"none", "list", "item"};
    return std::string(verbs[static_cast<int>(intent.value().verb)]) + (intent.value().bulk ? " bulk " : " ") +
           std::to_string(answer.status) + " " + std::string(bodies[static_cast<int>(answer.body)]) + (answer.location ? " location" : "");
}

TEST(EditsDocuments, UnderstandMethodsByEndpointAndBody) {
    auto const edits = compiled("{bulk: true}");
    Sample const full(true, all());
    Sample const single(false, all());
    Sample const reads(true, {description::Verb::list, description::Verb::get});
    using enum Body::Form;
    struct {
        Sample const& sample;
        Method method;
        Kind kind;
        Body::Form form;
        std::string_view given;
        std::string_view want;
    } const cases[] = {
        {full, Method::post, Kind::list, object, "", "create 201 item location"},
        {full, Method::post, Kind::list, list, "", "create bulk 201 list"},
        {full, Method::post, Kind::list, other, "int", "create 201 item location"},
        {full, Method::post, Kind::list, none, "", "create 201 item location"},
        {single, Method::post, Kind::list, list, "", "create 201 item location"},
        {full, Method::post, Kind::item, object, "", "method_unsupported "},
        {full, Method::put, Kind::item, object, "", "replace 200 item"},
        {full, Method::patch, Kind::item, list, "", "patch 200 item"},
        {full, Method::del, Kind::item, none, "", "remove 204 none"},
        {full, Method::put, Kind::list, list, "", "replace bulk 200 list"},
        {full, Method::patch, Kind::list, list, "", "patch bulk 200 list"},
        {full, Method::del, Kind::list, list, "", "remove bulk 204 none"},
        {full, Method::patch, Kind::list, object, "", "not_a_list_of_documents dict"},
        {full, Method::del, Kind::list, none, "", "not_a_list_of_documents dict"},
        {full, Method::put, Kind::list, other, "str", "not_a_list_of_documents str"},
        {single, Method::patch, Kind::list, list, "", "method_unsupported "},
        {reads, Method::post, Kind::list, object, "", "method_unsupported "},
        {full, Method::get, Kind::list, none, "", "method_unsupported "},
        {full, Method::post, Kind::root, object, "", "method_unsupported "},
    };
    for (auto const& c : cases) {
        SCOPED_TRACE(std::string(c.want) + " " + std::to_string(static_cast<int>(c.method)));
        EXPECT_EQ(shown(*edits, c.sample, c.method, c.kind, body_of(c.form, c.given)), c.want);
    }
    EXPECT_EQ(shown(*compiled("{}"), full, Method::patch, Kind::list, body_of(list)), "method_unsupported ");
    EXPECT_EQ(
        shown(*compiled("{create: {status: 202, body: none}, location: false}"), full, Method::post, Kind::list, body_of(object)),
        "create 202 none"
    );
}

TEST(EditsDocuments, TakeTheirRulesFromTheOptions) {
    auto const plain = compiled("{}");
    EXPECT_FALSE(plain->rules().by_attributes);
    EXPECT_TRUE(plain->rules().skip_unknown);
    auto const other = compiled("{references: [key, attributes], separator: ., unknown: problem}");
    EXPECT_TRUE(other->rules().by_attributes);
    EXPECT_FALSE(other->rules().skip_unknown);
    EXPECT_EQ(other->rules().separator, ".");
}

TEST(EditsDocuments, TellMistakesWithTheirPlace) {
    auto const wrongly = [](std::string_view text) { return compile_edits_documents(yaml::parse(text, "d.yaml").value()); };
    testing::expect_told(
        wrongly,
        {
            {"{references: [uri]}", "d.yaml:1:14: unknown way to refer \"uri\"; known are key, attributes"},
            {"{remove: {body: item, status: 200}}", "d.yaml:1:10: what is deleted has no document any more: say body: none"},
            {"{create: {status: 204}}", "d.yaml:1:10: an answer with status 204 has no body: say body: none"},
        }
    );
}

TEST(EditsDocuments, AreDocumentedByWhatTheResourceOffers) {
    Sample sample(true, all());
    description::Field required;
    description::Field optional;
    optional.nullable = true;
    for (auto const& [name, field] : {std::pair{"asn", &required}, std::pair{"note", &optional}}) {
        auto& writable = sample.resource.writable.emplace_back();
        writable.field = field;
        writable.name = name;
    }
    Description description;
    compiled("{bulk: true}")->describe(sample.resource, {}, description);
    std::string out;
    for (auto const& write : description.writes) {
        out += std::to_string(static_cast<int>(write.method)) + (write.item ? " item" : " list") +
               (write.rows == WriteDocument::Rows::many ? " many" : "");
        for (auto const& name : write.required) out += " " + name;
        out += " " + std::to_string(write.answers.front().status) + "\n";
    }
    auto const number = [](Method method) { return std::to_string(static_cast<int>(method)); };
    EXPECT_EQ(
        out,
        number(Method::post) + " list many asn 201\n" + number(Method::put) + " list many asn id 200\n" + number(Method::patch) +
            " list many id 200\n" + number(Method::del) + " list many id 204\n" + number(Method::put) + " item asn 200\n" +
            number(Method::patch) + " item 200\n" + number(Method::del) + " item 204\n"
    );
}

}  // namespace
}  // namespace koine::dialect
