/// @file BrowsePage: an answer of an app as a page: what was asked, the answer as JSON, and what can be done next.
#pragma once

#include "base/message.hpp"
#include "page/form.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::page {

/// Who looks at the page. Views of facts of the application and of the request.
struct Visitor {
    std::string name;                     ///< empty: nobody is logged in
    std::string login, logout, tokens;    ///< paths; empty: there are none
    std::string here;                     ///< the page's path and query: where a login leads back to
    std::string csrf_field, csrf_header;  ///< in which forms, and the script, repeat
    std::string csrf_secret;              ///< this
};

/// What all pages of an app have around their content.
struct Surroundings {
    std::string title;  ///< of the document
    std::string app;    ///< its name for people
    std::string version;
    std::string root;  ///< the path of its first index
    std::string docs;  ///< the path of the page with its documents; empty: none
    Visitor visitor;
};

/// Appends everything before the page's content, which stands in `main`, and behind it.
void begin_page(std::string& out, Surroundings const& around);
void end_page(std::string& out, Surroundings const& around);

/// Of a list.
struct Paging {
    std::int64_t offset = 0;
    std::int64_t returned = 0;
    std::optional<std::int64_t> total;
    std::string next, previous;  ///< addresses; empty: none
};

struct BrowseFacts {
    Surroundings around;
    std::vector<Link> crumbs;  ///< from the root to here
    std::string heading;
    std::string description;
    std::string_view method;
    std::string_view target;  ///< path and query, as asked
    int status = 200;
    std::string_view phrase;
    std::vector<Header> headers;  ///< of the JSON answer, views
    std::string_view body;        ///< JSON; empty: none
    std::string base;             ///< this server: "https://example.net"
    std::string allow;            ///< methods
    std::optional<Paging> paging;
    std::optional<Form> filters;
    std::vector<Link> formats;     ///< the same otherwise
    std::vector<Link> operations;  ///< what else there is of it
    std::string metadata;          ///< what OPTIONS answers; empty: nothing
    std::vector<Form> actions;     ///< forms of operations
    std::vector<Form> forms;       ///< of rows: to make, change and delete them
};

/// A whole HTML document, to be sent with `form_page_headers`.
std::string browse_page(BrowseFacts const& facts);

}  // namespace koine::page
