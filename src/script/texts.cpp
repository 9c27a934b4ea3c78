#include "base/ascii.hpp"
#include "script/machine.hpp"
#include "script/markdown.hpp"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>

namespace koine::script {
namespace {

/// The ASCII letters for U+00C0 to U+017F; a blank stands for none.
constexpr std::string_view kPlain =
    "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTs"
    "aaaaaaaceeeeiiiidnooooo ouuuuyty"
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLl"
    "NnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

/// Letters and digits of ASCII, lowered, and one hyphen for each run of anything else.
int slug(lua_State* lua) {
    auto const text = check_text(lua, 1);
    auto const most = static_cast<std::size_t>(std::max<lua_Integer>(luaL_optinteger(lua, 2, 1000), 0));
    std::string out;
    bool gap = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const lead = static_cast<unsigned char>(text[i]);
        char letter = text[i];
        if (lead >= 0xC3 && lead <= 0xC5 && i + 1 < text.size()) {
            auto const code = (lead & 0x1FU) << 6U | (static_cast<unsigned char>(text[++i]) & 0x3FU);
            letter = code >= 0xC0 && code - 0xC0 < kPlain.size() ? kPlain[code - 0xC0] : ' ';
        }
        if (!is_ascii_alphanumeric(letter)) {
            gap = gap || letter != '\'';
            continue;
        }
        if (gap && !out.empty()) out += '-';
        gap = false;
        out += ascii_lower(letter);
    }
    out.resize(std::min(out.size(), most));
    while (out.ends_with('-')) out.pop_back();
    push_text(lua, out);
    return 1;
}

/// A character beyond ASCII, lowered and without its accents; nothing if it is none of a word.
void fold(UChar32 code, std::string& out) {
    auto const put = [&](UChar32 one) {
        char bytes[U8_MAX_LENGTH];
        int size = 0;
        U8_APPEND_UNSAFE(bytes, size, one);
        out.append(bytes, static_cast<std::size_t>(size));
    };
    if (code >= 0xC0 && code - 0xC0 < static_cast<UChar32>(kPlain.size())) {
        char const letter = kPlain[static_cast<std::size_t>(code - 0xC0)];
        if (letter != ' ') out += ascii_lower(letter);
        return;
    }
    UErrorCode error = U_ZERO_ERROR;
    static UNormalizer2 const* const apart = unorm2_getNFKDInstance(&error);
    constexpr UChar32 kFirstHangul = 0xAC00;  // syllables, which stay whole
    constexpr UChar32 kLastHangul = 0xD7A3;
    UChar parts[32];
    bool const whole = !apart || (code >= kFirstHangul && code <= kLastHangul);
    auto const size = whole ? -1 : unorm2_getDecomposition(apart, code, parts, 32, &error);
    if (size <= 0 || U_FAILURE(error)) {
        if (u_isalnum(code)) put(u_tolower(code));
        return;
    }
    for (int i = 0; i < size;) {
        UChar32 one = 0;
        U16_NEXT(parts, i, size, one);
        if (u_isalnum(one)) put(u_tolower(one));
    }
}

bool is_mark(UChar32 code) { return (U_GET_GC_MASK(code) & U_GC_M_MASK) != 0; }

/// Runs of letters and digits, folded as a slug folds them; letters of other scripts lowered, and without marks.
int words(lua_State* lua) {
    auto const text = check_text(lua, 1);
    Machine::of(lua).charge(lua, text.size() / 2);
    auto push = Machine::pusher(lua);
    push.begin_list();
    std::string word;
    auto const end = [&] {
        if (!word.empty()) push.text(word);
        word.clear();
    };
    auto const size = static_cast<int>(text.size());
    for (int i = 0; i < size;) {
        UChar32 code = 0;
        U8_NEXT(text.data(), i, size, code);
        auto const before = word.size();
        if (code >= 0 && code < 0x80) {
            if (is_ascii_alphanumeric(static_cast<char>(code))) word += ascii_lower(static_cast<char>(code));
        } else if (code >= 0) {
            fold(code, word);
        }
        bool const within = code == '\'' || (code >= 0x80 && is_mark(code));
        if (word.size() == before && !within) end();
    }
    end();
    push.end_list();
    return 1;
}

int to_html(lua_State* lua) {
    auto const text = check_text(lua, 1);
    bool const unsafe = check_flag(lua, check_options(lua, 2, {"unsafe"}), "unsafe");
    auto& machine = Machine::of(lua);
    MarkdownLimits limits;
    limits.goes_on = [&](std::uint64_t work) { return machine.goes_on(work); };
    auto const html = markdown(text, unsafe, limits);
    machine.look(lua);
    if (!html) complain(lua, "%s", std::string(html.error().cause()).c_str());
    push_text(lua, html.value());
    return 1;
}

}  // namespace

void push_text_functions(lua_State* lua) {
    lua_newtable(lua);
    add_charged(lua, {{"slug", slug}, {"words", words}, {"markdown", to_html}});
}

}  // namespace koine::script
