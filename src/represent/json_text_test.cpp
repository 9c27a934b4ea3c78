#include "represent/json_text.hpp"

#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace koine::represent {
namespace {

/// Byte by byte, as a reader of the standard would write it.
std::string naive(std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size();) {
        auto byte = static_cast<unsigned char>(text[i]);
        std::size_t length = 1;
        while (byte >= 0x80 && length < 4 && i + length < text.size() &&
               first_invalid_utf8(text.substr(i, length)) != std::string_view::npos)
            ++length;
        if (first_invalid_utf8(text.substr(i, length)) != std::string_view::npos) length = 1;
        bool const valid = first_invalid_utf8(text.substr(i, length)) == std::string_view::npos;
        if (!valid)
            out += "\xEF\xBF\xBD";
        else if (byte == '"' || byte == '\\')
            (out += '\\') += static_cast<char>(byte);
        else if (byte == '\n')
            out += "\\n";
        else if (byte == '\r')
            out += "\\r";
        else if (byte == '\t')
            out += "\\t";
        else if (byte == '\b')
            out += "\\b";
        else if (byte == '\f')
            out += "\\f";
        else if (byte < 0x20)
            (out += "\\u00") += {kHex[byte >> 4], kHex[byte & 15]};
        else
            out += text.substr(i, length);
        i += length;
    }
    return out + "\"";
}

std::string escaped(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

TEST(JsonString, EscapesWhatMustBe) {
    struct Case {
        std::string_view text;
        std::string_view want;
    };
    using namespace std::string_view_literals;
    for (Case const& c : std::vector<Case>{
             {"", R"("")"},
             {"plain", R"("plain")"},
             {"a/b", R"("a/b")"},
             {"\"\\", R"("\"\\")"},
             {"\n\r\t\b\f", R"("\n\r\t\b\f")"},
             {"a\0b"sv, R"("a\u0000b")"},
             {"\x1f\x7f", "\"\\u001f\x7f\""},
             {"Björk 一 😀", "\"Björk 一 😀\""},
             {"a\xff"
              "b",
              "\"a\xEF\xBF\xBD"
              "b\""},
             {"\xed\xa0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
             {"0123456789abcdef\"", "\"0123456789abcdef\\\"\""},
             {"end\xc3", "\"end\xEF\xBF\xBD\""},
         })
        EXPECT_EQ(escaped(c.text), c.want);
}

TEST(JsonString, AgreesWithTheNaiveWriterOnAnyBytes) {
    std::mt19937 random(20260101);
    std::vector<std::string> pieces{
        "\"",
        "\\",
        "\n",
        std::string(1, '\0'),
        "é",
        "一",
        "😀",
        "\xff",
        "\xc3",
        "\xed\xa0\x80",
        "\xf4\x90",
        "\x80",
        "\x1f",
        "\x7f",
        " ",
        "abcdefgh",
        "0123456789abcdefXYZ"
    };
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (auto parts = random() % 8; parts > 0; --parts) {
            text += pieces[random() % pieces.size()];
            for (auto plain = random() % 20; plain > 0; --plain) text += static_cast<char>('a' + random() % 26);
        }
        ASSERT_EQ(escaped(text), naive(text)) << testing::PrintToString(text);
    }
}

}  // namespace
}  // namespace koine::represent
