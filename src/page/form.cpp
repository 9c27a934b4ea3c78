#include "page/form.hpp"

#include "page/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace koine::page {
namespace {

using Kind = Control::Kind;

template <class... Arguments>
void append(std::string& out, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Arguments>(arguments)...);
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
    out.append(" ").append(name).append("=\"");
    append_escaped(out, value);
    out += '"';
}

std::string_view type_of(Kind kind) {
    switch (kind) {
        case Kind::number:
        case Kind::real: return "number";
        case Kind::date: return "date";
        case Kind::email: return "email";
        case Kind::url: return "url";
        case Kind::secret: return "password";
        case Kind::file: return "file";
        case Kind::hidden: return "hidden";
        default: return "text";
    }
}

/// Whether a browser's field of that kind would show the value: others it leaves empty, and says so in its console.
bool is_shown(Kind kind, std::string_view value) {
    if (kind == Kind::number || kind == Kind::real) return value.find_first_not_of("0123456789.-") == std::string_view::npos;
    return kind != Kind::date || value.empty() || (value.size() == 10 && value.find_first_not_of("0123456789-") == std::string_view::npos);
}

bool is_area(Kind kind) { return kind == Kind::lines || kind == Kind::json; }

class Writer {
public:
    Writer(std::string& out, Form const& form) : out_(out), form_(form) {}

    void all() {
        append(out_, "<form id=\"{}\" action=\"{}\"", escaped(form_.id), escaped(form_.address));
        bool const scripted = form_.sent != Form::Sent::plainly;
        append_attribute(out_, "method", form_.method == "GET" ? "get" : "post");
        auto const is_file = [](auto const& each) { return each.kind == Kind::file; };
        if (std::ranges::any_of(form_.controls, is_file)) append_attribute(out_, "enctype", "multipart/form-data");
        if (scripted) append_attribute(out_, "data-method", form_.method);
        if (form_.sent == Form::Sent::as_json) append_attribute(out_, "data-type", "application/json");
        if (scripted && form_.shows) append_attribute(out_, "data-shows", "");
        if (!form_.confirm.empty()) append_attribute(out_, "data-confirm", form_.confirm);
        if (!form_.then.empty()) append_attribute(out_, "data-then", form_.then);
        out_ += scripted ? " data-script hidden>\n" : ">\n";
        if (!form_.faults.empty()) {
            out_ += "<div role=\"alert\">";
            faults(form_.faults, form_.id + "-faults");
            out_ += "</div>\n";
        }
        for (auto const& each : form_.controls) control(each);
        if (!form_.more.empty()) {
            bool const used =
                std::ranges::any_of(form_.more, [](auto const& each) { return !each.values.empty() && each.kind != Kind::hidden; });
            append(out_, "<details class=\"more\"{}><summary>{}</summary>\n", used ? " open" : "", escaped(form_.more_title));
            out_ += "<div class=\"controls\">\n";
            for (auto const& each : form_.more) control(each);
            out_ += "</div></details>\n";
        }
        append(
            out_,
            "<p class=\"submit\"><button{}>{}</button></p>\n</form>\n",
            form_.dangerous ? " class=\"danger\"" : "",
            escaped(form_.submit)
        );
    }

private:
    void control(Control const& one) {
        if (one.kind == Kind::hidden) {
            for (auto const& value : one.values) {
                out_ += "<input type=\"hidden\"";
                append_attribute(out_, "name", one.name);
                append_attribute(out_, "value", value);
                out_ += ">\n";
            }
            return;
        }
        auto const id = fmt::format("{}-{}", form_.id, ++count_);
        append(
            out_,
            "<div class=\"control{}\">\n<label for=\"{}\">{}",
            is_area(one.kind) ? " wide" : "",
            escaped(id),
            escaped(one.label.empty() ? one.name : one.label)
        );
        if (one.required) out_ += " <span class=\"needed\">(required)</span>";
        out_ += "</label>\n";
        if (one.kind == Kind::choice || one.kind == Kind::truth)
            select(one, id);
        else if (is_area(one.kind))
            area(one, id);
        else
            input(one, id);
        if (is_too_long(one)) out_ += "<p class=\"help\">What is stored is too long to be filled in here; left empty, it stays.</p>\n";
        if (has_help(one)) help(one, id);
        if (!one.faults.empty()) faults(one.faults, id + "-faults");
        out_ += "</div>\n";
    }

    static bool is_too_long(Control const& one) {
        return std::ranges::any_of(one.values, [](auto const& value) { return value.size() > kLongestValue; });
    }
    static bool has_help(Control const& one) { return !one.help.empty() || one.rows; }
    static std::string_view value_of(Control const& one) {
        if (one.values.empty() || is_too_long(one) || one.kind == Kind::secret || one.kind == Kind::file) return {};
        return one.values.front();
    }

    /// What all controls have.
    void attributes(Control const& one, std::string const& id) {
        append_attribute(out_, "id", id);
        append_attribute(out_, "name", one.name);
        if (one.required) out_ += " required";
        std::string told;
        if (has_help(one)) told = id + "-help";
        if (!one.faults.empty()) {
            out_ += " aria-invalid=\"true\"";
            told.append(told.empty() ? "" : " ").append(id).append("-faults");
        }
        if (!told.empty()) append_attribute(out_, "aria-describedby", told);
    }

    void input(Control const& one, std::string const& id) {
        out_ += "<input";
        append_attribute(out_, "type", is_shown(one.kind, value_of(one)) ? type_of(one.kind) : "text");
        attributes(one, id);
        if (one.kind == Kind::file) {
            if (!one.accept.empty()) append_attribute(out_, "accept", one.accept);
            out_ += ">\n";
            return;
        }
        append_attribute(out_, "value", value_of(one));
        append_attribute(out_, "autocomplete", one.autocomplete.empty() ? "off" : one.autocomplete);
        if (one.least) append(out_, " min=\"{}\"", *one.least);
        if (one.most) append(out_, " max=\"{}\"", *one.most);
        if (one.longest > 0) append(out_, " maxlength=\"{}\"", one.longest);
        if (one.kind == Kind::real) out_ += " step=\"any\"";
        if (one.kind == Kind::keys) out_ += " placeholder=\"1, 2, 3\"";
        out_ += ">\n";
    }

    void area(Control const& one, std::string const& id) {
        out_ += "<textarea";
        attributes(one, id);
        if (one.longest > 0) append(out_, " maxlength=\"{}\"", one.longest);
        append(out_, " rows=\"{}\" spellcheck=\"false\">\n", form_.sent == Form::Sent::as_json ? 14 : 4);
        append_escaped(out_, value_of(one));
        out_ += "</textarea>\n";
    }

    void select(Control const& one, std::string const& id) {
        bool const several = one.values.size() > 1;
        out_ += "<select";
        attributes(one, id);
        out_ += several ? " multiple size=\"5\">" : ">";
        if (!several && (!one.required || one.values.empty())) out_ += "<option value=\"\">–</option>";
        if (one.kind == Kind::truth) {
            option(one, "true", "true");
            option(one, "false", "false");
        }
        auto const shown = std::min(one.choices.size(), kMostChoices);
        for (std::size_t i = 0; i < shown; ++i) option(one, one.choices[i].first, one.choices[i].second);
        out_ += "</select>\n";
    }

    void option(Control const& one, std::string_view value, std::string_view label) {
        out_ += "<option";
        append_attribute(out_, "value", value);
        if (std::ranges::find(one.values, value) != one.values.end()) out_ += " selected";
        out_ += '>';
        append_escaped(out_, label.empty() ? value : label);
        out_ += "</option>";
    }

    void help(Control const& one, std::string const& id) {
        append(out_, "<p class=\"help\" id=\"{}-help\">{}", escaped(id), escaped(one.help));
        if (one.rows)
            append(out_, "{}<a href=\"{}\">{}</a>", one.help.empty() ? "" : " ", escaped(one.rows->address), escaped(one.rows->text));
        out_ += "</p>\n";
    }

    void faults(std::vector<std::string> const& all, std::string const& id) {
        append(out_, "<ul class=\"faults\" id=\"{}\">", escaped(id));
        for (auto const& each : all) append(out_, "<li>{}</li>", escaped(clipped(each, 2000)));
        out_ += "</ul>\n";
    }

    std::string& out_;
    Form const& form_;
    int count_ = 0;
};

}  // namespace

void append_form(std::string& out, Form const& form) { Writer(out, form).all(); }

void append_folded_form(std::string& out, Form const& form) {
    append(
        out,
        "<details class=\"fold\"{}{}><summary>{}</summary>\n",
        form.open ? " open" : "",
        form.sent == Form::Sent::plainly ? "" : " data-script hidden",
        escaped(form.title)
    );
    append_form(out, form);
    out += "</details>\n";
}

}  // namespace koine::page
