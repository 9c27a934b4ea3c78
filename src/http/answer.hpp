/// @file Answer: how a handler writes its response, straight into the connection's output.
#pragma once

#include "base/awaitable.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace koine::http {

/// Where a body comes from that is not held in memory. Belongs to the connection, which asks for a piece when the one before is sent.
class Source {
public:
    virtual ~Source() = default;
    /// Appends the next bytes: at least one, at most so many. May suspend; nothing else appends meanwhile.
    /// @return why there are no more, though they were promised: the connection is cut off, so that the client knows.
    virtual Awaitable<Result<void>> read(std::string& out, std::size_t most) = 0;
};

/// The response to one request: `start`, `header`…, then `end` (no body), or `begin_body`, appending, `end`, or `stream`.
/// It appends to a string that already holds answers of earlier pipelined requests, so what stands before this answer is not touched.
/// Belongs to the connection's worker; lives until the handler's `handle` returns. Calls out of order are programming errors (asserted).
class Answer {
public:
    /// What the connection tells the answer; for http (and tests) only.
    struct Context {
        /// Complete header lines that every answer has (Date, Server), each with its CRLF. Outlives the answer; read when it starts, since a
        /// request may wait longer than a second and the lines are made anew meanwhile. Null: none.
        std::string const* common_lines = nullptr;
        /// The request was HEAD: what is written as body is not sent.
        bool head_only = false;
        /// The connection closes after this answer.
        bool close = false;
        /// The client is HTTP/1.0 and asked to keep the connection: it must be told that it may.
        bool announce_keep_alive = false;
    };

    /// `out` must outlive the answer and be appended to by no one else meanwhile.
    Answer(std::string& out, Context const& context) : out_(&out), context_(context), begin_(out.size()) {}
    Answer(Answer const&) = delete;
    Answer& operator=(Answer const&) = delete;

    /// Begins the head: status line, Date, Server, Connection where needed. Status 200 to 599.
    void start(int status);
    /// Adds a field. Content-Length, Transfer-Encoding, Connection, Date and Server are http's own and must not be given.
    /// Nothing can break out of the line: control bytes in the value become blanks; a name that isn't a token drops the field.
    void header(std::string_view name, std::string_view value);
    /// Ends the head and returns the string that the body is appended to (it holds other bytes before: append only, never clear;
    /// to take body bytes back, resize to no less than the size it had here).
    std::string& begin_body();
    /// Completes the answer. Sets Content-Length; a HEAD answer has none, 204 and 304 have none; none of these sends body bytes.
    void end();
    /// Completes the answer with a body that is read while it is sent. Sets Content-Length, of a HEAD answer too, which sends none of it.
    void stream(std::unique_ptr<Source> source, std::uint64_t size);
    /// What the body is to be read from; null: nothing, or it was taken already.
    std::unique_ptr<Source> take_source() { return std::move(source_); }
    bool streams() const { return source_ != nullptr; }
    /// Throws away what was written for this answer, also after `end`, so that another can be started.
    void abandon();
    /// Close the connection after this answer; before `start`, so that the client is told.
    void close_after() { context_.close = true; }

    bool started() const { return state_ != State::fresh; }
    bool ended() const { return state_ == State::ended; }
    /// The status given to `start`; 0 before.
    int status() const { return status_; }
    /// Body bytes to be sent; 0 before `end`.
    std::uint64_t body_bytes() const { return body_bytes_; }
    bool closes() const { return context_.close; }
    /// Where in the output this answer begins: what stands before may be sent already.
    std::size_t begin() const { return begin_; }

private:
    enum class State : unsigned char { fresh, head, body, ended };
    bool sends_body() const { return !context_.head_only && status_ != 204 && status_ != 304; }

    std::string* out_;
    Context context_;
    std::size_t begin_;
    std::size_t body_begin_ = 0;
    std::uint64_t body_bytes_ = 0;
    std::unique_ptr<Source> source_;
    int status_ = 0;
    State state_ = State::fresh;
};

/// The standard phrase of a status, e.g. "Not Found"; "Unknown" for one without.
std::string_view status_phrase(int status);

}  // namespace koine::http
