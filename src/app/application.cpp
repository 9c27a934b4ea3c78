#include "app/application.hpp"

namespace koine::app {

MountedDialect const& Application::mount_for(std::string_view path) const {
    for (auto const& mount : mounts)
        if (path.starts_with(mount.prefix) && (path.size() == mount.prefix.size() || path[mount.prefix.size()] == '/')) return mount;
    return mounts.back();
}

Applications::Applications(std::shared_ptr<Application const> first, Open open)
    : open_(std::move(open)),
      generation_(first->generation),
      current_(std::move(first)) {}

std::shared_ptr<Application const> Applications::current() const {
    std::scoped_lock lock(mutex_);
    return current_;
}

bool Applications::refresh() {
    std::scoped_lock one(refreshing_);
    auto before = current();
    if (before->store->is_current()) {
        std::scoped_lock lock(mutex_);
        trouble_.clear();
        return true;
    }
    auto store = open_();
    if (!store) {
        std::scoped_lock lock(mutex_);
        trouble_ = describe(store.error());
        return false;
    }
    auto next = std::make_shared<Application>(*before);
    next->store = std::move(store.value());
    next->documents = std::make_shared<Documents>(before->documents->title(), before->documents->anonymous_reads());
    ++next->generation;
    std::scoped_lock lock(mutex_);
    current_ = next;
    trouble_.clear();
    generation_.store(next->generation, std::memory_order_release);
    return true;
}

std::string Applications::trouble() const {
    std::scoped_lock lock(mutex_);
    return trouble_;
}

}  // namespace koine::app
