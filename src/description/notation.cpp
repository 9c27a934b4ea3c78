#include "description/notation.hpp"

#include "description/type_of.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace koine::description {
namespace {

constexpr std::size_t kLongestLine = 64 * 1024;
constexpr std::size_t kDeepestType = 16;  ///< types made of types

using enum Reference::Kind;

bool is_many(Field const& field) { return field.reference && (field.reference->kind == many || field.reference->kind == owned); }

/// What a stray piece or a second type is told as.
void tell_stray(Piece const& piece, yaml::Node const& node, Collector& mistakes) {
    mistakes.at(
        inside(node, piece.at), fmt::format("cannot read \"{}\"; a value with blanks goes between quotes", piece.word.substr(0, 40))
    );
}

/// Reads the line behind its type.
class Flags {
public:
    Flags(yaml::Node const& node, Field& field, Collector& mistakes) : node_(node), field_(field), mistakes_(mistakes) {}

    void read(Piece const& piece) {
        auto const place = inside(node_, piece.at);
        auto const* word = find(flags(), piece.word);
        if (word == nullptr) return mistakes_.add(yaml::unknown_word(place, "flag", piece.word, names_of(flags())));
        if (!seen_.insert(piece.word).second) return mistakes_.at(place, fmt::format("{} is written twice", piece.word));
        if ((word->value == Flag::inverse) != piece.inner.has_value())
            return mistakes_.at(
                place, piece.inner ? fmt::format("{} takes nothing in parentheses", piece.word) : "expected a name as in inverse(sites)"
            );
        if (auto const why = misfit(word->value); !why.empty()) return mistakes_.at(place, fmt::format("{} {}", piece.word, why));
        set(word->value, piece, place);
    }

private:
    /// Why the flag does not go with the type; empty if it does.
    std::string_view misfit(Flag flag) const {
        auto const kind = field_.type.kind;
        auto const& reference = field_.reference;
        switch (flag) {
            case Flag::null:
            case Flag::indexed: return is_many(field_) ? "has no meaning for a set of rows" : "";
            case Flag::unique:
                if (is_many(field_)) return "has no meaning for a set of rows";
                if (reference) return reference->kind == any ? "does not go with any_ref" : "";
                return kind == value::Kind::json || kind == value::Kind::list || kind == value::Kind::password
                           ? "does not go with this type"
                           : "";
            case Flag::required: return reference && reference->kind == owned ? "has no meaning for rows that live with this one" : "";
            case Flag::blank:
                return reference || (!field_.type.is_textual() && (kind != value::Kind::choice || field_.type.numbers))
                           ? "is for texts only"
                           : "";
            case Flag::untrimmed: return reference || !field_.type.is_textual() ? "is for texts only" : "";
            case Flag::bare: return reference || kind != value::Kind::choice ? "is for an enum only" : "";
            case Flag::touched: return reference || kind != value::Kind::datetime ? "is for a datetime only" : "";
            case Flag::protect:
            case Flag::cascade:
            case Flag::set_null: return !reference || is_many(field_) ? "is for a reference to one row" : "";
            case Flag::inverse: return reference ? "" : "is for references only";
            default: return "";
        }
    }

    void set(Flag flag, Piece const& piece, yaml::Node const& place) {
        switch (flag) {
            case Flag::null: field_.nullable = true; break;
            case Flag::required: field_.required = true; break;
            case Flag::blank: field_.blank = true; break;
            case Flag::unique: field_.unique = true; break;
            case Flag::indexed: field_.indexed = true; break;
            case Flag::readonly: field_.readonly = true; break;
            case Flag::hidden: field_.hidden = true; break;
            case Flag::immutable: field_.immutable = true; break;
            case Flag::touched: field_.touched = true; break;
            case Flag::untrimmed: field_.type.trimmed = false; break;
            case Flag::bare: field_.type.bare = true; break;
            case Flag::protect: return set_on_delete(OnDelete::protect, place);
            case Flag::cascade: return set_on_delete(OnDelete::cascade, place);
            case Flag::set_null: return set_on_delete(OnDelete::set_null, place);
            case Flag::inverse:
                if (!is_name(*piece.inner)) return mistakes_.at(place, fmt::format("inverse({}): expected a name", *piece.inner));
                field_.reference->inverse = *piece.inner;
                break;
        }
    }

    void set_on_delete(OnDelete value, yaml::Node const& place) {
        if (on_delete_) return mistakes_.at(place, "one of protect, cascade and set_null, not two");
        on_delete_ = true;
        field_.reference->on_delete = value;
    }

    yaml::Node const& node_;
    Field& field_;
    Collector& mistakes_;
    std::set<std::string_view> seen_;
    bool on_delete_ = false;
};

void read_default(std::string_view text, bool quoted, Field& field) {
    Default otherwise;
    otherwise.text = text;
    if (auto const* moment = find(moments(), text); moment != nullptr && !quoted) otherwise.kind = moment->value;
    otherwise.null = text == "null" && !quoted;
    if (otherwise.null || otherwise.kind != Default::Kind::literal) otherwise.text.clear();
    field.otherwise = std::move(otherwise);
}

/// What is wrong with a literal of a plain type, which is put into the form it is stored in; empty if nothing is.
std::string settle_literal(Field& field) {
    auto& text = field.otherwise->text;
    auto const& type = field.type;
    if (type.kind == value::Kind::secret || type.kind == value::Kind::password) return "a secret has no default that everyone can read";
    if (type.kind == value::Kind::blob) return "a blob has no default";
    if (text.empty() && (field.blank || type.is_textual())) return {};
    query::Given given{query::Given::Kind::text, text};
    if (type.kind == value::Kind::json || type.kind == value::Kind::list) given.kind = query::Given::Kind::json;
    Arena arena;
    auto cell = value::accept(type, given, arena);
    if (!cell) return fmt::format("the default \"{}\" does not fit: {}", text, spoken(to_string(cell.error().reason())));
    text = value::text_of(cell.value());
    return {};
}

/// What is wrong with the default; empty if nothing is.
std::string settle_default(Field& field) {
    auto const kind = field.type.kind;
    bool const plain = !field.reference;
    switch (field.otherwise->kind) {
        case Default::Kind::now:
            return plain && (kind == value::Kind::datetime || kind == value::Kind::date || kind == value::Kind::time) ? ""
                                                                                                                      : "now is for times";
        case Default::Kind::caller: return !plain && field.reference->kind == one ? "" : "caller is for a reference to accounts";
        case Default::Kind::random_key:
            return plain && (kind == value::Kind::text || kind == value::Kind::secret) ? "" : "random_key is for a text or a secret";
        case Default::Kind::literal: break;
    }
    if (field.otherwise->null) return field.nullable ? "" : "null as default, but the field has no flag null";
    if (plain) return settle_literal(field);
    bool const key = !field.otherwise->text.empty() && field.otherwise->text.find_first_not_of("0123456789") == std::string::npos;
    return field.reference->kind == one && key ? "" : "a reference has no default but caller, null or a key";
}

/// Whether nothing but a type was said.
bool is_type_alone(Field const& field) {
    return !field.reference && !field.otherwise && !field.nullable && !field.required && !field.blank && !field.unique && !field.indexed &&
           !field.readonly && !field.hidden && !field.immutable && !field.touched;
}

/// What does not go together, told at the node.
void check_whole(yaml::Node const& node, Field const& field, bool computed, Collector& mistakes) {
    if (field.reference && field.reference->on_delete == OnDelete::set_null && !field.nullable)
        mistakes.at(node, "set_null needs the flag null");
    if (computed && field.reference) mistakes.at(node, "a computed field has a type and is no reference");
    if (computed && (field.otherwise || field.unique || field.indexed || field.touched || field.immutable))
        mistakes.at(node, "a computed field has no column: no default, unique, indexed, touched or immutable");
    if (field.required && (field.otherwise || field.readonly || field.touched || computed))
        mistakes.at(node, "required does not go with a default, readonly, touched or computed");
}

/// Reads the line into the field. @return its type, whose choices may still wait; nothing if broken.
std::optional<Typed> read_line(yaml::Node const& node, TypeBook& book, Field& field, Collector& mistakes) {
    if (!is_text(node, "a field in one line such as \"text(200) null\"", mistakes)) return std::nullopt;
    if (node.text.size() > kLongestLine) return mistakes.at(node, "this line is too long"), std::nullopt;
    Line line(node.text);
    auto const first = line.next();
    if (!first || first->kind != Piece::Kind::word) return mistakes.at(node, "expected a type"), std::nullopt;
    auto found = typed(*first, node, book, mistakes);
    if (!found) return found;
    field.type = found->type;
    field.reference = found->reference;
    Flags flags(node, field, mistakes);
    while (auto const piece = line.next()) {
        if (piece->kind == Piece::Kind::word)
            flags.read(*piece);
        else if (piece->kind == Piece::Kind::stray)
            tell_stray(*piece, node, mistakes);
        else if (field.otherwise)
            mistakes.at(inside(node, piece->at), "a second default");
        else
            read_default(piece->word, piece->quoted, field);
    }
    found->type = field.type;
    return found;
}

/// Completes a type by what the map beside it says. @return false if broken.
bool complete(Map const& map, Typed& typed, yaml::Node const& node, Collector& mistakes) {
    bool sound = true;
    if (auto const* labels = map.node("labels")) sound = label_choices(typed.type, *labels, mistakes);
    if (typed.type.kind == value::Kind::choice && typed.type.choices.empty() && sound) {
        mistakes.at(node, "an enum without choices: enum(a|b), or labels");
        return false;
    }
    if (auto const* pattern = map.node("pattern")) {
        if (typed.type.kind != value::Kind::text) return mistakes.at(*pattern, "only a text has a pattern"), false;
        typed.type.pattern = map.text("pattern");
    }
    if (auto done = value::finish(typed.type); sound && !done)
        return mistakes.at(map.node("pattern") ? *map.node("pattern") : node, done.error()), false;
    return sound;
}

}  // namespace

std::string spoken(std::string_view name) {
    std::string text(name);
    std::ranges::replace(text, '_', ' ');
    return text;
}

bool read_type(yaml::Node const& node, TypeBook& book, value::Type& type, Collector& mistakes) {
    auto const before = mistakes.count();
    if (!is_text(node, "a type", mistakes)) return false;
    Field field;
    auto found = read_line(node, book, field, mistakes);
    if (!found) return false;
    if (!is_type_alone(field) || !found->is_complete) mistakes.at(node, "expected a type alone, with what it needs and nothing else");
    type = std::move(found->type);
    return mistakes.count() == before;
}

bool read_field(yaml::Member const& entry, TypeBook& book, Field& field, Collector& mistakes) {
    auto const before = mistakes.count();
    field.name = entry.key.text;
    field.label = spoken(field.name);
    field.place = place_of(entry.key);
    yaml::Node const* line = &entry.value;
    yaml::Node nothing;
    std::optional<Map> map;
    if (entry.value.is_map()) {
        map.emplace(entry.value, form("field_map"), mistakes);
        line = map->node("type");
        if (line == nullptr) return mistakes.at(entry.key, "a field needs a type"), false;
    }
    auto found = read_line(*line, book, field, mistakes);
    if (found && !found->label.empty()) field.label = found->label;
    if (!map) map.emplace(nothing, form("field_map"), mistakes);
    field.label = map->text("label", field.label);
    field.help = map->text("help");
    if (!found) return false;
    if (!found->reference) {
        if (!complete(*map, *found, *line, mistakes)) return false;
        field.type = found->type;
    }
    if (auto const* otherwise = map->node("default")) {
        if (field.otherwise) mistakes.at(*otherwise, "a second default");
        bool const composed = otherwise->is_list() || otherwise->is_map();
        auto const text = composed                                    ? json_of(*otherwise)
                          : otherwise->kind == yaml::Node::Kind::null ? std::string("null")
                                                                      : otherwise->text;
        read_default(text, composed || otherwise->quoted, field);
        // A scalar of a json field is a JSON value itself.
        if (field.type.kind == value::Kind::json && otherwise->quoted && !field.reference) field.otherwise->text = json_of(*otherwise);
    }
    if (field.otherwise)
        if (auto const wrong = settle_default(field); !wrong.empty())
            mistakes.at(map->node("default") ? *map->node("default") : *line, wrong);
    bool const is_blob = !field.reference && field.type.kind == value::Kind::blob;
    field.readonly = field.readonly || is_blob;  // by naming a hash anyone could read what is not his
    check_whole(*line, field, map->node("computed") != nullptr, mistakes);
    // What no row names is swept, so that it is asked for often.
    field.indexed = field.indexed || (is_blob && map->node("computed") == nullptr);
    return mistakes.count() == before;
}

TypeBook::TypeBook(yaml::Node const* section, Collector& mistakes) : mistakes_(&mistakes) {
    if (section == nullptr) return;
    for (auto const& entry : section->members) {
        if (!is_name(entry.key, "a type", mistakes)) continue;
        if (type_word(entry.key.text) != nullptr) {
            mistakes.at(entry.key, fmt::format("the type {} is built in", entry.key.text));
            continue;
        }
        said_.emplace(entry.key.text, &entry);
    }
    for (auto const& [name, entry] : said_) find(name);
}

OwnType const* TypeBook::find(std::string_view name) {
    if (auto const known = read_.find(name); known != read_.end()) return &known->second;
    auto const said = said_.find(name);
    if (said == said_.end()) return nullptr;
    if (open_.size() >= kDeepestType || !open_.insert(said->first).second) {
        mistakes_->at(said->second->key, fmt::format("the type {} is made of itself, or of types too deep", name));
        static OwnType const kBroken{{}, {}, true};
        return &kBroken;
    }
    auto own = read(said->second->key, said->second->value);
    open_.erase(said->first);
    return &read_.emplace(said->first, std::move(own)).first->second;
}

OwnType TypeBook::read(yaml::Node const& key, yaml::Node const& said) {
    auto const before = mistakes_->count();
    yaml::Node const nothing;
    Map const map(said.is_map() ? said : nothing, form("type_map"), *mistakes_);
    auto const* line = said.is_map() ? map.node("type") : &said;
    OwnType own;
    own.label = map.text("label");
    own.broken = true;
    if (line == nullptr) return mistakes_->at(key, "a type needs its type"), own;
    Field field;
    auto found = read_line(*line, *this, field, *mistakes_);
    if (!found) return own;
    if (!is_type_alone(field))
        mistakes_->at(*line, "a type is no reference and has no flags but untrimmed and bare; they belong to fields");
    else if (complete(map, *found, *line, *mistakes_))
        own.broken = mistakes_->count() != before;
    own.type = std::move(found->type);
    own.type.name = key.text;
    if (own.label.empty()) own.label = found->label;
    return own;
}

std::vector<std::string_view> TypeBook::words() const {
    auto words = names_of(type_words());
    for (auto const& [name, entry] : said_) words.push_back(name);
    return words;
}

}  // namespace koine::description
