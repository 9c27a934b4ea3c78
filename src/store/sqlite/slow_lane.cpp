#include "store/sqlite/slow_lane.hpp"

#include <exception>
#include <utility>

namespace koine::store::sqlite {

SlowLane::~SlowLane() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    threads_.clear();
}

bool SlowLane::submit(Job& job) {
    {
        std::lock_guard lock(mutex_);
        if (jobs_.size() >= options_.queue) return false;
        if (idle_ <= jobs_.size() && threads_.size() < options_.threads) {
            try {
                threads_.emplace_back([this] { work(); });
            } catch (std::exception const&) {
                if (threads_.empty()) return false;
            }
        }
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
    return true;
}

Result<Connection*> SlowLane::connection(std::unique_ptr<Connection>& own) {
    if (!own) {
        KOINE_TRY(own, Connection::open(options_.file, options_.memory_map, options_.busy));
    }
    return own.get();
}

void SlowLane::work() {
    std::unique_ptr<Connection> own;
    std::unique_lock lock(mutex_);
    while (true) {
        ++idle_;
        wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        --idle_;
        if (jobs_.empty()) return;
        {
            Job job = std::move(jobs_.front());
            jobs_.pop_front();
            lock.unlock();
            job(connection(own));
        }
        lock.lock();
    }
}

}  // namespace koine::store::sqlite
