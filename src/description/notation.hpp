/// @file The notation of fields: `int(1..4294967295) unique`, `ref(platform) null cascade`, and the map that says more.
#pragma once

#include "description/reading.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace koine::description {

/// A type that the app names itself.
struct OwnType {
    value::Type type;
    std::string label;
    bool broken = false;  ///< what is wrong has been told
};

/// The section `types`. Types may be made of others; a circle is told.
class TypeBook {
public:
    /// The section must outlive the book; null: there is none.
    TypeBook(yaml::Node const* section, Collector& mistakes);

    /// The type of that name; null if there is none. Read when first asked for.
    OwnType const* find(std::string_view name);
    /// All words that a notation may begin with.
    std::vector<std::string_view> words() const;

private:
    OwnType read(yaml::Node const& key, yaml::Node const& said);

    Collector* mistakes_;
    std::map<std::string, yaml::Member const*, std::less<>> said_;
    std::map<std::string, OwnType, std::less<>> read_;
    std::set<std::string, std::less<>> open_;
};

/// Reads one entry of `fields`: all but `computed`, whose text is left for when all fields are known.
/// @return false if it is broken; the field then stands for itself, with what could be read.
bool read_field(yaml::Member const& entry, TypeBook& book, Field& field, Collector& mistakes);
/// Reads a type alone: no flags, no default, no reference. @return false if it is broken.
bool read_type(yaml::Node const& node, TypeBook& book, value::Type& type, Collector& mistakes);

/// "status_text" → "status text".
std::string spoken(std::string_view name);

}  // namespace koine::description
