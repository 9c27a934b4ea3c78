#include "app/app_source.hpp"
#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "description/description.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace koine::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAppYaml = R"(# An app: what is kept, and how clients see it. All words: docs/apps.md; mistakes: koine check.
app: {{name: {}, version: "0.1"}}

entities:
  author:
    fields: {{name: text(200) unique, email: email null}}
    order: [name]
  note:
    fields:
      title: text(200)
      body: text blank
      state: enum(draft|published) = draft
      author: ref(author) null set_null
      created: datetime = now readonly
    order: [-created]

resources:
  authors:
    entity: author
    members: [id, {{url: {{link: self}}}}, name, email, {{notes: {{count: note_author}}}}]
    search: [name]
    filters: [id, name]
    endpoints: crud
  notes:
    entity: note
    members: [id, {{url: {{link: self}}}}, title, body, state, author, created]
    search: [title, body]
    filters: [id, state, created, {{author: author.name}}]
    endpoints: crud
)";

constexpr std::string_view kData = R"(author:
- {name: Ada}
note:
- {title: First note, body: Hello., state: published, author: {name: Ada}}
)";

constexpr std::string_view kReadme = R"(# {0}
An app: `app.yaml` says what is kept and how clients see it, `data/` holds sample rows.

    koine check {0}
)";

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

/// How many the app itself says: what the server keeps for it is not counted.
std::size_t own_entities(description::App const& app) {
    return static_cast<std::size_t>(std::ranges::count_if(app.entities, [](auto const& entity) { return entity.place.line > 0; }));
}

bool is_app_name(std::string_view name) {
    auto const fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !name.empty() && name.size() <= 63 && name.front() != '-' && std::ranges::all_of(name, fits);
}

bool write(fs::path const& path, std::string_view text) {
    auto* file = std::fopen(path.c_str(), "wxe");
    if (file == nullptr) return false;
    bool const written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    return std::fclose(file) == 0 && written;
}

}  // namespace

ExitCode check(Command const& command) {
    if (command.has("schema")) {
        say(stdout, description::app_schema());
        return finish_output();
    }
    if (command.file.empty()) return fail(missing_value("APP", "name the folder of an app, as in \"koine check notes\""));
    std::error_code error;
    if (!fs::exists(command.file, error)) return fail(configuration_problem(command.file, 0, 0, "there is no such folder or file"));
    auto const loaded = description::load_app(command.file);
    for (auto const& mistake : loaded.mistakes) say(stdout, printable(describe(mistake)) + "\n");
    auto const checked = loaded.app ? app::check_app_with_tables(loaded.app) : app::Checked();
    for (auto const& mistake : checked.mistakes) say(stdout, printable(describe(mistake)) + "\n");
    for (auto const& note : checked.notes) say(stdout, printable(note) + "\n");
    bool const right = loaded.app && checked.mistakes.empty();
    if (right)
        say(stdout,
            fmt::format(
                "{}, {}, no mistakes\n",
                counted(own_entities(*loaded.app), "entity", "entities"),
                counted(loaded.app->resources.size(), "resource", "resources")
            ));
    auto const printed = finish_output();
    return right ? printed : ExitCode::failed;
}

ExitCode new_app(Command const& command) {
    if (command.file.empty()) return fail(missing_value("FOLDER", "name the folder to make, as in \"koine new notes\""));
    auto const folder = fs::path(command.file).lexically_normal();
    auto const name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
    if (!is_app_name(name)) return fail(bad_value("FOLDER", command.file, "a folder to be made, named by letters, digits, - and _"));
    std::error_code error;
    auto const failed = [&](std::string_view why) { return fail(configuration_problem(command.file, 0, 0, why)); };
    if (!fs::create_directory(folder, error)) return failed(error ? error.message() : "is there already");
    bool const made = fs::create_directory(folder / "data", error) && write(folder / "app.yaml", fmt::format(kAppYaml, name)) &&
                      write(folder / "data" / "sample.yaml", kData) && write(folder / "README.md", fmt::format(kReadme, name));
    if (!made) return failed("could not be written");
    say(stdout, fmt::format("{}: app.yaml, data/sample.yaml, README.md\n", printable(command.file)));
    return finish_output();
}

}  // namespace koine::cli
