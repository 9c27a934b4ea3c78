/// @file Sender: sends requests to others' servers, a bounded number at a time, and only to addresses that it may reach.
#pragma once

#include "base/result.hpp"
#include "event/reach.hpp"
#include "event/resolver.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace koine::event {

/// One request.
struct Sending {
    std::string method = "POST";
    std::string url = {};  ///< http or https, without user and password
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};
    bool verify = true;          ///< the certificate; of https only
    std::string authority = {};  ///< a PEM file whose certificates count instead of the machine's; empty: those
};

/// What came of it.
struct Sent {
    enum class How : std::uint8_t {
        answered,  ///< with `status`
        failed,    ///< not reached, not answered in time, cut off
        refused,   ///< never sent, nor would it be later: a wrong or forbidden address, a wrong header
        abandoned  ///< the sender has stopped
    };
    How how = How::failed;
    int status = 0;
    std::string error;  ///< for people; empty if answered
};

struct SenderOptions {
    Reach reach;
    std::chrono::milliseconds connect_limit{5000};
    std::chrono::milliseconds limit{10'000};  ///< of everything, from the question for the address on
    std::size_t at_once = 8;
    std::size_t at_once_per_host = 2;
    std::size_t most_answer = 64 * 1024;  ///< bytes of head and of body that are looked at; nothing is read beyond
    std::function<Resolved(std::string const&)> resolver = resolve;
};

/// A host is resolved once, each of its addresses is checked, and the connection goes to one that was: a name that changes in between switches nothing.
/// Redirects are answers like any other; proxies of the environment, cookies and .netrc are not heeded. What a server answers is thrown away
/// but for the status; a body longer than `most_answer` is left unread.
/// One thread carries all of it. Thread-safe.
class Sender {
public:
    /// @return internal: libcurl cannot begin.
    static Result<std::unique_ptr<Sender>> start(SenderOptions options);
    /// Stops at once.
    virtual ~Sender() = default;
    /// @param done called once, on the sender's thread; may call `send`.
    virtual void send(Sending sending, std::function<void(Sent)> done) = 0;
    /// Begins nothing more, waits so long for what is under way, and abandons the rest. Then the thread has ended. Idempotent.
    virtual void stop(std::chrono::milliseconds patience) = 0;
};

}  // namespace koine::event
