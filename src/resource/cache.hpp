/// @file Cache: selections that requests made of a view, kept for the next request.
#pragma once

#include "resource/resource.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace koine::resource {

/// The oldest gives way to the newest. Thread-safe by its mutex.
struct Resource::Cache {
    static constexpr std::size_t kMost = 256;
    std::mutex mutex;
    std::map<std::string, std::shared_ptr<query::Selection const>, std::less<>> made;
    std::deque<std::string> ages;  ///< the oldest first
};

}  // namespace koine::resource
