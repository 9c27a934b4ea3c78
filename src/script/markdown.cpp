#include "script/markdown.hpp"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <algorithm>
#include <csetjmp>
#include <cstdlib>
#include <cstring>
#include <mutex>

namespace koine::script {
namespace {

/// Steps that the library does by itself in one go, without taking memory: where an address ends it looks at all of a word for each ")".
constexpr std::size_t kMostSteps = 4'000'000;
constexpr std::uint64_t kLookEvery = 64;

Problem refused(std::string_view why) { return Problem(Reason::operation_failed).because(why); }

/// The memory of one text. The library can't be told to end, and some texts take it time that grows by their square: so what gives it memory leaves it,
/// by a jump, for it is in C and holds nothing but this memory.
class Memory {
public:
    explicit Memory(MarkdownLimits const& limits) : limits_(limits) {}
    ~Memory() {
        while (first_.next != &first_) release(first_.next + 1);
    }
    Memory(Memory const&) = delete;
    Memory& operator=(Memory const&) = delete;

    std::jmp_buf out;
    bool is_full = false;

    void* take(std::size_t bytes) {
        look(bytes);
        auto* const block = static_cast<Block*>(std::calloc(1, sizeof(Block) + bytes));  // NOLINT: what the library wants
        if (!block) leave(true);
        block->size = bytes;
        link(block);
        used_ += bytes;
        return block + 1;
    }
    void* resize(void* given, std::size_t bytes) {
        if (!given) return take(bytes);
        auto* const before = static_cast<Block*>(given) - 1;
        if (bytes > before->size) look(bytes - before->size);
        auto const size = before->size;
        unlink(before);
        auto* const block = static_cast<Block*>(std::realloc(before, sizeof(Block) + bytes));  // NOLINT: what the library wants
        if (!block) {
            link(before);
            leave(true);
        }
        block->size = bytes;
        link(block);
        used_ = used_ - size + bytes;
        return block + 1;
    }
    void release(void* given) {
        if (!given) return;
        auto* const block = static_cast<Block*>(given) - 1;
        used_ -= block->size;
        unlink(block);
        std::free(block);  // NOLINT: what calloc gave
    }
    /// Between two pieces of work.
    bool goes_on(std::uint64_t work) { return !limits_.goes_on || limits_.goes_on(work); }

    static thread_local Memory* current;

private:
    struct alignas(std::max_align_t) Block {
        Block* before = nullptr;
        Block* next = nullptr;
        std::size_t size = 0;
    };
    void link(Block* block) {
        block->before = &first_;
        block->next = first_.next;
        first_.next->before = block;
        first_.next = block;
    }
    static void unlink(Block* block) {
        block->before->next = block->next;
        block->next->before = block->before;
    }
    void look(std::size_t bytes) {
        if (bytes > limits_.memory || used_ > limits_.memory - bytes) leave(true);
        work_ += 1 + bytes / 64;
        if (work_ < kLookEvery) return;
        if (!goes_on(work_)) leave(false);
        work_ = 0;
    }
    [[noreturn]] void leave(bool full) {
        is_full = full;
        std::longjmp(out, 1);
    }

    MarkdownLimits const& limits_;
    Block first_{&first_, &first_, 0};
    std::size_t used_ = 0;
    std::uint64_t work_ = 0;
};
thread_local Memory* Memory::current = nullptr;

cmark_mem memory_functions{
    [](std::size_t count, std::size_t size) { return Memory::current->take(count * size); },
    [](void* given, std::size_t bytes) { return Memory::current->resize(given, bytes); },
    [](void* given) { Memory::current->release(given); }
};

/// Feeds line by line, for an empty line takes time by how deep the lines before it nest.
/// @return null: it was ended.
char* convert(std::string_view text, int options, Memory& memory, std::size_t& size) {
    auto* const parser = cmark_parser_new_with_mem(options, &memory_functions);
    for (char const* name : {"table", "strikethrough", "autolink", "tasklist", "tagfilter"})
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(name));
    while (!text.empty()) {
        auto const line = std::min(text.find('\n'), text.size() - 1) + 1;
        cmark_parser_feed(parser, text.data(), line);
        text.remove_prefix(line);
        if (!memory.goes_on(1)) return nullptr;
    }
    auto* const document = cmark_parser_finish(parser);
    char* const html = cmark_render_html(document, options, cmark_parser_get_syntax_extensions(parser));
    size = std::strlen(html);
    return html;
}

/// Whether no word makes the library look at too much at once.
bool is_bearable(std::string_view text) {
    std::size_t length = 0;
    std::size_t closing = 0;
    for (char const c : text) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            length = closing = 0;
            continue;
        }
        ++length;
        if (c == ')') ++closing;
        if (length * closing > kMostSteps) return false;
    }
    return true;
}

}  // namespace

Result<std::string> markdown(std::string_view text, bool unsafe, MarkdownLimits const& limits) {
    if (text.size() > limits.text) return refused("Markdown of more than " + std::to_string(limits.text >> 10U) + " KiB");
    if (!is_bearable(text)) return refused("Markdown with too many brackets in one word");
    static std::mutex one_at_a_time;
    std::scoped_lock const lock(one_at_a_time);
    static bool const prepared = (cmark_gfm_core_extensions_ensure_registered(), true);
    (void)prepared;
    Memory memory(limits);
    Memory::current = &memory;
    if (setjmp(memory.out) != 0)  // NOLINT: out of a library in C
        return refused(memory.is_full ? "Markdown that takes more memory than it may" : "Markdown that takes longer than it may");
    std::size_t size = 0;
    auto const* const html = convert(text, CMARK_OPT_VALIDATE_UTF8 | (unsafe ? CMARK_OPT_UNSAFE : CMARK_OPT_DEFAULT), memory, size);
    if (html == nullptr) return refused("Markdown that takes longer than it may");
    return std::string(html, size);
}

}  // namespace koine::script
