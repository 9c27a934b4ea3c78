#include "app/browse.hpp"
#include "app/described.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace koine::app {
namespace {

using dialect::ParameterDocument;
using page::Control;

std::vector<std::string> values_of(Turn const& turn, std::string_view name) {
    std::vector<std::string> values;
    for (auto const& parameter : turn.exchange.parameters)
        if (parameter.key == name && !parameter.value.empty()) values.push_back(parameter.value);
    return values;
}

Control::Kind kind_of(ParameterDocument const& parameter) {
    if (!parameter.choices.empty()) return Control::Kind::choice;
    if (parameter.type == "boolean") return Control::Kind::truth;
    if (parameter.type == "integer") return Control::Kind::number;
    if (parameter.type == "number") return Control::Kind::real;
    if (parameter.format == "date") return Control::Kind::date;
    return Control::Kind::text;
}

/// Whether the parameter has that value on other pages, too.
bool stays(page::Paging const& paging, std::string_view name, std::string_view value) {
    if (paging.next.empty() && paging.previous.empty()) return true;
    auto const& link = paging.next.empty() ? paging.previous : paging.next;
    auto const text = fmt::format("{}={}", name, value);
    for (auto at = link.find(text); at != std::string::npos; at = link.find(text, at + 1)) {
        auto const end = at + text.size();
        if (at > 0 && (link[at - 1] == '?' || link[at - 1] == '&') && (end == link.size() || link[end] == '&')) return true;
    }
    return false;
}

class Filters {
public:
    Filters(Turn const& turn, page::Paging const& paging, page::Form& form)
        : turn_(turn),
          resource_(*turn.exchange.endpoint.resource),
          paging_(paging),
          form_(form) {}

    void all() {
        auto const description = turn_.dialect().describe(resource_, turn_.model());
        for (auto const& parameter : description.parameters) {
            if (parameter.in != "query") continue;
            known_.push_back(parameter.name);
            switch (parameter.use) {
                case ParameterDocument::Use::filter: filter(parameter, is_plain(parameter.name)); break;
                case ParameterDocument::Use::sort: order(parameter); break;
                case ParameterDocument::Use::page: window(parameter); break;
                case ParameterDocument::Use::select: add(form_.more, parameter, values_of(turn_, parameter.name)); break;
                case ParameterDocument::Use::other: known_.pop_back(); break;
            }
        }
        keep_others();
    }

private:
    /// The filter as the app calls it, not one of its lookups.
    bool is_plain(std::string_view name) const {
        if (resource_.filters.contains(name)) return true;
        return std::ranges::none_of(resource_.filters, [&](auto const& each) {
            return name.starts_with(each.first) && each.second.said->kind != description::Filter::Kind::range;
        });
    }

    void add(std::vector<Control>& controls, ParameterDocument const& parameter, std::vector<std::string> values) const {
        Control control;
        control.kind = kind_of(parameter);
        control.name = parameter.name;
        control.help = parameter.description;
        for (auto const& choice : parameter.choices) control.choices.emplace_back(choice, choice);
        bool const several = control.kind == Control::Kind::choice || values.size() <= 1;
        if (several) control.values = std::move(values);
        if (several) return controls.push_back(std::move(control));
        for (auto& value : values) {
            control.values = {std::move(value)};
            controls.push_back(control);
        }
    }

    void filter(ParameterDocument const& parameter, bool plain) {
        auto values = values_of(turn_, parameter.name);
        auto& controls = plain ? form_.controls : form_.more;
        auto const first = controls.size();
        used_ = used_ || !values.empty();
        add(controls, parameter, std::move(values));
        if (!plain) return;
        for (auto at = first; at < controls.size(); ++at) controls[at].label = label_of(parameter.name);
    }

    void order(ParameterDocument const& parameter) {
        Control control;
        control.kind = Control::Kind::choice;
        control.name = parameter.name;
        control.label = "Order";
        control.values = values_of(turn_, parameter.name);
        used_ = used_ || !control.values.empty();
        bool const signs = parameter.example.starts_with('-');
        for (auto const& name : resource_.sortable | std::views::keys) {
            control.choices.emplace_back(name, signs ? name + ", ascending" : name);
            if (signs) control.choices.emplace_back("-" + name, name + ", descending");
        }
        for (auto const& value : control.values)
            if (std::ranges::find(control.choices, value, &std::pair<std::string, std::string>::first) == control.choices.end())
                control.choices.emplace_back(value, value);
        form_.controls.push_back(std::move(control));
    }

    void window(ParameterDocument const& parameter) {
        auto values = values_of(turn_, parameter.name);
        if (values.empty() || !stays(paging_, parameter.name, values.back())) values.clear();
        add(form_.more, parameter, std::move(values));
    }

    void keep_others() {
        for (auto const& parameter : turn_.exchange.parameters) {
            if (std::ranges::find(known_, parameter.key) != known_.end()) continue;
            Control control;
            control.kind = Control::Kind::hidden;
            control.name = parameter.key;
            control.values = {parameter.value};
            form_.controls.push_back(std::move(control));
        }
        form_.open = used_;
    }

    Turn const& turn_;
    resource::Resource const& resource_;
    page::Paging const& paging_;
    page::Form& form_;
    std::vector<std::string> known_;
    bool used_ = false;
};

}  // namespace

page::Form filter_form(Turn const& turn, page::Paging const& paging, Problem const* problem) {
    page::Form form;
    form.id = "filter";
    form.title = "Filter and order";
    form.method = "GET";
    form.address =
        fmt::format("{}/{}{}", root_path(turn), turn.exchange.endpoint.resource->path(), turn.dialect().routes.closes() ? "/" : "");
    form.submit = "Show";
    form.more_title = "More filters and choices";
    Filters(turn, paging, form).all();
    if (problem != nullptr) tell_faults(turn, *problem, form);
    return form;
}

}  // namespace koine::app
