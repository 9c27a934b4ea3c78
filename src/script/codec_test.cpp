#include "script/codec.hpp"

#include "script/testing.hpp"

#include <ctime>

namespace koine::script {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += text;
    return out;
}

template <class T>
std::string why(Result<T> const& result) {
    return result ? "nothing is wrong" : std::string(result.error().cause());
}

struct Case {
    std::string_view body, want;
};
/// An error is told without its place.
void check(std::vector<Case> const& cases) {
    for (auto const& [body, want] : cases) {
        auto told = eval(std::string(body));
        constexpr std::string_view place = "operations/test.lua:2";
        if (told.starts_with(place)) told = told.substr(place.size() + 2, told.size() - 2 * place.size() - 4);
        EXPECT_EQ(told, want) << body;
    }
}

TEST(ScriptCsv, IsReadAsItsSpecificationSays) {
    struct Text {
        std::string text, want;
    } const cases[] = {
        // RFC 4180 §2.
        {"aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", R"([["aaa","bbb","ccc"],["zzz","yyy","xxx"]])"},
        {"aaa,bbb,ccc\r\nzzz,yyy,xxx", R"([["aaa","bbb","ccc"],["zzz","yyy","xxx"]])"},
        {"\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx", R"([["aaa","bbb","ccc"],["zzz","yyy","xxx"]])"},
        {"\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx", R"([["aaa","b\r\nbb","ccc"],["zzz","yyy","xxx"]])"},
        {"\"aaa\",\"b\"\"bb\",\"ccc\"", R"([["aaa","b\"bb","ccc"]])"},
        {"", "[]"},
        {"\n\r\n\r", "[]"},
        {",", R"([["",""]])"},
        {"\"\"", R"([[""]])"},
        {"a\rb\n\nc\n", R"([["a"],["b"],["c"]])"},
        {" a , b ", R"([[" a "," b "]])"},
        {"\xEF\xBB\xBF\"a\",b", R"([["a","b"]])"},
        {"1,2\n3\n", R"([["1","2"],["3"]])"},
        {"a,b\n\"x", "line 2: a quote that nothing ends"},
        {"a,b\nx\"y", "line 2: a quote within a field that has none around it"},
        {"\"a\nb\"\n\"x\"y", "line 3: text behind a quoted field"},
        {repeated(",", 200'000), "CSV of more than 200000 fields"},
        {repeated("\"", 99'999), "line 1: a quote that nothing ends"},
    };
    for (auto const& [text, want] : cases) {
        auto const read = read_csv(text, {});
        EXPECT_EQ(read ? read.value().json() : why(read), want) << text.substr(0, 100);
        if (!read) continue;
        auto const again = read_csv(write_csv(read.value(), {}).value(), {});
        EXPECT_EQ(again.value(), read.value()) << text;
    }
}

TEST(ScriptCsv, HasColumns) {
    check({
        {"return codec.csv.decode('a,b\\n1,2\\n3,4\\n', {header = true})", R"([{"a":"1","b":"2"},{"a":"3","b":"4"}])"},
        {"return codec.csv.decode('1;2\\n', {header = {'a', 'b'}, separator = ';'})", R"([{"a":"1","b":"2"}])"},
        {"return codec.csv.decode('a\\tb', {separator = '\\t'})", R"([["a","b"]])"},
        {"return codec.csv.decode('', {header = true})", "[]"},
        {"return codec.csv.decode('a,b\\n1', {header = true})", "CSV: line 2: 1 fields where there are 2 columns"},
        {"return codec.csv.decode('a,a\\n1,2', {header = true})", "CSV: the column a stands twice"},
        {"return codec.csv.decode('a', {separator = ',,'})", "separator is one character of ASCII, no quote and no line end"},
        {"return codec.csv.decode('a', {separator = '\"'})", "separator is one character of ASCII, no quote and no line end"},
        {"return codec.csv.decode('a', {header = 1})", "header is a list of names, true or false"},
        {"return codec.csv.decode('a', {headers = true})", "there is no option 'headers'"},
        {"return codec.csv.decode('a', {safe = true})", "there is no option 'safe'"},
        {"return codec.csv.encode({{1, 2.5, true, 'a'}, {null, 'a,b', 'say \"x\"', 'a\\nb'}})",
         R"("1,2.5,true,a\r\n,\"a,b\",\"say \"\"x\"\"\",\"a\nb\"\r\n")"},
        {"return codec.csv.encode({{a = 1, b = 2}, {b = 3, c = 4}})", R"("a,b,c\r\n1,2,\r\n,3,4\r\n")"},
        {"return codec.csv.encode({{a = 1, b = 2}}, {header = {'b', 'z', 'a'}})", R"("b,z,a\r\n2,,1\r\n")"},
        {"return codec.csv.encode({{a = 1, b = 2}}, {header = false, separator = ';'})", R"("1;2\r\n")"},
        {"return codec.csv.encode({{1}, {2}}, {header = {'n'}})", R"("n\r\n1\r\n2\r\n")"},
        {"return codec.csv.encode({map({b = 1, a = 2}, {'b'})})", R"("b,a\r\n1,2\r\n")"},
        {"return codec.csv.encode({})", R"("")"},
        {"return codec.csv.encode(list{{''}, {}})", R"("\"\"\r\n\r\n")"},
        {"return codec.csv.encode({{'=1+1', '-x', -5, 'a=b', '@x', '+1', '\\tx'}}, {safe = true})",
         R"("\"'=1+1\",\"'-x\",-5,a=b,\"'@x\",\"'+1\",\"'\tx\"\r\n")"},
        {"return codec.csv.encode({{'=1+1'}})", R"("=1+1\r\n")"},
        {"return codec.csv.encode({{{}}})", "CSV: a field is a text, a number or a boolean"},
        {"return codec.csv.encode({1})", "CSV: rows are all lists, or all tables of names and values"},
        {"return codec.csv.encode({{a = 1}, {1}})", "CSV: rows are all lists, or all tables of names and values"},
        {"return codec.csv.encode('x')", "CSV: rows are a list"},
        {"return codec.csv.encode({}, {safe = 1})", "safe is true or false"},
        {"local rows = {} for i = 1, 2000 do rows[i] = {['c' .. i] = 1} end return codec.csv.encode(rows)",
         "CSV: CSV of more than 200000 fields"},
        {"return codec.csv.encode({{('\"'):rep(600000)}})", "limit: text"},
    });
}

TEST(ScriptXml, IsTablesAndElements) {
    struct Text {
        std::string_view text, want;
        std::string_view written = {};  ///< if it is not the text
    } const cases[] = {
        {"<a/>", R"({"a":""})"},
        {"<a></a>", R"({"a":""})", "<a/>"},
        {"<a>b</a>", R"({"a":"b"})"},
        {"<a> b </a>", R"({"a":" b "})"},
        {R"(<a x="1" y="2"/>)", R"({"a":{"@x":"1","@y":"2"}})"},
        {R"(<a x="1">b</a>)", R"({"a":{"@x":"1","#text":"b"}})"},
        {"<a><b>1</b><c>2</c><b>3</b></a>", R"({"a":{"b":["1","3"],"c":"2"}})", "<a><b>1</b><b>3</b><c>2</c></a>"},
        {"<a>\n  <b>\n    <c/>\n  </b>\n</a>\n", R"({"a":{"b":{"c":""}}})", "<a><b><c/></b></a>"},
        {"<a>x<b/>y</a>", R"({"a":{"b":"","#text":"xy"}})", "<a><b/>xy</a>"},
        {"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- x --><a><?b?><!-- y -->z</a><!-- w -->", R"({"a":"z"})", "<a>z</a>"},
        {"\xEF\xBB\xBF<a/>", R"({"a":""})", "<a/>"},
        {"<a><![CDATA[<&>]]> &lt;&amp;&gt;&quot;&apos;&#65;&#x42;&#228;</a>",
         R"({"a":"<&> <&>\"'ABä"})",
         "<a>&lt;&amp;&gt; &lt;&amp;&gt;\"'ABä</a>"},
        {"<a b='&quot;&#10;&#9;&lt;&amp;'/>", R"({"a":{"@b":"\"\n\t<&"}})", "<a b=\"&quot;&#10;&#9;&lt;&amp;\"/>"},
        {"<a b='x\ny'>\r\n&#13;</a>", R"({"a":{"@b":"x y","#text":"\n\r"}})", "<a b=\"x y\">\n&#13;</a>"},
        {"<s:Envelope xmlns:s=\"urn:x\"><s:Body>ä</s:Body></s:Envelope>", R"({"s:Envelope":{"@xmlns:s":"urn:x","s:Body":"ä"}})"},
        {"<ärger-1.x>€𝄞</ärger-1.x>", R"({"ärger-1.x":"€𝄞"})"},
    };
    for (auto const& [text, want, written] : cases) {
        auto const read = read_xml(text);
        ASSERT_TRUE(read) << text << why(read);
        EXPECT_EQ(read.value().json(), want) << text;
        auto const back = write_xml(read.value(), false);
        ASSERT_TRUE(back) << text << why(back);
        EXPECT_EQ(back.value(), written.empty() ? text : written);
        EXPECT_EQ(read_xml(back.value()).value(), read.value()) << back.value();
    }
    check({
        {"return codec.xml.decode('<a><b>1</b></a>')", R"({"a":{"b":"1"}})"},
        {"return codec.xml.encode({a = {['@x'] = 1, b = {1, 2.5, true, {c = null}}, ['#text'] = 't'}})",
         R"("<a x=\"1\">t<b>1</b><b>2.5</b><b>true</b><b><c/></b></a>")"},
        {"return codec.xml.encode({a = map({z = 1, b = list{}}, {'z'})}, {declaration = true})",
         R"("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a><z>1</z></a>")"},
        {"return codec.xml.encode('a')", "XML: a document is a table of one element by its name"},
        {"return codec.xml.encode({a = 1, b = 2})", "XML: a document is a table of one element by its name"},
        {"return codec.xml.encode({a = {1}})", "XML: a: a list within a list, or around all"},
        {"return codec.xml.encode({a = {b = {{1}}}})", "XML: b: a list within a list, or around all"},
        {"return codec.xml.encode({['a b'] = 1})", "XML: no element can be called a b"},
        {"return codec.xml.encode({['a><b'] = 1})", "XML: no element can be called a><b"},
        {"return codec.xml.encode({['1'] = 1})", "XML: no element can be called 1"},
        {"return codec.xml.encode({[''] = 1})", "XML: no element can be called "},
        {"return codec.xml.encode({a = {['@x=\"'] = 1}})", "XML: no attribute can be called x=\""},
        {"return codec.xml.encode({a = {['@x'] = {}}})", "XML: attributes and #text are texts, numbers or booleans"},
        {"return codec.xml.encode({a = '\\0'})", "XML: a text with what XML has no character for"},
        {"return codec.xml.encode({a = '\\255'})", "XML: a text with what XML has no character for"},
        {"return codec.xml.encode({a = {['@x'] = '\\27'}})", "XML: a text with what XML has no character for"},
        {"local t = {} for i = 1, 40 do t = {a = t} end return codec.xml.encode(t)", "XML: elements within each other, more than 30"},
        {"return codec.xml.encode({a = ('&'):rep(600000)})", "limit: text"},
        {"return codec.xml.encode({a = 1}, {indent = 1})", "there is no option 'indent'"},
        {"return select(2, pcall(codec.xml.decode, '<a>'))", R"("XML: no XML: Start-end tags mismatch in line 1")"},
    });
}

TEST(ScriptXml, TakesNothingHostile) {
    struct Text {
        std::string text, want;
    } const cases[] = {
        {"", "XML without an element"},
        {"x", "XML with text around its element"},
        {"<a/>x", "XML with text around its element"},
        {"<a/><b/>", "XML with more than one element around all"},
        {"<a>\n</b>", "no XML: Start-end tags mismatch in line 2"},
        {"<a b='1' b='2'/>", "XML with an attribute that is none, or stands twice"},
        {"<!DOCTYPE a><a/>", "XML with a DTD"},
        {"<!DOCTYPE a [<!ENTITY b \"cc\">]><a>&b;</a>", "XML with a DTD"},
        {"<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>", "XML with a DTD"},
        {"<!DOCTYPE a [<!ENTITY x \"y\"><!ENTITY b \"&x;&x;&x;&x;\"><!ENTITY c \"&b;&b;&b;&b;\">]><a>&c;</a>", "XML with a DTD"},
        {"<a>&nbsp;</a>", "XML with an entity that is none of the five"},
        {"<a>&</a>", "XML with an entity that is none of the five"},
        {"<a>&amp</a>", "XML with an entity that is none of the five"},
        {"<a>&#0;</a>", "XML with an entity that is none of the five"},
        {"<a>&#xD800;</a>", "XML with an entity that is none of the five"},
        {"<a>&#x110000;</a>", "XML with an entity that is none of the five"},
        {"<a>&#99999999999999999999;</a>", "XML with an entity that is none of the five"},
        {"<a>&#-1;</a>", "XML with an entity that is none of the five"},
        {"<a b='&x;'/>", "XML with an entity that is none of the five"},
        {"<a>\xFF</a>", "XML with what is no character of UTF-8"},
        {std::string("<a>\0</a>", 8), "XML with what is no character of UTF-8"},
        {"<a>\x01</a>", "XML with what is no character of UTF-8"},
        {"<a>\xEF\xBF\xBF</a>", "XML with what is no character of UTF-8"},
        {"<?xml version='1.0' encoding='latin1'?><a/>", "XML in another encoding than UTF-8"},
        {repeated("<a>", 31) + repeated("</a>", 31), "XML of more than 30 elements within each other"},
        {repeated("<a>", 200'000) + repeated("</a>", 200'000), "XML of more than 30 elements within each other"},
        {"<a>" + repeated("<b/>", 200'000) + "</a>", "XML of more than 200000 elements and attributes"},
    };
    for (auto const& [text, want] : cases) EXPECT_EQ(why(read_xml(text)), want) << text.substr(0, 100);
    EXPECT_NE(why(read_xml(repeated("<a ", 300'000))), "nothing is wrong");
    EXPECT_NE(why(read_xml(repeated("<", 300'000))), "nothing is wrong");
    std::string names = "<a>";
    for (int i = 0; i < 50'000; ++i) names += "<n" + std::to_string(i) + "/>";
    auto const begun = std::clock();
    EXPECT_EQ(read_xml(names + "</a>").value().find("a")->map()->size(), 50'000);
    EXPECT_LT(std::clock() - begun, 2 * CLOCKS_PER_SEC);
}

TEST(ScriptTar, HoldsFiles) {
    std::string const deep = repeated("folder/", 18) + "file.txt";     // a prefix and a name
    std::string const longer = repeated("a-long-name-", 20) + ".txt";  // more than both hold
    std::vector<TarFile> const files = {
        {"a.txt", "hello", 0644, 1'700'000'000},
        {"empty", "", 0600, 0},
        {"bin/run", std::string(512, 'x'), 0755, 8'589'934'591},
        {"folder/", "", 0755, 5},
        {deep, "d", 0644, 1},
        {longer, "l", 0644, 1},
        {repeated("x", 100), "y", 0644, 1},
        {"ä/ö.txt", std::string("\0\xFF", 2), 0644, 1},
    };
    auto const bytes = write_tar(files).value();
    EXPECT_EQ(bytes.size() % 512, 0);
    auto const read = read_tar(bytes).value();
    ASSERT_EQ(read.size(), files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        EXPECT_EQ(read[i].name, files[i].name);
        EXPECT_EQ(read[i].text, files[i].text) << files[i].name;
        EXPECT_EQ(read[i].mode, files[i].mode) << files[i].name;
        EXPECT_EQ(read[i].mtime, files[i].mtime) << files[i].name;
    }
    check({
        {"return codec.tar.decode(codec.tar.encode({{name = 'a', text = 'b', mode = '755', mtime = 7.5}, {name = 'c/', mtime = 1}}))",
         R"([{"mode":"755","mtime":7,"name":"a","text":"b"},{"mode":"644","mtime":1,"name":"c/","text":""}])"},
        {"return math.abs(codec.tar.decode(codec.tar.encode({{name = 'a'}}))[1].mtime - time.now()) < 5", "true"},
        {"return #codec.tar.encode({})", "1024"},
        {"return codec.tar.decode(codec.tar.encode({}))", "[]"},
        {"return codec.tar.encode({{name = '/a'}})", "tar: a file of an archive has a relative name, without .. in it"},
        {"return codec.tar.encode({{name = 'a/../b'}})", "tar: a file of an archive has a relative name, without .. in it"},
        {"return codec.tar.encode({{name = 'a\\0b'}})", "tar: a file of an archive has a relative name, without .. in it"},
        {"return codec.tar.encode({{text = 'a'}})", "tar: a file of an archive has a relative name, without .. in it"},
        {"return codec.tar.encode({{name = ('x'):rep(5000)}})", "tar: a file of an archive has a relative name, without .. in it"},
        {"return codec.tar.encode({{name = 'a/', text = 'b'}})", "tar: a name that ends in a slash is a folder's, which has no text"},
        {"return codec.tar.encode({{name = 'a', mode = 420}})", "mode is a text of octal digits, such as '644'"},
        {"return codec.tar.encode({{name = 'a', mode = '999'}})", "mode is a text of octal digits, such as '644'"},
        {"return codec.tar.encode({{name = 'a', mtime = -1}})", "mtime is a time, as of time.now()"},
        {"return codec.tar.encode({{name = 1}})", "a file's name is a text"},
        {"return codec.tar.encode({{name = 'a', owner = 'b'}})", "a file of an archive has no 'owner'"},
        {"return codec.tar.encode({name = 'a'})", "files of an archive are a list"},
        {"return codec.tar.encode({1})", "a file of an archive is a table: name, text, mode, mtime"},
        {"local f = {} for i = 1, 10001 do f[i] = {name = 'a'} end return codec.tar.encode(f)", "tar: tar of too many files"},
        {"local f = {} for i = 1, 1100 do f[i] = {name = 'a', text = 'b'} end return #codec.tar.encode(f)", "limit: text"},
        {"return codec.tar.decode('')", "tar: no tar: it is empty"},
        {"return codec.tar.decode('x')", "tar: tar that ends within a header"},
    });
}

/// An entry as others may write it, with a right sum.
std::string entry(std::string_view name, char type, std::string_view size, std::string_view text = {}) {
    auto out = write_tar({{"placeholder", std::string(text), 0644, 0}}).value();
    out.resize(out.size() - 1024);
    auto const put = [&](std::size_t at, std::string_view what, std::size_t room) {
        out.replace(at, room, std::string(what.substr(0, room)).append(room - std::min(room, what.size()), '\0'));
    };
    put(0, name, 100);
    put(124, size, 12);
    out[156] = type;
    unsigned sum = 0;
    for (std::size_t i = 0; i < 512; ++i) sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(out[i]);
    char digits[8];
    std::snprintf(digits, sizeof digits, "%06o", sum);
    put(148, std::string(digits, 6).append("\0 ", 2), 8);
    return out;
}

TEST(ScriptTar, BelievesNoLies) {
    std::string const end(1024, '\0');
    auto const header = [](char type, std::string const& text) {
        char size[12];
        std::snprintf(size, sizeof size, "%011zo", text.size());
        return entry("header", type, size, text);
    };
    auto broken = entry("a", '0', "0");
    broken[0] = 'b';
    std::string big(12, '\0');
    big[0] = '\x80';
    big[11] = '\x01';
    auto huge = big;
    huge[1] = '\x7f';
    struct Bytes {
        std::string bytes, want;
    } const cases[] = {
        {entry("a", '0', "1", "x") + end, "a"},
        {entry("a", '0', "1", "x"), "a"},
        {entry("a", '\0', "         1 ", "x"), "a"},
        {entry("a", '0', big, "x"), "a"},
        {entry("a", '0', huge, "x"), "tar that ends within a file"},
        {entry("a", '0', "77777777777", "x"), "tar that ends within a file"},
        {entry("a", '0', "-1", "x"), "tar that ends within a file"},
        {entry("a", '0', "9", "x"), "tar that ends within a file"},
        {entry("a", '2', "0") + entry("b", '0', "0") + entry("dev", '3', "0"), "b"},
        {entry("a", '5', "0"), "a/"},
        {entry("a/", '0', "0"), "tar with a file that is called as a folder"},
        {entry("/etc/passwd", '0', "0"), "tar with a name that leads elsewhere"},
        {entry("../a", '0', "0"), "tar with a name that leads elsewhere"},
        {entry("a/..", '5', "0"), "tar with a name that leads elsewhere"},
        {entry("", '0', "0"), "tar with a name that leads elsewhere"},
        {entry("", '5', "0"), "tar with a name that leads elsewhere"},
        {header('L', std::string("long/name\0", 10)) + entry("x", '0', "0"), "long/name"},
        {header('L', std::string("/abs\0", 5)) + entry("x", '0', "0"), "tar with a name that leads elsewhere"},
        {header('x', "17 path=../../x.y\n") + entry("x", '0', "0"), "tar with a pax header that can't be read"},
        {header('x', "18 path=../../x.y\n") + entry("x", '0', "0"), "tar with a name that leads elsewhere"},
        {header('x', "10 path=b\n") + entry("x", '0', "0"), "b"},
        {header('x', "10 path=b\n") + entry("x", '2', "0") + entry("y", '0', "0"), "y"},
        {header('x', "14 size=99999\n") + entry("x", '0', "0"), "tar that ends within a file"},
        {header('x', "11 size=-1\n") + entry("x", '0', "0"), "tar that ends within a file"},
        {header('x', "19 mtime=12.3456789\n") + entry("x", '0', "0"), "tar with a pax header that can't be read"},
        {header('x', "20 mtime=12.3456789\n") + entry("x", '0', "0"), "x"},
        {header('x', "99999999999999999999 path=b\n") + entry("x", '0', "0"), "tar with a pax header that can't be read"},
        {header('x', "22 GNU.sparse.major=1\n") + entry("x", '0', "0"), "tar with a pax header that can't be read"},
        {header('x', "5 x=\n") + entry("x", '0', "0"), "x"},
        {header('x', "3 \n") + entry("x", '0', "0"), "tar with a pax header that can't be read"},
        {header('x', std::string(70'000, 'x')) + entry("x", '0', "0"), "tar with a header that is too long"},
        {header('g', "10 path=b\n") + entry("x", '0', "0"), "x"},
        {broken, "no tar, or a damaged one: a header's sum is wrong"},
        {std::string(600, 'x'), "no tar, or a damaged one: a header's sum is wrong"},
        {entry("a", '0', "0") + "x", "tar that ends within a header"},
        {repeated(entry("a", '0', "0"), 10'001), "tar of too many files"},
        {repeated(entry("a", '2', "0"), 30'001), "tar of too many files"},
    };
    for (auto const& [bytes, want] : cases) {
        auto const read = read_tar(bytes);
        EXPECT_EQ(read ? (read.value().size() == 1 ? read.value()[0].name : "several") : why(read), want);
    }
}

}  // namespace
}  // namespace koine::script
