#include "app/described.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <utility>

namespace koine::app {
std::string DescribedMember::label() const {
    if (!said->label.empty()) return label_of(said->label);
    return label_of(field != nullptr ? field->label : said->name);
}

std::string_view DescribedMember::help() const { return !said->help.empty() || field == nullptr ? said->help : field->help; }

DescribedMember described(description::App const& app, resource::Resource const& resource, description::Member const& member) {
    DescribedMember made{&member, nullptr, nullptr, &member.type};
    auto const writable = std::ranges::find(resource.writable, member.name, &resource::Writable::name);
    if (writable != resource.writable.end()) made.writable = &*writable;
    if (member.form != description::Member::Form::path) return made;
    if (auto const end = description::follow(app, *resource.described, member.path)) made.field = end.value().field;
    if (made.field != nullptr) made.type = &made.field->type;
    return made;
}

std::string title_of(description::Operation const& operation) {
    if (!operation.summary.empty()) return operation.summary;
    std::string_view last;
    for (auto rest = std::string_view(operation.path); !rest.empty();) {
        auto const part = split_off(rest, '/');
        if (!part.starts_with('{')) last = part;
    }
    std::string words(last);
    std::ranges::replace(words, '-', ' ');
    return label_of(words);
}

std::string label_of(std::string_view name) {
    std::string text(name);
    std::ranges::replace(text, '_', ' ');
    return begun_large(std::move(text));
}

std::string title_of(std::string_view label) {
    std::string title(label);
    bool begins = true;
    for (char& c : title) {
        if (begins) c = ascii_upper(c);
        begins = c == ' ';
    }
    return title;
}

}  // namespace koine::app
