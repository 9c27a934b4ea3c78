#include "dialect/filter/lookup_settings.hpp"

#include "base/ascii.hpp"

#include <algorithm>

namespace koine::dialect {
namespace {

using Kind = description::Filter::Kind;

struct LookupWord {
    std::string_view word;
    Lookup lookup;
    std::string_view meaning;  ///< for documents
};

constexpr std::array kLookups = {
    LookupWord{"exact", Lookup::exact, "Equals"},
    LookupWord{"not", Lookup::is_not, "Does not equal"},
    LookupWord{"contains", Lookup::contains, "Contains, in any letter case"},
    LookupWord{"not_contains", Lookup::not_contains, "Does not contain, in any letter case"},
    LookupWord{"starts", Lookup::starts, "Starts with, in any letter case"},
    LookupWord{"not_starts", Lookup::not_starts, "Does not start with, in any letter case"},
    LookupWord{"ends", Lookup::ends, "Ends with, in any letter case"},
    LookupWord{"not_ends", Lookup::not_ends, "Does not end with, in any letter case"},
    LookupWord{"iexact", Lookup::iexact, "Equals, in any letter case"},
    LookupWord{"not_iexact", Lookup::not_iexact, "Does not equal, in any letter case"},
    LookupWord{"lt", Lookup::lt, "Is less than"},
    LookupWord{"lte", Lookup::lte, "Is at most"},
    LookupWord{"gt", Lookup::gt, "Is greater than"},
    LookupWord{"gte", Lookup::gte, "Is at least"},
    LookupWord{"empty", Lookup::empty, "Has no value"},
};

constexpr std::array<std::string_view, 5> kClasses = {"number", "datetime", "text", "choice", "related"};

std::string_view meaning_of(Lookup lookup) { return std::ranges::find(kLookups, lookup, &LookupWord::lookup)->meaning; }

Result<LookupClass> class_named(yaml::Node const& node, std::string_view word) {
    auto const found = std::ranges::find(kClasses, word);
    if (found == kClasses.end()) return yaml::unknown_word(node, "class", word, {kClasses.begin(), kClasses.end()});
    return static_cast<LookupClass>(found - kClasses.begin());
}

Result<std::vector<LookupSettings::Suffix>> suffixes_of(yaml::Node const& node) {
    std::vector<LookupSettings::Suffix> suffixes;
    if (!node.is_map()) return node.problem("expected a map of suffixes and what they ask");
    std::vector<std::string_view> words;
    for (auto const& each : kLookups) words.push_back(each.word);
    for (auto const& [word, lookup] : node.members) {
        auto const found = std::ranges::find(kLookups, lookup.text, &LookupWord::word);
        if (found == kLookups.end()) return yaml::unknown_word(lookup, "lookup", words);
        suffixes.push_back({word.text, found->lookup});
    }
    return suffixes;
}

/// Whether a word says yes or no.
std::optional<bool> truth_said(std::string_view word) {
    for (std::string_view const yes : {"true", "1", "yes", "on", "t", "y"})
        if (ascii_equal(word, yes)) return true;
    for (std::string_view const no : {"false", "0", "no", "off", "f", "n"})
        if (ascii_equal(word, no)) return false;
    return std::nullopt;
}

/// What a value of the filter is in documents.
ParameterDocument document_of(resource::Filter const& filter) {
    ParameterDocument document;
    auto const& type = filter.target.type;
    switch (class_of(filter)) {
        case LookupClass::number:
            document.type = type.kind == value::Kind::integer ? "integer" : "number";
            document.example = "1";
            if (type.kind == value::Kind::integer) document.format = type.wide ? "int64" : "int32";
            break;
        case LookupClass::datetime:
            document.format = type.kind == value::Kind::date ? "date" : type.kind == value::Kind::time ? "time" : "date-time";
            break;
        case LookupClass::boolean: document.type = "boolean"; break;
        case LookupClass::uuid: document.format = "uuid"; break;
        case LookupClass::related:
            if (type.kind == value::Kind::integer) document.type = "integer";
            break;
        case LookupClass::choice:
            for (auto const& choice : type.choices) document.choices.push_back(choice.value);
            break;
        default: break;
    }
    return document;
}

}  // namespace

Result<LookupSettings> LookupSettings::compile(yaml::Node const& node) {
    yaml::Options options(node);
    LookupSettings settings;
    settings.separator = options.text("sep", "__");
    if (auto const* word = options.node("null_word"); word && word->is_scalar()) settings.null_word = word->text;
    settings.after = options.text("after", "_after");
    settings.before = options.text("before", "_before");
    settings.ignore_unknown = options.word("unknown", {"problem", "ignore"}, "problem") == 1;
    settings.empty_is_off = options.word("empty", {"off", "value"}, "off") == 0;
    settings.max_terms = static_cast<std::size_t>(options.integer("max_terms", 500, 1, 10'000));
    settings.max_text = static_cast<std::size_t>(options.integer("max_text", 1000, 1, 10'000));
    auto const words = options.texts("booleans", {"true", "false"});
    auto const* boolean_node = options.node("booleans");
    auto const* null_node = options.node("null_of");
    auto const null_of = options.texts("null_of", {"text", "related"});
    auto const* suffixes = options.node("suffixes");
    KOINE_TRY(options.done());
    if (settings.separator.empty()) return node.find("sep")->problem("a separator is not empty");
    for (auto const& word : words) {
        auto const truth = truth_said(word);
        if (!truth) return boolean_node->problem("`" + word + "` says neither yes nor no");
        settings.booleans.emplace_back(word, *truth);
    }
    for (auto const& word : null_of) {
        KOINE_TRY(auto const kind, class_named(null_node != nullptr ? *null_node : node, word));
        settings.null_of.push_back(kind);
    }
    if (suffixes == nullptr || suffixes->kind == yaml::Node::Kind::null) return settings;
    if (!suffixes->is_map()) return suffixes->problem("expected the suffixes of each class");
    for (auto const& [word, own] : suffixes->members) {
        KOINE_TRY(auto const kind, class_named(word, word.text));
        KOINE_TRY(settings.suffixes[static_cast<std::size_t>(kind)], suffixes_of(own));
    }
    return settings;
}

std::optional<Lookup> LookupSettings::lookup_of(LookupClass kind, std::string_view word) const {
    if (static_cast<std::size_t>(kind) >= suffixes.size()) return std::nullopt;
    auto const& known = suffixes[static_cast<std::size_t>(kind)];
    auto const found = std::ranges::find(known, word, &Suffix::word);
    return found == known.end() ? std::nullopt : std::optional(found->lookup);
}

std::optional<bool> LookupSettings::truth_of(std::string_view word) const {
    for (auto const& [known, truth] : booleans)
        if (known == word) return truth;
    return std::nullopt;
}

void LookupSettings::describe(resource::Filter const& filter, Description& description) const {
    auto const add = [&](ParameterDocument document, std::string name, std::string_view meaning) {
        document.name = std::move(name);
        document.description = meaning;
        description.add(std::move(document));
    };
    auto const& said = *filter.said;
    auto document = document_of(filter);
    ParameterDocument boolean;
    boolean.type = "boolean";
    switch (said.kind) {
        case Kind::search: return add({}, said.name, "Rows in which this text is found");
        case Kind::formula: return add(boolean, said.name, "Whether this holds");
        case Kind::range: add(document, said.name + after, "Is at least"); return add(document, said.name + before, "Is at most");
        case Kind::path: break;
    }
    auto const kind = class_of(filter);
    document.repeated = !said.single && kind != LookupClass::boolean;
    add(document, said.name, meaning_of(Lookup::exact));
    if (!said.lookups || static_cast<std::size_t>(kind) >= suffixes.size()) return;
    for (auto const& [word, lookup] : suffixes[static_cast<std::size_t>(kind)]) {
        add(lookup == Lookup::empty ? boolean : document, said.name + separator + word, meaning_of(lookup));
    }
}

}  // namespace koine::dialect
