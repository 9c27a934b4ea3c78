#include "script/pattern.hpp"

#include "script/machine.hpp"

#include <cstring>

namespace koine::script {
namespace {

bool between(unsigned char c, char first, char last) {
    return c >= static_cast<unsigned char>(first) && c <= static_cast<unsigned char>(last);
}
bool is_lower(unsigned char c) { return between(c, 'a', 'z'); }
bool is_upper(unsigned char c) { return between(c, 'A', 'Z'); }
bool is_digit(unsigned char c) { return between(c, '0', '9'); }
bool is_printed(unsigned char c) { return between(c, '!', '~'); }
unsigned char byte(char const* at) { return static_cast<unsigned char>(*at); }

}  // namespace

Pattern::Pattern(lua_State* lua, std::string_view subject, std::string_view pattern, bool may_anchor)
    : Finder(subject),
      lua_(lua),
      begin_(subject.data()),
      stop_(begin_ + subject.size()),
      pattern_(pattern.data()),
      pattern_stop_(pattern_ + pattern.size()) {
    anchored_ = may_anchor && pattern.starts_with('^');
    if (anchored_) ++pattern_;
}

void Pattern::step() {
    constexpr unsigned kAtOnce = 256;
    if (++steps_ % kAtOnce == 0) Machine::of(lua_).charge(lua_, kAtOnce);
}

bool Pattern::search(std::size_t from, std::size_t last) {
    for (auto const* s = begin_ + from; s <= stop_; ++s) {
        level_ = 0;
        depth_ = 0;
        auto const* const e = match(s, pattern_);
        if (e && static_cast<std::size_t>(e - begin_) != last) {
            start = static_cast<std::size_t>(s - begin_);
            end = static_cast<std::size_t>(e - begin_);
            return true;
        }
        if (anchored_) break;
    }
    return false;
}

void Pattern::push_capture(int index) {
    auto const& span = spans_[static_cast<std::size_t>(index)];
    if (span.span == Span::open) complain(lua_, "unfinished capture");
    if (span.span == Span::position)
        lua_pushinteger(lua_, span.begin - begin_ + 1);
    else
        lua_pushlstring(lua_, span.begin, span.size);
}

Pattern::At Pattern::match(At s, At p) {
    if (++depth_ > kMostDepth) complain(lua_, "pattern too complex");
    At result = nullptr;
    while (true) {
        step();
        if (p == pattern_stop_) {
            result = s;
            break;
        }
        char const second = p + 1 < pattern_stop_ ? p[1] : '\0';
        if (*p == '(') {
            result = second == ')' ? open(s, p + 2, Span::position) : open(s, p + 1, Span::open);
            break;
        }
        if (*p == ')') {
            result = close(s, p + 1);
            break;
        }
        if (*p == '$' && p + 1 == pattern_stop_) {
            result = s == stop_ ? s : nullptr;
            break;
        }
        if (*p == '%' && (second == 'b' || second == 'f' || is_digit(static_cast<unsigned char>(second)))) {
            if (second == 'b') {
                s = balanced(s, p + 2);
                p += 4;
            } else if (second == 'f') {
                p += 2;
                if (p == pattern_stop_ || *p != '[') complain(lua_, "missing '[' after '%%f' in pattern");
                auto const* const after = item_end(p);
                unsigned char const before = s == begin_ ? 0 : byte(s - 1);
                unsigned char const here = s == stop_ ? 0 : byte(s);
                if (in_set(before, p, after - 1) || !in_set(here, p, after - 1)) s = nullptr;
                p = after;
            } else {
                s = again(s, second);
                p += 2;
            }
            if (!s) break;
            continue;
        }
        // A single character, with or without a suffix.
        auto const* const after = item_end(p);
        char const suffix = after < pattern_stop_ ? *after : '\0';
        if (suffix == '*' || suffix == '+' || suffix == '-' || suffix == '?') {
            result = match_default(s, p, after);
            break;
        }
        if (!one(s, p, after)) break;
        ++s;
        p = after;
    }
    --depth_;
    return result;
}

Pattern::At Pattern::match_default(At s, At p, At after) {
    switch (*after) {
        case '*': return most(s, p, after);
        case '+': return one(s, p, after) ? most(s + 1, p, after) : nullptr;
        case '-': return least(s, p, after);
        default:
            if (one(s, p, after))
                if (auto const* const found = match(s + 1, after + 1)) return found;
            return match(s, after + 1);
    }
}

Pattern::At Pattern::most(At s, At p, At after) {
    std::ptrdiff_t count = 0;
    while (one(s + count, p, after)) {
        step();
        ++count;
    }
    for (; count >= 0; --count)
        if (auto const* const found = match(s + count, after + 1)) return found;
    return nullptr;
}

Pattern::At Pattern::least(At s, At p, At after) {
    while (true) {
        if (auto const* const found = match(s, after + 1)) return found;
        if (!one(s, p, after)) return nullptr;
        ++s;
    }
}

Pattern::At Pattern::open(At s, At p, Span span) {
    if (level_ >= kMostCaptures) complain(lua_, "too many captures");
    spans_[static_cast<std::size_t>(level_)] = {s, 0, span};
    ++level_;
    auto const* const found = match(s, p);
    if (!found) --level_;
    return found;
}

Pattern::At Pattern::close(At s, At p) {
    int level = level_ - 1;
    while (level >= 0 && spans_[static_cast<std::size_t>(level)].span != Span::open) --level;
    if (level < 0) complain(lua_, "invalid pattern capture");
    auto& span = spans_[static_cast<std::size_t>(level)];
    span.size = static_cast<std::size_t>(s - span.begin);
    span.span = Span::closed;
    auto const* const found = match(s, p);
    if (!found) span.span = Span::open;
    return found;
}

Pattern::At Pattern::again(At s, char digit) {
    int const index = digit - '1';
    if (index < 0 || index >= level_ || spans_[static_cast<std::size_t>(index)].span == Span::open)
        complain(lua_, "invalid capture index %%%d in pattern", index + 1);
    auto const& span = spans_[static_cast<std::size_t>(index)];
    Machine::of(lua_).charge(lua_, span.size / 16);
    if (static_cast<std::size_t>(stop_ - s) < span.size || std::memcmp(span.begin, s, span.size) != 0) return nullptr;
    return s + span.size;
}

Pattern::At Pattern::balanced(At s, At p) {
    if (pattern_stop_ - p < 2) complain(lua_, "malformed pattern (missing arguments to '%%b')");
    if (s == stop_ || *s != p[0]) return nullptr;
    std::size_t nested = 1;
    while (++s < stop_) {
        step();
        if (*s == p[1]) {
            if (--nested == 0) return s + 1;
        } else if (*s == p[0]) {
            ++nested;
        }
    }
    return nullptr;
}

Pattern::At Pattern::item_end(At p) {
    char const first = *p++;
    if (first == '%') {
        if (p == pattern_stop_) complain(lua_, "malformed pattern (ends with '%%')");
        return p + 1;
    }
    if (first != '[') return p;
    if (p < pattern_stop_ && *p == '^') ++p;
    do {
        if (p == pattern_stop_) complain(lua_, "malformed pattern (missing ']')");
        step();
        if (*p++ == '%') {
            if (p == pattern_stop_) complain(lua_, "malformed pattern (missing ']')");
            ++p;
        }
    } while (p == pattern_stop_ || *p != ']');
    return p + 1;
}

bool Pattern::one(At s, At p, At after) {
    if (s >= stop_) return false;
    switch (*p) {
        case '.': return true;
        case '%': return in_class(byte(s), byte(p + 1));
        case '[': Machine::of(lua_).charge(lua_, static_cast<std::uint64_t>(after - p) / 8); return in_set(byte(s), p, after - 1);
        default: return *p == *s;
    }
}

bool Pattern::in_class(unsigned char c, unsigned char name) {
    bool is = false;
    switch (name | 0x20U) {
        case 'a': is = is_lower(c) || is_upper(c); break;
        case 'c': is = c < ' ' || c == 0x7f; break;
        case 'd': is = is_digit(c); break;
        case 'g': is = is_printed(c); break;
        case 'l': is = is_lower(c); break;
        case 'p': is = is_printed(c) && !is_lower(c) && !is_upper(c) && !is_digit(c); break;
        case 's': is = c == ' ' || between(c, '\t', '\r'); break;
        case 'u': is = is_upper(c); break;
        case 'w': is = is_lower(c) || is_upper(c) || is_digit(c); break;
        case 'x': is = is_digit(c) || between(c, 'a', 'f') || between(c, 'A', 'F'); break;
        default: return name == c;
    }
    if (is_upper(name)) return !is;
    return is_lower(name) ? is : name == c;
}

/// @param last: the closing bracket.
bool Pattern::in_set(unsigned char c, At p, At last) {
    bool found_means = true;
    if (p[1] == '^') {
        found_means = false;
        ++p;
    }
    while (++p < last) {
        if (*p == '%') {
            ++p;
            if (in_class(c, byte(p))) return found_means;
        } else if (p[1] == '-' && p + 2 < last) {
            p += 2;
            if (byte(p - 2) <= c && c <= byte(p)) return found_means;
        } else if (byte(p) == c) {
            return found_means;
        }
    }
    return !found_means;
}

}  // namespace koine::script
