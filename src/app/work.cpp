#include "app/work.hpp"

namespace koine::app {
namespace {

constexpr std::size_t kMaxIdle = 16;
constexpr std::size_t kOrdinaryBytes = 256 * 1024;

std::size_t bytes_of(query::Rows const& rows) {
    std::size_t bytes = rows.arena.used();
    for (auto const& step : rows.steps) bytes += step.cells.capacity() * sizeof(query::Cell);
    return bytes;
}

bool is_ordinary(Work const& work) {
    std::size_t bytes = bytes_of(work.rows) + bytes_of(work.written.rows) + work.texts.used() + work.body.texts.used();
    bytes += work.body.values.capacity() * sizeof(query::Given) + work.values.cells.capacity() * sizeof(query::Cell);
    for (auto const& argument : work.arguments) bytes += argument.list.capacity() * sizeof(query::Cell);
    return bytes <= kOrdinaryBytes;
}

}  // namespace

std::unique_ptr<Work> WorkPool::take() {
    if (idle_.empty()) return std::make_unique<Work>();
    auto work = std::move(idle_.back());
    idle_.pop_back();
    return work;
}

void WorkPool::give_back(std::unique_ptr<Work> work) {
    if (idle_.size() >= kMaxIdle || !is_ordinary(*work)) return;
    work->query = {};
    work->texts.clear();
    work->rows.clear();
    work->warnings.clear();
    work->body.clear();
    work->written.rows.clear();
    idle_.push_back(std::move(work));
}

}  // namespace koine::app
