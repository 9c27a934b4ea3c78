#include "description/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

namespace koine::description {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 500;
constexpr std::size_t kMostEntries = 10'000;  ///< of the folder, with what is not read
constexpr std::size_t kMostBytes = 16 * 1024 * 1024;
constexpr int kDeepestFolder = 8;

/// The files' sections, put together; of a name that is written twice the first counts.
yaml::Node merged(std::vector<yaml::Node> const& roots, Collector& mistakes) {
    yaml::Node all;
    all.kind = yaml::Node::Kind::map;
    for (auto const& root : roots) {
        Map const file(root, form("file"), mistakes);
        for (auto const& [name, value] : root.members) {
            if (form("file").find(name.text) == nullptr || value.kind == yaml::Node::Kind::null) continue;
            if (!value.is_map()) {
                mistakes.at(value, fmt::format("expected a map, not {}", shown(value)));
                continue;
            }
            auto const known = std::ranges::find(all.members, name.text, [](yaml::Member const& member) { return member.key.text; });
            if (known == all.members.end())
                all.members.push_back({name, value});
            else
                known->value.members.insert(known->value.members.end(), value.members.begin(), value.members.end());
        }
    }
    for (auto& [name, section] : all.members) {
        std::set<std::string> seen;
        std::erase_if(section.members, [&](yaml::Member const& entry) { return !seen.insert(entry.key.text).second; });
    }
    return all;
}

/// Tells names of a section that stand in two files. (Twice in one file is refused by the reader of YAML.)
void tell_twice(std::vector<yaml::Node> const& roots, Collector& mistakes) {
    std::map<std::pair<std::string, std::string>, yaml::Node const*> seen;
    for (auto const& root : roots)
        for (auto const& [section, value] : root.members)
            for (auto const& [name, what] : value.members) {
                auto const [first, fresh] = seen.emplace(std::pair(section.text, name.text), &name);
                if (fresh) continue;
                auto const& twin = *first->second;
                mistakes.at(
                    name,
                    fmt::format("{} \"{}\" is written twice: also in {}:{}:{}", section.text, name.text, *twin.file, twin.line, twin.column)
                );
            }
}

Loaded build(std::vector<yaml::Node> const& roots, Draft& draft) {
    tell_twice(roots, draft.mistakes);
    auto const all = merged(roots, draft.mistakes);
    if (auto const* dialects = all.find("dialects")) draft.app.dialects = *dialects;
    read_about(draft, all.find("app"));
    TypeBook book(all.find("types"), draft.mistakes);
    Mixins const mixins(all.find("mixins"), draft.mistakes);
    read_entities(draft, all.find("entities"), mixins, book);
    add_queues(draft, all.find("jobs"), all.find("webhooks"));
    read_resources(draft, all.find("resources"), mixins, book);
    read_operations(draft, all.find("operations"), all.find("resources"), book);
    read_identity(draft, all.find("identity"));
    read_jobs(draft, all.find("jobs"));
    read_webhooks(draft, all.find("webhooks"));
    add_keys(draft);
    if (draft.mistakes.count() == 0) expand_computed(draft);
    Loaded loaded;
    loaded.mistakes = draft.mistakes.take();
    if (loaded.mistakes.empty()) loaded.app = std::make_shared<App const>(std::move(draft.app));
    return loaded;
}

/// The files of a folder, those of `data/` and `operations/` apart; sorted.
struct Found {
    std::vector<std::string> files, data, scripts;
    std::string operations;  ///< the folder; empty: there is none
    std::string wrong;       ///< why not
};

bool is_script(fs::path const& path) { return path.extension() == ".lua" || path.extension() == ".sql"; }

std::optional<std::string> content(std::string const& file) {
    std::ifstream stream(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.is_open() || stream.bad()) return std::nullopt;
    return text;
}

Found find_files(std::string const& folder) {
    Found found;
    std::error_code error;
    std::size_t entries = 0;
    auto walk = fs::recursive_directory_iterator(folder, fs::directory_options::none, error);
    for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
        auto const& path = walk->path();
        auto const name = path.filename().string();
        if (++entries > kMostEntries) return {{}, {}, {}, {}, fmt::format("more than {} files", kMostEntries)};
        std::error_code unknown;
        bool const folder_itself = walk->is_directory(unknown);
        bool const top = walk.depth() == 0;
        if (name.starts_with('.') || (top && name == "proof") || walk.depth() >= kDeepestFolder) {
            if (folder_itself) walk.disable_recursion_pending();
            continue;
        }
        if (folder_itself && top && name == "operations") found.operations = path.string();
        if (folder_itself || !walk->is_regular_file(unknown)) continue;
        auto const relative = path.lexically_relative(folder);
        bool const data = relative.begin() != relative.end() && *relative.begin() == "data" && !top;
        if (path.extension() == ".yaml") (data ? found.data : found.files).push_back(path.string());
        if (is_script(path) && walk.depth() == 1 && relative.begin()->string() == "operations") found.scripts.push_back(path.string());
    }
    if (error) found.wrong = error.message();
    std::ranges::sort(found.files);
    std::ranges::sort(found.data);
    std::ranges::sort(found.scripts);
    if (found.files.size() + found.scripts.size() > kMostFiles) found.wrong = fmt::format("more than {} files", kMostFiles);
    return found;
}

Loaded failed(std::string const& path, std::string_view message) { return {nullptr, {configuration_problem(path, 0, 0, message)}}; }

}  // namespace

void read_about(Draft& draft, yaml::Node const* section) {
    static yaml::Node const kNothing;
    Map const map(section != nullptr ? *section : kNothing, form("app"), draft.mistakes);
    auto& app = draft.app;
    app.name = map.text("name", app.name);
    app.title = map.text("title", app.name);
    app.version = map.text("version");
    app.description = map.text("description");
    app.license = map.text("license");
    app.login_required = map.boolean("login_required", false);
    app.dialect = map.text("dialect", "main");
    if (auto const* dialect = map.node("dialect");
        dialect != nullptr && !app.dialects.members.empty() && app.dialects.find(app.dialect) == nullptr)
        draft.mistakes.add(yaml::unknown_word(*dialect, "dialect", keys_of(app.dialects)));
    for (auto const& [name, value] : map.entries("settings"))
        if (is_text(value, "a value", draft.mistakes)) app.settings[name.text] = value.text;
}

Loaded load_app(std::string const& path) {
    std::error_code error;
    auto const status = fs::status(path, error);
    if (error || !fs::exists(status)) return failed(path, "there is no such folder or file");
    Found found;
    if (fs::is_directory(status))
        found = find_files(path);
    else
        found.files = {path};
    if (!found.wrong.empty()) return failed(path, found.wrong);
    if (found.files.empty()) return failed(path, "holds no .yaml file");
    Draft draft;
    std::vector<yaml::Node> roots;
    std::size_t bytes = 0;
    auto const fits = [&](std::string const& file) {
        auto const size = fs::file_size(file, error);
        bytes += error ? 0 : size;
        return bytes <= kMostBytes;
    };
    for (auto const& file : found.files) {
        if (!fits(file)) return failed(file, fmt::format("the files of an app are larger than {} bytes together", kMostBytes));
        if (auto root = yaml::load(file))
            roots.push_back(std::move(root).value());
        else
            draft.mistakes.add(root.error());
    }
    for (auto const& file : found.scripts) {
        if (!fits(file)) return failed(file, fmt::format("the files of an app are larger than {} bytes together", kMostBytes));
        if (auto text = content(file))
            add_script(draft, file, *std::move(text));
        else
            draft.mistakes.add(configuration_problem(file, 0, 0, "cannot be read"));
    }
    auto const name = fs::path(path).lexically_normal();
    draft.app.name = (name.has_filename() ? name : name.parent_path()).stem().string();
    draft.app.folder = fs::is_directory(status) ? path : fs::path(path).parent_path().string();
    draft.app.files = std::move(found.files);
    draft.app.files.insert(draft.app.files.end(), found.scripts.begin(), found.scripts.end());
    if (!found.operations.empty()) draft.app.files.push_back(found.operations);
    draft.app.data = std::move(found.data);
    return build(roots, draft);
}

Loaded load_app_texts(std::vector<std::pair<std::string, std::string>> const& files) {
    if (files.size() > kMostFiles) return failed(files.front().first, fmt::format("more than {} files", kMostFiles));
    Draft draft;
    std::vector<yaml::Node> roots;
    std::size_t bytes = 0;
    for (auto const& [name, text] : files) {
        bytes += text.size();
        if (bytes > kMostBytes) return failed(name, fmt::format("the files of an app are larger than {} bytes together", kMostBytes));
        if (is_script(name))
            add_script(draft, name, text);
        else if (auto root = yaml::parse(text, name))
            roots.push_back(std::move(root).value());
        else
            draft.mistakes.add(root.error());
    }
    draft.app.name = "app";
    return build(roots, draft);
}

}  // namespace koine::description
