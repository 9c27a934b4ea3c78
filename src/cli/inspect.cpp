#include "cli/inspect.hpp"

#include "app/service.hpp"
#include "cli/commands.hpp"
#include "cli/config.hpp"

#include <cstdio>

namespace koine::cli {

std::vector<std::string_view> names_of(model::Entity const& entity, std::vector<model::ColumnId> const& columns) {
    std::vector<std::string_view> names;
    for (auto id : columns) names.push_back(entity.columns[id].name);
    return names;
}

std::string_view to_string(model::EntityKind kind) {
    switch (kind) {
        case model::EntityKind::table: return "table";
        case model::EntityKind::view: return "view";
        case model::EntityKind::virtual_table: return "virtual table";
    }
    return "";
}

ExitCode inspect(Command const& command) {
    if (command.file.empty()) return fail(missing_value("FILE", "name a SQLite database, as in \"koine inspect my.db\""));
    if (auto checked = check_source(command.file); !checked) return fail(checked.error());
    auto const model = app::inspect(command.file);
    if (!model) return fail_with_file(model.error(), command.file);
    say(stdout, command.json ? inspect_json(model.value(), command.file) + "\n" : inspect_text(model.value(), command.file, Paint(stdout)));
    return finish_output();
}

}  // namespace koine::cli
