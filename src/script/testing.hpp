/// @file For the room's tests: a program of one file, and one call of it.
#pragma once

#include "script/script.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::script {

inline std::shared_ptr<Program const> compiled(std::string text, std::vector<HostFunction> hosts = {}, Environment environment = {}) {
    auto made = Program::compile({{"operations/test.lua", std::move(text)}}, std::move(hosts), std::move(environment));
    for (auto const& mistake : made.mistakes) ADD_FAILURE() << describe(mistake);
    return made.program;
}

/// What a call gave: its result as JSON, or how it failed.
inline std::string told(Call& call) {
    if (call.stage() == Call::Stage::done) {
        auto const result = call.result();
        return result ? result.value().json() : "no value: " + std::string(result.error().cause());
    }
    if (call.stage() == Call::Stage::waits) return "waits";
    auto const& failure = call.failure();
    if (failure.limit) return "limit: " + std::string(to_string(*failure.limit));
    if (auto const* raised = failure.raised()) return "raised " + raised->kind + " " + raised->fields.json();
    if (failure.problem()->reason() == Reason::internal) return std::string(failure.problem()->cause());
    return "problem " + describe(*failure.problem());
}

/// The result of `main` of this text.
inline std::string run(
    std::string text, std::vector<Value> const& arguments = {}, CallOptions options = {}, std::vector<HostFunction> hosts = {}
) {
    auto const program = compiled(std::move(text), std::move(hosts));
    if (!program) return "not compiled";
    auto state = State::make(program);
    if (!state) return "no state: " + std::string(state.error().cause());
    Call call(*state.value(), *program->find("test.main"), std::move(options));
    call.start(arguments);
    return told(call);
}

/// For tests that are not about time: slow machines and sanitizers have it too.
inline CallOptions patient() {
    CallOptions options;
    options.limits.time = std::chrono::minutes(1);
    return options;
}

/// `main` of this body.
inline std::string eval(std::string const& body, std::vector<Value> const& arguments = {}, CallOptions options = patient()) {
    return run("function main(...)\n" + body + "\nend", arguments, std::move(options));
}

}  // namespace koine::script
