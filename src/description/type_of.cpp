#include "description/type_of.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace koine::description {
namespace {

constexpr int kDeepestList = 3;
constexpr std::size_t kMostChoices = 1000;
constexpr std::size_t kMostMedia = 50;

template <class Number>
std::optional<Number> number(std::string_view text) {
    text = trimmed(text);
    Number value{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// "10 MB" in bytes; nothing of what is no size, or none that a body could have.
std::optional<std::uint32_t> size_of(std::string_view text) {
    auto const digits = std::min(text.find_first_not_of("0123456789"), text.size());
    auto const count = number<std::uint64_t>(text.substr(0, digits));
    constexpr auto kUnits = std::to_array<std::pair<std::string_view, std::uint64_t>>(
        {{"", 1}, {"B", 1}, {"KB", 1000}, {"MB", 1'000'000}, {"GB", 1'000'000'000}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}}
    );
    auto const unit = std::ranges::find(kUnits, trimmed(text.substr(digits)), &std::pair<std::string_view, std::uint64_t>::first);
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    if (!count || unit == kUnits.end() || *count == 0 || *count > kMost / unit->second) return std::nullopt;
    return static_cast<std::uint32_t>(*count * unit->second);
}

/// "Pre-maintenance" of "pre-maintenance".
std::string labelled(std::string_view value) { return begun_large(spoken(value)); }

/// Whether all choices are whole numbers.
void settle_choices(value::Type& type) {
    auto const whole = [](value::Choice const& choice) {
        auto const read = number<std::int64_t>(choice.value);
        return read && fmt::to_string(*read) == choice.value;
    };
    type.numbers = !type.choices.empty() && std::ranges::all_of(type.choices, whole);
}

/// Reads one type; complaints carry the place of its piece.
class Reading {
public:
    Reading(yaml::Node const& node, TypeBook& book, Collector& mistakes, Piece const& piece, int depth)
        : node_(node),
          book_(book),
          mistakes_(mistakes),
          piece_(piece),
          depth_(depth) {}

    std::optional<Typed> read() {
        auto const* word = type_word(piece_.word);
        if (word == nullptr) return own();
        Typed typed;
        typed.type.name = word->name;
        typed.type.kind = word->kind;
        typed.type.wide = word->name == "int64";
        if (word->name == "interface") typed.type.address = value::Type::Address::interface;
        if (word->name == "cidr") typed.type.address = value::Type::Address::network;
        if (word->reference) typed.reference = Reference{*word->reference, {}, OnDelete::protect, {}};
        if (!arguments(*word, typed)) return std::nullopt;
        if (!typed.is_complete || typed.reference) return typed;
        if (auto done = value::finish(typed.type); !done) return mistakes_.at(here(), done.error()), std::nullopt;
        return typed;
    }

private:
    yaml::Node here() const { return inside(node_, piece_.at); }
    bool wrong(std::string_view message) const {
        mistakes_.at(here(), message);
        return false;
    }

    std::optional<Typed> own() {
        auto const* found = book_.find(piece_.word);
        if (found == nullptr) {
            mistakes_.add(yaml::unknown_word(here(), "type", piece_.word, book_.words()));
            return std::nullopt;
        }
        if (found->broken) return std::nullopt;
        if (piece_.inner) return wrong(fmt::format("the type {} has its limits where it is defined", piece_.word)), std::nullopt;
        return Typed{found->type, {}, found->label};
    }

    bool arguments(TypeWord const& word, Typed& typed) {
        auto& type = typed.type;
        if (!piece_.inner) {
            if (word.takes == Takes::choices) typed.is_complete = false;
            bool const needs = word.takes == Takes::digits || word.takes == Takes::item || word.takes == Takes::entity;
            return !needs || wrong(fmt::format("{} wants its parameter: {}", word.name, word.help));
        }
        auto const inner = trimmed(*piece_.inner);
        switch (word.takes) {
            case Takes::nothing: return wrong(fmt::format("{} takes nothing in parentheses", word.name));
            case Takes::range: return range(inner, type);
            case Takes::length: return length(inner, type);
            case Takes::digits: return digits(inner, type);
            case Takes::family:
                if (inner != "4" && inner != "6") return wrong(fmt::format("{}({}): expected 4 or 6", word.name, inner));
                type.family = static_cast<std::uint8_t>(inner[0] - '0');
                return true;
            case Takes::document:
                if (inner != "object" && inner != "list") return wrong(fmt::format("json({}): expected object or list", inner));
                type.document = inner == "object" ? value::Type::Document::object : value::Type::Document::list;
                return true;
            case Takes::choices: return choices(inner, type);
            case Takes::item: return item(inner, type);
            case Takes::entity:
                if (!is_name(inner)) return wrong(fmt::format("{}({}): expected the name of one entity", word.name, inner));
                typed.reference->targets.emplace_back(inner);
                return true;
            case Takes::entities: return entities(inner, typed);
            case Takes::upload: return upload(inner, type);
        }
        return false;
    }

    bool range(std::string_view inner, value::Type& type) const {
        auto const dots = inner.find("..");
        if (dots == std::string_view::npos) return wrong(fmt::format("({}): expected a range as in {}(0..100)", inner, type.name));
        auto const low = inner.substr(0, dots), high = inner.substr(dots + 2);
        type.least = number<std::int64_t>(low);
        type.most = number<std::int64_t>(high);
        if ((!low.empty() && !type.least) || (!high.empty() && !type.most) || inner == "..")
            return wrong(fmt::format("({}): expected a range as in {}(0..100)", inner, type.name));
        using Narrow = std::numeric_limits<std::int32_t>;
        type.wide = type.wide || type.least.value_or(0) < Narrow::min() || type.most.value_or(0) > Narrow::max();
        return true;
    }

    bool length(std::string_view inner, value::Type& type) const {
        auto const dots = inner.find("..");
        auto const shortest =
            dots == std::string_view::npos ? std::optional<std::uint32_t>(0) : number<std::uint32_t>(inner.substr(0, dots));
        auto const longest = number<std::uint32_t>(dots == std::string_view::npos ? inner : inner.substr(dots + 2));
        if (!shortest || !longest || *longest == 0 || *shortest > *longest)
            return wrong(fmt::format("({}): expected characters as in {}(200) or {}(3..200)", inner, type.name, type.name));
        type.shortest = *shortest;
        type.longest = *longest;
        return true;
    }

    bool digits(std::string_view inner, value::Type& type) const {
        auto const dot = std::min(inner.find('.'), inner.size());
        auto const all = number<std::uint32_t>(inner.substr(0, dot));
        auto const scale = dot == inner.size() ? std::optional<std::uint32_t>(0) : number<std::uint32_t>(inner.substr(dot + 1));
        if (!all || !scale || *all == 0 || *all > 100 || *scale > *all)
            return wrong(fmt::format("({}): expected digits as in decimal(10.2), at most 100", inner));
        type.longest = *all;
        type.scale = *scale;
        return true;
    }

    bool choices(std::string_view inner, value::Type& type) const {
        if (inner.ends_with('|')) return wrong("a choice without a value; an empty one is said by the flag blank");
        for (auto rest = inner; !rest.empty() || type.choices.empty();) {
            auto const value = trimmed(split_off(rest, '|'));
            if (value.empty()) return wrong("a choice without a value; an empty one is said by the flag blank");
            if (contains(type.choices, value, &value::Choice::value)) return wrong(fmt::format("the choice {} is written twice", value));
            if (type.choices.size() == kMostChoices) return wrong(fmt::format("more than {} choices", kMostChoices));
            type.choices.push_back({std::string(value), labelled(value)});
        }
        settle_choices(type);
        return true;
    }

    bool item(std::string_view inner, value::Type& type) {
        if (depth_ >= kDeepestList) return wrong("lists of lists of lists are as deep as it goes");
        auto const base = static_cast<std::size_t>(inner.data() - node_.text.data());
        Line line(inner);
        auto first = line.next();
        auto const second = line.next();
        if (!first || first->kind != Piece::Kind::word || second) return wrong("expected one type, as in list(int)");
        first->at += base;
        auto item = Reading(node_, book_, mistakes_, *first, depth_ + 1).read();
        if (!item) return false;
        if (item->reference || !item->is_complete)
            return wrong(fmt::format("list({}): expected a type with all it needs, not a reference", inner));
        type.item = std::make_shared<value::Type const>(std::move(item->type));
        return true;
    }

    bool entities(std::string_view inner, Typed& typed) const {
        if (inner.ends_with('|')) return wrong(fmt::format("any_ref({}): expected names of entities between |", inner));
        for (auto rest = inner; !rest.empty() || typed.reference->targets.empty();) {
            auto const name = trimmed(split_off(rest, '|'));
            if (!is_name(name)) return wrong(fmt::format("any_ref({}): expected names of entities between |", inner));
            if (contains(typed.reference->targets, name)) return wrong(fmt::format("the entity {} is written twice", name));
            typed.reference->targets.emplace_back(name);
        }
        return true;
    }

    /// "10 MB, image/*, application/pdf": a size, media types, or both.
    bool upload(std::string_view inner, value::Type& type) const {
        for (bool first = true; !inner.empty() || first; first = false) {
            auto const part = trimmed(split_off(inner, ','));
            if (first && !part.empty() && is_ascii_digit(part.front())) {
                auto const bytes = size_of(part);
                if (!bytes) return wrong(fmt::format("({}): expected a size as in file(10 MB)", part));
                type.longest = *bytes;
                continue;
            }
            auto media = std::string(part);
            std::ranges::transform(media, media.begin(), ascii_lower);
            auto const slash = media.find('/');
            auto const fits = [](char c) { return is_ascii_alphanumeric(c) || std::string_view("!#$&-^_.+*").contains(c); };
            bool const sound = slash != std::string::npos && slash > 0 && slash + 1 < media.size() &&
                               std::ranges::all_of(media.substr(0, slash), fits) && std::ranges::all_of(media.substr(slash + 1), fits);
            bool const star = media.find('*') != std::string::npos;
            if (!sound || (star && !media.ends_with("/*")) || media.front() == '*')
                return wrong(fmt::format("({}): expected a size and media types, as in file(10 MB, image/*, application/pdf)", part));
            if (contains(type.media, media)) return wrong(fmt::format("{} is written twice", media));
            if (type.media.size() == kMostMedia) return wrong(fmt::format("more than {} media types", kMostMedia));
            type.media.push_back(std::move(media));
        }
        return true;
    }

    yaml::Node const& node_;
    TypeBook& book_;
    Collector& mistakes_;
    Piece const& piece_;
    int depth_;
};

}  // namespace

std::optional<Typed> typed(Piece const& piece, yaml::Node const& node, TypeBook& book, Collector& mistakes) {
    return Reading(node, book, mistakes, piece, 0).read();
}

bool label_choices(value::Type& type, yaml::Node const& labels, Collector& mistakes) {
    if (type.kind != value::Kind::choice) return mistakes.at(labels, "only an enum has labels"), false;
    if (!labels.is_map()) return mistakes.at(labels, fmt::format("expected a map of choices, not {}", shown(labels))), false;
    bool const bare = type.choices.empty();
    bool sound = true;
    for (auto const& [value, label] : labels.members) {
        if (!is_text(label, "the name of the choice for people", mistakes)) sound = false;
        auto const found = std::ranges::find(type.choices, value.text, &value::Choice::value);
        if (found != type.choices.end()) {
            found->label = label.text;
        } else if (bare && type.choices.size() < kMostChoices && !value.text.empty()) {
            type.choices.push_back({value.text, label.text});
        } else {
            mistakes.add(yaml::unknown_word(value, "choice", names_of(type.choices, &value::Choice::value)));
            sound = false;
        }
    }
    settle_choices(type);
    return sound;
}

}  // namespace koine::description
