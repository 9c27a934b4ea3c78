#include "dialect/list.hpp"
#include "dialect/select/select.hpp"
#include "query/selection.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace koine::dialect {
namespace {

struct Flag {
    std::string param;
    std::string view;
};

struct Settings {
    std::string fields;
    std::string view;
    std::vector<Flag> flags;
    std::size_t max_items = 0;
};

class Views final : public ParameterReader {
public:
    explicit Views(Settings settings) : settings_(std::move(settings)) {}

    /// Only claims them: what they mean together is found at the end.
    Result<bool> read(Parameter const& parameter, Endpoint const& endpoint, query::Query&) const override {
        if (endpoint.resource == nullptr) return false;
        return parameter.key == settings_.fields || flag(parameter.key) != nullptr;
    }

    Result<void> finish(Exchange const& exchange, query::Query& query) const override {
        auto const* resource = exchange.endpoint.resource;
        if (resource == nullptr) return outcome::success();
        KOINE_TRY(auto const names, fields(exchange));
        query.selection = names.empty() ? view(exchange, *resource) : resource->only(names);
        return outcome::success();
    }

    void describe(model::Entity const&, model::Model const&, Description&) const override {}

    void describe_resource(resource::Resource const& resource, model::Model const&, Description& description) const override {
        std::string names;
        if (auto const* shown = resource.view(settings_.view)) {
            for (std::size_t i = 0; i < std::min<std::size_t>(shown->members.size(), 2); ++i)
                names.append(names.empty() ? "" : ",").append(shown->members[i]);
        }
        description.add({
            .name = settings_.fields,
            .description = "Names of the members wanted, separated by commas; all without it",
            .example = std::move(names),
        });
        for (auto const& [param, word] : settings_.flags) {
            if (resource.view(word) == nullptr) continue;
            description.add({
                .name = param,
                .description = "With any value: only the members of `" + word + "`",
                .example = "1",
            });
        }
    }

private:
    Flag const* flag(std::string_view param) const {
        auto const found = std::ranges::find(settings_.flags, param, &Flag::param);
        return found == settings_.flags.end() ? nullptr : &*found;
    }

    Result<std::vector<std::string>> fields(Exchange const& exchange) const {
        std::vector<std::string> names;
        for (auto const& parameter : exchange.parameters) {
            if (parameter.key != settings_.fields || parameter.value.empty()) continue;
            for (CommaList list(parameter.value); list.next();) {
                if (names.size() == settings_.max_items) return exceeds("members", settings_.max_items);
                names.emplace_back(list.item());
            }
        }
        return names;
    }

    std::shared_ptr<query::Selection const> view(Exchange const& exchange, resource::Resource const& resource) const {
        for (auto const& parameter : exchange.parameters) {
            auto const* asked = parameter.value.empty() ? nullptr : flag(parameter.key);
            if (auto const* found = asked != nullptr ? resource.view(asked->view) : nullptr) return found->selection;
        }
        auto const* found = resource.view(settings_.view);
        if (found == nullptr) found = resource.view("full");
        return found != nullptr ? found->selection : nullptr;
    }

    Settings settings_;
};

}  // namespace

Result<std::unique_ptr<ParameterReader const>> compile_select_views(yaml::Node const& node) {
    static constexpr std::array<std::string_view, 3> own = {"fields", "default", "max_items"};
    Settings settings;
    yaml::Node rest = node;
    rest.members.clear();
    for (auto const& member : node.members) {
        if (std::ranges::find(own, member.key.text) != own.end()) {
            rest.members.push_back(member);
            continue;
        }
        if (!member.value.is_map())
            return member.key.problem(fmt::format(
                "\"{}\" is no option ({}), and a flag says which view it means: {{view: brief}}", member.key.text, fmt::join(own, ", ")
            ));
        yaml::Options options(member.value);
        auto view = options.text("view", "");
        KOINE_TRY(options.done());
        if (view.empty()) return member.value.problem("a flag says which view it means: {view: brief}");
        settings.flags.push_back({member.key.text, std::move(view)});
    }
    yaml::Options options(rest);
    settings.fields = options.text("fields", "fields");
    settings.view = options.text("default", "full");
    settings.max_items = static_cast<std::size_t>(options.integer("max_items", 500, 1, 10'000));
    KOINE_TRY(options.done());
    return std::make_unique<Views const>(std::move(settings));
}

}  // namespace koine::dialect
