#include "script/finder.hpp"
#include "script/machine.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <memory>

namespace koine::script {
namespace {

constexpr std::size_t kMostPatterns = 32;
constexpr int kMostGroups = 16;

/// The expression, compiled once for as long as there are not too many. It lives as long as the call at least runs this function.
re2::RE2 const& compiled(lua_State* lua, std::string_view pattern) {
    auto& machine = Machine::of(lua);
    if (auto const found = machine.patterns.find(pattern); found != machine.patterns.end()) return *found->second;
    constexpr std::size_t kLongest = 4096;
    if (pattern.size() > kLongest) complain(lua, "the regular expression is longer than %d bytes", static_cast<int>(kLongest));
    machine.charge(lua, 1000 + pattern.size() * 20);
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(256 << 10);
    auto made = std::make_unique<re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
    if (!made->ok()) complain(lua, "malformed regular expression (%s)", made->error().substr(0, 200).c_str());
    if (made->NumberOfCapturingGroups() >= kMostGroups) complain(lua, "more than %d groups in the regular expression", kMostGroups - 1);
    if (machine.patterns.size() >= kMostPatterns) machine.patterns.clear();
    return *machine.patterns.emplace(std::string(pattern), std::move(made)).first->second;
}

class Expression final : public Finder {
public:
    Expression(lua_State* lua, std::string_view subject, std::string_view pattern) : Finder(subject), lua_(lua), pattern_(pattern) {}

    bool search(std::size_t from, std::size_t last) override {
        // Looked up anew: a function that gsub calls may have filled the cache.
        auto const& expression = compiled(lua_, pattern_);
        groups_ = expression.NumberOfCapturingGroups();
        auto const work = (subject.size() - from) * static_cast<std::size_t>(std::max(expression.ProgramSize(), 1)) / 64;
        re2::StringPiece const text(subject.data(), subject.size());
        for (auto at = from; at <= subject.size(); at = start + 1) {
            // Most matches are near; what lies far is charged when it was walked.
            if (!expression.Match(text, at, subject.size(), re2::RE2::UNANCHORED, spans_.data(), groups_ + 1)) {
                Machine::of(lua_).charge(lua_, 16 + work);
                return false;
            }
            start = static_cast<std::size_t>(spans_[0].data() - subject.data());
            end = start + spans_[0].size();
            Machine::of(lua_).charge(lua_, 16 + (end - at) * static_cast<std::size_t>(std::max(expression.ProgramSize(), 1)) / 64);
            if (end != last) return true;
        }
        return false;
    }

    int captures() const override { return groups_; }

    void push_capture(int index) override {
        auto const& span = spans_[static_cast<std::size_t>(index) + 1];
        if (span.data())
            lua_pushlstring(lua_, span.data(), span.size());
        else
            lua_pushnil(lua_);
    }

private:
    lua_State* lua_;
    std::string_view pattern_;
    int groups_ = 0;
    std::array<re2::StringPiece, kMostGroups + 1> spans_;
};

int find(lua_State* lua) {
    auto const subject = check_text(lua, 1);
    Expression finder(lua, subject, check_text(lua, 2));
    return find_first(lua, finder, true);
}

int test(lua_State* lua) {
    auto const subject = check_text(lua, 1);
    Expression finder(lua, subject, check_text(lua, 2));
    lua_pushboolean(lua, finder.search(0, Finder::kNone));
    return 1;
}

}  // namespace

void push_regular(lua_State* lua) {
    static constexpr Entry entries[] = {{"match", match_by<Expression>}, {"find", find}, {"gsub", gsub_by<Expression>}, {"test", test}};
    lua_newtable(lua);
    add(lua, entries);
}

}  // namespace koine::script
