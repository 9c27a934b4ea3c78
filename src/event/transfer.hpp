/// @file Transfer: one request as libcurl carries it out.
#pragma once

#include "base/address.hpp"
#include "event/sender.hpp"

#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace koine::event {

struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

/// A URL as libcurl reads it, so that what is checked is what is sent to.
struct TargetUrl {
    std::unique_ptr<CURLU, FreeUrl> url;
    std::string host;  ///< small letters, an IPv6 address without its brackets
    std::uint16_t port = 0;
};
/// @return check_failed with a message: no URL, another scheme, user or password, a host in other letters, a zone.
Result<TargetUrl> read_url(std::string const& text);

/// What is wrong with a request but for its URL; empty if nothing is.
std::string mistake_in(Sending const& sending);

/// Not movable while libcurl has it.
class Transfer {
public:
    Transfer(Sending const& sending, TargetUrl const& target, SenderOptions const& options)
        : sending_(sending),
          target_(target),
          options_(options) {}
    Transfer(Transfer const&) = delete;
    Transfer& operator=(Transfer const&) = delete;

    /// Makes it ready to be sent to this address, which was checked. @return check_failed: the authority's file cannot be used; internal.
    Result<void> prepare(Address const& address, std::chrono::milliseconds time_left);
    CURL* easy() const { return easy_.get(); }
    /// What came of it, by what libcurl says.
    Sent outcome(CURLcode code) const;
    /// Whether another address may do better.
    static bool is_unreached(CURLcode code) { return code == CURLE_COULDNT_CONNECT; }

private:
    static std::size_t on_head(char const* bytes, std::size_t one, std::size_t count, void* transfer);
    static std::size_t on_body(char const* bytes, std::size_t one, std::size_t count, void* transfer);
    static curl_socket_t on_socket(void* transfer, curlsocktype purpose, curl_sockaddr* address);

    Sending const& sending_;
    TargetUrl const& target_;
    SenderOptions const& options_;
    Address address_;
    std::unique_ptr<CURL, FreeEasy> easy_;
    List headers_, way_;
    std::string authority_;
    std::size_t head_bytes_ = 0, body_bytes_ = 0;
    bool long_head_ = false;
    char error_[CURL_ERROR_SIZE] = {};
};

}  // namespace koine::event
