#include "event/transfer.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace koine::event {
namespace {

constexpr std::size_t kLongestUrl = 8192;
constexpr std::size_t kLongestAuthority = std::size_t{1} << 20;

Problem mistake(std::string_view what) { return Problem(Reason::check_failed).with("message", what); }

std::optional<std::string> part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return std::nullopt;
    std::string made(text);
    curl_free(text);
    return made;
}

bool is_host(std::string_view text) {
    auto const fits = [](char c) { return is_ascii_alphanumeric(c) || c == '.' || c == '-' || c == '_'; };
    return !text.empty() && text.size() <= 253 && std::ranges::all_of(text, fits);
}

bool is_token(std::string_view text, std::size_t longest) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    auto const fits = [&](char c) { return is_ascii_alphanumeric(c) || kMarks.find(c) != std::string_view::npos; };
    return !text.empty() && text.size() <= longest && std::ranges::all_of(text, fits);
}

/// A regular file, whole: a pipe or a device would hold up everyone.
std::optional<std::string> content_of(std::string const& path) {
    int const file = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (file < 0) return std::nullopt;
    std::optional<std::string> made;
    struct stat about{};
    if (fstat(file, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0 && std::cmp_less_equal(about.st_size, kLongestAuthority)) {
        made.emplace(static_cast<std::size_t>(about.st_size), '\0');
        std::size_t filled = 0;
        while (filled < made->size()) {
            auto const more = read(file, made->data() + filled, made->size() - filled);
            if (more <= 0) break;
            filled += static_cast<std::size_t>(more);
        }
        made->resize(filled);
    }
    close(file);
    return made;
}

/// The address as a socket has it; family and length are none if it is of another kind.
Address address_of(curl_sockaddr const& target) {
    Address made;
    made.family = 0;
    if (target.family == AF_INET) {
        sockaddr_in full{};
        std::memcpy(&full, &target.addr, sizeof full);
        made.family = 4;
        std::memcpy(made.bytes.data(), &full.sin_addr, 4);
    } else if (target.family == AF_INET6) {
        // libcurl says `addr` is a sockaddr, and keeps a longer one there.
        sockaddr_in6 full{};
        std::memcpy(&full, reinterpret_cast<unsigned char const*>(&target) + offsetof(curl_sockaddr, addr), sizeof full);
        made.family = 6;
        std::memcpy(made.bytes.data(), &full.sin6_addr, 16);
    }
    return made;
}

}  // namespace

Result<TargetUrl> read_url(std::string const& text) {
    if (text.size() > kLongestUrl) return mistake("the URL is too long");
    TargetUrl made;
    made.url.reset(curl_url());
    if (!made.url || text.find('\0') != std::string::npos || curl_url_set(made.url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
        return mistake("it is no URL of http or https");
    auto* url = made.url.get();
    auto const scheme = part_of(url, CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https") return mistake("only URLs of http and https are sent to");
    if (part_of(url, CURLUPART_USER) || part_of(url, CURLUPART_PASSWORD) || part_of(url, CURLUPART_OPTIONS))
        return mistake("a URL must not hold a user or a password");
    if (part_of(url, CURLUPART_ZONEID)) return mistake("a URL must not name a zone");
    auto host = part_of(url, CURLUPART_HOST).value_or("");
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
        if (!parse_address(host)) return mistake("the URL's host is no address");
    } else if (!is_host(host)) {
        return mistake("the URL's host must be of letters, digits, dots and hyphens");
    }
    std::ranges::transform(host, host.begin(), ascii_lower);
    made.host = std::move(host);
    auto const port = part_of(url, CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or("");
    unsigned number = 0;
    for (char const c : port) number = std::min(number * 10 + static_cast<unsigned>(c - '0'), 70'000U);
    if (number == 0 || number > 0xFFFF) return mistake("the URL has no port that can be sent to");
    made.port = static_cast<std::uint16_t>(number);
    return made;
}

std::string mistake_in(Sending const& sending) {
    if (!is_token(sending.method, 20)) return "the method is none";
    for (auto const& [name, value] : sending.headers) {
        if (!is_token(name, 200)) return "a header's name is none";
        auto const fits = [](char c) { return static_cast<unsigned char>(c) >= 0x20 ? c != 0x7F : c == '\t'; };
        if (value.size() > 8192 || !std::ranges::all_of(value, fits)) return fmt::format("the header {} has no proper value", name);
    }
    return {};
}

std::size_t Transfer::on_head(char const*, std::size_t one, std::size_t count, void* transfer) {
    auto& self = *static_cast<Transfer*>(transfer);
    self.head_bytes_ += one * count;
    self.long_head_ = self.head_bytes_ > self.options_.most_answer;
    return self.long_head_ ? 0 : one * count;
}

std::size_t Transfer::on_body(char const*, std::size_t one, std::size_t count, void* transfer) {
    auto& self = *static_cast<Transfer*>(transfer);
    self.body_bytes_ += one * count;
    return self.body_bytes_ > self.options_.most_answer ? 0 : one * count;
}

/// The last door: whatever libcurl made of all it was told, it connects to the address that was checked, or not at all.
curl_socket_t Transfer::on_socket(void* transfer, curlsocktype purpose, curl_sockaddr* address) {
    auto const& self = *static_cast<Transfer*>(transfer);
    if (purpose != CURLSOCKTYPE_IPCXN || !(address_of(*address) == self.address_)) return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

Result<void> Transfer::prepare(Address const& address, std::chrono::milliseconds time_left) {
    address_ = address;
    address_.length.reset();
    easy_.reset(curl_easy_init());
    if (!easy_) return Problem(Reason::internal).because("libcurl gives no handle");
    head_bytes_ = body_bytes_ = 0;
    headers_.reset();
    way_.reset();
    auto* easy = easy_.get();
    bool fine = true;
    auto const set = [&](CURLoption option, auto value) { fine = fine && curl_easy_setopt(easy, option, value) == CURLE_OK; };
    auto const add = [&](List& list, std::string const& line) {
        auto* longer = curl_slist_append(list.get(), line.c_str());
        fine = fine && longer != nullptr;
        if (longer == nullptr) return;
        (void)list.release();
        list.reset(longer);
    };
    set(CURLOPT_CURLU, target_.url.get());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NOPROXY, "*");
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_FORBID_REUSE, 1L);
    set(CURLOPT_FRESH_CONNECT, 1L);
    set(CURLOPT_ERRORBUFFER, static_cast<char*>(error_));
    set(CURLOPT_PRIVATE, static_cast<void*>(this));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(options_.connect_limit, time_left).count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, time_left.count())));
    // Every host and port of the URL is this address: libcurl asks no name server.
    add(way_, fmt::format(fmt::runtime(address.family == 6 ? "::[{}]:{}" : "::{}:{}"), address_.text(), target_.port));
    set(CURLOPT_CONNECT_TO, way_.get());
    set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_socket);
    set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
    set(CURLOPT_HEADERFUNCTION, &Transfer::on_head);
    set(CURLOPT_HEADERDATA, static_cast<void*>(this));
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(this));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, sending_.verify ? 1L : 0L);
    set(CURLOPT_SSL_VERIFYHOST, sending_.verify ? 2L : 0L);
    set(CURLOPT_USERAGENT, "koine/" KOINE_VERSION);
    if (sending_.method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
    } else if (sending_.method != "GET" || !sending_.body.empty()) {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(sending_.body.size()));
        set(CURLOPT_POSTFIELDS, sending_.body.data());
    }
    set(CURLOPT_CUSTOMREQUEST, sending_.method.c_str());
    // What libcurl would add by itself.
    add(headers_, "Expect:");
    bool typed = false;
    for (auto const& [name, value] : sending_.headers) {
        typed = typed || ascii_equal(name, "Content-Type");
        add(headers_, value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
    }
    if (!typed) add(headers_, "Content-Type:");
    set(CURLOPT_HTTPHEADER, headers_.get());
    if (sending_.verify && !sending_.authority.empty()) {
        auto const content = content_of(sending_.authority);
        if (!content) return mistake("the file of the certificate's authority cannot be read");
        authority_ = *content;
        curl_blob blob{authority_.data(), authority_.size(), CURL_BLOB_NOCOPY};
        set(CURLOPT_CAINFO_BLOB, &blob);
        set(CURLOPT_CAPATH, static_cast<char const*>(nullptr));
    }
    if (!fine) return Problem(Reason::internal).because("libcurl refuses an option");
    return outcome::success();
}

Sent Transfer::outcome(CURLcode code) const {
    Sent sent;
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    bool const left_unread = code == CURLE_WRITE_ERROR && !long_head_ && body_bytes_ > options_.most_answer;
    if (code == CURLE_OK || left_unread) return {Sent::How::answered, static_cast<int>(status), {}};
    if (long_head_) return {Sent::How::failed, static_cast<int>(status), "the head of the answer is too long"};
    return {Sent::How::failed, static_cast<int>(status), error_[0] != '\0' ? error_ : curl_easy_strerror(code)};
}

}  // namespace koine::event
