#include "http/request.hpp"

#include <algorithm>

namespace koine::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

}  // namespace

Method method_named(std::string_view token) {
    if (token == "GET") return Method::get;
    if (token == "POST") return Method::post;
    if (token == "PATCH") return Method::patch;
    if (token == "PUT") return Method::put;
    if (token == "DELETE") return Method::del;
    if (token == "HEAD") return Method::head;
    if (token == "OPTIONS") return Method::options;
    return Method::other;
}

std::string_view Request::path() const { return target.substr(0, target.find('?')); }

std::string_view Request::query() const {
    auto const mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

std::string_view Request::header(std::string_view lower_case_name) const {
    for (auto const& field : headers)
        if (std::ranges::equal(field.name, lower_case_name, {}, lower)) return field.value;
    return {};
}

}  // namespace koine::http
