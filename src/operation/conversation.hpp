/// @file Conversation: one call of a function and what it asks of the database in turn. Whoever drives it carries that out, waiting or not.
#pragma once

#include "operation/book.hpp"
#include "operation/host.hpp"
#include "operation/jobs.hpp"
#include "operation/operation.hpp"
#include "operation/texts.hpp"
#include "operation/writes.hpp"
#include "query/rows.hpp"
#include "script/script.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace koine::operation {

/// A read that a function asked for.
struct Reading {
    enum class Gives : std::uint8_t { argument, row, first, list, count };
    Gives gives = Gives::list;
    bool documents = false;  ///< as clients see them, not in stored form
    query::Query query;
    std::uint32_t most_rows = 0;
    std::shared_ptr<ByKey const> by_key;  ///< reads this one row instead; of the query only the relation is told
    std::int64_t key = 0;
};

/// A change that a function asked for.
struct Writing {
    enum class Kind : std::uint8_t { write, upsert, remove, link, unlink };
    Kind kind = Kind::write;
    resource::Resource const* resource = nullptr;
    edit::Verb verb = edit::Verb::create;
    std::int64_t key = 0;
    std::string json;
    std::vector<query::Filter> match;  ///< upsert: which row is meant; remove: which rows
    std::string set;                   ///< link, unlink: of which field
    std::vector<std::int64_t> keys;
};

/// Something that happened, as the app calls it.
struct Event {
    std::string name;
    std::string json;
};

/// What needs no database, but its time: a template, a password, a file.
struct Computing {
    /// @param longest that it may take. @return what the function is given.
    std::function<Result<script::Value>(std::chrono::milliseconds longest)> what;
    Result<script::Value> gives = script::Value();
};

/// Not thread-safe; may go from thread to thread while it waits, as its state does.
class Conversation {
public:
    enum class Next : std::uint8_t { finished, reads, asks, writes, computes };

    /// Carries out what is asked for and gives it: `read`, `written`, `computed` or `failed`. @return what these do.
    using Step = std::function<Result<Next>(Conversation&, Next)>;

    /// Takes a state. @param step of a driver that can't wait: what the function asks for is carried out by it at once, and only what stands before the
    /// call is asked for in turn. @return overloaded, internal.
    static Result<std::unique_ptr<Conversation>> make(Book const& book, Invocation const& call, Step step = {});

    /// Begins. @return what it asks for first, or how it failed.
    Result<Next> start();

    /// After `reads`: what to read.
    Reading const& reading() const { return std::get<Reading>(ask_); }
    /// Goes on with what was read.
    Result<Next> read(Planned const& planned, query::Rows const& rows);

    /// After `asks`: the text to run.
    Asking const& asking() const { return std::get<Asking>(ask_); }
    /// Goes on with what it brought.
    Result<Next> read(store::TextRows const& rows);

    /// After `writes`: does it. May be done again from the beginning, as a work of a transaction.
    Result<void> write(store::Transaction& transaction);
    /// Whether the function may go on although it fails.
    bool may_outlive_failure() const { return call_.is_guarded(); }
    /// Goes on with what was written.
    Result<Next> written();

    /// After `computes`: does it; takes its time, up to `longest`.
    void compute(std::chrono::milliseconds longest);
    /// Goes on with what was computed.
    Result<Next> computed();

    /// Goes on with why it could not be done; the function may catch that.
    Result<Next> failed(Problem problem);

    /// After `finished`.
    Result<Outcome> outcome();

private:
    Conversation(Book const& book, Invocation const& call, script::Pool::Lease state, std::size_t function, Step step);
    std::function<Result<void>(script::Wait const&, script::Pusher&)> in_place_or_not();
    Result<void> serve(script::Wait const& wait, script::Pusher& out);
    Next next_of_ask() const;
    /// Gives what it waited for, and goes on if it is not served in place.
    Result<Next> give(script::Value value);
    Result<Next> give(script::Push const& push);

    Result<Next> advance(script::Call::Stage stage);
    /// What the call waits for, made ready; a Problem is given to the function.
    Result<Next> ask();
    Result<void> make_ask(script::Wait const& wait);
    Result<void> make_reading(HostCall call, script::Wait const& wait);
    Result<void> make_writing(HostCall call, script::Wait const& wait);
    Result<void> make_job(HostCall call, script::Wait const& wait);
    Result<void> make_repeat(script::Wait const& wait);
    Result<void> make_event(script::Wait const& wait);
    Result<void> make_rendering(script::Wait const& wait);
    Result<void> make_password(HostCall call, script::Wait const& wait);
    Result<void> make_handling(HostCall call, script::Wait const& wait);
    Result<std::string> function_named(script::Value const& name) const;
    /// Blobs that are about to be written into a row must be there, and stay.
    Result<void> keep_blobs(resource::Resource const& stored, script::Value const& row) const;
    /// The resource that an argument names, which the principal may use so.
    Result<resource::Resource const*> resource_of(script::Value const& name, description::Verb verb) const;
    Result<std::unique_ptr<Written>> upsert(Writing const& writing, store::Transaction& transaction) const;
    /// At most 10,000 at once. @return how many.
    Result<std::int64_t> remove_matching(Writing const& writing, store::Transaction& transaction) const;
    Result<std::unique_ptr<Written>> change_set(Writing const& writing, store::Transaction& transaction) const;

    Book const& book_;
    Invocation const& invocation_;
    script::Pool::Lease state_;
    CallContext context_;
    Step step_;
    script::Pusher* in_place_ = nullptr;  ///< where to write what is asked for at the moment; null: the call waits for it
    script::Call call_;
    std::variant<std::monostate, Reading, Asking, Writing, JobOrder, Repeat, JobChange, Event, Computing> ask_;
    bool trusted_ = false;  ///< of what is asked at the moment
    std::unique_ptr<Written> written_;
    std::optional<std::int64_t> removed_;  ///< how many rows, instead
};

}  // namespace koine::operation
