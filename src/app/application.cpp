#include "app/application.hpp"

namespace koine::app {

MountedDialect const& Application::mount_for(std::string_view path) const {
    for (auto const& mount : mounts)
        if (path.starts_with(mount.prefix) && (path.size() == mount.prefix.size() || path[mount.prefix.size()] == '/')) return mount;
    return mounts.back();
}

Applications::Applications(std::shared_ptr<Application const> first, Make make, Changed changed)
    : make_(std::move(make)),
      changed_(std::move(changed)),
      generation_(first->generation),
      current_(std::move(first)) {}

std::shared_ptr<Application const> Applications::current() const {
    std::scoped_lock lock(mutex_);
    return current_;
}

bool Applications::refresh() {
    std::scoped_lock one(refreshing_);
    auto before = current();
    bool const changed = changed_ && changed_();
    if (!changed && before->store->is_current()) {
        if (unmade_) return false;
        std::scoped_lock lock(mutex_);
        trouble_.clear();
        return true;
    }
    auto made = make_(*before);
    unmade_ = !made && (unmade_ || changed);
    if (!made) {
        std::scoped_lock lock(mutex_);
        trouble_ = describe(made.error());
        return false;
    }
    auto next = std::move(made).value();
    next->generation = before->generation + 1;
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
