#include "auth/token_file.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

namespace koine::auth {
namespace {

using std::chrono::steady_clock;

void tell_operator(std::string_view sentence) { fmt::print(stderr, "koine: {}\n", sentence); }

}  // namespace

TokenFile::TokenFile(std::string path, std::chrono::milliseconds interval, Tell tell)
    : path_(std::move(path)),
      interval_(interval),
      tell_(tell ? std::move(tell) : Tell(tell_operator)),
      next_look_((steady_clock::now() + interval_).time_since_epoch().count()) {}

Result<std::shared_ptr<TokenFile>> TokenFile::open(std::string path, std::chrono::milliseconds interval, Tell tell) {
    KOINE_TRY(auto read, read_state_file(path));
    std::shared_ptr<TokenFile> made(new TokenFile(std::move(path), interval, std::move(tell)));
    if (read) made->stamp_ = read->stamp;
    made->take(std::move(read));
    return made;
}

Known TokenFile::current() {
    if (is_due()) look();
    std::lock_guard const lock(mutex_);
    return known_;
}

bool TokenFile::is_due() {
    auto const time = steady_clock::now().time_since_epoch().count();
    auto next = next_look_.load(std::memory_order_relaxed);
    return time >= next && next_look_.compare_exchange_strong(next, time + interval_.count(), std::memory_order_relaxed);
}

void TokenFile::look() {
    std::unique_lock const lock(looking_, std::try_to_lock);
    if (!lock) return;  // another worker looks: none waits for a file
    auto const found = stamp_of(path_);
    if (!found) return complain(describe(found.error()));
    if (found.value() == stamp_) return;
    auto read = read_state_file(path_);
    if (!read) {
        stamp_ = found.value();
        return complain(describe(read.error()) + " (the tokens stay as they were)");
    }
    stamp_ = read.value() ? std::optional(read.value()->stamp) : std::nullopt;
    if (!stamp_)
        complain(fmt::format("{}: the tokens are gone with their file; without one nothing is open that took a token", path_));
    else
        trouble_.clear();
    take(std::move(read).value());
}

void TokenFile::take(std::optional<StateFile> read) {
    auto tokens = std::make_shared<Tokens const>(read ? std::move(read->tokens) : Tokens());
    std::lock_guard const lock(mutex_);
    known_.guarded = known_.guarded || !tokens->empty();
    known_.tokens = std::move(tokens);
}

void TokenFile::complain(std::string sentence) {
    if (sentence == trouble_) return;
    tell_(sentence);
    trouble_ = std::move(sentence);
}

}  // namespace koine::auth
