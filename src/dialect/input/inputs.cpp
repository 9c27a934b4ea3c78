#include "dialect/input/inputs.hpp"

#include "base/json_scan.hpp"
#include "dialect/filter/required.hpp"
#include "dialect/list.hpp"
#include "query/literal.hpp"
#include "represent/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace koine::dialect {
namespace {

using description::Input;
using query::Body;
using query::Cell;
using query::Given;
using value::Kind;

bool is_document(value::Type const& type) { return type.kind == Kind::json || type.kind == Kind::list; }

/// Whether the empty text may be one of its values.
bool is_text(value::Type const& type) { return type.kind == Kind::choice || type.is_textual(); }

/// The default, which the loader has checked.
Cell default_of(Input const& input) {
    if (!input.has_default) return {};
    auto const& text = input.otherwise;
    auto const* end = text.data() + text.size();
    auto const stored = value::stored_as(input.type);
    if (model::is_integer(stored) || stored == model::Type::boolean) {
        std::int64_t number = 0;
        if (std::from_chars(text.data(), end, number).ptr == end && !text.empty()) return Cell::of(number);
    } else if (stored == model::Type::real) {
        double number = 0;
        if (std::from_chars(text.data(), end, number).ptr == end && !text.empty()) return Cell::of(number);
    }
    return Cell::text(text);
}

Result<Cell> blank(Input const& input) {
    if (input.blank) return Cell::text("");
    return Problem(Reason::blank_not_allowed).with("type", input.type.name);
}

/// As fields of documents are judged.
Result<Cell> accepted(Input const& input, Given const& given, Arena& arena) {
    auto const& type = input.type;
    bool const labelled = type.kind == Kind::choice && !type.bare;
    if (given.kind == Given::Kind::null) {
        if (input.nullable) return Cell{};
        if (type.kind == Kind::choice && input.blank) return Cell::text("");
        auto problem = Problem(Reason::null_not_allowed).with("type", type.name);
        return labelled ? std::move(problem).with("choice", "true") : std::move(problem);
    }
    bool const is_empty = given.kind == Given::Kind::text && given.text.empty();
    if (is_empty && is_text(type)) return blank(input);
    if (is_empty && input.blank && input.nullable) return Cell{};
    auto cell = value::accept(type, given, arena);
    if (!cell && labelled && cell.error().reason() == Reason::not_a_choice) return Problem(cell.error()).with("labelled", "true");
    if (!cell || !type.is_textual()) return cell;
    bool const became_empty = cell.value().kind() == Cell::Kind::text && cell.value().view().empty();
    return became_empty ? blank(input) : std::move(cell);
}

std::string_view without_blanks(std::string_view text) {
    auto const begin = text.find_first_not_of(" \t\r\n");
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// A text as what it says: JSON if it is that, or the one element of a list.
Given document_in(value::Type const& type, std::string_view text, Arena& arena) {
    auto const json = without_blanks(text);
    bool const is_list = type.kind == Kind::list;
    if (!json.empty() && (!is_list || json.front() == '[') && is_json(json)) return value::given_of(json, arena);
    if (!is_list) return {.kind = Given::Kind::text, .text = text};
    std::string list = "[";
    represent::append_json_string(list, text);
    return {.kind = Given::Kind::json, .text = arena.copy(list + "]")};
}

/// Whether one of the type's media types covers it.
bool is_taken(value::Type const& type, std::string_view media) {
    auto const covers = [&](std::string_view one) {
        return one.ends_with("/*") ? media.starts_with(one.substr(0, one.size() - 1)) : one == media;
    };
    return type.media.empty() || std::ranges::any_of(type.media, covers);
}

Problem file_refused(value::Type const& type, std::string_view media) {
    std::string all;
    for (auto const& one : type.media) all.append(all.empty() ? "" : ", ").append(one);
    return Problem(Reason::file_type_refused).with("value", query::shown(media)).with("type", type.name).with("choices", all);
}

class Reader {
public:
    Reader(InputForms const& forms, Arena& arena) : forms_(forms), arena_(arena) {}

    Result<Inputs> read(description::Operation const& operation, std::span<Parameter const> parameters, Body const& body) {
        KOINE_TRY(check_names(operation, parameters));
        for (auto const& input : operation.query) take(input, parameter_of(input, parameters), made_.query);
        if (!faults_.empty()) return invalid_filters(std::move(faults_));
        if (operation.body.empty()) return std::move(made_);
        if (body.form == Body::Form::list || body.form == Body::Form::other) {
            auto const given = body.form == Body::Form::list ? std::string_view("list") : body.given;
            faults_.push_back({.member = {}, .problem = Problem(Reason::not_a_document).with("given", given)});
        } else {
            for (auto const& input : operation.body)
                if (input.is_file())
                    take_file(input, body);
                else
                    take(input, member_of(input, body), made_.body);
        }
        if (!faults_.empty()) return Problem(Reason::invalid_document).with_faults(std::move(faults_));
        return std::move(made_);
    }

private:
    Result<void> check_names(description::Operation const& operation, std::span<Parameter const> parameters) const {
        if (forms_.ignore_unknown) return outcome::success();
        for (auto const& parameter : parameters) {
            bool const known =
                parameter.key == forms_.format || std::ranges::find(operation.query, parameter.key, &Input::name) != operation.query.end();
            if (!known) return Problem(Reason::unknown_parameter).with("parameter", query::shown(parameter.key));
        }
        return outcome::success();
    }

    Given parameter_of(Input const& input, std::span<Parameter const> parameters) const {
        std::vector<std::string_view> texts;
        for (auto const& parameter : parameters)
            if (parameter.key == input.name && !is_off(input, parameter.value)) texts.emplace_back(parameter.value);
        if (texts.empty()) return {};
        if (input.type.kind != Kind::list || texts.size() == 1)
            return is_document(input.type) ? document_in(input.type, texts.back(), arena_)
                                           : Given{.kind = Given::Kind::text, .text = texts.back()};
        std::string list;
        for (auto const text : texts) represent::append_json_string(list += list.empty() ? '[' : ',', text);
        return {.kind = Given::Kind::json, .text = arena_.copy(list + "]")};
    }

    bool is_off(Input const& input, std::string_view text) const {
        return forms_.empty_is_off && text.empty() && !(input.blank && is_text(input.type));
    }

    Given member_of(Input const& input, Body const& body) const {
        auto const name = std::ranges::find(body.names, input.name);
        if (name == body.names.end() || body.rows == 0) return {};
        auto const& given = body.value(0, static_cast<std::size_t>(name - body.names.begin()));
        if (!forms_.body_is_form || given.kind != Given::Kind::text) return given;
        if (given.text.empty() && !is_text(input.type)) return {};
        return is_document(input.type) ? document_in(input.type, given.text, arena_) : given;
    }

    /// Of several of its name the last counts.
    void take_file(Input const& input, Body const& body) {
        auto const fault = [&](Problem problem) { faults_.push_back({.member = input.name, .problem = std::move(problem)}); };
        auto const found = std::find_if(body.files.rbegin(), body.files.rend(), [&](auto const& each) { return each.field == input.name; });
        bool const there = found != body.files.rend();
        auto const given = there ? Given() : member_of(input, body);
        auto const& type = input.type;
        if (there) {
            auto const& file = *found;
            if (type.longest != 0 && file.bytes.size() > type.longest)
                return fault(
                    Problem(Reason::file_too_large).with("value", "").with("type", type.name).with("maximum", std::int64_t{type.longest})
                );
            if (!is_taken(type, file.type)) return fault(file_refused(type, file.type));
            made_.body.push_back({&input, &file, {}, true});
        } else if (given.kind == Given::Kind::absent || (given.kind == Given::Kind::null && input.nullable)) {
            if (input.required) return fault(Problem(Reason::member_required));
            made_.body.push_back({&input, nullptr, {}, false});
        } else {
            fault(Problem(Reason::not_a_file).with("value", "").with("type", type.name));
        }
    }

    void take(Input const& input, Given const& given, std::vector<InputValue>& values) {
        auto fault = [&](Problem problem) { faults_.push_back({.member = input.name, .problem = std::move(problem)}); };
        if (given.kind == Given::Kind::absent) {
            if (input.required) return fault(Problem(Reason::member_required));
            values.push_back({&input, nullptr, default_of(input), false});
            return;
        }
        auto cell = accepted(input, given, arena_);
        if (!cell) return fault(std::move(cell).error());
        values.push_back({&input, nullptr, cell.value(), true});
    }

    InputForms const& forms_;
    Arena& arena_;
    Inputs made_;
    std::vector<Fault> faults_;
};

}  // namespace

Result<Inputs> read_inputs(
    description::Operation const& operation,
    std::span<Parameter const> parameters,
    query::Body const& body,
    InputForms const& forms,
    Arena& arena
) {
    return Reader(forms, arena).read(operation, parameters, body);
}

std::string_view free_document(std::string_view text, query::Body const& body, bool is_form, Arena& arena) {
    if (body.form == Body::Form::none) return "null";
    if (!is_form) return without_blanks(text);
    std::string made = "{";
    for (std::size_t i = 0; i < body.names.size() && body.rows > 0; ++i) {
        auto const& given = body.value(0, i);
        if (given.kind == Given::Kind::absent) continue;
        represent::append_json_string(made.size() == 1 ? made : made += ',', body.names[i]);
        made += ':';
        if (given.kind == Given::Kind::text)
            represent::append_json_string(made, given.text);
        else
            made += given.text.empty() ? "null" : given.text;
    }
    return arena.copy(made + "}");
}

}  // namespace koine::dialect
