/// @file TokenFile: the tokens of a running server, which change while it runs.
#pragma once

#include "auth/state_file.hpp"
#include "auth/tokens.hpp"
#include "base/result.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace koine::auth {

/// The tokens at one moment.
struct Known {
    std::shared_ptr<Tokens const> tokens;  ///< never null
    bool guarded = false;                  ///< there are tokens, or were since the server was started: it doesn't open up again
};

/// Holds the tokens of a file and notices when it changes. Thread-safe.
///
/// 1. A file that can't be read or understood leaves the tokens as they were; that is told once.
/// 2. A file that is gone holds no tokens. That is told once.
/// 3. `guarded` never goes back to false.
class TokenFile {
public:
    /// Gets sentences for an operator.
    using Tell = std::function<void(std::string_view)>;
    /// How soon a change is noticed.
    static constexpr std::chrono::milliseconds kInterval{1000};

    /// Reads the file, if there is one. @param interval 0 looks every time. @param tell by default a line on stderr.
    /// @return what read_state_file returns.
    static Result<std::shared_ptr<TokenFile>> open(std::string path, std::chrono::milliseconds interval = kInterval, Tell tell = Tell());

    /// The tokens now. Asks the file system at most once per interval (one thread does; it reads the file only if that has changed).
    Known current();
    std::string const& path() const { return path_; }

private:
    TokenFile(std::string path, std::chrono::milliseconds interval, Tell tell);
    bool is_due();
    void look();
    void take(std::optional<StateFile> read);
    void complain(std::string sentence);

    std::string const path_;
    std::chrono::steady_clock::duration const interval_;
    Tell const tell_;
    std::atomic<std::chrono::steady_clock::rep> next_look_;
    std::mutex looking_;          // one look at a time; guards stamp_ and trouble_
    std::optional<Stamp> stamp_;  // of the content taken, or of one in trouble
    std::string trouble_;         // what was told last; empty if all was well
    mutable std::mutex mutex_;    // guards known_
    Known known_;
};

}  // namespace koine::auth
