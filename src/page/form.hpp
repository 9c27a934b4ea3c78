/// @file Form: what a person fills in, as facts and as HTML. Of rows, filters, accounts and operations alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::page {

struct Link {
    std::string text;
    std::string address;  ///< on this server
    bool operator==(Link const&) const = default;
};

/// One control, with its label.
struct Control {
    enum class Kind : std::uint8_t {
        text,
        lines,   ///< a text of several lines
        number,  ///< a whole one
        real,
        truth,  ///< true or false
        choice,
        moment,  ///< a date and time, as text
        date,
        email,
        url,
        json,    ///< a document or list, as JSON
        keys,    ///< of rows, separated by commas
        secret,  ///< shown as dots, never given back
        file,    ///< chosen of the visitor's own; never given back. The form is sent as multipart/form-data
        hidden
    };
    Kind kind = Kind::text;
    std::string name;                                          ///< on the wire
    std::string label;                                         ///< for people; empty: the name
    std::string help;                                          ///< a sentence or two
    std::vector<std::pair<std::string, std::string>> choices;  ///< value and label
    std::vector<std::string> values;                           ///< what is filled in; several only of choices
    bool required = false;
    std::optional<std::int64_t> least, most;  ///< numbers
    std::uint32_t longest = 0;                ///< characters; 0: any
    std::optional<Link> rows;                 ///< where rows are found whose keys it takes
    std::vector<std::string> faults;          ///< what is wrong with what was given
    std::string autocomplete;                 ///< what browsers may fill in: "username"; empty: nothing
    std::string accept = {};                  ///< of a file: media types, separated by commas; empty: all
};

struct Form {
    enum class Sent : std::uint8_t {
        plainly,    ///< by the browser, as GET or POST
        by_script,  ///< by browse.js, with `method`, as a browser would; hidden where no scripts run
        as_json     ///< by browse.js: its only control is the body
    };
    std::string id;  ///< letters, digits and hyphens: one of the page
    std::string title;
    std::string address;  ///< on this server
    std::string method = "POST";
    Sent sent = Sent::plainly;
    std::vector<Control> controls;
    std::vector<Control> more;  ///< shown when asked for
    std::string more_title;
    std::string submit;               ///< the button
    std::vector<std::string> faults;  ///< with what was given as a whole
    std::string confirm;              ///< a question before it is sent
    std::string then;                 ///< by_script, as_json: the address to go to after success; empty: that of the form
    bool shows = false;               ///< by_script, as_json: its answer is shown, whatever the method, and all of it is sent
    bool open = false;                ///< shown at once
    bool dangerous = false;
};

/// Values beyond this are not filled in: such a form says so and leaves the value out.
inline constexpr std::size_t kLongestValue = 256UL * 1024;
/// Choices shown of one control.
inline constexpr std::size_t kMostChoices = 2000;

/// Appends the form. Every control has its label; faults stand beside theirs. What stands in the facts stays text.
void append_form(std::string& out, Form const& form);
/// The same behind its title, which opens it.
void append_folded_form(std::string& out, Form const& form);

}  // namespace koine::page
