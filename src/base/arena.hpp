/// @file Arena: the memory of one request's rows. Everything in it dies at once.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace koine {

/// A bump allocator for trivially destructible things. Views into it live until `clear` or destruction. One thread at a time.
/// `clear` keeps the first block, so a reused arena allocates nothing for ordinary requests.
class Arena {
public:
    explicit Arena(std::size_t block_bytes = 16 * 1024) : block_bytes_(block_bytes) {}
    Arena(Arena&&) noexcept = default;
    Arena& operator=(Arena&&) noexcept = default;

    /// Memory of that many bytes, aligned for any scalar. Never null.
    void* allocate(std::size_t bytes) {
        bytes = (bytes + 7) & ~std::size_t{7};
        if (bytes > left_) [[unlikely]]
            grow(bytes);
        char* place = next_;
        next_ += bytes;
        left_ -= bytes;
        used_ += bytes;
        return place;
    }
    /// A copy of the text (may hold NUL) that lives as long as the arena's contents.
    std::string_view copy(std::string_view text) {
        if (text.empty()) return {};
        auto* place = static_cast<char*>(allocate(text.size()));
        std::memcpy(place, text.data(), text.size());
        return {place, text.size()};
    }
    /// Bytes handed out since the last `clear`; what a response cap looks at.
    std::size_t used() const { return used_; }
    void clear() {
        if (blocks_.size() > 1) blocks_.resize(1);
        if (!blocks_.empty()) {
            next_ = blocks_.front().memory.get();
            left_ = blocks_.front().bytes;
        }
        used_ = 0;
    }

private:
    struct Block {
        std::unique_ptr<char[]> memory;
        std::size_t bytes;
    };
    void grow(std::size_t bytes) {
        std::size_t size = bytes > block_bytes_ ? bytes : block_bytes_;
        if (block_bytes_ < 1024 * 1024) block_bytes_ *= 2;
        blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
        next_ = blocks_.back().memory.get();
        left_ = size;
    }

    std::vector<Block> blocks_;
    char* next_ = nullptr;
    std::size_t left_ = 0;
    std::size_t used_ = 0;
    std::size_t block_bytes_;
};

}  // namespace koine
