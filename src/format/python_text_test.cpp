#include "format/python_text.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

namespace koine::format {
namespace {

TEST(PythonText, ShowsWhatPythonWould) {
    for (auto const& [json, want] : std::initializer_list<std::pair<char const*, char const*>>{
             {R"({"name":"nope","a":[1,-2.5,true,false,null],"b":{}})", "{'name': 'nope', 'a': [1, -2.5, True, False, None], 'b': {}}"},
             {R"("it's")", R"("it's")"},
             {R"("say \"it's\"")", R"('say "it\'s"')"},
             {R"("say \"so\"")", R"('say "so"')"},
             {R"("a\nb\\c\/d")", R"('a\nb\\c/d')"},
             {R"("true: null, 1")", "'true: null, 1'"},
         }) {
        std::string out;
        append_python_text(json, out);
        EXPECT_EQ(out, want);
    }
}

}  // namespace
}  // namespace koine::format
