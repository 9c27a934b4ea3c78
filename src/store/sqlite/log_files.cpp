#include "store/sqlite/log_files.hpp"

#include <unistd.h>

namespace koine::store::sqlite {

void LogFiles::note() {
    std::lock_guard lock(mutex_);
    for (auto& one : files_) {
        if (one.identity) continue;
        auto found = identity_of(one.path);
        if (found && identity_of(file_) == identity_) one.identity = found;
    }
}

void LogFiles::leave() {
    std::lock_guard lock(mutex_);
    auto now = identity_of(file_);
    if (!now || *now == identity_) return;
    for (auto& one : files_) {
        if (one.identity && identity_of(one.path) == one.identity) unlink(one.path.c_str());
        one.identity.reset();
    }
}

}  // namespace koine::store::sqlite
