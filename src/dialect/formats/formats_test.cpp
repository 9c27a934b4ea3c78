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

std::string negotiated(Formats const& formats, std::string_view accept, std::vector<Parameter> parameters = {}) {
    Header const header{"Accept", accept};
    Exchange exchange;
    if (!accept.empty()) exchange.headers = std::span(&header, 1);
    exchange.parameters = std::move(parameters);
    auto const found = formats.negotiate(exchange);
    if (!found) return std::string(to_string(found.error().reason()));
    return found.value().format->content_type + (found.value().indent > 0 ? " " + std::to_string(found.value().indent) : "");
}

TEST(Formats, HeedWhatTheRangeAsksBeside) {
    auto const node = yaml::parse(
        "{charset: none, param: format, indent: 8, version: $app.version, types: [{type: application/json}, {type: text/csv, as: csv}]}",
        "f.yaml"
    );
    auto const formats = Formats::compile(node.value(), {"sample", "1.10"}).value();
    struct {
        std::string_view accept;
        std::string_view want;
    } const cases[] = {
        {"", "application/json"},
        {"application/json; indent=4", "application/json 4"},
        {"application/json;indent=\"2\"", "application/json 2"},
        {"*/*; indent=3", "application/json 3"},
        {"application/json; indent=0", "application/json"},
        {"application/json; indent=-1", "application/json"},
        {"application/json; indent=x", "application/json"},
        {"application/json; indent=99999999999999999999", "application/json"},
        {"application/json; indent=12", "application/json 8"},
        {"text/csv; indent=4", "text/csv"},
        {"text/html, application/json; indent=4; q=0.5", "application/json 4"},
        {"application/json; version=1.10", "application/json"},
        {"application/json; version=\"1.10\"; indent=4", "application/json 4"},
        {"application/json; version=1.1", "unknown_version"},
        {"*/*; version=2", "unknown_version"},
        {"text/html; version=2, application/json", "application/json"},
        {"text/html", "not_acceptable"},
        {"text/html, */*;q=0.1", "application/json"},
    };
    for (auto const& c : cases) EXPECT_EQ(negotiated(formats, c.accept), c.want) << c.accept;
}

TEST(Formats, MayBeAskedByAParameter) {
    auto const formats = compiled("{param: format, indent: 8, types: [{type: application/json}, {type: text/csv, as: csv, name: table}]}");
    EXPECT_EQ(negotiated(formats, "", {{"format", "table", true}}), "text/csv; charset=utf-8");
    EXPECT_EQ(negotiated(formats, "text/csv", {{"format", "json", true}}), "application/json; charset=utf-8");
    EXPECT_EQ(negotiated(formats, "text/html", {{"format", "json", true}}), "application/json; charset=utf-8");
    EXPECT_EQ(negotiated(formats, "application/json; indent=4", {{"format", "json", true}}), "application/json; charset=utf-8 4");
    EXPECT_EQ(negotiated(formats, "", {{"format", "api", true}}), "unknown_format");
    EXPECT_EQ(negotiated(formats, "", {{"format", "", true}}), "application/json; charset=utf-8");
    EXPECT_EQ(
        negotiated(compiled("{types: [{type: application/json}]}"), "application/json; indent=4; version=9", {{"format", "api", true}}),
        "application/json; charset=utf-8"
    );
}

TEST(Formats, PagesShowTheJsonBesideThem) {
    auto const node = yaml::parse(
        "{param: format, types: [{type: application/json}, {type: text/html, as: page, name: api, title: \"{page.name} – {app.name}\"}]}",
        "f.yaml"
    );
    auto const formats = Formats::compile(node.value(), {"lib", "1"}).value();
    struct {
        std::string_view accept, format;
        bool page;
    } const cases[] = {
        {"", "", false},
        {"*/*", "", false},
        {"application/json", "", false},
        {"text/html", "", true},
        {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "", true},
        {"application/json, text/html;q=0.9", "", false},
        {"text/html;q=0.5, */*", "", false},
        {"text/plain", "", false},
        {"text/html", "json", false},
        {"application/json", "api", true},
        {"", "api", true},
        {"text/html", "xml", false},
    };
    for (auto const& c : cases) {
        Exchange exchange;
        std::vector<Header> headers;
        if (!c.accept.empty()) headers.push_back({"Accept", c.accept});
        exchange.headers = headers;
        if (!c.format.empty()) exchange.parameters.push_back({"format", std::string(c.format), true});
        auto const* page = formats.page(exchange);
        EXPECT_EQ(page != nullptr, c.page) << c.accept << " " << c.format;
        if (page != nullptr) {
            EXPECT_EQ(page->content_type, "application/json; charset=utf-8") << "whoever makes no pages answers with the JSON";
        }
    }
    EXPECT_EQ(titled(formats.all().back(), "Book"), "Book – lib");
}

TEST(Formats, PagesNeedJson) {
    for (auto const* text :
         {"{types: [{type: text/html, as: page}]}",
          "{types: [{type: text/csv, as: csv}, {type: text/html, as: page}]}",
          "{types: [{type: application/json}, {type: text/html, as: page, singular: true}]}",
          "{types: [{type: application/json, title: x}]}",
          "{types: [{type: application/json}, {type: text/html, as: page, title: \"{nme}\"}]}"}) {
        auto const node = yaml::parse(text, "f.yaml");
        EXPECT_FALSE(Formats::compile(node.value())) << text;
    }
}

}  // namespace
}  // namespace koine::dialect
