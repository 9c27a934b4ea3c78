#include "description/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace koine::description {
namespace {

class Reading {
public:
    explicit Reading(ResourceReading& in) : in_(in), mistakes_(in.draft.mistakes) {}

    void read() {
        for (auto const& mixin : in_.mixins) collect(mixin);
        collect(in_.map);
        if (!said_.contains("full")) in_.resource.views.push_back({"full", all(), false, in_.resource.place});
        for (auto const& name : order_) resolve(name);
    }

private:
    void collect(Map const& map) {
        for (auto const& entry : map.entries("views")) {
            if (!is_name(entry.key, "a view", mistakes_)) continue;
            if (!said_.contains(entry.key.text)) order_.push_back(entry.key.text);
            said_[entry.key.text] = &entry;
        }
    }

    std::vector<std::string> all() const {
        std::vector<std::string> names;
        for (auto const& member : in_.resource.members) names.push_back(member.name);
        return names;
    }

    View const* known(std::string_view name) const { return in_.resource.view(name); }

    /// Resolves a view and those that it is like, once.
    void resolve(std::string const& name) {
        if (known(name) != nullptr) return;
        auto const& [key, value] = *said_.at(name);
        open_.push_back(name);
        Map const map(value, form("view"), mistakes_);
        View view;
        view.name = name;
        view.place = place_of(key);
        if (auto const* only = map.node("only")) {
            view.members = members(map, "only");
            if (map.node("like") != nullptr) mistakes_.at(*only, "only or like, not both");
        } else {
            start_from_another(map, view);
        }
        for (auto& plus : members(map, "plus"))
            if (!contains(view.members, plus)) view.members.push_back(std::move(plus));
        for (auto const& minus : members(map, "minus")) std::erase(view.members, minus);
        if (auto const* values = map.node("values")) {
            Map const forms(*values, form("values"), mistakes_);
            if (auto const* bare = forms.node("enum")) {
                view.plain_choices = bare->text == "value";
                if (!view.plain_choices) mistakes_.add(yaml::unknown_word(*bare, "form", words_of("bare")));
            }
        }
        open_.pop_back();
        in_.resource.views.push_back(std::move(view));
    }

    void start_from_another(Map const& map, View& view) {
        auto const* like = map.node("like");
        auto const from = map.text("like", "full");
        if (view.name == "full" || (like == nullptr && !said_.contains("full"))) {
            view.members = all();
            if (like != nullptr) mistakes_.at(*like, "full is like no other view");
            return;
        }
        auto const& place = like != nullptr ? *like : map.self();
        if (!said_.contains(from) && known(from) == nullptr) {
            std::vector<std::string_view> names = {"full"};
            names.insert(names.end(), order_.begin(), order_.end());
            return mistakes_.add(yaml::unknown_word(place, "view", from, names));
        }
        if (contains(open_, from) || open_.size() > 16)
            return mistakes_.at(place, fmt::format("the view {} is like itself, or too deep", view.name));
        resolve(from);
        view.members = known(from)->members;
        view.plain_choices = known(from)->plain_choices;
    }

    std::vector<std::string> members(Map const& map, std::string_view key) {
        std::vector<std::string> names;
        for (auto const& node : map.texts(key)) {
            if (in_.resource.member(node.text) == nullptr) {
                auto const known_names = all();
                if (!in_.vague) mistakes_.add(yaml::unknown_word(node, "member", {known_names.begin(), known_names.end()}));
            } else if (contains(names, node.text)) {
                mistakes_.at(node, fmt::format("{} is written twice", node.text));
            } else {
                names.push_back(node.text);
            }
        }
        return names;
    }

    ResourceReading& in_;
    Collector& mistakes_;
    std::map<std::string, yaml::Member const*, std::less<>> said_;
    std::vector<std::string> order_;  ///< as written
    std::vector<std::string> open_;
};

}  // namespace

void read_views(ResourceReading& in) { Reading(in).read(); }

}  // namespace koine::description
