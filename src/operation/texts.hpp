/// @file Texts: the .sql files of an app, and what they give to requests and functions. They ask no rules: who may is said by what runs them.
#pragma once

#include "base/awaitable.hpp"
#include "base/cancellation.hpp"
#include "base/result.hpp"
#include "description/description.hpp"
#include "query/principal.hpp"
#include "script/host.hpp"
#include "script/value.hpp"
#include "store/text.hpp"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::store {
struct RunLimits;
class Transaction;
}  // namespace koine::store

namespace koine::operation {

class Book;
class Statements;

/// Looked at by the tables that the app wants, so that no database is needed.
struct Texts {
    std::map<std::string, std::shared_ptr<store::Text const>, std::less<>> all;  ///< by the file's name without its suffix
    std::vector<Problem> mistakes;  ///< configuration: of the files, and of operations that run them
};
Texts read_texts(description::App const& app);

/// The parameter that takes an input of this name: `as-set` is `:as_set`.
std::string parameter_of(std::string_view input);
/// The one that is the caller's id, null if nobody is known.
inline constexpr std::string_view kCaller = "user";

/// A text with values for its parameters, which it keeps.
struct Asking {
    std::string file;
    std::shared_ptr<store::Text const> text;
    std::vector<std::pair<std::string, script::Value>> values;

    /// As what a function gives: lists and maps are JSON. @return operation_failed: there is no such file, or it has no such parameter.
    static Result<Asking> make(Book const& book, script::Value const& file, script::Value const& values, query::Principal const& principal);
    /// Of `values`, as long as this lives where it is.
    std::vector<store::Named> named() const;
};

/// @return as store::Transaction::read of texts; operation_failed tells the file.
Result<void> ask(Asking const& asking, store::Transaction& transaction, store::TextRows& rows);
Awaitable<Result<void>> ask(Asking const& asking, Statements& statements, Cancellation const* cancellation, store::TextRows& rows);
/// Runs the file for a request. @param name one of Book::text. @return its rows as a JSON list of objects; as `ask`.
Awaitable<Result<std::string>> answer_text(
    Book const& book,
    std::string_view name,
    std::span<store::Named const> values,
    Statements& statements,
    store::RunLimits const& limits,
    Cancellation const* cancellation
);

/// The rows as a list of maps, null left out.
void push_text_rows(store::TextRows const& rows, script::Pusher& out);

}  // namespace koine::operation
