#include "jinja/jinja.hpp"

#include "base/utf8.hpp"
#include "jinja/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

namespace koine::jinja {

#ifdef KOINE_HAS_JINJA

namespace {

EngineText text_of(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view_of(EngineText text) { return text.size == 0 ? std::string_view() : std::string_view(text.data, text.size); }

/// What the engine has loaded: the texts stay until the rendering ends.
struct Loader {
    std::function<std::optional<std::string>(std::string_view)> const& load;
    std::deque<std::string> loaded;
};

std::int32_t load(void* loader, EngineText name, EngineText* found) {
    auto& self = *static_cast<Loader*>(loader);
    // Nothing may be thrown into the engine: what cannot be loaded is not there.
    try {
        auto source = self.load(view_of(name));
        if (!source || first_invalid_utf8(*source) != std::string_view::npos) return 0;
        *found = text_of(self.loaded.emplace_back(std::move(*source)));
        return 1;
    } catch (...) {
        return 0;
    }
}

std::uint32_t flags_of(Options const& options) {
    std::uint32_t flags = 0;
    if (options.trim_blocks) flags |= trim_blocks;
    if (options.lstrip_blocks) flags |= lstrip_blocks;
    if (options.keep_trailing_newline) flags |= keep_trailing_newline;
    if (options.autoescape) flags |= autoescape;
    if (options.strict) flags |= strict;
    return flags;
}

Problem exceeded(std::string_view limit, std::uint64_t maximum) {
    return Problem(Reason::limit_exceeded).with("limit", limit).with("maximum", static_cast<std::int64_t>(maximum));
}

Problem bad_template(std::string_view name, std::uint32_t line, std::string_view words) {
    return Problem(Reason::check_failed)
        .with("message", line == 0 ? fmt::format("{}: {}", name, words) : fmt::format("{}:{}: {}", name, line, words))
        .with("template", name)
        .with("line", line);
}

Problem bad_context(std::string_view words) {
    return Problem(Reason::invalid_body).with("format", "JSON").with("detail", fmt::format("a template's context: {}", words));
}

Problem problem_of(EngineAnswer const& answer, Options const& options) {
    auto const& limits = options.limits;
    switch (answer.outcome) {
        case EngineOutcome::bad_template: return bad_template(view_of(answer.of), answer.line, view_of(answer.text));
        case EngineOutcome::bad_context: return bad_context(view_of(answer.text));
        case EngineOutcome::output: return exceeded("template_output_bytes", limits.output_bytes);
        case EngineOutcome::steps: return exceeded("template_steps", limits.steps);
        case EngineOutcome::memory: return exceeded("template_memory_bytes", limits.memory_bytes);
        case EngineOutcome::time:
            return exceeded("template_milliseconds", static_cast<std::uint64_t>(std::max<std::int64_t>(limits.time.count(), 0)));
        case EngineOutcome::depth: return exceeded("template_depth", limits.depth);
        case EngineOutcome::no_thread: return Problem(Reason::overloaded).because("no thread for a template");
        case EngineOutcome::panic: return bad_template(options.name, 0, fmt::format("the engine gave up: {}", view_of(answer.text)));
        case EngineOutcome::done: break;
    }
    return Problem(Reason::internal).because("the template engine's answer is unknown");
}

Result<std::string> run(std::string_view source, std::string_view context, Options const& options, std::uint32_t flags) {
    auto const& limits = options.limits;
    if (source.size() > limits.source_bytes) return exceeded("template_source_bytes", limits.source_bytes);
    if (auto const at = first_invalid_utf8(source); at != std::string_view::npos) {
        auto const line = 1 + std::ranges::count(source.substr(0, at), '\n');
        return bad_template(options.name, static_cast<std::uint32_t>(line), "the source is not UTF-8");
    }
    if (first_invalid_utf8(context) != std::string_view::npos) return bad_context("it is not UTF-8");

    Loader loader{options.load, {}};
    EngineRequest request;
    request.name = text_of(first_invalid_utf8(options.name) == std::string_view::npos ? options.name : "template");
    request.source = text_of(source);
    request.context = text_of(context);
    request.output_bytes = limits.output_bytes;
    request.memory_bytes = limits.memory_bytes;
    request.source_bytes = limits.source_bytes;
    request.steps = limits.steps;
    request.depth = limits.depth;
    request.milliseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(limits.time.count(), 0));
    request.flags = flags;
    if (options.load) {
        request.loader = &loader;
        request.load = load;
    }
    EngineAnswer answer;
    koine_jinja_render(&request, &answer);
    struct Freed {
        EngineAnswer const& answer;
        ~Freed() { koine_jinja_free(&answer); }
    } const freed{answer};
    if (answer.outcome != EngineOutcome::done) return problem_of(answer, options);
    return std::string(view_of(answer.text));
}

}  // namespace

bool available() { return true; }

Result<std::string> render(std::string_view source, std::string_view context_json, Options const& options) {
    return run(source, context_json, options, flags_of(options));
}

Result<void> check(std::string_view source, Options const& options) {
    KOINE_TRY(run(source, "{}", options, flags_of(options) | check_only));
    return outcome::success();
}

#else

namespace {

Problem missing() { return Problem(Reason::feature_not_supported).with("feature", "templates: this program was built without the engine"); }

}  // namespace

bool available() { return false; }

Result<std::string> render(std::string_view, std::string_view, Options const&) { return missing(); }

Result<void> check(std::string_view, Options const&) { return missing(); }

#endif

}  // namespace koine::jinja
