#include "app/service.hpp"
#include "dialect/dialect.hpp"
#include "openapi/openapi.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace koine::app {

Result<std::string> describe(Options const& options, std::string_view address) {
    auto const shortest = std::ranges::min_element(options.mounts, {}, [](Mount const& mount) { return mount.prefix.size(); });
    auto const mount = shortest == options.mounts.end() ? Mount{std::string(default_dialect()), ""} : *shortest;
    KOINE_TRY(auto dialect, dialect::load_dialect(mount.dialect));
    KOINE_TRY(auto model, inspect(options.source));
    openapi::Facts facts;
    facts.title = std::filesystem::path(options.source).filename().string();
    facts.version = KOINE_VERSION;
    facts.base_url = fmt::format("{}{}{}", address, mount.prefix, dialect.routes.prefix());
    facts.writable = options.write;
    return openapi::openapi_document(dialect, model, facts);
}

}  // namespace koine::app
