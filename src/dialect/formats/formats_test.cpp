#include "dialect/formats/formats.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

constexpr std::string_view kYaml = R"(
ranges: any
types:
  - {type: application/json}
  - {type: application/vnd.pgrst.array+json, content_type: application/json; charset=utf-8}
  - {type: application/vnd.pgrst.array+json;nulls=stripped, strip_nulls: true}
  - {type: application/vnd.pgrst.object+json, singular: true}
  - {type: text/csv, as: csv}
)";

Formats compiled(std::string_view text) {
    auto const node = yaml::parse(text, "f.yaml");
    EXPECT_TRUE(node) << describe(node.error());
    auto formats = Formats::compile(node.value());
    EXPECT_TRUE(formats) << describe(formats.error());
    return std::move(formats).value();
}

/// The content type chosen, or the types refused.
std::string chosen(Formats const& formats, std::vector<Header> const& headers) {
    Exchange exchange;
    exchange.headers = headers;
    auto const format = formats.choose(exchange);
    return format ? format.value()->content_type : "none of " + std::string(format.error().argument("types").value_or("?"));
}

TEST(Formats, ChoosesByQualityThenOrder) {
    constexpr std::string_view json = "application/json; charset=utf-8";
    constexpr std::string_view object = "application/vnd.pgrst.object+json; charset=utf-8";
    constexpr std::string_view csv = "text/csv; charset=utf-8";
    constexpr std::string_view stripped = "application/vnd.pgrst.array+json;nulls=stripped; charset=utf-8";
    struct Case {
        std::string_view accept;
        std::string_view want;
    } const cases[] = {
        {"", json},
        {"*/*", json},
        {"application/json", json},
        {"APPLICATION/JSON; charset=UTF-8", json},
        {"application/vnd.pgrst.array+json", json},
        {"application/vnd.pgrst.array+json;nulls=stripped", stripped},
        {"application/vnd.pgrst.array+json; nulls=\"stripped\"; q=0.5", stripped},
        {"application/vnd.pgrst.object+json", object},
        {"text/csv", csv},
        {"text/csv;q=0.5, application/json", json},
        {"application/json;q=0.5, text/csv", csv},
        {"text/csv, application/json", csv},
        {"text/html,*/*;q=0.1", json},
        {"text/html, application/xhtml+xml, text/csv;q=0.2, */*;q=0.1", csv},
        {"text/csv;q=0", "none of text/csv"},
        {"text/csv;q=x", "none of text/csv"},
        {"application/xml", "none of application/xml"},
        {"application/xml;q=0.5, text/html;level=1;q=1", "none of application/xml, text/html;level=1"},
        {"application/*", "none of application/*"},
        {"application/vnd.pgrst.plan+json; for=\"application/json\"", "none of application/vnd.pgrst.plan+json; for=\"application/json\""},
        {",,", json},
    };
    auto const formats = compiled(kYaml);
    for (auto const& each : cases) {
        SCOPED_TRACE(each.accept);
        EXPECT_EQ(chosen(formats, {{"Accept", each.accept}}), each.want);
    }
    EXPECT_EQ(chosen(formats, {}), json);
    EXPECT_EQ(chosen(formats, {{"accept", "application/xml"}, {"ACCEPT", "text/csv"}}), csv);
}

TEST(Formats, MayTakeRangesOfOneType) {
    auto const formats = compiled("{types: [{type: application/json}, {type: text/csv, as: csv}]}");
    EXPECT_EQ(chosen(formats, {{"Accept", "text/*"}}), "text/csv; charset=utf-8");
    EXPECT_EQ(chosen(formats, {{"Accept", "image/*"}}), "none of image/*");
}

TEST(Formats, CarryWhatTheWriterMustKnow) {
    auto const formats = compiled(kYaml);
    EXPECT_EQ(formats.all()[4].writer, Format::Writer::csv);
    EXPECT_TRUE(formats.all()[3].singular);
    EXPECT_TRUE(formats.all()[2].strip_nulls);
    EXPECT_FALSE(formats.all()[1].strip_nulls);
    EXPECT_EQ(compiled("~").all().size(), 1u);
}

}  // namespace
}  // namespace koine::dialect
