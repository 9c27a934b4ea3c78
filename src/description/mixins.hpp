/// @file The section `mixins`: what entities and resources take from it.
#pragma once

#include "description/reading.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace koine::description {

/// The nodes live as long as the section.
class Mixins {
public:
    /// Tells circles, unknown names and unknown keys. Null: there is no section.
    Mixins(yaml::Node const* section, Collector& mistakes);

    struct Taken {
        std::vector<Map> maps;  ///< those that a mixin is made of before itself; each once
        bool complete = true;   ///< false: a name is unknown, which has been told
    };
    /// What `mixins: [a, b]` takes, in order.
    Taken of(std::vector<yaml::Node> const& names) const;

private:
    struct Mixin {
        yaml::Member const* said;
        Map map;
        bool circular = false;
    };
    bool closes_a_circle(std::string const& name, std::vector<std::string>& open, int depth) const;
    void take(yaml::Node const& name, Taken& taken, std::vector<std::string>& seen, int depth) const;

    Collector* mistakes_;
    std::map<std::string, Mixin, std::less<>> all_;
};

}  // namespace koine::description
