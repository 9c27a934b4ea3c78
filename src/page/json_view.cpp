#include "page/json_view.hpp"

#include "page/html.hpp"

#include <algorithm>
#include <array>

namespace koine::page {
namespace {

constexpr std::size_t kIndent = 4;
constexpr std::size_t kDeepest = 24;  // levels beyond are not moved further in: blanks must not outgrow what they indent

/// ASCII that means nothing inside an element.
constexpr auto kPlain = [] {
    std::array<bool, 256> plain{};
    for (unsigned c = 0x20; c < 0x7f; ++c) plain[c] = c != '&' && c != '<' && c != '>';
    return plain;
}();

bool is_plain(char c) { return kPlain[static_cast<unsigned char>(c)]; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_structure(char c) { return c == '{' || c == '}' || c == '[' || c == ']' || c == ',' || c == ':' || c == '"'; }

/// As the content of an element, where quotes are only quotes.
void append_text(std::string& out, std::string_view text) {
    while (!text.empty()) {
        auto const plain = static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        auto const strange = static_cast<std::size_t>(std::ranges::find_if(text, is_plain) - text.begin());
        append_escaped(out, text.substr(0, strange));
        text.remove_prefix(strange);
    }
}

class View {
public:
    View(std::string& out, std::string_view json, std::string_view base) : out_(out), json_(json), base_(base), begin_(out.size()) {}

    bool all() {
        while (at_ < json_.size()) {
            if (out_.size() - begin_ > kMostView) return false;
            token(json_[at_]);
        }
        return true;
    }

private:
    void token(char c) {
        if (c == '"') return string();
        if (is_blank(c)) {
            ++at_;
        } else if (c == '{' || c == '[') {
            open(c);
        } else if (c == '}' || c == ']') {
            if (level_ > 0) --level_;
            line();
            out_ += c;
            ++at_;
        } else if (c == ',') {
            out_ += ',';
            line();
            ++at_;
        } else if (c == ':') {
            out_ += ": ";
            ++at_;
        } else {
            word();
        }
    }

    void open(char c) {
        out_ += c;
        ++at_;
        skip_blanks();
        if (at_ < json_.size() && (json_[at_] == '}' || json_[at_] == ']')) {
            out_ += json_[at_++];
            return;
        }
        ++level_;
        line();
    }

    void string() {
        auto const begin = at_;
        for (++at_; at_ < json_.size() && json_[at_] != '"'; ++at_)
            if (json_[at_] == '\\') ++at_;
        at_ = std::min(at_ + 1, json_.size());
        auto const text = json_.substr(begin, at_ - begin);
        skip_blanks();
        if (at_ < json_.size() && json_[at_] == ':') return span('k', text);
        if (!is_address(text)) return span('s', text);
        auto const address = text.substr(1, text.size() - 2);
        out_ += "<span class=s>\"<a href=\"";
        append_escaped(out_, address);
        out_ += "\">";
        append_text(out_, address);
        out_ += "</a>\"</span>";
    }

    /// Of this server, spelled without JSON's escapes.
    bool is_address(std::string_view text) const {
        if (base_.empty() || text.size() < base_.size() + 3 || !text.ends_with('"')) return false;
        auto const inside = text.substr(1, text.size() - 2);
        return inside.starts_with(base_) && inside[base_.size()] == '/' &&
               std::ranges::all_of(inside, [](char c) { return c > ' ' && c < 0x7f && c != '\\'; });
    }

    void word() {
        auto const begin = at_;
        while (at_ < json_.size() && !is_blank(json_[at_]) && !is_structure(json_[at_])) ++at_;
        auto const text = json_.substr(begin, at_ - begin);
        bool const number = text.front() == '-' || (text.front() >= '0' && text.front() <= '9');
        span(number ? 'n' : 'w', text);
    }

    void span(char kind, std::string_view text) {
        out_ += "<span class=";
        out_ += kind;
        out_ += '>';
        append_text(out_, text);
        out_ += "</span>";
    }

    void line() {
        out_ += '\n';
        out_.append(std::min(level_, kDeepest) * kIndent, ' ');
    }

    void skip_blanks() {
        while (at_ < json_.size() && is_blank(json_[at_])) ++at_;
    }

    std::string& out_;
    std::string_view json_;
    std::string_view base_;
    std::size_t begin_;
    std::size_t at_ = 0;
    std::size_t level_ = 0;
};

}  // namespace

bool append_json_view(std::string& out, std::string_view json, std::string_view base) {
    bool const whole = json.size() <= kMostJson;
    out.reserve(out.size() + std::min(json.size(), kMostJson) * 4);
    return View(out, json.substr(0, kMostJson), base).all() && whole;
}

}  // namespace koine::page
