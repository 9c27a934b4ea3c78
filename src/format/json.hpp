/// @file JsonWriter: the sink that writes JSON at the end of a string. The hot path of nearly every answer, so all of it inlines.
#pragma once

#include "represent/json_text.hpp"
#include "represent/program.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace koine::format {

/// Writes a double in its shortest form that reads back the same: integral values without a point, an exponent from 1e+15 up and below
/// 1e-4. NaN and infinities as strings. Needs room for 32 bytes; returns the end.
char* write_real(char* out, double number);

/// Appends to `out`, which must outlive it; nobody else may touch the string until `finish` (or destruction), which gives it its length.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_(out) {
        used_ = out.size();
        take_capacity(out.capacity());
    }
    JsonWriter(JsonWriter const&) = delete;
    JsonWriter& operator=(JsonWriter const&) = delete;
    ~JsonWriter() { finish(); }

    void begin_object() { open('{'); }
    void end_object() { close('}'); }
    void begin_list() { open('['); }
    void end_list() { close(']'); }
    void key(represent::Key const& key) {
        auto bytes = comma_ ? key.json : key.json.substr(1);
        copy(bytes);
        comma_ = false;
    }
    void null() { word("null"); }
    void boolean(bool truth) { word(truth ? std::string_view("true") : std::string_view("false")); }
    void integer(std::int64_t number) {
        auto* place = begin_value(24);
        advance(std::to_chars(place, place + 24, number).ptr);
    }
    void real(double number) { advance(write_real(begin_value(32), number)); }
    void text(std::string_view text) {
        if (text.size() > kPiece) [[unlikely]]
            return long_text(text);
        advance(represent::write_json_string(begin_value(text.size() * represent::kMaxEscaped + 2), text));
    }
    void json(std::string_view document) { word(document); }
    void bytes(std::string_view blob);
    /// Finished JSON around values, with its own commas: the literal parts of an envelope.
    void raw(std::string_view bytes) {
        copy(bytes);
        comma_ = false;
    }
    /// Bytes written so far, with what stood there before.
    std::size_t size() const { return used_; }
    void finish() { out_.resize(used_); }

private:
    /// A longer text is escaped piece by piece, so that it isn't given room for six times its size.
    static constexpr std::size_t kPiece = 8 * 1024;

    void long_text(std::string_view text);
    void open(char bracket) {
        *begin_value(1) = bracket;
        ++used_;
        comma_ = false;
    }
    void close(char bracket) {
        *room(1) = bracket;
        ++used_;
        comma_ = true;
    }
    void word(std::string_view bytes) {
        std::memcpy(begin_value(bytes.size()), bytes.data(), bytes.size());
        used_ += bytes.size();
    }
    void copy(std::string_view bytes) {
        if (bytes.empty()) return;
        std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
        used_ += bytes.size();
    }
    char* begin_value(std::size_t bytes) {
        auto* place = room(bytes + 1);
        if (comma_) {
            *place++ = ',';
            ++used_;
        }
        comma_ = true;
        return place;
    }
    void advance(char const* end) { used_ = static_cast<std::size_t>(end - out_.data()); }
    char* room(std::size_t bytes) {
        if (size_ - used_ < bytes) [[unlikely]]
            take_capacity(size_ + std::max(size_, bytes));
        return out_.data() + used_;
    }
    void take_capacity(std::size_t bytes) {
        size_ = std::max<std::size_t>(bytes, 256);
        out_.resize_and_overwrite(size_, [](char*, std::size_t size) { return size; });
    }

    std::string& out_;
    std::size_t used_ = 0;
    std::size_t size_ = 0;
    bool comma_ = false;
};

}  // namespace koine::format
