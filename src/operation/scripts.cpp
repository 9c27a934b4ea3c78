#include "model/schema.hpp"
#include "operation/host.hpp"
#include "operation/operation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace koine::operation {
namespace {

class Checking {
public:
    Checking(description::App const& app, script::Program const& program, std::vector<Problem>& mistakes)
        : app_(app),
          program_(program),
          mistakes_(mistakes) {
        for (auto const& function : program_.functions()) names_.push_back(function.name);
    }

    void check() {
        for (auto const& operation : app_.operations)
            if (operation.kind == description::Operation::Kind::call) called(operation.target, operation.place);
        for (auto const& resource : app_.resources) {
            auto const& hooks = resource.hooks;
            for (auto const* name :
                 {&hooks.before_create,
                  &hooks.before_update,
                  &hooks.before_delete,
                  &hooks.after_create,
                  &hooks.after_update,
                  &hooks.after_delete})
                called(*name, resource.place);
            members(resource.members);
        }
        for (auto const& schedule : app_.jobs.every) called(schedule.call, schedule.place);
        for (auto const& use : program_.unknown()) {
            if (use.name.substr(0, use.name.find('.')) == "principal") continue;  // a global of each call
            auto const message = fmt::format("nobody defines {}{}", use.name, hint(use.name, program_.names()));
            mistakes_.push_back(configuration_problem(use.file, use.line, 0, message));
        }
    }

private:
    /// A mixin's members are those of several resources; a mistake in one is told once.
    void members(std::vector<description::Member> const& all) {
        for (auto const& member : all) {
            members(member.members);
            if (member.form != description::Member::Form::script) continue;
            auto const& [file, line, column] = member.place;
            if (seen_.emplace(file ? *file : std::string(), line, column).second) called(member.call, member.place);
        }
    }

    void called(std::string const& name, description::Place const& place) {
        if (name.empty() || program_.find(name)) return;
        mistakes_.push_back(configuration_problem(
            place.file ? std::string_view(*place.file) : std::string_view(),
            place.line,
            place.column,
            fmt::format("there is no function {}{}", name, hint(name, names_))
        ));
    }

    static std::string hint(std::string_view name, std::vector<std::string> const& known) {
        std::vector<std::string_view> views(known.begin(), known.end());
        auto const near = model::nearest(name, views);
        return near ? fmt::format("; did you mean {}?", *near) : std::string();
    }

    description::App const& app_;
    script::Program const& program_;
    std::vector<Problem>& mistakes_;
    std::vector<std::string> names_;
    std::set<std::tuple<std::string, int, int>> seen_;  ///< places of members
};

}  // namespace

Scripts compile_scripts(description::App const& app, WallClock clock) {
    std::vector<script::Source> sources;
    for (auto const& file : app.scripts)
        if (!file.is_sql) sources.push_back({file.file, file.text});
    script::Environment environment;
    environment.now = std::move(clock);
    environment.key = [settings = app.settings](std::string_view name) -> std::optional<std::string> {
        auto const found = settings.find(std::string(name));
        return found == settings.end() ? std::nullopt : std::optional(found->second);
    };
    auto compiled = script::Program::compile(std::move(sources), host_functions(), std::move(environment));
    Scripts made;
    made.mistakes = std::move(compiled.mistakes);
    if (!compiled.program) return made;
    Checking(app, *compiled.program, made.mistakes).check();
    if (made.mistakes.empty()) made.program = std::move(compiled.program);
    return made;
}

}  // namespace koine::operation
