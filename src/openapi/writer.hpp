/// @file JSON with keys that are made on the way, and names that are unique in a document.
#pragma once

#include "format/json.hpp"
#include "represent/json_text.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

namespace koine::openapi {

/// A JsonWriter that takes any text as a key.
class Json {
public:
    explicit Json(std::string& out) : out_(out) {}

    void begin_object() { out_.begin_object(); }
    void end_object() { out_.end_object(); }
    void begin_list() { out_.begin_list(); }
    void end_list() { out_.end_list(); }
    void text(std::string_view text) { out_.text(text); }
    /// A finished piece of JSON.
    void json(std::string_view document) { out_.json(document); }
    void key(std::string_view name) {
        key_ = ",";
        represent::append_json_string(key_, name);
        key_ += ':';
        out_.key({name, key_});
    }
    void member(std::string_view name, std::string_view value) {
        key(name);
        text(value);
    }
    /// Left out if the text is empty.
    void member_if_any(std::string_view name, std::string_view value) {
        if (!value.empty()) member(name, value);
    }
    template <class Body>
    void object(std::string_view name, Body const& body) {
        key(name);
        object(body);
    }
    template <class Body>
    void object(Body const& body) {
        begin_object();
        body();
        end_object();
    }
    template <class Body>
    void list(std::string_view name, Body const& body) {
        key(name);
        begin_list();
        body();
        end_list();
    }
    /// A list's element, or a member's value after `key`: `{"$ref": "#/components/PART/NAME"}`.
    void reference(std::string_view part, std::string_view name, std::string_view description = {}) {
        object([&] {
            member("$ref", std::string("#/components/").append(part).append("/").append(name));
            member_if_any("description", description);
        });
    }

private:
    format::JsonWriter out_;
    std::string key_;
};

/// What `body(Json&)` writes, which is one value.
template <class Body>
std::string written(Body const& body) {
    std::string out;
    {
        Json json(out);
        body(json);
    }
    return out;
}

/// Names of one section of a document: made of letters, digits, `_`, `.` and `-`, no two the same.
class Names {
public:
    std::string take(std::string_view wanted) {
        std::string name(wanted);
        auto const allowed = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
        };
        std::ranges::replace_if(name, [&](char c) { return !allowed(c); }, '_');
        if (name.empty()) name = "_";
        auto unique = name;
        for (int number = 2; !taken_.insert(unique).second; ++number) unique = name + "_" + std::to_string(number);
        return unique;
    }

private:
    std::set<std::string> taken_;
};

}  // namespace koine::openapi
