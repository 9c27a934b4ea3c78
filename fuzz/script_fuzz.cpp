/// @file Fuzzes the sandbox of scripts: any text is compiled as a module and its `main` called with small limits. Nothing crashes, and all ends within a second.
#include "script/script.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace koine::script;
    auto const begun = std::chrono::steady_clock::now();
    std::vector<HostFunction> hosts{
        {"wait", HostFunction::Mode::yields, nullptr, false},
        {"echo",
         HostFunction::Mode::immediate,
         [](Arguments const& arguments, Pusher& result) -> koine::Result<void> {
             BOOST_OUTCOME_TRY(auto value, arguments[0].value());
             result.value(value);
             return koine::outcome::success();
         },
         false}
    };
    StateLimits limits;
    limits.memory = 2U << 20U;
    limits.text = 64U << 10U;
    auto const compiled =
        Program::compile({{"a.lua", std::string(reinterpret_cast<char const*>(data), size)}}, std::move(hosts), {}, limits);
    auto const main = compiled.program ? compiled.program->find("a.main") : std::nullopt;
    if (main) {
        auto state = State::make(compiled.program, limits);
        if (!state) return 0;
        for (int round = 0; round < 2 && state.value()->usable(); ++round) {
            CallOptions options;
            options.limits = {100'000, std::chrono::milliseconds(20)};
            Call call(*state.value(), *main, std::move(options));
            auto stage = call.start({Value(Map{{"a", List{1, 2.5, "x"}}}), Value("text")});
            for (int waits = 0; stage == Call::Stage::waits && waits < 100; ++waits)
                stage = call.resume(
                    call.wait().arguments.empty() ? koine::Result<Value>(koine::Problem(koine::Reason::not_found))
                                                  : call.wait().arguments[0]
                );
            if (stage == Call::Stage::done)
                if (auto const result = call.result(); result && !Value::from_json(result.value().json())) std::abort();
        }
    }
    // Sanitizers make it ten times as slow as it is.
    if (std::chrono::steady_clock::now() - begun > std::chrono::seconds(5)) std::abort();
    return 0;
}
