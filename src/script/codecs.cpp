#include "base/encoding.hpp"
#include "script/codec.hpp"
#include "script/machine.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>

namespace koine::script {
namespace {

int encode_base64(lua_State* lua) {
    auto const form = option_text(lua, 2, "standard");
    push_text(lua, base64(check_text(lua, 1), form == "url"));
    return 1;
}

int decode_base64(lua_State* lua) {
    std::string out;
    if (!read_base64(check_text(lua, 1), out)) complain(lua, "not base64");
    push_text(lua, out);
    return 1;
}

int encode_json(lua_State* lua) {
    push_text(lua, check_tree(lua, 1).json());
    return 1;
}

int decode_json(lua_State* lua) {
    auto const text = check_text(lua, 1);
    Machine::of(lua).charge(lua, text.size() / 4);
    auto value = Value::from_json(text);
    if (!value) complain(lua, "not JSON");
    auto push = Machine::pusher(lua);
    if (value.value().is_null())
        lua_pushlightuserdata(lua, &kKeys.null);
    else
        push.value(value.value());
    return 1;
}

template <class T>
T taken(lua_State* lua, char const* codec, Result<T> result) {
    if (!result) complain(lua, "%s: %s", codec, std::string(result.error().cause()).c_str());
    return std::move(result).value();
}

void push_tree(lua_State* lua, Value const& value) { Machine::pusher(lua).value(value); }

void push_written(lua_State* lua, std::string const& text) {
    Machine::of(lua).charge(lua, text.size() / 16);
    push_text(lua, text);
}

/// What reading takes, beyond what it counts by itself.
std::string_view check_source(lua_State* lua) {
    auto const text = check_text(lua, 1);
    Machine::of(lua).charge(lua, text.size() / 4);
    return text;
}

CsvForm csv_form(lua_State* lua, Value const& options) {
    CsvForm form;
    form.safe = check_flag(lua, options, "safe");
    if (auto const* separator = options.find("separator")) {
        auto const* text = separator->text();
        bool const fits = text && text->size() == 1 && static_cast<unsigned char>(text->front()) < 0x80 &&
                          std::string_view("\"\r\n").find(text->front()) == std::string_view::npos && text->front() != '\0';
        if (!fits) complain(lua, "separator is one character of ASCII, no quote and no line end");
        form.separator = text->front();
    }
    return form;
}

/// header = {names} or a boolean. @return the boolean, if it is one.
std::optional<bool> read_header(lua_State* lua, Value const& options, CsvForm& form) {
    auto const* header = options.find("header");
    if (!header) return std::nullopt;
    if (auto const* boolean = header->boolean()) return *boolean;
    if (!header->list() || header->list()->empty()) complain(lua, "header is a list of names, true or false");
    for (auto const& name : *header->list()) {
        if (!name.text()) complain(lua, "header is a list of names, true or false");
        form.names.push_back(*name.text());
    }
    return std::nullopt;
}

int encode_csv(lua_State* lua) {
    auto const rows = check_tree(lua, 1);
    auto const options = check_options(lua, 2, {"header", "separator", "safe"});
    auto form = csv_form(lua, options);
    form.has_header = read_header(lua, options, form).value_or(true);
    push_written(lua, taken(lua, "CSV", write_csv(rows, form, Machine::of(lua).limits.text)));
    return 1;
}

int decode_csv(lua_State* lua) {
    auto const text = check_source(lua);
    auto const options = check_options(lua, 2, {"header", "separator"});
    auto form = csv_form(lua, options);
    form.has_header = read_header(lua, options, form).value_or(false);
    push_tree(lua, taken(lua, "CSV", read_csv(text, form)));
    return 1;
}

int encode_xml(lua_State* lua) {
    auto const document = check_tree(lua, 1);
    bool const declaration = check_flag(lua, check_options(lua, 2, {"declaration"}), "declaration");
    push_written(lua, taken(lua, "XML", write_xml(document, declaration, Machine::of(lua).limits.text)));
    return 1;
}

int decode_xml(lua_State* lua) {
    push_tree(lua, taken(lua, "XML", read_xml(check_source(lua))));
    return 1;
}

/// Permissions as people write them: "644".
std::uint32_t read_mode(lua_State* lua, Value const& mode) {
    std::uint32_t number = 0;
    auto const* text = mode.text();
    auto const end = text ? text->data() + text->size() : nullptr;
    if (!text || text->empty() || text->size() > 4 || std::from_chars(text->data(), end, number, 8).ptr != end)
        complain(lua, "mode is a text of octal digits, such as '644'");
    return number;
}

std::string octal(std::uint32_t mode) {
    char digits[16];
    return {digits, std::to_chars(digits, digits + sizeof digits, mode, 8).ptr};
}

TarFile read_file(lua_State* lua, Value const& file) {
    if (!file.map()) complain(lua, "a file of an archive is a table: name, text, mode, mtime");
    TarFile out;
    out.mtime = Machine::of(lua).now() / 1'000'000;
    for (auto const& [name, value] : *file.map()) {
        if (name == "mode") {
            out.mode = read_mode(lua, value);
        } else if (name == "mtime") {
            auto const number = value.real() ? *value.real() : value.integer() ? static_cast<double>(*value.integer()) : -1.0;
            if (!(number >= 0 && number < 8e9)) complain(lua, "mtime is a time, as of time.now()");
            out.mtime = static_cast<std::int64_t>(number);
        } else if (name == "name" || name == "text") {
            if (!value.text()) complain(lua, "a file's %s is a text", name.c_str());
            (name == "name" ? out.name : out.text) = *value.text();
        } else {
            complain(lua, "a file of an archive has no '%s'", name.c_str());
        }
    }
    return out;
}

int encode_tar(lua_State* lua) {
    auto const tree = check_tree(lua, 1);
    bool const empty = tree.map() && tree.map()->empty();
    if (!tree.list() && !empty) complain(lua, "files of an archive are a list");
    std::vector<TarFile> files;
    if (!empty)
        for (auto const& each : *tree.list()) files.push_back(read_file(lua, each));
    push_written(lua, taken(lua, "tar", write_tar(files, Machine::of(lua).limits.text)));
    return 1;
}

int decode_tar(lua_State* lua) {
    auto const files = taken(lua, "tar", read_tar(check_source(lua)));
    auto push = Machine::pusher(lua);
    push.begin_list(files.size());
    for (auto const& file : files) {
        push.begin_map(4);
        push.text("name", file.name);
        push.text("text", file.text);
        push.text("mode", octal(file.mode));
        push.integer("mtime", file.mtime);
        push.end_map();
    }
    push.end_list();
    return 1;
}

}  // namespace

void push_codec(lua_State* lua) {
    struct Codec {
        char const* name;
        lua_CFunction encode, decode;
    };
    lua_newtable(lua);
    for (auto const& [name, encode, decode] :
         {Codec{"json", encode_json, decode_json},
          Codec{"base64", encode_base64, decode_base64},
          Codec{"csv", encode_csv, decode_csv},
          Codec{"xml", encode_xml, decode_xml},
          Codec{"tar", encode_tar, decode_tar}}) {
        lua_newtable(lua);
        add_charged(lua, {{"encode", encode}, {"decode", decode}});
        lua_setfield(lua, -2, name);
    }
}

}  // namespace koine::script
