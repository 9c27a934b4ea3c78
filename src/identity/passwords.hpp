/// @file Passwords: checked one after another on a thread of their own, since each takes tens of milliseconds.
#pragma once

#include "base/awaitable.hpp"
#include "base/result.hpp"

#include <memory>
#include <string>

namespace koine::identity {

/// Of one worker. Must go away before the worker's loop; waits for the check that is under way.
class Passwords {
public:
    Passwords();
    ~Passwords();
    Passwords(Passwords const&) = delete;
    Passwords& operator=(Passwords const&) = delete;

    /// Whether it is the password of the stored text. An empty one (there is no such user) is no password's, but takes as long.
    /// @return overloaded.
    Awaitable<Result<bool>> verify(std::string stored, std::string password);

private:
    struct Pool;
    std::unique_ptr<Pool> pool_;
};

}  // namespace koine::identity
