/// @file
/// The floor: what Koine's speed is compared with. A plain server for the demo music database and nothing else, as one would
/// write it by hand after Boost.Beast's documentation (example/http/server/awaitable): one io_context, `tcp_stream`,
/// `request<string_body>`, `response<string_body>`, one prepared statement a route, JSON appended to a string.
/// It answers exactly the requests that run.py sends, with the JSON that Koine answers.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/version.hpp>
#include <boost/version.hpp>
#include <sqlite3.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <thread>
#include <vector>

namespace beast = boost::beast;
namespace http = beast::http;
namespace net = boost::asio;
using tcp = net::ip::tcp;
using Stream = beast::tcp_stream::rebind_executor<net::use_awaitable_t<>::executor_with_default<net::any_io_executor>>::other;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

namespace {

// ---- SQLite

constexpr auto kOneTrack =
    "SELECT track_id, name, album_id, media_type_id, genre_id, composer, milliseconds, bytes, unit_price "
    "FROM track WHERE track_id = ?";
constexpr auto kTracks =
    "SELECT track_id, name, album_id, media_type_id, genre_id, composer, milliseconds, bytes, unit_price "
    "FROM track WHERE milliseconds > ? ORDER BY milliseconds LIMIT 25";
constexpr auto kTracksWithAlbum =
    "SELECT t.track_id, t.name, t.milliseconds, a.album_id, a.title, r.artist_id, r.name FROM track t "
    "LEFT JOIN album a ON a.album_id = t.album_id LEFT JOIN artist r ON r.artist_id = a.artist_id "
    "WHERE t.milliseconds > ? ORDER BY t.milliseconds LIMIT 25";
constexpr auto kAlbums = "SELECT album_id, title FROM album ORDER BY album_id LIMIT 25 OFFSET ?";
constexpr auto kTracksOfAlbum = "SELECT track_id, name, milliseconds FROM track WHERE album_id = ?";

/// A prepared statement; used by the thread that prepared it.
class Statement {
public:
    Statement(sqlite3* connection, char const* sql) {
        if (sqlite3_prepare_v3(connection, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr) != SQLITE_OK) {
            throw std::runtime_error(sqlite3_errmsg(connection));
        }
    }
    Statement(Statement const&) = delete;
    Statement& operator=(Statement const&) = delete;
    ~Statement() { sqlite3_finalize(handle_); }

    void start(std::int64_t argument) { sqlite3_bind_int64(handle_, 1, argument); }

    /// Moves to the next row; after the last one, or on an error, resets and so ends the read.
    bool next() {
        int const code = sqlite3_step(handle_);
        if (code == SQLITE_ROW) return true;
        if (sqlite3_reset(handle_) != SQLITE_OK) throw std::runtime_error("the statement failed");
        return false;
    }
    sqlite3_stmt* row() const { return handle_; }

private:
    sqlite3_stmt* handle_ = nullptr;
};

/// One thread's connection.
class Connection {
public:
    explicit Connection(std::string const& file) {
        int const code = sqlite3_open_v2(file.c_str(), &handle_, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
        if (code != SQLITE_OK) throw std::runtime_error(file + ": " + sqlite3_errmsg(handle_));
    }
    Connection(Connection const&) = delete;
    Connection& operator=(Connection const&) = delete;
    ~Connection() { sqlite3_close(handle_); }
    sqlite3* get() const { return handle_; }

private:
    sqlite3* handle_ = nullptr;
};

/// One thread's connection with the statements of all routes.
struct Database {
    explicit Database(std::string const& file) : connection(file) {}
    Connection connection;
    Statement one_track{connection.get(), kOneTrack};
    Statement tracks{connection.get(), kTracks};
    Statement tracks_with_album{connection.get(), kTracksWithAlbum};
    Statement albums{connection.get(), kAlbums};
    Statement tracks_of_album{connection.get(), kTracksOfAlbum};
};

// ---- JSON

void append_string(std::string& out, std::string_view text) {
    out += '"';
    for (char const c : text) {
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    out += "\\u00";
                    out += "0123456789abcdef"[c >> 4];
                    out += "0123456789abcdef"[c & 15];
                } else {
                    out += c;
                }
        }
    }
    out += '"';
}

template <class Number>
void append_number(std::string& out, Number number) {
    char text[32];
    auto const end = std::to_chars(text, text + sizeof text, number).ptr;
    out.append(text, end);
}

/// Appends `key` (with its punctuation) and the value of the column.
void append_member(std::string& out, std::string_view key, sqlite3_stmt* row, int column) {
    out += key;
    switch (sqlite3_column_type(row, column)) {
        case SQLITE_INTEGER: append_number(out, sqlite3_column_int64(row, column)); break;
        case SQLITE_FLOAT: append_number(out, sqlite3_column_double(row, column)); break;
        case SQLITE_NULL: out += "null"; break;
        default: {
            auto const* text = reinterpret_cast<char const*>(sqlite3_column_text(row, column));
            append_string(out, {text, static_cast<std::size_t>(sqlite3_column_bytes(row, column))});
        }
    }
}

void append_track(std::string& out, sqlite3_stmt* row) {
    append_member(out, "{\"track_id\":", row, 0);
    append_member(out, ",\"name\":", row, 1);
    append_member(out, ",\"album_id\":", row, 2);
    append_member(out, ",\"media_type_id\":", row, 3);
    append_member(out, ",\"genre_id\":", row, 4);
    append_member(out, ",\"composer\":", row, 5);
    append_member(out, ",\"milliseconds\":", row, 6);
    append_member(out, ",\"bytes\":", row, 7);
    append_member(out, ",\"unit_price\":", row, 8);
    out += '}';
}

void append_track_with_album(std::string& out, sqlite3_stmt* row) {
    append_member(out, "{\"track_id\":", row, 0);
    append_member(out, ",\"name\":", row, 1);
    append_member(out, ",\"milliseconds\":", row, 2);
    if (sqlite3_column_type(row, 3) == SQLITE_NULL) {
        out += ",\"album\":null}";
        return;
    }
    append_member(out, ",\"album\":{\"album_id\":", row, 3);
    append_member(out, ",\"title\":", row, 4);
    if (sqlite3_column_type(row, 5) == SQLITE_NULL) {
        out += ",\"artist\":null}}";
        return;
    }
    append_member(out, ",\"artist\":{\"artist_id\":", row, 5);
    append_member(out, ",\"name\":", row, 6);
    out += "}}}";
}

void append_track_of_album(std::string& out, sqlite3_stmt* row) {
    append_member(out, "{\"track_id\":", row, 0);
    append_member(out, ",\"name\":", row, 1);
    append_member(out, ",\"milliseconds\":", row, 2);
    out += '}';
}

/// Appends an array with what `append` makes of each row.
template <class Append>
void append_rows(std::string& out, Statement& statement, std::int64_t argument, Append append) {
    statement.start(argument);
    out += '[';
    bool first = true;
    while (statement.next()) {
        if (!first) out += ',';
        first = false;
        append(out, statement.row());
    }
    out += ']';
}

/// The usual N+1, cheap here: the albums' open statement holds the read lock for the inner ones.
void append_albums(std::string& out, Database& database, std::int64_t offset) {
    append_rows(out, database.albums, offset, [&database](std::string& text, sqlite3_stmt* row) {
        append_member(text, "{\"album_id\":", row, 0);
        append_member(text, ",\"title\":", row, 1);
        text += ",\"track\":";
        append_rows(text, database.tracks_of_album, sqlite3_column_int64(row, 0), append_track_of_album);
        text += '}';
    });
}

// ---- HTTP

/// The number after `name` in the query, e.g. 7 for `track_id=eq.` in `track_id=eq.7&limit=25`.
std::optional<std::int64_t> number_after(std::string_view query, std::string_view name) {
    auto const at = query.find(name);
    if (at == std::string_view::npos) return std::nullopt;
    auto const text = query.substr(at + name.size());
    std::int64_t number = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc{}) return std::nullopt;
    return number;
}

/// The JSON for a target, or nothing if there is no such route.
std::optional<std::string> answer(Database& database, std::string_view target) {
    if (target == "/-/health") return "{\"status\":\"ok\"}";
    auto const mark = target.find('?');
    if (mark == std::string_view::npos) return std::nullopt;
    auto const path = target.substr(0, mark);
    auto const query = target.substr(mark + 1);
    std::string out;
    if (path == "/track" && query.starts_with("track_id=eq.")) {
        auto const id = number_after(query, "track_id=eq.");
        if (!id) return std::nullopt;
        append_rows(out, database.one_track, *id, append_track);
    } else if (path == "/track") {
        auto const above = number_after(query, "milliseconds=gt.");
        if (!above) return std::nullopt;
        if (query.starts_with("select=")) {
            append_rows(out, database.tracks_with_album, *above, append_track_with_album);
        } else {
            append_rows(out, database.tracks, *above, append_track);
        }
    } else if (path == "/album") {
        auto const offset = number_after(query, "offset=");
        if (!offset) return std::nullopt;
        append_albums(out, database, *offset);
    } else {
        return std::nullopt;
    }
    return out;
}

Response respond(Database& database, Request const& request) {
    auto body = answer(database, request.target());
    Response response{body ? http::status::ok : http::status::not_found, request.version()};
    response.set(http::field::server, BOOST_BEAST_VERSION_STRING);
    response.set(http::field::content_type, "application/json; charset=utf-8");
    response.keep_alive(request.keep_alive());
    response.body() = body ? std::move(*body) : "{\"message\":\"not found\"}";
    response.prepare_payload();
    return response;
}

/// Set by each thread before it runs the io_context.
thread_local Database* this_threads_database = nullptr;

net::awaitable<void> serve_connection(Stream stream) {
    beast::flat_buffer buffer;
    try {
        for (;;) {
            stream.expires_after(std::chrono::seconds(30));
            Request request;
            co_await http::async_read(stream, buffer, request);
            Response const response = respond(*this_threads_database, request);
            co_await http::async_write(stream, response);
            if (!response.keep_alive()) break;
        }
    } catch (boost::system::system_error const& error) {
        if (error.code() != http::error::end_of_stream) co_return;
    }
    beast::error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

net::awaitable<void> listen(tcp::acceptor acceptor) {
    for (;;) {
        auto socket = co_await acceptor.async_accept(net::use_awaitable);
        auto const executor = socket.get_executor();
        net::co_spawn(executor, serve_connection(Stream(std::move(socket))), net::detached);
    }
}

// ---- The program

void raise_limit_of_open_files() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void serve(std::string const& file, unsigned short port, int threads) {
    net::io_context context{threads};
    tcp::acceptor acceptor(context, {net::ip::make_address("127.0.0.1"), port});
    std::cout << "http://127.0.0.1:" << acceptor.local_endpoint().port() << std::endl;
    net::co_spawn(context, listen(std::move(acceptor)), [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
    });

    net::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&context](auto, auto) { context.stop(); });

    auto const work = [&context](Database& database) {
        this_threads_database = &database;
        context.run();
    };
    std::vector<std::unique_ptr<Database>> databases;
    for (int i = 0; i < threads; ++i) databases.push_back(std::make_unique<Database>(file));
    std::vector<std::jthread> others;
    for (int i = 1; i < threads; ++i) others.emplace_back(work, std::ref(*databases[i]));
    work(*databases[0]);
}

int usage() {
    std::cerr << "usage: floor FILE [--port N] [--threads N]   serve the demo music database on 127.0.0.1\n"
                 "       floor --version                       what it was built with\n";
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> const arguments(argv + 1, argv + argc);
    if (arguments.size() == 1 && arguments[0] == "--version") {
        std::cout << "clang " __clang_version__ ", Boost " BOOST_LIB_VERSION ", SQLite " << sqlite3_libversion() << '\n';
        return 0;
    }
    if (arguments.empty() || arguments.size() % 2 == 0) return usage();
    int port = 0;
    int threads = 1;
    for (std::size_t i = 1; i < arguments.size(); i += 2) {
        int const number = std::atoi(arguments[i + 1].c_str());
        if (arguments[i] == "--port" && number >= 0 && number < 65536) {
            port = number;
        } else if (arguments[i] == "--threads" && number > 0 && number <= 256) {
            threads = number;
        } else {
            return usage();
        }
    }
    try {
        raise_limit_of_open_files();
        serve(arguments[0], static_cast<unsigned short>(port), threads);
    } catch (std::exception const& error) {
        std::cerr << "floor: " << error.what() << '\n';
        return 1;
    }
}
