/// @file Reader: bytes of a connection → requests. No sockets in it, so that tests and the fuzzer feed it directly.
#pragma once

#include "base/problem.hpp"
#include "http/request.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace koine::http {

/// What a stranger may send; the meaning is that of the fields of ServerOptions.
struct ReaderLimits {
    std::size_t max_head_bytes;
    std::size_t max_headers;
    std::size_t max_body_bytes;
};

/// Beast's parser with views: fills a Request, keeps no fields of its own.
class HeadParser final : public boost::beast::http::basic_parser<true> {
public:
    using error_code = boost::beast::error_code;
    using Text = boost::beast::string_view;

    HeadParser(Request& request, std::vector<Header>& headers, std::string& body, std::string& spare, std::size_t max_headers)
        : request_(request),
          headers_(headers),
          body_(body),
          spare_(spare),
          max_headers_(max_headers) {}

    /// Whether the client waits for "100 Continue" before it sends the body.
    bool expects_continue() const { return expects_continue_; }
    bool is_http10() const { return http10_; }
    bool too_many_headers() const { return too_many_headers_; }
    /// What was wrong, where Beast has no word for it; empty otherwise.
    std::string_view detail() const { return detail_; }
    /// How many bytes there must be for `put` to get on with a chunked body: Beast asserts five where a chunk's head is due.
    std::size_t least_chunk_bytes() const { return chunk_left_ > 0 ? 1 : 5; }
    /// Checks what concerns the head as a whole. @return false, with `detail` set, if it is wrong.
    bool judge();

private:
    void on_request_impl(boost::beast::http::verb verb, Text method, Text target, int version, error_code& ec) override;
    void on_response_impl(int, Text, int, error_code&) override {}
    void on_field_impl(boost::beast::http::field field, Text name, Text value, error_code& ec) override;
    void on_header_impl(error_code& ec) override { ec = {}, head_done_ = true; }
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code& ec) override { ec = {}; }
    std::size_t on_body_impl(Text, error_code& ec) override;
    void on_chunk_header_impl(std::uint64_t size, Text, error_code& ec) override { ec = {}, chunk_left_ = size; }
    std::size_t on_chunk_body_impl(std::uint64_t left, Text text, error_code& ec) override;
    void on_finish_impl(error_code& ec) override { ec = {}; }
    void refuse(std::string_view detail, error_code& ec);

    Request& request_;
    std::vector<Header>& headers_;
    std::string& body_;
    std::string& spare_;
    std::size_t max_headers_;
    std::string_view detail_;
    std::uint64_t chunk_left_ = 0;
    bool head_done_ = false;
    bool http10_ = false;
    bool has_host_ = false;
    bool absolute_ = false;
    bool has_encoding_ = false;
    bool expects_continue_ = false;
    bool too_many_headers_ = false;
};

/// The input side of a busy connection: `room` + `commit` take bytes in, `advance` makes the next request of them, `next` drops it.
///
/// Invariants
/// 1. A byte is looked for line ends once, however the input is cut: the work is linear in the bytes.
/// 2. The buffer does not move from the moment a head is complete until `next`: views into it hold.
/// 3. The buffer never grows beyond max_head_bytes and a little; a body that doesn't fit beside its head is gathered apart.
class Reader {
public:
    enum class Progress : unsigned char { need_more, complete, fault };
    /// What an unfinished request lacks; decides which deadline holds.
    enum class Phase : unsigned char { nothing, head, body };

    /// Ready for a connection's first byte. The limits must outlive the reader.
    explicit Reader(ReaderLimits const& limits);

    /// Where the next bytes go; never empty unless `advance` returned `complete` or `fault`.
    std::span<char> room();
    /// That many bytes were put at the front of `room`.
    void commit(std::size_t bytes) { end_ += bytes; }
    /// Makes what can be made of the bytes there are. After `complete` the request holds until `next`; after `fault` nothing more can be read.
    Progress advance();
    /// Forgets the request and goes on behind it.
    void next();
    /// Back to the first byte of a new connection, keeping memory of ordinary size.
    void reset();

    Phase phase() const;
    /// The request, complete or as far as it was understood. `headers` and the texts are filled; peer, request_id etc. are the caller's.
    Request& request() { return request_; }
    /// Why the bytes aren't a request; after `fault`.
    Problem const& problem() const { return *problem_; }
    /// True once per request: its head is complete, its body isn't, and the client waits for leave to send it.
    bool take_continue();
    /// Whether the client, by version and Connection fields, expects the connection to stay open.
    bool keep_alive() const { return keep_alive_; }
    bool is_http10() const { return parser_ && parser_->is_http10(); }
    /// Bytes read that belong to no request yet.
    bool has_rest() const { return end_ > next_; }
    /// Memory beyond the ordinary that the body takes at the moment.
    std::size_t held_bytes() const;
    /// Body bytes taken so far, for deadlines that move with progress.
    std::size_t body_progress() const { return state_ == State::head ? 0 : body_.size() + (end_ - head_end_); }

private:
    enum class State : unsigned char { head, sized_body, chunked_body, complete, broken };

    bool find_head_end();
    Progress read_head();
    Progress read_sized_body();
    Progress read_chunked_body();
    Progress complete(std::string_view body, std::size_t next);
    Progress fail(Problem problem);
    Progress malformed(std::string_view detail) { return fail(Problem(Reason::malformed_request).with("detail", detail)); }
    void make_room_behind_head();
    void move_to_front();
    void grow(std::size_t capacity);

    ReaderLimits const& limits_;
    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_;
    std::size_t begin_ = 0;     ///< the current request's first byte
    std::size_t line_ = 0;      ///< while the head is incomplete: its last, unfinished line
    std::size_t scanned_ = 0;   ///< bytes before this were searched for line ends
    std::size_t head_end_ = 0;  ///< behind the blank line, once known
    std::size_t next_ = 0;      ///< the next request's first byte, once complete; before that, begin_
    std::size_t end_ = 0;       ///< behind the last byte read
    State state_ = State::head;
    bool keep_alive_ = false;
    bool continue_wanted_ = false;
    std::uint64_t body_left_ = 0;
    Request request_;
    std::vector<Header> headers_;
    std::string body_;
    std::string spare_;
    std::optional<HeadParser> parser_;
    std::optional<Problem> problem_;
};

}  // namespace koine::http
