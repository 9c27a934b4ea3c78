#include "app/documents.hpp"
#include "app/service.hpp"
#include "auth/guard.hpp"
#include "dialect/dialect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace koine::app {

Result<std::string> describe(Options const& options, std::string_view address) {
    auto const shortest = std::ranges::min_element(options.mounts, {}, [](Mount const& mount) { return mount.prefix.size(); });
    auto const mount = shortest == options.mounts.end() ? Mount{std::string(default_dialect()), ""} : *shortest;
    KOINE_TRY(auto dialect, dialect::load_dialect(mount.dialect));
    KOINE_TRY(auto model, inspect(options.source));
    KOINE_TRY(auto tokens, auth::TokenFile::open(options.state.empty() ? auth::state_file_of(options.source) : options.state));
    bool const reads_freely = auth::reach_of(options.host) == auth::Reach::this_machine;
    Documents documents(std::filesystem::path(options.source).filename().string(), reads_freely);
    std::string text;
    auto const place = fmt::format("{}{}{}", address, mount.prefix, dialect.routes.prefix());
    documents.of(dialect, model, {.may_write = options.write, .tokens = tokens->current().guarded})->append_to(text, place);
    return text;
}

}  // namespace koine::app
