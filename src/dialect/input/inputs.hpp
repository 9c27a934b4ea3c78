/// @file Inputs: what an operation takes from a query string and a body, checked and typed as the app's YAML declares it.
#pragma once

#include "base/arena.hpp"
#include "base/result.hpp"
#include "description/happens.hpp"
#include "dialect/exchange.hpp"
#include "query/body.hpp"
#include "query/cell.hpp"

#include <span>
#include <string>
#include <vector>

namespace koine::dialect {

/// One value. Of json and lists the cell is JSON text (`is_json`); of all others what a field of that type would store.
struct InputValue {
    description::Input const* input = nullptr;
    query::Upload const* file = nullptr;  ///< of a file, if it was given; of the body
    query::Cell value;                    ///< the default if it was not given; null if that is none, too
    bool given = false;                   ///< null may be given, too
    bool is_json() const { return input->type.kind == value::Kind::json || input->type.kind == value::Kind::list; }
};

/// One for each that the operation declares, in that order.
struct Inputs {
    std::vector<InputValue> query, body;
};

/// What a dialect and a request say of them.
struct InputForms {
    bool ignore_unknown = false;   ///< parameters that nobody takes are passed over; else refused
    bool empty_is_off = false;     ///< a parameter without a value is not given, unless it is a text that may be empty
    std::string_view format = {};  ///< the parameter that chooses the answer's format; empty: none
    bool body_is_form = false;     ///< the body is all texts: lists and json stand in them, and empty ones of other types are not given
};

/// Of a name that comes several times the last counts; of a list they are its elements, and one alone may be a JSON list. JSON in a query string is
/// told from text by being JSON. Members of the body that are not declared are passed over; a body that may be anything is not looked at.
/// Texts are of the parameters, the body, the operation or the arena.
/// @return unknown_parameter; invalid_filters for parameters, then invalid_document for the body: their faults have member_required, null_not_allowed,
///         blank_not_allowed, not_a_document, file_too_large, file_type_refused, and the reasons of value::accept.
Result<Inputs> read_inputs(
    description::Operation const& operation,
    std::span<Parameter const> parameters,
    query::Body const& body,
    InputForms const& forms,
    Arena& arena
);

/// What came as JSON, for an operation that takes anything; of a form an object of its texts, null of nothing. @param text the request's body.
/// @param is_form all but JSON. @return view of the text or the arena. The body was read, so that the text is JSON otherwise.
std::string_view free_document(std::string_view text, query::Body const& body, bool is_form, Arena& arena);

}  // namespace koine::dialect
