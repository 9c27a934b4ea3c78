/// @file Resolver: asks for the addresses of hosts, off the thread that wants to know.
#pragma once

#include "base/address.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace koine::event {

/// What a host's name stands for, in the order to be tried; empty: nothing, and why.
struct Resolved {
    std::vector<Address> addresses;
    std::string error;
};

/// Blocks, as long as the machine's own resolver does. Numbers are taken in all the spellings that the C library knows ("0x7f.1", "2130706433").
Resolved resolve(std::string const& host);

/// Threads that resolve. What waits for a name server that is silent holds no one else up but others that wait for names.
class Resolver {
public:
    /// @param how replaces `resolve`, for tests. Called on several threads.
    explicit Resolver(std::function<Resolved(std::string const&)> how = resolve);
    /// Forgets what was asked; does not wait for a name server.
    ~Resolver();
    Resolver(Resolver const&) = delete;
    Resolver& operator=(Resolver const&) = delete;

    /// @param done called on a thread of the resolver; not after its end.
    void ask(std::string host, std::function<void(Resolved)> done);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace koine::event
