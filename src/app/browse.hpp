/// @file Browse: an app's answers as pages, for those who ask for one. The JSON in a page is what would have been answered instead of it.
#pragma once

#include "app/turn.hpp"
#include "base/problem.hpp"
#include "page/browse_page.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace koine::app {

/// Answers a request to an app: as `respond_app` says, in a page if that was agreed on (the formats axis). @return as `respond_app`.
Awaitable<Result<void>> browse(Turn& turn);
/// Words a problem as a page, if one was agreed on; throws away what was begun. @return false if it was not: nothing is written.
bool write_problem_page(Turn const& turn, Problem const& problem);

/// Leads a browser that opens `/`, where an app has nothing, to the app's first index. @return false if it is somebody or something else.
bool lead_to_root(Application const& application, MountedDialect const& mount, http::Request const& request, http::Answer& answer);

/// What the body of a page's form says, as a program would: texts that hold JSON, keys or nothing become that. @param creates a row: then what is left empty
/// is not given at all; else it is null, or the empty text. Other bodies stay as they are.
void read_form(Turn const& turn, resource::Resource const& resource, bool creates, query::Body& body);

/// The same of what an operation takes: what is left empty is not given.
void read_form(Turn const& turn, std::span<description::Input const> inputs, query::Body& body);

/// The head and the body of an answer that was written for nobody. Views of its bytes.
struct Said {
    int status = 0;
    std::vector<Header> headers;
    std::string_view body;
    std::string_view header(std::string_view name) const;
};
Said said_of(std::string_view bytes);

/// What all pages show around their content. @param secret what forms repeat.
page::Surroundings surroundings(Turn const& turn, std::string title, std::string secret);
/// The CSRF secret of this browser: the one it has, or a new one, which `send_html` then gives it. Empty if there are no sessions.
std::string csrf_secret(Turn const& turn);
struct HtmlOptions {
    int status = 200;
    std::vector<Header> headers;  ///< beside those of pages, which come first
    std::string_view secret;      ///< as `csrf_secret` made it
};
void send_html(Turn const& turn, std::string const& html, HtmlOptions const& options);
/// The path below which the dialect's own lie, as this request reaches it: "/api".
std::string_view root_path(Turn const& turn);

/// The form of a list's parameters, as the request fills it in. @param problem with them; null: none.
page::Form filter_form(Turn const& turn, page::Paging const& paging, Problem const* problem = nullptr);
/// What the caller may do here. @param body what was answered, JSON; @param problem null if it was no problem.
std::vector<page::Form> change_forms(Turn const& turn, Said const& said, Problem const* problem, std::string_view secret);

/// What operations there are of the endpoint that the caller may do: links to those that are got, forms of those that are sent something, ask for something, or
/// write by GET. @param problem with the one that was asked for: its faults stand beside what was given; null: none.
void add_operations(Turn const& turn, Problem const* problem, std::string_view secret, page::BrowseFacts& facts);
/// The problem's faults beside the controls they are of, the others above the form, which is open then.
void tell_faults(Turn const& turn, Problem const& problem, page::Form& form);
/// What the request's body gives under that name, to be filled in again; nothing if nothing, or null.
std::vector<std::string> given_values(Turn const& turn, std::string_view name);
/// Keys or numbers as people write them ("1, 2 3"), as a JSON list; what is no number is a text in it.
std::string list_of(std::string_view text);
/// A control for a value of that type, with its limits; unnamed.
page::Control control_of(value::Type const& type);

}  // namespace koine::app
