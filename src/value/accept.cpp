#include "query/literal.hpp"
#include "value/kinds.hpp"

#include <fmt/format.h>

namespace koine::value {

std::string text_of(Cell const& cell) {
    switch (cell.kind()) {
        case Cell::Kind::integer: return std::to_string(cell.integer());
        case Cell::Kind::real: return fmt::format("{}", cell.real());
        case Cell::Kind::text:
        case Cell::Kind::blob: return std::string(cell.view());
        case Cell::Kind::null: return {};
    }
    return {};
}

Problem refused(Reason reason, Type const& type, std::string_view value) {
    bool const shy = type.kind == Kind::secret || type.kind == Kind::password;
    return Problem(reason).with("value", shy ? std::string_view() : query::shown(value)).with("type", type.name);
}

bool is_scalar(Given const& given) { return given.kind == Given::Kind::number || given.kind == Given::Kind::text; }

std::string_view given_word(Given const& given) {
    switch (given.kind) {
        case Given::Kind::boolean: return "bool";
        case Given::Kind::number: return given.text.find_first_of(".eE") == std::string_view::npos ? "int" : "float";
        case Given::Kind::text: return "str";
        case Given::Kind::json: return given.text.starts_with('[') ? "list" : "dict";
        case Given::Kind::null:
        case Given::Kind::absent: return "null";
    }
    return "null";
}

Result<Cell> accept(Type const& type, Given const& given, Arena& arena) {
    switch (type.kind) {
        case Kind::boolean: return accept_boolean(type, given, arena);
        case Kind::integer: return accept_integer(type, given, arena);
        case Kind::real: return accept_real(type, given, arena);
        case Kind::decimal: return accept_decimal(type, given, arena);
        case Kind::text:
        case Kind::slug:
        case Kind::email:
        case Kind::url: return accept_text(type, given, arena);
        case Kind::uuid: return accept_uuid(type, given, arena);
        case Kind::ip: return accept_address(type, given, arena);
        case Kind::mac: return accept_mac(type, given, arena);
        case Kind::date: return accept_date(type, given, arena);
        case Kind::time: return accept_time(type, given, arena);
        case Kind::datetime: return accept_datetime(type, given, arena);
        case Kind::duration: return accept_duration(type, given, arena);
        case Kind::json: return accept_json(type, given, arena);
        case Kind::choice: return accept_choice(type, given, arena);
        case Kind::list: return accept_list(type, given, arena);
        case Kind::secret: return accept_secret(type, given, arena);
        case Kind::password: return accept_password(type, given, arena);
        case Kind::blob: return accept_blob(type, given, arena);
        case Kind::file: return refused(Reason::not_a_file, type, {});
    }
    return refused(Reason::not_a_text, type, given.text);
}

Result<std::string> literal(Type const& type, std::string_view text) {
    switch (type.kind) {
        case Kind::integer: return literal_integer(type, text);
        case Kind::decimal: return literal_decimal(type, text);
        case Kind::ip: return literal_address(type, text);
        // What no row can hold is no mistake of a filter: it finds nothing.
        case Kind::text:
        case Kind::slug:
        case Kind::email:
        case Kind::url: return std::string(type.trimmed ? without_blanks(text) : text);
        case Kind::password: return std::string(text);
        case Kind::secret: return hashed_secret(without_blanks(text));
        case Kind::list: return literal(*type.item, text);
        default: break;
    }
    Arena arena(256);
    auto const kind = type.kind == Kind::json ? Given::Kind::json : Given::Kind::text;
    KOINE_TRY(auto cell, accept(type, Given{.kind = kind, .text = text}, arena));
    if (type.kind == Kind::boolean) return std::string(cell.integer() != 0 ? "true" : "false");
    return text_of(cell);
}

}  // namespace koine::value
