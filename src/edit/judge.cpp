#include "edit/draft.hpp"
#include "query/literal.hpp"
#include "value/type.hpp"

#include <algorithm>
#include <unordered_map>

namespace koine::edit {
namespace {

using query::Body;
using query::Cell;
using query::Given;

constexpr std::size_t kMostElements = 10'000;     ///< of one set
constexpr std::size_t kMostReferences = 100'000;  ///< of a body
constexpr std::size_t kMostNamed = 2'000;         ///< different rows told by attributes, of a body
constexpr std::size_t kMostAttributes = 20;       ///< of one reference
constexpr std::size_t kMostPasswords = 20;        ///< of a body: each takes tens of milliseconds

Problem invalid(Fault fault) {
    std::vector<Fault> faults;
    faults.push_back(std::move(fault));
    return Problem(Reason::invalid_document).with_faults(std::move(faults));
}

std::string_view word_of(Body const& body) {
    switch (body.form) {
        case Body::Form::list: return "list";
        case Body::Form::other: return body.given;
        case Body::Form::none:
        case Body::Form::object: break;
    }
    return "dict";
}

class Judge {
public:
    Judge(Order const& order, ResourcePlans const& plans, Arena& arena) : order_(order), body_(order.body), plans_(plans), arena_(arena) {}

    Result<Draft> all() {
        KOINE_TRY(check_form());
        find_names();
        if (!order_.bulk) {
            draft_.documents.push_back({});
            if (order_.verb != Verb::create) draft_.documents[0].key = key_of(order_.key);
        } else if (order_.verb == Verb::create) {
            draft_.documents.resize(body_.rows);
            for (std::uint32_t i = 0; i < body_.rows; ++i) draft_.documents[i].index = i;
        } else {
            take_keys();
        }
        if (order_.verb == Verb::remove) return std::move(draft_);
        draft_.entries.resize(draft_.documents.size() * plans_.members.size());
        for (std::uint32_t i = 0; i < draft_.documents.size(); ++i) {
            KOINE_TRY(judge_document(i));
        }
        return std::move(draft_);
    }

private:
    Result<void> check_form() {
        if (order_.bulk && body_.form != Body::Form::list)
            return invalid({0, "", false, Problem(Reason::not_a_list_of_documents).with("given", word_of(body_))});
        bool is_list = body_.form == Body::Form::list || body_.form == Body::Form::other;
        if (!order_.bulk && is_list && order_.verb != Verb::remove)
            return invalid({0, "", false, Problem(Reason::not_a_document).with("given", word_of(body_))});
        if (order_.bulk && body_.rows > order_.rules.most_documents) return too_many("documents of a body", order_.rules.most_documents);
        return outcome::success();
    }

    void find_names() {
        names_.assign(plans_.members.size(), kNone);
        for (std::uint32_t name = 0; name < body_.names.size(); ++name) {
            if (body_.names[name] == "id") id_ = name;
            for (std::size_t member = 0; member < names_.size(); ++member)
                if (plans_.members[member].said->name == body_.names[name]) names_[member] = name;
        }
    }

    Given given(std::uint32_t row, std::uint32_t name) const {
        return name == kNone || row >= body_.rows ? Given{} : body_.value(row, name);
    }

    std::string_view strange(std::uint32_t row) const {
        auto found = std::ranges::lower_bound(body_.strange, std::size_t{row}, {}, &std::pair<std::size_t, std::string_view>::first);
        return found != body_.strange.end() && found->first == row ? found->second : std::string_view{};
    }

    /// Each element names its row; of two that name the same one the last counts.
    void take_keys() {
        std::unordered_map<std::int64_t, std::size_t> places;
        for (std::uint32_t i = 0; i < body_.rows; ++i) {
            auto fault = [&](std::string member, Problem problem) {
                draft_.of_list.push_back({i, std::move(member), false, std::move(problem)});
            };
            if (auto word = strange(i); !word.empty()) {
                fault("", Problem(Reason::not_a_document).with("given", word));
                continue;
            }
            auto said = given(i, id_);
            auto key = key_of(said, true);
            if (said.kind == Given::Kind::absent) {
                fault("id", Problem(Reason::member_required));
            } else if (said.kind == Given::Kind::null) {
                fault("id", Problem(Reason::null_not_allowed).with("type", "int"));
            } else if (!key) {
                fault("id", Problem(Reason::not_an_integer).with("value", query::shown(said.text)).with("type", "int"));
            } else {
                auto [place, is_new] = places.try_emplace(*key, draft_.documents.size());
                if (is_new) draft_.documents.emplace_back();
                draft_.documents[place->second].index = i;
                draft_.documents[place->second].key = *key;
            }
        }
    }

    Result<void> judge_document(std::uint32_t number) {
        auto& document = draft_.documents[number];
        if (auto word = strange(document.index); order_.bulk && !word.empty()) {
            document.faults.push_back(fault_of(plans_, document.index, kNone, Problem(Reason::not_a_document).with("given", word)));
            return outcome::success();
        }
        for (std::uint32_t i = 0; i < plans_.members.size(); ++i) {
            auto const& member = plans_.members[i];
            auto& entry = draft_.entries[number * plans_.members.size() + i];
            if (order_.verb != Verb::create && member.said->create_only) continue;
            in_list_ = false;
            auto said = given(document.index, names_[i]);
            auto judged = said.kind == Given::Kind::absent ? absent(member) : judge_member(member, said, entry);
            if (judged) continue;
            if (judged.error().reason() == Reason::limit_exceeded) return judged;
            entry.state = Entry::State::faulty;
            document.faults.push_back(fault_of(plans_, document.index, i, judged.error(), in_list_));
        }
        return outcome::success();
    }

    Result<void> absent(Member const& member) const {
        if (member.required && order_.verb != Verb::patch) return Problem(Reason::member_required);
        return outcome::success();
    }

    Result<void> judge_member(Member const& member, Given const& given, Entry& entry) {
        switch (member.kind) {
            case Member::Kind::value: return value(*member.field, given, entry);
            case Member::Kind::reference: return reference(member, given, entry);
            case Member::Kind::set: return set(member, given, entry);
            case Member::Kind::any_type: return type_word(*member.field, given, entry);
            case Member::Kind::any_key: break;
        }
        return any_key(*member.field, given, entry);
    }

    static Problem null_refused(description::Field const& field) {
        auto problem = Problem(Reason::null_not_allowed).with("type", field.reference ? "reference" : std::string_view(field.type.name));
        bool labelled = !field.reference && field.type.kind == value::Kind::choice && !field.type.bare;
        return labelled ? std::move(problem).with("choice", "true") : problem;
    }
    static Problem blank_refused(description::Field const& field) {
        return Problem(Reason::blank_not_allowed).with("type", field.type.name);
    }

    /// A choice that may be empty takes null as that.
    Result<void> value(description::Field const& field, Given const& given, Entry& entry) {
        bool is_choice = field.type.kind == value::Kind::choice;
        entry.state = Entry::State::value;
        if (given.kind == Given::Kind::null) {
            if (field.nullable) return outcome::success();
            if (!is_choice || !field.blank) return null_refused(field);
            entry.cell = Cell::text("");
            return outcome::success();
        }
        bool is_empty = given.kind == Given::Kind::text && given.text.empty();
        if (is_empty && (is_choice || field.type.is_textual())) return blank(field, entry);
        if (is_empty && field.blank && field.nullable) return outcome::success();
        if (field.type.kind == value::Kind::password && ++passwords_ > kMostPasswords)
            return too_many("passwords of a body", kMostPasswords);
        auto accepted = value::accept(field.type, given, arena_);
        if (!accepted) return refused(field, accepted.error());
        entry.cell = accepted.value();
        bool became_empty = entry.cell.kind() == Cell::Kind::text && entry.cell.view().empty();
        return became_empty && field.type.is_textual() ? blank(field, entry) : Result<void>(outcome::success());
    }

    static Problem refused(description::Field const& field, Problem problem) {
        bool const labelled = problem.reason() == Reason::not_a_choice && !field.type.bare;
        return labelled ? std::move(problem).with("labelled", "true") : problem;
    }

    static Result<void> blank(description::Field const& field, Entry& entry) {
        if (!field.blank) return blank_refused(field);
        entry.cell = Cell::text("");
        return outcome::success();
    }

    Problem malformed(Given const& given) const { return Problem(Reason::reference_malformed).with("value", query::shown(given.text)); }

    /// The place of the row that these attributes tell; the same for the same text.
    Result<std::uint32_t> named(model::EntityId target, Given const& given) {
        auto key = std::to_string(target) + std::string(given.text);
        auto found = places_.find(key);
        if (found != places_.end()) return found->second;
        auto attributes = attributes_of(given.text, order_.rules.separator, kMostAttributes, arena_);
        if (!attributes) return malformed(given);
        if (draft_.named.size() >= kMostNamed) return too_many("references by attributes of a body", kMostNamed);
        std::ranges::sort(*attributes, {}, &std::pair<std::string, Given>::first);
        draft_.named.push_back({target, std::move(*attributes)});
        return places_.emplace(std::move(key), static_cast<std::uint32_t>(draft_.named.size() - 1)).first->second;
    }

    bool is_object(Given const& given) const {
        return order_.rules.by_attributes && given.kind == Given::Kind::json && given.text.starts_with('{');
    }

    Result<void> count_reference() {
        return ++references_ > kMostReferences ? Result<void>(too_many("references of a body", kMostReferences)) : outcome::success();
    }

    Result<void> reference(Member const& member, Given const& given, Entry& entry) {
        entry.state = Entry::State::value;
        if (given.kind == Given::Kind::null) return member.field->nullable ? Result<void>(outcome::success()) : null_refused(*member.field);
        KOINE_TRY(count_reference());
        if (is_object(given)) {
            KOINE_TRY(entry.first, named(member.target, given));
            entry.state = Entry::State::named;
            return outcome::success();
        }
        auto key = key_of(given, order_.rules.keys_as_text);
        if (!key) return malformed(given);
        entry.cell = Cell::of(*key);
        return outcome::success();
    }

    Result<void> set(Member const& member, Given const& given, Entry& entry) {
        if (given.kind == Given::Kind::null) return null_refused(*member.field);
        auto elements = given.kind == Given::Kind::json ? elements_of(given.text, kMostElements, arena_) : std::nullopt;
        if (!elements) {
            if (given.kind == Given::Kind::json && given.text.starts_with('[')) return too_many("elements of a list", kMostElements);
            return Problem(Reason::not_a_list)
                .with("value", query::shown(given.text))
                .with("type", "list")
                .with("given", value::given_word(given));
        }
        entry.state = Entry::State::set;
        entry.first = static_cast<std::uint32_t>(draft_.elements.size());
        for (auto const& element : *elements) {
            KOINE_TRY(count_reference());
            if (is_object(element)) {
                in_list_ = true;
                KOINE_TRY(auto place, named(member.target, element));
                draft_.elements.push_back({0, place});
                continue;
            }
            auto key = key_of(element, order_.rules.keys_as_text);
            in_list_ = false;
            if (!key) return Problem(Reason::list_key_malformed).with("given", value::given_word(element));
            draft_.elements.push_back({*key, kNone});
        }
        entry.count = static_cast<std::uint32_t>(draft_.elements.size()) - entry.first;
        return outcome::success();
    }

    /// Whether it is so of any of the entities that the field may refer to; naming none, it may refer to all.
    bool targets_of(description::Field const& field, auto const& is_so) const {
        auto const& targets = field.reference->targets;
        return std::ranges::any_of(order_.resources.app->entities, [&](description::Entity const& entity) {
            return (targets.empty() || std::ranges::find(targets, entity.name) != targets.end()) && is_so(entity);
        });
    }

    Result<void> type_word(description::Field const& field, Given const& given, Entry& entry) {
        entry.state = Entry::State::value;
        if (given.kind == Given::Kind::null) return field.nullable ? Result<void>(outcome::success()) : null_refused(field);
        if (given.kind == Given::Kind::text && targets_of(field, [&](auto const& entity) { return entity.type_word == given.text; })) {
            entry.cell = Cell::text(arena_.copy(given.text));
            return outcome::success();
        }
        bool is_word = given.kind == Given::Kind::text && std::ranges::count(given.text, '.') == 1;
        bool dotted = targets_of(field, [](auto const& entity) { return entity.type_word.find('.') != std::string::npos; });
        bool is_malformed = given.kind != Given::Kind::text || (dotted && !is_word);
        return Problem(is_malformed ? Reason::type_word_malformed : Reason::unknown_type_word).with("value", query::shown(given.text));
    }

    Result<void> any_key(description::Field const& field, Given const& given, Entry& entry) {
        entry.state = Entry::State::value;
        if (given.kind == Given::Kind::null) return field.nullable ? Result<void>(outcome::success()) : null_refused(field);
        auto key = key_of(given, true);
        if (!key) return Problem(Reason::not_an_integer).with("value", query::shown(given.text)).with("type", "int");
        if (*key < 0) return Problem(Reason::number_too_small).with("value", *key).with("type", "int").with("minimum", 0);
        entry.cell = Cell::of(*key);
        return outcome::success();
    }

    Order const& order_;
    Body const& body_;
    ResourcePlans const& plans_;
    Arena& arena_;
    Draft draft_;
    std::vector<std::uint32_t> names_;  ///< of each member, its place among the body's names
    std::uint32_t id_ = kNone;
    std::unordered_map<std::string, std::uint32_t> places_;
    std::size_t references_ = 0;
    std::size_t passwords_ = 0;
    bool in_list_ = false;
};

}  // namespace

Problem too_many(std::string_view what, std::size_t most) {
    return Problem(Reason::limit_exceeded).with("limit", what).with("maximum", static_cast<std::int64_t>(most));
}

MemberFault fault_of(ResourcePlans const& plans, std::uint32_t document, std::uint32_t member, Problem problem, bool in_list) {
    auto name = member == kNone ? std::string() : plans.members[member].said->name;
    return {member, {document, std::move(name), in_list, std::move(problem)}};
}

Result<Draft> judge(Order const& order, ResourcePlans const& plans, Arena& arena) { return Judge(order, plans, arena).all(); }

}  // namespace koine::edit
