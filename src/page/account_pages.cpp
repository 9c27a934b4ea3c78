#include "page/account_pages.hpp"

#include "page/html.hpp"

#include <fmt/format.h>

#include <iterator>

namespace koine::page {
namespace {

template <class... Arguments>
void append(std::string& out, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Arguments>(arguments)...);
}

Control hidden(std::string name, std::string value) {
    Control control;
    control.kind = Control::Kind::hidden;
    control.name = std::move(name);
    control.values = {std::move(value)};
    return control;
}

void append_table(std::string& out, TokensFacts const& facts) {
    out += "<div class=\"scroll\" role=\"region\" aria-label=\"Tokens\" tabindex=\"0\">\n<table>\n<thead><tr><th scope=\"col\">Number</th>";
    if (facts.has_description) out += "<th scope=\"col\">Description</th>";
    out += "<th scope=\"col\">Made</th>";
    if (facts.has_expires) out += "<th scope=\"col\">Expires</th>";
    if (facts.has_used) out += "<th scope=\"col\">Last used</th>";
    if (facts.has_write) out += "<th scope=\"col\">May write</th>";
    out += "<th scope=\"col\"><span class=\"hidden\">Delete</span></th></tr></thead>\n<tbody>\n";
    for (auto const& token : facts.tokens) {
        append(out, "<tr><th scope=\"row\">{}</th>", escaped(token.key));
        if (facts.has_description) append(out, "<td>{}</td>", escaped(token.description));
        append(out, "<td>{}</td>", escaped(token.created));
        if (facts.has_expires) append(out, "<td>{}</td>", token.expires.empty() ? "never" : escaped(token.expires));
        if (facts.has_used) append(out, "<td>{}</td>", token.used.empty() ? "never" : escaped(token.used));
        if (facts.has_write) append(out, "<td>{}</td>", token.may_write ? "yes" : "no");
        auto const& visitor = facts.around.visitor;
        append(
            out,
            "<td><form class=\"inline\" method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"{}\" value=\"{}\"><input "
            "type=\"hidden\" "
            "name=\"delete\" value=\"{}\"><button class=\"danger\">Delete<span class=\"hidden\"> token "
            "{}</span></button></form></td></tr>\n",
            escaped(visitor.tokens),
            escaped(visitor.csrf_field),
            escaped(visitor.csrf_secret),
            escaped(token.key),
            escaped(token.key)
        );
    }
    out += "</tbody>\n</table>\n</div>\n";
}

void append_made(std::string& out, TokensFacts const& facts) {
    if (!facts.made) return;
    out += "<div class=\"made\" role=\"status\">\n<h2>Your new token</h2>\n<p>It is shown this once: copy it now.</p>\n";
    append(
        out,
        "<pre class=\"line\" role=\"region\" tabindex=\"0\" aria-label=\"The token\"><code id=\"token\">{}</code></pre>\n",
        escaped(*facts.made)
    );
    out += "</div>\n";
}

Form making(TokensFacts const& facts) {
    auto const& visitor = facts.around.visitor;
    Form form;
    form.id = "make";
    form.title = "A new token";
    form.address = visitor.tokens;
    form.submit = "Make a token";
    form.faults = facts.faults;
    form.controls.push_back(hidden(visitor.csrf_field, visitor.csrf_secret));
    if (facts.has_description) {
        auto& control = form.controls.emplace_back();
        control.name = "description";
        control.label = "Description";
        control.longest = facts.longest_description;
        control.values = {facts.description};
    }
    if (facts.has_expires) {
        auto& control = form.controls.emplace_back();
        control.name = "expires";
        control.label = "Expires";
        control.kind = Control::Kind::date;
        control.help = "The first day on which it is taken no longer, in UTC; empty: never.";
        control.values = {facts.expires};
        if (!facts.fault_of_expires.empty()) control.faults = {facts.fault_of_expires};
    }
    if (facts.has_write) {
        auto& control = form.controls.emplace_back();
        control.name = "write";
        control.label = "May write";
        control.kind = Control::Kind::truth;
        control.required = true;
        control.values = {"true"};
    }
    return form;
}

}  // namespace

std::string login_page(LoginFacts const& facts) {
    std::string out;
    auto const& visitor = facts.around.visitor;
    begin_page(out, facts.around);
    out += "<div class=\"narrow\">\n<h1 tabindex=\"-1\">Log in</h1>\n";
    Form form;
    form.id = "login";
    form.address = visitor.login;
    form.submit = "Log in";
    if (!facts.fault.empty()) form.faults = {facts.fault};
    form.controls.push_back(hidden(visitor.csrf_field, visitor.csrf_secret));
    form.controls.push_back(hidden("next", facts.next));
    auto& name = form.controls.emplace_back();
    name.name = "username";
    name.label = "Name";
    name.required = true;
    name.values = {facts.name};
    name.autocomplete = "username";
    auto& password = form.controls.emplace_back();
    password.name = "password";
    password.label = "Password";
    password.kind = Control::Kind::secret;
    password.required = true;
    password.autocomplete = "current-password";
    append_form(out, form);
    out += "</div>\n";
    end_page(out, facts.around);
    return out;
}

std::string tokens_page(TokensFacts const& facts) {
    std::string out;
    begin_page(out, facts.around);
    out += "<h1 tabindex=\"-1\">Your tokens</h1>\n<p class=\"lead\">Programs use them in your name. What they may is what you may.</p>\n";
    append_made(out, facts);
    if (facts.tokens.empty())
        out += "<p>You have none.</p>\n";
    else
        append_table(out, facts);
    if (facts.more) out += "<p class=\"cut\">There are more, older ones, which are not shown.</p>\n";
    out += "<section class=\"narrow\" aria-labelledby=\"new\">\n<h2 id=\"new\">A new token</h2>\n";
    append_form(out, making(facts));
    out += "</section>\n";
    end_page(out, facts.around);
    return out;
}

}  // namespace koine::page
