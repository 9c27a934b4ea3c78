#include "http/reader.hpp"

#include "http/target.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstring>

namespace koine::http {
namespace {

namespace beast = boost::beast;

constexpr std::size_t kOrdinaryBuffer = 16 * 1024;
constexpr std::size_t kOrdinaryBody = 64 * 1024;
constexpr std::size_t kBodyRoom = 2 * 1024;  // behind a head, so that a body can be taken piece by piece
constexpr std::size_t kLongestMethod = 32;

std::string_view view(HeadParser::Text text) { return {text.data(), text.size()}; }

bool same(std::string_view text, std::string_view lower_case) {
    return std::ranges::equal(text, lower_case, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a | 0x20 : a) == b; });
}

/// Whether these first bytes may become a request line: tells TLS and other noise from HTTP before a line end ever comes.
bool may_be_method(std::string_view bytes) {
    auto const token = bytes.substr(0, std::min(bytes.find(' '), kLongestMethod + 1));
    return token.size() <= kLongestMethod && (is_token(token) || token == "\r");
}

}  // namespace

void HeadParser::refuse(std::string_view detail, error_code& ec) {
    detail_ = detail;
    ec = beast::http::error::bad_value;
}

void HeadParser::on_request_impl(beast::http::verb, Text method, Text target, int version, error_code& ec) {
    ec = {};
    http10_ = version == 10;
    request_.method_text = view(method);
    if (method.size() > kLongestMethod) return refuse("method too long", ec);
    request_.method = method_named(request_.method_text);
    Target reduced;
    if (!reduce_target(view(target), request_.method, spare_, reduced)) return refuse("bad target", ec);
    request_.target = reduced.origin;
    request_.host = reduced.host;
    absolute_ = reduced.absolute;
}

void HeadParser::on_field_impl(beast::http::field field, Text name_text, Text value_text, error_code& ec) {
    using beast::http::field::expect, beast::http::field::host, beast::http::field::transfer_encoding;
    ec = {};
    if (head_done_) return;  // trailers are allowed and mean nothing here
    auto const name = view(name_text);
    auto const value = view(value_text);
    if (headers_.size() == max_headers_) {
        too_many_headers_ = true;
        ec = beast::http::error::header_limit;
        return;
    }
    headers_.push_back({name, value});
    switch (field) {
        case host:
            if (has_host_) return refuse("more than one Host", ec);
            if (!is_host(value)) return refuse("bad Host", ec);
            has_host_ = true;
            if (!absolute_) request_.host = value;
            break;
        case transfer_encoding:
            if (has_encoding_ || http10_ || !same(value, "chunked")) return refuse("unsupported Transfer-Encoding", ec);
            has_encoding_ = true;
            break;
        case expect: expects_continue_ = !http10_ && same(value, "100-continue"); break;
        default: break;
    }
}

std::size_t HeadParser::on_body_impl(Text text, error_code& ec) {
    ec = {};
    body_.append(text.data(), text.size());
    return text.size();
}

std::size_t HeadParser::on_chunk_body_impl(std::uint64_t left, Text text, error_code& ec) {
    chunk_left_ = left - text.size();
    return on_body_impl(text, ec);
}

bool HeadParser::judge() {
    if (!http10_ && !has_host_) detail_ = "missing Host";
    return detail_.empty();
}

Reader::Reader(ReaderLimits const& limits)
    : limits_(limits),
      buffer_(std::make_unique_for_overwrite<char[]>(kOrdinaryBuffer)),
      capacity_(kOrdinaryBuffer) {}

std::span<char> Reader::room() {
    if (end_ == capacity_ && state_ == State::head) {
        if (begin_ > 0)
            move_to_front();
        else
            grow(std::min(capacity_ * 2, std::max(kOrdinaryBuffer, limits_.max_head_bytes + kBodyRoom)));
    }
    return {buffer_.get() + end_, capacity_ - end_};
}

Reader::Progress Reader::advance() {
    switch (state_) {
        case State::head: return read_head();
        case State::sized_body: return read_sized_body();
        case State::chunked_body: return read_chunked_body();
        case State::complete: return Progress::complete;
        case State::broken: break;
    }
    return Progress::fault;
}

bool Reader::find_head_end() {
    while (auto const* found = static_cast<char const*>(std::memchr(buffer_.get() + scanned_, '\n', end_ - scanned_))) {
        auto const newline = static_cast<std::size_t>(found - buffer_.get());
        scanned_ = newline + 1;
        if (newline == line_ || buffer_[newline - 1] != '\r') {
            malformed("a line must end in CRLF");
            return false;
        }
        bool const blank = newline - line_ == 1;
        if (blank && line_ == begin_) {  // blank lines before a request are skipped; RFC 9112 §2.2
            begin_ = next_ = line_ = scanned_;
            continue;
        }
        if (blank) {
            head_end_ = scanned_;
            return true;
        }
        if (buffer_[line_] == ' ' || buffer_[line_] == '\t') {
            malformed("folded field");
            return false;
        }
        line_ = scanned_;
    }
    scanned_ = end_;
    return false;
}

Reader::Progress Reader::read_head() {
    if (begin_ == end_) {
        begin_ = line_ = scanned_ = next_ = end_ = 0;
        return Progress::need_more;
    }
    bool const found = find_head_end();
    if (state_ == State::broken) return Progress::fault;
    if ((found ? head_end_ : end_) - begin_ > limits_.max_head_bytes)
        return fail(Problem(Reason::head_too_large).with("maximum", static_cast<std::int64_t>(limits_.max_head_bytes)).with("unit", "bytes")
        );
    if (!found) {
        if (end_ > begin_ && !may_be_method({buffer_.get() + begin_, end_ - begin_})) return malformed("bad method");
        return Progress::need_more;
    }
    if (capacity_ - head_end_ < kBodyRoom) make_room_behind_head();

    parser_.emplace(request_, headers_, body_, spare_, limits_.max_headers);
    parser_->header_limit(static_cast<std::uint32_t>(limits_.max_head_bytes + 1));
    parser_->body_limit(limits_.max_body_bytes);
    HeadParser::error_code ec;
    parser_->put(boost::asio::buffer(buffer_.get() + begin_, head_end_ - begin_), ec);
    request_.headers = headers_;
    if (ec == beast::http::error::body_limit)
        return fail(Problem(Reason::body_too_large).with("maximum", static_cast<std::int64_t>(limits_.max_body_bytes)));
    if (parser_->too_many_headers())
        return fail(Problem(Reason::head_too_large).with("maximum", static_cast<std::int64_t>(limits_.max_headers)).with("unit", "fields"));
    if (ec && ec != beast::http::error::need_more) return malformed(parser_->detail().empty() ? ec.message() : parser_->detail());
    if (!parser_->is_header_done()) return malformed("bad head");
    if (!parser_->judge()) return malformed(parser_->detail());

    keep_alive_ = parser_->keep_alive();
    if (parser_->chunked()) {
        parser_->eager(true);
        state_ = State::chunked_body;
        continue_wanted_ = parser_->expects_continue() && end_ == head_end_;
        return read_chunked_body();
    }
    body_left_ = parser_->content_length().value_or(0);
    if (body_left_ == 0) return complete({}, head_end_);
    state_ = State::sized_body;
    continue_wanted_ = parser_->expects_continue() && end_ == head_end_;
    return read_sized_body();
}

Reader::Progress Reader::read_sized_body() {
    auto const available = end_ - head_end_;
    if (body_.empty() && body_left_ <= available) return complete({buffer_.get() + head_end_, body_left_}, head_end_ + body_left_);
    if (body_.empty() && body_left_ <= capacity_ - head_end_) return Progress::need_more;
    auto const taken = std::min<std::uint64_t>(body_left_, available);
    body_.append(buffer_.get() + head_end_, taken);
    body_left_ -= taken;
    if (body_left_ == 0) return complete(body_, head_end_ + taken);
    end_ = head_end_;
    return Progress::need_more;
}

Reader::Progress Reader::read_chunked_body() {
    std::size_t at = head_end_;
    HeadParser::error_code ec;
    while (end_ - at >= parser_->least_chunk_bytes() && !ec && !parser_->is_done())
        at += parser_->put(boost::asio::buffer(buffer_.get() + at, end_ - at), ec);
    if (parser_->is_done() && !ec) return complete(body_, at);
    if (ec == beast::http::error::body_limit)
        return fail(Problem(Reason::body_too_large).with("maximum", static_cast<std::int64_t>(limits_.max_body_bytes)));
    if (ec && ec != beast::http::error::need_more) return malformed(ec.message());
    std::memmove(buffer_.get() + head_end_, buffer_.get() + at, end_ - at);
    end_ -= at - head_end_;
    if (end_ == capacity_) return malformed("chunk header too long");
    return Progress::need_more;
}

Reader::Progress Reader::complete(std::string_view body, std::size_t next) {
    request_.body = body;
    next_ = next;
    state_ = State::complete;
    return Progress::complete;
}

Reader::Progress Reader::fail(Problem problem) {
    problem_ = std::move(problem);
    state_ = State::broken;
    keep_alive_ = false;
    return Progress::fault;
}

void Reader::next() {
    begin_ = line_ = scanned_ = next_;
    state_ = State::head;
    continue_wanted_ = false;
    headers_.clear();
    request_ = Request();
    if (body_.capacity() > kOrdinaryBody)
        std::string().swap(body_);  // assigning an empty one would keep the memory
    else
        body_.clear();
}

void Reader::reset() {
    end_ = next_ = 0;
    next();
    keep_alive_ = false;
    parser_.reset();
    problem_.reset();
    if (capacity_ > kOrdinaryBuffer) {
        capacity_ = kOrdinaryBuffer;
        buffer_ = std::make_unique_for_overwrite<char[]>(capacity_);
    }
}

Reader::Phase Reader::phase() const {
    if (state_ != State::head) return Phase::body;
    return end_ > begin_ ? Phase::head : Phase::nothing;
}

std::size_t Reader::held_bytes() const { return body_.capacity() > kOrdinaryBuffer ? body_.capacity() : 0; }

bool Reader::take_continue() { return std::exchange(continue_wanted_, false); }

void Reader::make_room_behind_head() {
    if (begin_ > 0) move_to_front();
    if (capacity_ - head_end_ < kBodyRoom) grow(std::max(capacity_, head_end_ + kBodyRoom));
}

void Reader::move_to_front() {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    line_ -= begin_;
    scanned_ -= begin_;
    head_end_ -= std::min(begin_, head_end_);
    end_ -= begin_;
    begin_ = next_ = 0;
}

void Reader::grow(std::size_t capacity) {
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    std::memcpy(larger.get(), buffer_.get(), end_);
    buffer_ = std::move(larger);
    capacity_ = capacity;
}

}  // namespace koine::http
