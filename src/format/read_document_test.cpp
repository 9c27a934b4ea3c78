/// @file Bodies as apps take them: documents that may be none, and forms.
#include "format/read_body.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace koine::format {
namespace {

using query::Body;
using query::Given;

std::string shown(BodyFormat format, std::string_view source, BodyReading const& reading, BodyLimits const& limits = {}) {
    Body body;
    if (auto const result = read_body(format, source, limits, body, reading); !result) {
        auto const& problem = result.error();
        return fmt::format(
            "{} {}", to_string(problem.reason()), problem.argument("detail").value_or(problem.argument("limit").value_or(""))
        );
    }
    std::string out;
    switch (body.form) {
        case Body::Form::none: out = "none"; break;
        case Body::Form::object: out = "object"; break;
        case Body::Form::list: out = "list"; break;
        case Body::Form::other: out = fmt::format("other {}", body.given); break;
    }
    for (std::size_t row = 0; row < body.rows; ++row) {
        out += " [";
        for (auto const& [strange, word] : body.strange)
            if (strange == row) out += fmt::format("!{}", word);
        for (std::size_t i = 0; i < body.names.size(); ++i)
            if (auto const& given = body.value(row, i); given.kind != Given::Kind::absent)
                out += fmt::format("{}{}={}", out.back() == '[' ? "" : " ", body.names[i], given.text);
        out += "]";
    }
    return out;
}

struct Case {
    std::string_view source;
    std::string_view want;
};

TEST(ReadDocuments, LetsPassWhatIsNoneAndTellsWhatItIs) {
    Case const cases[] = {
        {"", "none"},
        {"  ", "empty_body "},
        {R"({"a":1})", "object [a=1]"},
        {"5", "other int"},
        {"12345678901234567890123", "other int"},
        {"5.0", "other float"},
        {"1e3", "other float"},
        {"\"x\"", "other str"},
        {R"("\u00e9")", "other str"},
        {"true", "other bool"},
        {"null", "other null"},
        {"[]", "list"},
        {R"([1,{"a":1},"x",[1,[2,{"b":[]}],"y",null],{"a":2,"c":[{"d":1}]},null,false,2.5])",
         R"(list [!int] [a=1] [!str] [!list] [a=2 c=[{"d":1}]] [!null] [!bool] [!float])"},
        {"[[]]", "list [!list]"},
        {"{", "invalid_body line 1, column 2: the text ends too early"},
        {"[1", "invalid_body line 1, column 3: the text ends too early"},
        {"5 6", "invalid_body line 1, column 3: something follows the end"},
    };
    for (auto const& c : cases) {
        SCOPED_TRACE(c.source);
        EXPECT_EQ(shown(BodyFormat::json, c.source, {.documents = true}), c.want);
    }
    EXPECT_EQ(shown(BodyFormat::json, "[1,2,3]", {.documents = true}, {.rows = 2}), "limit_exceeded rows of a body");
    EXPECT_EQ(
        shown(BodyFormat::json, std::string(40, '[') + std::string(40, ']'), {.documents = true}),
        "limit_exceeded levels of nesting in a body"
    );
}

TEST(ReadForms, MakeListsOfRepeatedNamesIfTold) {
    constexpr std::string_view source = "a=1&b=x&a=%22&a=3&b=";
    EXPECT_EQ(shown(BodyFormat::form, source, {}), "object [a=3 b=]");
    EXPECT_EQ(shown(BodyFormat::form, source, {.lists = true}), R"(object [a=["1","\"","3"] b=["x",""]])");
}

std::string part(std::string_view head, std::string_view content) { return fmt::format("--x\r\n{}\r\n\r\n{}\r\n", head, content); }
std::string named(std::string_view name, std::string_view content) {
    return part(fmt::format("Content-Disposition: form-data; name=\"{}\"", name), content);
}

TEST(ReadMultipart, ReadsPartsAsNamesAndTexts) {
    struct {
        std::string source;
        std::string_view want;
    } const cases[] = {
        {named("a", "1") + "--x--", "object [a=1]"},
        {named("a", "1") + "--x--\r\nepilogue", "object [a=1]"},
        {"preamble\r\n" + named("a", "1") + "--x--", "object [a=1]"},
        {named("a", "") + named("b", "two\r\nlines\n--x no\r\n") + "--x--", "object [a= b=two\r\nlines\n--x no\r\n]"},
        {named("a", "1") + "--x  \t\r\nContent-Disposition: form-data; name=b\r\n\r\n2\r\n--x--", "object [a=1 b=2]"},
        {named("a", "left\r\n--xy") + "--x--", "object [a=left\r\n--xy]"},
        {named(R"(q\"\\)", "1") + "--x--", R"(object [q"\=1])"},
        {part("content-disposition: FORM-DATA; name=\"a\"\r\nContent-Type: text/plain", "\xC3\xA9") + "--x--", "object [a=\xC3\xA9]"},
        {"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n--x--", "object [a=]"},
        {named("a", "1") + named("a", "2") + "--x--", R"(object [a=["1","2"]])"},
        {"--x--", "object []"},
        {named("a", "1"), "invalid_body a boundary is missing"},
        {"nothing", "invalid_body a boundary is missing"},
        {"--x\r\nContent-Disposition: form-data; name=a", "invalid_body the head of a part does not end"},
        {part("Content-Disposition: form-data", "1") + "--x--", "invalid_body a part has no name"},
        {part("Content-Disposition: form-data; name=\"a", "1") + "--x--", "invalid_body a quote stays open"},
        {part("Content-Disposition: attachment; name=a", "1") + "--x--", "invalid_body a part is no form data"},
        {part("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64", "MQ==") + "--x--",
         "invalid_body a part is encoded"},
        {part("Content-Disposition: form-data; name=a; filename=\"f.txt\"", "1") + "--x--", "feature_not_supported "},
        {named("a", "\xFF") + "--x--", "invalid_body bytes that are not UTF-8"},
        {"--x\r\n" + std::string(9000, 'a') + "\r\n\r\n\r\n--x--", "invalid_body the head of a part does not end"},
    };
    for (auto const& c : cases) {
        SCOPED_TRACE(c.source.substr(0, 200));
        EXPECT_EQ(shown(BodyFormat::multipart, c.source, {.lists = true, .boundary = "x"}), c.want);
    }
}

TEST(ReadMultipart, HasLimitsAndNeedsItsBoundary) {
    std::string many;
    for (int i = 0; i < 9; ++i) many += named("a", "1");
    many += "--x--";
    EXPECT_EQ(shown(BodyFormat::multipart, many, {.boundary = "x"}, {.names = 2}), "limit_exceeded parts of a body");
    EXPECT_EQ(
        shown(BodyFormat::multipart, named("a", "1") + named("b", "1") + "--x--", {.boundary = "x"}, {.names = 1}),
        "limit_exceeded names in a body"
    );
    for (std::string const& boundary : {std::string(), std::string(71, 'b'), std::string("a\r\nb"), std::string("a ")})
        EXPECT_EQ(shown(BodyFormat::multipart, many, {.boundary = boundary}), "invalid_body Invalid boundary");
    EXPECT_EQ(shown(BodyFormat::multipart, many, {.boundary = std::string_view("other")}), "invalid_body a boundary is missing");
}

}  // namespace
}  // namespace koine::format
