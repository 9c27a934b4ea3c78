#include "page/form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koine::page {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kHostile = "\"><script>alert('1')</script>";

std::string shown(Form const& form) {
    std::string out;
    append_form(out, form);
    return out;
}

Form form_of(Control control) {
    Form form;
    form.id = "f";
    form.address = "/rows/";
    form.submit = "Send";
    form.controls.push_back(std::move(control));
    return form;
}

Control control_of(Control::Kind kind, std::string value) {
    Control control;
    control.kind = kind;
    control.name = "n";
    control.label = "Name";
    control.values = {std::move(value)};
    return control;
}

TEST(Form, EveryControlHasItsLabel) {
    using Kind = Control::Kind;
    struct {
        Kind kind;
        std::string_view value, want;
    } const cases[] = {
        {Kind::text, "a", "<input type=\"text\" id=\"f-1\" name=\"n\" value=\"a\" autocomplete=\"off\">"},
        {Kind::number, "1", "<input type=\"number\" id=\"f-1\" name=\"n\" value=\"1\" autocomplete=\"off\">"},
        {Kind::number, "x", "<input type=\"text\" id=\"f-1\" name=\"n\" value=\"x\""},
        {Kind::date, "2027-01-31", "<input type=\"date\""},
        {Kind::date, "soon", "<input type=\"text\""},
        {Kind::real, "1.5", "value=\"1.5\" autocomplete=\"off\" step=\"any\">"},
        {Kind::truth,
         "false",
         "<option value=\"\">–</option><option value=\"true\">true</option><option value=\"false\" selected>false</option>"},
        {Kind::json, "{\"a\":1}", " rows=\"4\" spellcheck=\"false\">\n{&quot;a&quot;:1}</textarea>"},
        {Kind::lines, "\nx", ">\n\nx</textarea>"},
        {Kind::keys, "1, 2", "value=\"1, 2\" autocomplete=\"off\" placeholder=\"1, 2, 3\">"},
        {Kind::secret, "hush", "<input type=\"password\" id=\"f-1\" name=\"n\" value=\"\" autocomplete=\"off\">"},
    };
    for (auto const& c : cases) {
        auto const html = shown(form_of(control_of(c.kind, std::string(c.value))));
        EXPECT_THAT(html, HasSubstr(std::string(c.want)));
        EXPECT_THAT(html, HasSubstr("<label for=\"f-1\">Name</label>"));
    }
    EXPECT_THAT(shown(form_of(control_of(Kind::hidden, "x"))), HasSubstr("<input type=\"hidden\" name=\"n\" value=\"x\">"));
}

TEST(Form, NothingInItBecomesMarkup) {
    std::string const hostile(kHostile);
    using Kind = Control::Kind;
    for (auto const kind : {Kind::text, Kind::lines, Kind::choice, Kind::hidden, Kind::json, Kind::truth, Kind::secret}) {
        Control control{
            kind, hostile, hostile, hostile, {{hostile, hostile}}, {hostile}, true, {}, {}, 0, Link{hostile, hostile}, {hostile}, hostile
        };
        auto form = form_of(control);
        form.more = {control};
        form.title = form.more_title = form.submit = form.confirm = form.then = form.address = form.id = hostile;
        form.faults = {hostile};
        form.sent = Form::Sent::by_script;
        std::string out;
        append_folded_form(out, form);
        EXPECT_THAT(out, Not(HasSubstr("<script")));
        EXPECT_THAT(out, Not(HasSubstr("\">&lt;script&gt;alert('")));
    }
}

TEST(Form, TellsFaultsBesideTheirControls) {
    auto control = control_of(Control::Kind::number, "x");
    control.help = "Its number.";
    control.required = true;
    control.least = 1;
    control.most = 9;
    control.faults = {"Not a number."};
    auto form = form_of(control);
    form.faults = {"Both at once."};
    auto const html = shown(form);
    EXPECT_THAT(html, HasSubstr(" required aria-invalid=\"true\" aria-describedby=\"f-1-help f-1-faults\""));
    EXPECT_THAT(html, HasSubstr(" min=\"1\" max=\"9\""));
    EXPECT_THAT(html, HasSubstr("<ul class=\"faults\" id=\"f-1-faults\"><li>Not a number.</li></ul>"));
    EXPECT_THAT(html, HasSubstr("<div role=\"alert\"><ul class=\"faults\" id=\"f-faults\"><li>Both at once.</li></ul>"));
}

TEST(Form, IsSentPlainlyOrByTheScript) {
    auto form = form_of(control_of(Control::Kind::text, ""));
    EXPECT_THAT(shown(form), HasSubstr("<form id=\"f\" action=\"/rows/\" method=\"post\">"));
    form.method = "GET";
    EXPECT_THAT(shown(form), HasSubstr("method=\"get\">"));
    form.method = "PATCH";
    form.sent = Form::Sent::by_script;
    form.confirm = "Sure?";
    EXPECT_THAT(shown(form), HasSubstr("method=\"post\" data-method=\"PATCH\" data-confirm=\"Sure?\" data-script hidden>"));
    form.sent = Form::Sent::as_json;
    EXPECT_THAT(shown(form), HasSubstr("data-type=\"application/json\""));
}

TEST(Form, WithAFileIsSentInParts) {
    auto file = control_of(Control::Kind::file, "never shown");
    file.accept = "image/*,text/plain";
    file.required = true;
    auto const html = shown(form_of(file));
    EXPECT_THAT(html, HasSubstr("method=\"post\" enctype=\"multipart/form-data\">"));
    EXPECT_THAT(html, HasSubstr("<input type=\"file\" id=\"f-1\" name=\"n\" required accept=\"image/*,text/plain\">"));
    EXPECT_THAT(html, ::testing::Not(HasSubstr("never shown")));
}

TEST(Form, ChoicesAreCapped) {
    auto control = control_of(Control::Kind::choice, "7");
    for (std::size_t i = 0; i < kMostChoices + 100; ++i) control.choices.emplace_back(std::to_string(i), "");
    auto const html = shown(form_of(control));
    EXPECT_THAT(html, HasSubstr("<option value=\"7\" selected>7</option>"));
    EXPECT_THAT(html, Not(HasSubstr("value=\"" + std::to_string(kMostChoices) + "\"")));
}

}  // namespace
}  // namespace koine::page
