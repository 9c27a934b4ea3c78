#include "dialect/dialect.hpp"
#include "dialect/testing/print.hpp"
#include "resource/testing.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

/// The operation of that query and body, each a YAML map of inputs; empty: none.
std::shared_ptr<description::App const> app_with(std::string_view query, std::string_view body) {
    std::string text = "app: {name: a}\noperations:\n  POST act:\n    call: deeds.act\n";
    if (!query.empty()) text.append("    query: ").append(query).append("\n");
    if (!body.empty()) text.append("    body: ").append(body).append("\n");
    auto loaded = description::load_app_texts({{"app.yaml", text}, {"operations/deeds.lua", "function act() end"}});
    for (auto const& mistake : loaded.mistakes) ADD_FAILURE() << describe(mistake);
    return loaded.app;
}

/// "name=value" of each, with a ? behind what was not given.
std::string shown(std::vector<InputValue> const& values) {
    std::string text;
    for (auto const& each : values) {
        text.append(text.empty() ? "" : " ").append(each.input->name).append("=");
        if (each.file != nullptr)
            text.append(each.file->name).append(",").append(each.file->type).append(",").append(each.file->bytes);
        else
            text += each.value.is_null() ? "null" : value::text_of(each.value);
        if (each.is_json()) text += "#";
        if (!each.given) text += "?";
    }
    return text;
}

std::string shown(Problem const& problem) {
    std::string text(to_string(problem.reason()));
    if (auto const name = problem.argument("parameter")) text.append(" ").append(*name);
    for (auto const& fault : problem.faults()) {
        text.append(" ").append(fault.member).append(":").append(to_string(fault.problem.reason()));
        if (auto const given = fault.problem.argument("given")) text.append(",").append(*given);
    }
    return text;
}

struct Asked {
    std::string_view query, body;
    std::string_view type = "application/json";
};

std::string outcome_of(Dialect const& dialect, description::App const& app, Asked const& asked) {
    Exchange exchange;
    exchange.method = Method::post;
    Header const headers[] = {{"Content-Type", asked.type}};
    exchange.headers = headers;
    auto parameters = dialect.input.read(asked.query);
    if (!parameters) return shown(parameters.error());
    exchange.parameters = parameters.value();
    query::Body body;
    auto const is_file = [](auto const& input) { return input.type.kind == value::Kind::file; };
    bool const files = std::ranges::any_of(app.operations.front().body, is_file);
    if (auto const read = dialect.input.read_body(exchange, asked.body, body, files); !read) return shown(read.error());
    Arena arena;
    auto const inputs = dialect.read_inputs(exchange, app.operations.front(), body, arena);
    if (!inputs) return shown(inputs.error());
    return shown(inputs.value().query) + (inputs.value().body.empty() ? "" : " | ") + shown(inputs.value().body);
}

Dialect lenient() { return load_dialect_section({}, "drf").value(); }

TEST(Inputs, OfAQueryAreTypedByWhatIsDeclared) {
    constexpr auto kQuery =
        "{as-set: text, af: enum(4|6) null, n: int(1..9) = 5, few: \"list(int) = [1]\", on: bool = false, at: datetime null, doc: json "
        "null, "
        "note: text blank}";
    auto const app = app_with(kQuery, "");
    auto const dialect = lenient();
    struct {
        std::string_view query, want;
    } const cases[] = {
        {"as-set=AS-X", "as-set=AS-X af=null? n=5? few=[1]#? on=0? at=null? doc=null#? note=?"},
        {"as-set=%20a+b%20&af=6&n=9&on=True&note=", "as-set=a b af=6 n=9 few=[1]#? on=1 at=null? doc=null#? note="},
        {"as-set=a&as-set=b", "as-set=b af=null? n=5? few=[1]#? on=0? at=null? doc=null#? note=?"},
        {"as-set=a&few=3&few=4", "as-set=a af=null? n=5? few=[3,4]# on=0? at=null? doc=null#? note=?"},
        {"as-set=a&few=3", "as-set=a af=null? n=5? few=[3]# on=0? at=null? doc=null#? note=?"},
        {"as-set=a&few=[3,%204]", "as-set=a af=null? n=5? few=[3,4]# on=0? at=null? doc=null#? note=?"},
        {"as-set=a&few=", "as-set=a af=null? n=5? few=[1]#? on=0? at=null? doc=null#? note=?"},
        {"as-set=a&at=2026-11-22T10:00:00%2B01:00",
         "as-set=a af=null? n=5? few=[1]#? on=0? at=2026-11-22T09:00:00.000000Z doc=null#? note=?"},
        {"as-set=a&doc={\"b\":[1]}", "as-set=a af=null? n=5? few=[1]#? on=0? at=null? doc={\"b\":[1]}# note=?"},
        {"as-set=a&doc=b", "as-set=a af=null? n=5? few=[1]#? on=0? at=null? doc=\"b\"# note=?"},
        {"as-set=a&other=1&format=json", "as-set=a af=null? n=5? few=[1]#? on=0? at=null? doc=null#? note=?"},
        {"", "invalid_filters as-set:member_required"},
        {"as-set=", "invalid_filters as-set:member_required"},
        {"as-set=%20", "invalid_filters as-set:blank_not_allowed"},
        {"n=0&af=5&few=x&few=1&on=maybe&at=now",
         "invalid_filters as-set:member_required af:not_a_choice n:number_too_small few:not_an_integer on:not_a_boolean at:not_a_datetime"},
        {"as-set=a&few=[1", "invalid_filters few:not_an_integer"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.query);
        EXPECT_EQ(outcome_of(dialect, *app, {each.query, ""}), each.want);
    }
}

TEST(Inputs, OfABodyAreJudgedAsDocumentsAre) {
    auto const app = app_with(
        "{lang: text null}",
        "{routers: list(int), commit: bool = false, name: {type: text(3) null required}, why: text blank, doc: json null}"
    );
    auto const dialect = lenient();
    constexpr std::string_view kForm = "application/x-www-form-urlencoded";
    struct {
        Asked asked;
        std::string_view want;
    } const cases[] = {
        {{"", R"({"routers":[1,2],"name":"a"})"}, "lang=null? | routers=[1,2]# commit=0? name=a why=? doc=null#?"},
        {{"", R"({"routers":["7"],"name":null,"commit":true,"doc":{"a":1}})"},
         "lang=null? | routers=[7]# commit=1 name=null why=? doc={\"a\":1}#"},
        {{"", R"({"routers":[],"name":"","x":1})"}, "invalid_document name:blank_not_allowed"},
        {{"", R"({"routers":5,"name":"abcd","commit":null})"},
         "invalid_document routers:not_a_list,int commit:null_not_allowed name:text_too_long"},
        {{"", R"({"routers":"5","name":"a"})"}, "invalid_document routers:not_a_list,str"},
        {{"", R"({"routers":["x"]})"}, "invalid_document routers:not_an_integer name:member_required"},
        {{"", ""}, "invalid_document routers:member_required name:member_required"},
        {{"", "{}"}, "invalid_document routers:member_required name:member_required"},
        {{"", "[]"}, "invalid_document :not_a_document,list"},
        {{"", "[{\"name\":1}]"}, "invalid_document :not_a_document,list"},
        {{"", "5"}, "invalid_document :not_a_document,int"},
        {{"", "routers=1&name=a&commit=&doc=", kForm}, "lang=null? | routers=[1]# commit=0? name=a why=? doc=null#?"},
        {{"", "routers=[1,2]&name=a&why=&doc={}", kForm}, "lang=null? | routers=[1,2]# commit=0? name=a why= doc={}#"},
        {{"", "routers=1&routers=2&name=a", kForm}, "lang=null? | routers=[1,2]# commit=0? name=a why=? doc=null#?"},
        {{"", "name=a&commit=x", kForm}, "invalid_document routers:member_required commit:not_a_boolean"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.asked.body);
        EXPECT_EQ(outcome_of(dialect, *app, each.asked), each.want);
    }
}

TEST(Inputs, ThatAreUnknownAreRefusedWhereFiltersAre) {
    auto const app = app_with("{af: text blank}", "");
    auto const dialect = load_dialect_section(
        yaml::parse("{strict: {extends: drf, filter: {lookups: {unknown: problem, empty: value}}}}", "d.yaml").value(), "strict"
    );
    ASSERT_TRUE(dialect) << describe(dialect.error());
    EXPECT_EQ(outcome_of(dialect.value(), *app, {"af=1&ag=2", ""}), "unknown_parameter ag");
    EXPECT_EQ(outcome_of(dialect.value(), *app, {"af=", ""}), "af=");
}

TEST(Inputs, MayBeAnyDocument) {
    Arena arena;
    query::Body body;
    EXPECT_EQ(free_document("", body, false, arena), "null");
    body.form = query::Body::Form::object;
    EXPECT_EQ(free_document(" [1, {}]\n", body, false, arena), "[1, {}]");
    body.rows = 1;
    body.names = {"a", "b\"", "c", "d"};
    using Kind = query::Given::Kind;
    body.values = {{Kind::absent, ""}, {Kind::text, "x\"y"}, {Kind::json, "[1]"}, {Kind::null, ""}};
    EXPECT_EQ(free_document("a=1", body, true, arena), R"({"b\"":"x\"y","c":[1],"d":null})");
}

/// A body of parts, each its head's lines but Content-Disposition's beginning, a blank line and its content.
std::string parts(std::initializer_list<std::string_view> all) {
    std::string text;
    for (auto const part : all) text.append("--b\r\nContent-Disposition: form-data; ").append(part).append("\r\n");
    return text + "--b--\r\n";
}

TEST(Inputs, TakeFilesOfForms) {
    auto const app = app_with("", "{doc: 'file(10 B, text/*, image/png)', more: file null, note: text = none}");
    struct {
        std::string body, want;
    } const cases[] = {
        {parts({"name=doc; filename=a.txt\r\nContent-Type: text/plain; charset=x\r\n\r\nhello"}),
         " | doc=a.txt,text/plain,hello more=null? note=none?"},
        {parts({"name=doc; filename=\"a b.png\"\r\nContent-Type: Image/PNG\r\n\r\n\x89\xff\r\n", "name=note\r\n\r\nhi"}),
         " | doc=a b.png,image/png,\x89\xff\r\n more=null? note=hi"},
        {parts({"name=doc; filename=a\r\nContent-Type: text/x\r\n\r\none", "name=doc; filename=b\r\nContent-Type: text/x\r\n\r\ntwo"}),
         " | doc=b,text/x,two more=null? note=none?"},
        {parts({"name=doc; filename=\"../../x\"\r\nContent-Type: text/x\r\n\r\n", "name=more; filename=\"C:\\\\y\"\r\n\r\nz"}),
         " | doc=x,text/x, more=y,application/octet-stream,z note=none?"},
        {parts({"name=doc; filename=\"..\"\r\nContent-Type: text/x\r\n\r\n1"}), " | doc=,text/x,1 more=null? note=none?"},
        {parts({"name=doc; filename*=UTF-8''a.txt\r\nContent-Type: text/x\r\n\r\n1"}), " | doc=,text/x,1 more=null? note=none?"},
        // A control in which nothing was chosen.
        {parts({"name=doc; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n"}), "invalid_document doc:member_required"},
        {parts({}), "invalid_document doc:member_required"},
        {parts({"name=doc\r\n\r\nhello"}), "invalid_document doc:not_a_file"},
        {parts({"name=doc; filename=a\r\nContent-Type: text/x\r\n\r\n12345678901"}), "invalid_document doc:file_too_large"},
        {parts({"name=doc; filename=a\r\nContent-Type: text/x\r\n\r\n1234567890"}), " | doc=a,text/x,1234567890 more=null? note=none?"},
        {parts({"name=doc; filename=a\r\nContent-Type: image/gif\r\n\r\n1"}), "invalid_document doc:file_type_refused"},
        {parts({"name=doc; filename=a\r\n\r\n1"}), "invalid_document doc:file_type_refused"},
        {parts({"name=doc; filename=a\r\nContent-Type: text/x/y\r\n\r\n1"}), "invalid_document doc:file_type_refused"},
        {parts({"name=doc; filename=a\r\nContent-Type: text/*\r\n\r\n1"}), "invalid_document doc:file_type_refused"},
        {parts({"name=doc; filename=\"\xff\"\r\nContent-Type: text/x\r\n\r\n1"}), "invalid_body"},
        {parts({"name=doc; filename=\"a\r\nContent-Type: text/x\r\n\r\n1"}), "invalid_body"},
        // A file that nobody asked for is passed over, and one for a text is none.
        {parts(
             {"name=doc; filename=a\r\nContent-Type: text/x\r\n\r\n1", "name=other; filename=a\r\n\r\n1", "name=note; filename=a\r\n\r\n1"}
         ),
         " | doc=a,text/x,1 more=null? note=none?"},
    };
    auto const dialect = lenient();
    for (auto const& [body, want] : cases)
        EXPECT_EQ(outcome_of(dialect, *app, {"", body, "multipart/form-data; boundary=b"}), want) << body;
    EXPECT_EQ(outcome_of(lenient(), *app, {"", R"({"doc": "aGk="})"}), "invalid_document doc:not_a_file");
    EXPECT_EQ(outcome_of(lenient(), *app, {"", R"({"doc": null})"}), "invalid_document doc:not_a_file");
    auto const plain = app_with("", "{note: text = none}");
    EXPECT_EQ(outcome_of(lenient(), *plain, {"", cases[0].body, "multipart/form-data; boundary=b"}), "feature_not_supported");
}

}  // namespace
}  // namespace koine::dialect
