/// @file The errors axis: the status, the code and the words of every problem, and the body they stand in.
#pragma once

#include "dialect/answer.hpp"
#include "template/phrase.hpp"
#include "template/template.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::dialect {

/// A problem as an answer. Views live as long as the dialect.
struct RenderedProblem {
    int status = 500;
    std::string code;               ///< empty if the dialect has none
    std::string_view content_type;  ///< empty if there is no body
    std::vector<ResponseHeader> headers;
    std::string body;
};

/// An argument of a reason, as base/reasons.def documents it.
struct Argument {
    std::string_view name;
    bool optional = false;
};
std::vector<Argument> arguments_of(Reason reason);

/// `errors: {content_type, body, faults, kinds: {KIND: ENTRY}, reasons: {REASON: ENTRY}}` with ENTRY = `{status, code, title, message, details, hint,
/// field, headers}`: each a template over the reason's arguments (a kind's: over none), or a list of alternatives of which the first counts whose
/// names exist. What a reason's entry does not say, its kind's does. `body` is a template over `code title message details hint field status
/// reason kind records faults request.id request.uuid request.path app.name app.version` and `argument.NAME` of every documented argument. Immutable.
/// An argument called `candidates` stands for the problem's records: its name in templates is `records`. `class`, of what an app's endpoint is
/// of, stands there even if the problem does not say it.
/// Entries may hold a `body` of their own: a template, or `none`; a header that is null is the kind's no longer. A reason whose arguments name a
/// `type` may have `types: {NAME: {message}}`: what it says of values of the types so called.
/// `attributes: json|python` (json): how the attributes of a reference are shown that no row, or several, have.
/// `faults: {document, by_reason: {REASON: NAME}, shape: map}` says how `$faults` reads: an object from members to lists of messages, in
/// the order of the faults; of elements of lists `[["message"]]`; a list of such objects, empty ones too, for invalid_documents. What is wrong with
/// the document as a whole stands at the name of its reason, else at `document` (document).
class Errors {
public:
    /// @param default_schema what `$schema` is if neither problem nor request name one.
    static Result<Errors> compile(yaml::Node const& options, std::string_view default_schema, AppFacts const& app = {});

    /// @param exchange may be null: a fault before there was one.
    RenderedProblem render(Problem const& problem, Exchange const* exchange) const;
    /// The message alone, of a problem that did not stop: a warning.
    std::string message(Problem const& problem, Exchange const* exchange) const;
    /// The status that a reason has.
    int status(Reason reason) const { return entries_[static_cast<std::size_t>(reason)].status; }
    /// One response for every status there is, with its title and the codes that it may have, and the headers of problems.
    void describe(Description& description) const;
    /// The JSON Schema of the body, as JSON.
    std::string body_schema() const;
    /// Of the body.
    std::string_view content_type() const { return content_type_; }

private:
    friend class ErrorsCompiler;
    struct Field {
        std::string name;
        templates::Phrase value;
    };
    struct Entry {
        int status = 0;
        templates::Phrase code, title, message, details, hint, field;
        std::vector<std::pair<std::string, templates::Phrase>> by_type;  ///< messages, by the argument `type`
        std::vector<Field> headers;
        std::vector<std::string_view> arguments;  ///< what the names of the phrases are, in order
        std::optional<templates::Template> body;  ///< its own
        bool bodiless = false;

        templates::Phrase const& message_of(Problem const& problem) const;
    };
    struct ReasonValues;
    struct BodyValues;
    std::string word_schema(templates::Phrase Entry::* word, bool present) const;
    ReasonValues values_of(Problem const& problem, Exchange const* exchange) const;
    std::string schema_of(templates::Template const& body) const;
    std::string faults_of(Problem const& problem, Exchange const* exchange) const;
    void append_faults(std::span<Fault const> faults, Exchange const* exchange, std::string& out) const;
    std::string_view member_of(Fault const& fault) const;

    /// The argument `attributes` as the dialect shows it; empty if as it is.
    std::string attributes_of(Problem const& problem) const;

    bool python_ = false;
    std::string content_type_;
    std::string default_schema_;
    AppFacts app_;
    std::string document_member_;
    std::vector<std::pair<Reason, std::string>> members_by_reason_;
    templates::Template body_;
    std::vector<std::string_view> body_arguments_;  // names of body_ from kBodyNames.size() on, without "argument."
    std::vector<Entry> entries_;                    // by reason
};

}  // namespace koine::dialect
