#include "script/markdown.hpp"
#include "script/testing.hpp"

#include <ctime>

namespace koine::script {
namespace {

std::string repeated(std::string_view text, std::size_t bytes) {
    std::string out;
    while (out.size() + text.size() <= bytes) out += text;
    return out;
}

TEST(ScriptTexts, HaveWordsFoldedAsSlugsAre) {
    struct Case {
        std::string_view text;
        std::string_view want;
    } const cases[] = {
        {"", "[]"},
        {"  -- ", "[]"},
        {"Hello, World! hello", R"(["hello","world","hello"])"},
        {"Zürich & Łódź: naïve façade", R"(["zurich","lodz","naive","facade"])"},
        {"Cafe\xCC\x81 cafe\xCC\x81s", R"(["cafe","cafes"])"},
        {"don't AS-1234 v2.0", R"(["dont","as","1234","v2","0"])"},
        {"Привет, Ёлка ΑΘΉΝΑ", R"(["привет","елка","αθηνα"])"},
        {"ﬁne Ⅻ ２０", R"(["fine","xii","20"])"},
        {"東京 한글", R"(["東京","한글"])"},
        {"a\xFFz \xC3", R"(["a","z"])"},
        {"straße Ǆ", R"(["strase","dz"])"},
    };
    for (auto const& [text, want] : cases) EXPECT_EQ(eval("return text.words(...)", {Value(text)}), want) << text;
    EXPECT_EQ(eval("return #text.words(('ä '):rep(100000))"), "100000");
    EXPECT_EQ(eval("local t = {} for i = 1, 10 do t[i] = text.words(('a '):rep(500000)) end"), "limit: memory");
    EXPECT_EQ(eval("return text.slug('Zürich 2') == table.concat(text.words('Zürich 2'), '-')"), "true");
}

TEST(ScriptTexts, AreMarkdown) {
    struct Case {
        std::string_view text;
        std::string_view want;
    } const cases[] = {
        {"", ""},
        {"# A *b* **c** `d`\n", "<h1>A <em>b</em> <strong>c</strong> <code>d</code></h1>\n"},
        {"a\nb  \nc", "<p>a\nb<br />\nc</p>\n"},
        {"- a\n- b\n", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"},
        {"```lua\nx < 1\n```\n", "<pre><code class=\"language-lua\">x &lt; 1\n</code></pre>\n"},
        {"[a](/b \"c\") ![d](e.png)", "<p><a href=\"/b\" title=\"c\">a</a> <img src=\"e.png\" alt=\"d\" /></p>\n"},
        {"~~gone~~", "<p><del>gone</del></p>\n"},
        {"see https://example.net/a.", "<p>see <a href=\"https://example.net/a\">https://example.net/a</a>.</p>\n"},
        {"- [x] a\n- [ ] b\n",
         "<ul>\n<li><input type=\"checkbox\" checked=\"\" disabled=\"\" /> a</li>\n<li><input type=\"checkbox\" disabled=\"\" /> "
         "b</li>\n</ul>\n"},
        {"|a|b|\n|:-|-:|\n|1|2|\n",
         "<table>\n<thead>\n<tr>\n<th align=\"left\">a</th>\n<th align=\"right\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td "
         "align=\"left\">1</td>\n<td "
         "align=\"right\">2</td>\n</tr>\n</tbody>\n</table>\n"},
        {"<b>x</b>", "<p><!-- raw HTML omitted -->x<!-- raw HTML omitted --></p>\n"},
        {"<script>alert(1)</script>", "<!-- raw HTML omitted -->\n"},
        {"[a](javascript:alert(1))", "<p><a href=\"\">a</a></p>\n"},
        {"a & b < c \"d\"", "<p>a &amp; b &lt; c &quot;d&quot;</p>\n"},
        {"a\xFF\x62", "<p>a\xEF\xBF\xBD\x62</p>\n"},
        {std::string_view("a\0b", 3), "<p>a\xEF\xBF\xBD\x62</p>\n"},
    };
    for (auto const& [text, want] : cases) {
        auto const html = markdown(text, false);
        ASSERT_TRUE(html) << text;
        EXPECT_EQ(html.value(), want) << text;
    }
    EXPECT_EQ(markdown("<b>x</b> <script>y</script>", true).value(), "<p><b>x</b> &lt;script>y&lt;/script></p>\n");
    EXPECT_EQ(eval("return text.markdown('*a*') .. text.markdown('<b>', {unsafe = true})"), R"("<p><em>a</em></p>\n<b>\n")");
    EXPECT_EQ(eval("return text.markdown('<b>', {unsafe = false})"), R"("<!-- raw HTML omitted -->\n")");
    EXPECT_EQ(eval("return text.markdown('a', 1)"), "operations/test.lua:2: options are a table; operations/test.lua:2");
    EXPECT_EQ(eval("return text.markdown('a', {save = true})"), "operations/test.lua:2: there is no option 'save'; operations/test.lua:2");
}

/// What takes the library time, or memory, by the square of its size.
TEST(ScriptTexts, EndHostileMarkdownInTime) {
    constexpr std::size_t kLong = 100'000;
    std::string lists;
    for (std::size_t i = 0; lists.size() < kLong; ++i) lists.append(i, ' ').append("* a\n");
    struct Case {
        std::string name;
        std::string text;
    } const cases[] = {
        {"[", repeated("[", kLong)},
        {"*", repeated("*", kLong)},
        {"*a _b", repeated("*a _b", kLong)},
        {">", repeated(">", kLong)},
        {"![[]()", repeated("![[]()", kLong)},
        {"<?", repeated("a<?", kLong)},
        {"<![CDATA[", repeated("a <![CDATA[", kLong)},
        {"open tags", repeated("<a b=\"", kLong)},
        {"a table", repeated("|a", kLong / 3) + "\n" + repeated("|-", kLong / 3) + "\n" + repeated("a\n", kLong / 3)},
        {"a reference", "[a]: " + repeated("b", kLong / 2) + "\n\n" + repeated("[a]", kLong / 2)},
        {"deep and empty", repeated("- ", kLong / 2) + "x\n" + repeated("\n", kLong / 2)},
        {"lists", lists},
        {"brackets behind an address", "http://a" + repeated(")", kLong)},
        {"entities behind an address", "http://a" + repeated(")&a;", kLong)},
        {"mail", repeated("a@", kLong)},
        {"backticks", repeated("`a``b```", kLong)},
    };
    for (auto const& [name, text] : cases) {
        SCOPED_TRACE(name);
        auto const begun = std::clock();
        auto const told = eval("return #text.markdown(...) > 0", {Value(text)}, {});
        EXPECT_TRUE(told == "true" || told.starts_with("limit: ") || told.find("Markdown ") != std::string::npos) << told;
        EXPECT_LT(std::clock() - begun, 2 * CLOCKS_PER_SEC);
        EXPECT_EQ(eval("return text.markdown('*a*')"), R"("<p><em>a</em></p>\n")") << "the next one is as if nothing had been";
    }
    EXPECT_EQ(markdown(repeated("x", 200'000), false).error().cause(), "Markdown of more than 128 KiB");
    EXPECT_EQ(markdown(repeated(")", 10'000), false).error().cause(), "Markdown with too many brackets in one word");
    MarkdownLimits limits;
    limits.memory = 100'000;
    EXPECT_EQ(markdown(repeated("a\n\n", 10'000), false, limits).error().cause(), "Markdown that takes more memory than it may");
    int asked = 0;
    limits.goes_on = [&](std::uint64_t) { return ++asked < 3; };
    EXPECT_EQ(markdown(repeated("a *b* c", 1000), false, limits).error().cause(), "Markdown that takes longer than it may");
}

}  // namespace
}  // namespace koine::script
