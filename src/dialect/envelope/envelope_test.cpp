#include "dialect/envelope/envelope.hpp"

#include "dialect/axes.hpp"
#include "dialect/testing/mistakes.hpp"
#include "dialect/write/write.hpp"
#include "format/json.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

Result<Envelope> compiled(std::string_view options) {
    KOINE_TRY(auto const node, yaml::parse(options, "e.yaml"));
    return Envelope::compile(node, {"net", "1.2"});
}

/// What is made of two rows, and of one.
struct Frames {
    std::string list, many, item;
    bool operator==(Frames const&) const = default;
};
void PrintTo(Frames const& frames, std::ostream* out) { *out << frames.list << " | " << frames.many << " | " << frames.item; }

Frames framed(Envelope const& envelope) {
    PageFacts page;
    page.returned = 2;
    page.total = 7;
    AnswerValues values(nullptr);
    std::vector<std::pair<std::string, std::string>> const words = {{"by", "making"}, {"the", "lamp"}};
    WriteAnswer answer;
    answer.page = page;
    answer.words = words;
    answer.links = R"({"a":"/b"})";
    values.with_write(answer).with_item();
    auto const written = [](auto const& write) {
        std::string out;
        format::JsonWriter sink(out);
        write(sink);
        sink.finish();
        return out;
    };
    auto const rows = [](auto& sink) { sink.json("[1,2]"); };
    auto const row = [](auto& sink) { sink.json("1"); };
    return {
        written([&](auto& sink) { envelope.write_list(values, rows, sink); }),
        written([&](auto& sink) { envelope.write_many(values, rows, sink); }),
        written([&](auto& sink) { envelope.write_item(values, row, sink); }),
    };
}

TEST(Envelope, FramesWhatIsReadAndWhatWasWritten) {
    struct {
        std::string_view options;
        Frames want;
    } const cases[] = {
        {"{}", {"[1,2]", "[1,2]", "1"}},
        {"{many: {made: $items}}", {"[1,2]", R"({"made":[1,2]})", "1"}},
        {"{list: {all: $total, rows: $items}}", {R"({"all":7,"rows":[1,2]})", R"({"all":7,"rows":[1,2]})", "1"}},
        {"{list: {rows: $items}, many: $items}", {R"({"rows":[1,2]})", "[1,2]", "1"}},
        {"{item: {by: $words.by, said: 'the {words.the}', row: $item, links~: $links}, many: {rows: $items, l: $links, o~: $words.one}}",
         {"[1,2]", R"({"rows":[1,2],"l":{"a":"/b"}})", R"({"by":"making","said":"the lamp","row":1,"links":{"a":"/b"}})"}},
        {"{item: {no: $words.none, no~: '{words.none}!', row: $item}}", {"[1,2]", "[1,2]", R"({"no":null,"row":1})"}},
        {"{list: {rows: $items}, item: {row: $item}, many: {app: $app.name, n: $count, rows: $items}}",
         {R"({"rows":[1,2]})", R"({"app":"net","n":2,"rows":[1,2]})", R"({"row":1})"}},
    };
    for (auto const& c : cases) {
        SCOPED_TRACE(c.options);
        auto const made = compiled(c.options);
        ASSERT_TRUE(made) << describe(made.error());
        EXPECT_EQ(framed(made.value()), c.want);
    }
}

TEST(Envelope, CountsOnlyWhatListsTell) {
    EXPECT_TRUE(compiled("{list: {all: $total, rows: $items}}").value().needs_total());
    EXPECT_FALSE(compiled("{many: {all: $total, rows: $items}}").value().needs_total());
}

TEST(Envelope, DescribesEachFrame) {
    constexpr std::string_view row = R"({"$ref":"#/x"})";
    auto const made = compiled("{list: {all: $total, rows: $items}, item: {row: $item}}").value();
    auto const frame = [](std::string_view types) {
        return R"({"type":"object","properties":{"all":{"type":)" + std::string(types) +
               R"(,"description":"How many rows there are in all"},"rows":{"type":"array","items":{"$ref":"#/x"}}},"required":["all","rows"]})";
    };
    EXPECT_EQ(made.list_schema(row), frame(R"("integer")"));
    EXPECT_EQ(made.many_schema(row), frame(R"(["integer","null"])")) << "what was written is not counted among the others";
    EXPECT_EQ(made.item_schema(row), R"({"type":"object","properties":{"row":{"$ref":"#/x"}},"required":["row"]})");
    EXPECT_EQ(compiled("{list: {rows: $items}, many: $items}").value().many_schema(row), R"({"type":"array","items":{"$ref":"#/x"}})");
}

TEST(Envelope, TellsMistakesWithTheirPlace) {
    testing::expect_told(
        compiled,
        {
            {"{many: {n: $count}}", "e.yaml:1:8: the frame holds no $items"},
            {"{many: $item}", "e.yaml:1:8: the frame holds no $items"},
            {"{list: {n: $count}}", "e.yaml:1:8: the frame holds no $items"},
            {"{mny: $items}", "e.yaml:1:2: unknown option \"mny\"; did you mean \"many\"?"},
        }
    );
}

}  // namespace
}  // namespace koine::dialect
