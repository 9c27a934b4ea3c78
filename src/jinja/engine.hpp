/// @file The C ABI of rust/src/lib.rs. The two are changed together.
#pragma once

#include <cstddef>
#include <cstdint>

namespace koine::jinja {

struct EngineText {
    char const* data = nullptr;
    std::size_t size = 0;
};

enum class EngineOutcome : std::uint32_t { done, bad_template, bad_context, output, steps, memory, time, depth, panic, no_thread };

enum EngineFlags : std::uint32_t {
    trim_blocks = 1,
    lstrip_blocks = 2,
    keep_trailing_newline = 4,
    autoescape = 8,
    strict = 16,
    check_only = 32
};

struct EngineRequest {
    EngineText name;
    EngineText source;
    EngineText context;
    std::uint64_t output_bytes = 0;
    std::uint64_t memory_bytes = 0;
    std::uint64_t source_bytes = 0;
    std::uint64_t steps = 0;
    std::uint64_t depth = 0;
    std::uint64_t milliseconds = 0;
    std::uint32_t flags = 0;
    void* loader = nullptr;
    /// 1: found, and the text lives until the rendering ends. 0: there is none.
    std::int32_t (*load)(void* loader, EngineText name, EngineText* found) = nullptr;
};

struct EngineAnswer {
    EngineOutcome outcome = EngineOutcome::done;
    std::uint32_t line = 0;
    EngineText text;
    EngineText of;
};

}  // namespace koine::jinja

extern "C" {
void koine_jinja_render(koine::jinja::EngineRequest const* request, koine::jinja::EngineAnswer* answer);
void koine_jinja_free(koine::jinja::EngineAnswer const* answer);
}
