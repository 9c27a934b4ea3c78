#include "openapi/shared.hpp"

namespace koine::openapi {

void Shared::count(std::string_view wanted_name, std::string const& value) {
    auto const [entry, first] = entries_.try_emplace(value, Entry{{}, std::string(wanted_name)});
    if (first || !entry->second.name.empty()) return;
    entry->second.name = names_.take(entry->second.wanted);
    shared_.push_back(entry);
}

void Shared::write_use(std::string const& value, Json& json) const {
    auto const entry = entries_.find(value);
    if (entry == entries_.end() || entry->second.name.empty())
        json.json(value);
    else
        json.reference(section_, entry->second.name);
}

void Shared::write_section(Json& json) const {
    if (shared_.empty()) return;
    json.object(section_, [&] {
        for (auto const& entry : shared_) {
            json.key(entry->second.name);
            json.json(entry->first);
        }
    });
}

}  // namespace koine::openapi
