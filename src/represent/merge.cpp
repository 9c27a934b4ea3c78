#include "represent/merge.hpp"

#include "base/json_scan.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <utility>

namespace koine::represent {
namespace {

constexpr int kMostLevels = 32;

struct Object {
    struct Member {
        std::string_view key;            ///< as written, quoted
        std::string_view text;           ///< as written
        std::unique_ptr<Object> object;  ///< instead, once something was laid over it
    };
    std::vector<Member> members;
    std::map<std::string_view, std::size_t> places;
};

bool is_object(std::string_view text) { return JsonScan(text).peek() == '{'; }

/// Lays the members of a checked document over the object.
void lay(Object& object, std::string_view text, int level) {
    JsonScan scan(text);
    scan.take('{');
    while (auto key = scan.string()) {
        scan.take(':');
        auto value = scan.value();
        if (!value) return;
        auto [found, added] = object.places.emplace(*key, object.members.size());
        if (added) object.members.push_back({*key, {}, nullptr});
        auto& old = object.members[found->second];
        if (!added && level < kMostLevels && is_object(*value) && (old.object || is_object(old.text))) {
            if (!old.object) {
                old.object = std::make_unique<Object>();
                lay(*old.object, old.text, level + 1);
            }
            lay(*old.object, *value, level + 1);
        } else {
            old.text = *value;
            old.object = nullptr;
        }
        if (!scan.take(',')) return;
    }
}

void write(Object const& object, std::string& out) {
    out += '{';
    bool first = true;
    for (auto const& member : object.members) {
        if (!std::exchange(first, false)) out += ',';
        (out += member.key) += ':';
        if (member.object)
            write(*member.object, out);
        else
            out += member.text;
    }
    out += '}';
}

}  // namespace

bool append_merged(std::vector<std::string_view> const& documents, std::string& out) {
    std::vector<std::string_view> objects;
    for (auto document : documents)
        if (is_object(document) && is_json(document)) objects.push_back(document);
    if (objects.empty()) return false;
    if (objects.size() == 1) {
        out += objects.front();
        return true;
    }
    Object merged;
    for (auto object : objects) lay(merged, object, 1);
    write(merged, out);
    return true;
}

}  // namespace koine::represent
