#include "http/answer.hpp"

#include "http/target.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>

namespace koine::http {
namespace {

constexpr std::string_view kLengthLine = "Content-Length:           \r\n\r\n";  // blanks for ten digits; blanks before a value are legal
constexpr std::size_t kLengthDigits = 10;
constexpr std::size_t kAfterLength = 4;
constexpr std::size_t kMovedBody = 64 * 1024;  // a body up to this size moves up to close the gap before it; a larger one leaves blanks

}  // namespace

std::string_view status_phrase(int status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 206: return "Partial Content";
        case 207: return "Multi-Status";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 402: return "Payment Required";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 411: return "Length Required";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 416: return "Range Not Satisfiable";
        case 417: return "Expectation Failed";
        case 422: return "Unprocessable Content";
        case 423: return "Locked";
        case 424: return "Failed Dependency";
        case 428: return "Precondition Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 507: return "Insufficient Storage";
        default: return "Unknown";
    }
}

void Answer::start(int status) {
    assert(state_ == State::fresh && status >= 200 && status <= 599);
    state_ = State::head;
    status_ = status;
    std::array<char, 3> const digits = {
        static_cast<char>('0' + status / 100), static_cast<char>('0' + status / 10 % 10), static_cast<char>('0' + status % 10)
    };
    out_->append("HTTP/1.1 ").append(digits.data(), digits.size()).append(" ").append(status_phrase(status)).append("\r\n");
    if (context_.common_lines != nullptr) out_->append(*context_.common_lines);
    if (context_.close)
        out_->append("Connection: close\r\n");
    else if (context_.announce_keep_alive)
        out_->append("Connection: keep-alive\r\n");
}

void Answer::header(std::string_view name, std::string_view value) {
    assert(state_ == State::head);
    if (!is_token(name)) return;
    out_->append(name).append(": ");
    auto const first = out_->size();
    out_->append(value).append("\r\n");
    auto const control = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; };
    std::replace_if(out_->begin() + static_cast<std::ptrdiff_t>(first), out_->end() - 2, control, ' ');
}

std::string& Answer::begin_body() {
    assert(state_ == State::head);
    state_ = State::body;
    out_->append(sends_body() ? kLengthLine : std::string_view("\r\n"));
    body_begin_ = out_->size();
    return *out_;
}

void Answer::end() {
    assert(state_ == State::head || state_ == State::body);
    if (state_ == State::head) begin_body();
    assert(out_->size() >= body_begin_);
    if (sends_body()) {
        body_bytes_ = out_->size() - body_begin_;
        std::array<char, 20> digits;
        auto const count = static_cast<std::size_t>(std::to_chars(digits.begin(), digits.end(), body_bytes_).ptr - digits.data());
        assert(count <= kLengthDigits);
        auto const gap = body_bytes_ <= kMovedBody ? kLengthDigits - count : 0;
        auto const length_end = body_begin_ - kAfterLength;
        std::copy_n(digits.data(), count, out_->data() + length_end - gap - count);
        if (gap > 0) out_->erase(length_end - gap, gap);
    } else {
        out_->resize(body_begin_);
    }
    state_ = State::ended;
}

void Answer::stream(std::unique_ptr<Source> source, std::uint64_t size) {
    assert(state_ == State::head && status_ != 204 && status_ != 304);
    out_->append("Content-Length: ").append(std::to_string(size)).append("\r\n\r\n");
    body_begin_ = out_->size();
    state_ = State::ended;
    if (!sends_body() || size == 0) return;
    body_bytes_ = size;
    source_ = std::move(source);
}

void Answer::abandon() {
    source_.reset();
    out_->resize(begin_);
    state_ = State::fresh;
    status_ = 0;
    body_bytes_ = 0;
}

}  // namespace koine::http
