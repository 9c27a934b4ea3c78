/// @file Any bytes as the files of an app: an app or mistakes with their places, never a crash; a sound app's paths can be followed.
#include "description/description.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    // A line of dashes begins a second file.
    auto const cut = text.find("\n-----\n");
    std::vector<std::pair<std::string, std::string>> files = {{"a.yaml", std::string(text.substr(0, cut))}};
    if (cut != std::string_view::npos) files.emplace_back("b.yaml", std::string(text.substr(cut + 7)));
    files.emplace_back("operations/deeds.lua", "");
    files.emplace_back("operations/report.sql", "");
    auto const loaded = koine::description::load_app_texts(files);
    if (!loaded.app == loaded.mistakes.empty()) std::abort();
    for (auto const& mistake : loaded.mistakes)
        if (mistake.reason() != koine::Reason::configuration || koine::describe(mistake).empty()) std::abort();
    if (!loaded.app) return 0;
    for (auto const& resource : loaded.app->resources) {
        auto const* entity = loaded.app->entity(resource.entity);
        if (entity == nullptr || resource.view("full") == nullptr || resource.rules.size() != 6) std::abort();
        for (auto const& filter : resource.filters)
            if (!filter.path.empty() && !koine::description::follow(*loaded.app, *entity, filter.path)) std::abort();
    }
    for (auto const& operation : loaded.app->operations)
        if (operation.target.empty() || operation.methods.empty() || operation.path.empty()) std::abort();
    return 0;
}
