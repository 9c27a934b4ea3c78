/// @file What occurs more than once in a document, and stands once in its components.
#pragma once

#include "openapi/writer.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace koine::openapi {

/// Values of one section of components by their JSON. First all uses are counted, then they are written: as a reference where there are several.
class Shared {
public:
    /// @param section of components: "parameters", "headers".
    explicit Shared(std::string_view section) : section_(section) {}

    void count(std::string_view wanted_name, std::string const& value);
    /// A reference, or the value itself if it is the only one. Each value must have been counted.
    void write_use(std::string const& value, Json& json) const;
    /// The section, if anything is shared.
    void write_section(Json& json) const;

private:
    struct Entry {
        std::string name;  ///< empty while there is one use
        std::string wanted;
    };
    std::string section_;
    std::map<std::string, Entry> entries_;
    std::vector<std::map<std::string, Entry>::const_iterator> shared_;  // in the order found
    Names names_;
};

}  // namespace koine::openapi
