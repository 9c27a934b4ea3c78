#include "app/account.hpp"
#include "app/answering.hpp"
#include "app/app_turn.hpp"
#include "app/browse.hpp"
#include "app/files.hpp"
#include "app/telling.hpp"
#include "identity/identity.hpp"
#include "operation/members.hpp"
#include "operation/texts.hpp"
#include "operation/writes.hpp"
#include "query/filters.hpp"
#include "query/planner.hpp"
#include "store/transaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace koine::app {
namespace {

using description::Operation;
using dialect::WriteAnswer;
using operation::Outcome;
using script::Pusher;

/// One that writes holds the writer, and all who wait for it.
constexpr script::CallLimits kWriting{.instructions = 2'000'000, .time = std::chrono::milliseconds(20)};

/// What is read to show what the function returned.
struct Shown {
    std::shared_ptr<operation::Planned const> planned;
    query::Rows rows;
};

/// One request for an operation.
class Operating {
public:
    Operating(Turn& turn, Operation const& operation, resource::Resource const* resource)
        : turn_(turn),
          operation_(operation),
          resource_(resource),
          book_(*turn.state.application->book) {}

    Result<void> read_request();
    Awaitable<Result<void>> keep();
    Awaitable<Result<void>> run();
    Awaitable<Result<void>> answer();

private:
    Result<void> read_body();
    void push_request(Pusher& out, script::Push const* row) const;
    void push_files(Pusher& out) const;
    void push_context(Pusher& out) const;
    void push_body(Pusher& out) const;
    /// The view by which rows are shown; null: the function makes its answer itself.
    resource::View const* view() const;
    resource::Resource const* shown_resource() const { return book_.find(operation_.answer.resource); }
    query::Query shown_query() const { return book_.by_keys(*shown_resource(), *view(), outcome_.keys); }
    std::uint32_t most_rows() const { return static_cast<std::uint32_t>(outcome_.keys.size()); }
    Awaitable<Result<void>> run_reading(operation::Invocation const& call);
    Result<void> check_outcome() const;
    Awaitable<Result<void>> run_text();
    std::int64_t row_key() const { return read_key(turn_.exchange.endpoint.key.front()).value_or(0); }
    Awaitable<Result<void>> run_writing(operation::Invocation const& call);
    Awaitable<Result<void>> read_shown();
    Awaitable<Result<void>> fill_shown();
    int status() const {
        if (outcome_.status != 0) return outcome_.status;
        return outcome_.kind == Outcome::Kind::redirect ? 302 : operation_.status;
    }
    void begin(std::string_view content_type) const;
    Result<void> answer_rows() const;

    Turn& turn_;
    Operation const& operation_;
    resource::Resource const* resource_;
    operation::Book const& book_;
    dialect::Negotiated form_{};
    dialect::Inputs inputs_;
    std::vector<KeptFile> files_;
    Outcome outcome_;
    Shown shown_;
};

void push_cell(query::Cell const& cell, bool is_json, value::Type const& type, Pusher& out) {
    switch (cell.kind()) {
        case query::Cell::Kind::null: return out.null();
        case query::Cell::Kind::integer:
            if (type.kind == value::Kind::boolean) return out.boolean(cell.integer() != 0);
            return out.integer(cell.integer());
        case query::Cell::Kind::real: return out.real(cell.real());
        default: break;
    }
    if (!is_json) return out.text(cell.view());
    auto const tree = script::Value::from_json(cell.view());
    out.value(tree ? tree.value() : script::Value(cell.view()));
}

void push_inputs(std::vector<dialect::InputValue> const& values, Pusher& out) {
    out.begin_map(values.size());
    for (auto const& each : values) {
        if (each.input->is_file() || (each.value.is_null() && !each.given)) continue;
        out.key(each.input->name);
        push_cell(each.value, each.is_json(), each.input->type, out);
    }
    out.end_map();
}

Result<void> Operating::read_body() {
    auto const& dialect = turn_.dialect();
    bool const in_form = csrf_in_form(turn_);
    bool const is_raw = operation_.body_is_raw;
    if (turn_.principal.by_session && dialect::is_write(turn_.request.method) && (!in_form || is_raw)) {
        KOINE_TRY(dialect::check_csrf(turn_.exchange, *dialect.auth->session()));
    }
    if (!dialect::is_write(turn_.request.method)) {
        if (turn_.principal.by_session && !operation_.reads) return dialect::check_own_page(turn_.exchange, *dialect.auth->session());
        return outcome::success();
    }
    if (is_raw) return outcome::success();
    KOINE_TRY(dialect.input.read_body(turn_.exchange, turn_.request.body, turn_.work.body, operation_.takes_files()));
    if (in_form) {
        auto const& names = *dialect.auth->session();
        KOINE_TRY(dialect::check_csrf(turn_.exchange, names, given(turn_.work.body, names.csrf_field)));
    }
    if (form_.format->writer == dialect::Format::Writer::page) read_form(turn_, operation_.body, turn_.work.body);
    return outcome::success();
}

Result<void> Operating::read_request() {
    KOINE_TRY(form_, turn_.dialect().formats.negotiate(turn_.exchange));
    turn_.work.body.clear();
    KOINE_TRY(read_body());
    KOINE_TRY(inputs_, turn_.dialect().read_inputs(turn_.exchange, operation_, turn_.work.body, turn_.work.texts));
    return outcome::success();
}

Awaitable<Result<void>> Operating::keep() {
    auto kept = co_await keep_files(turn_, operation_, inputs_);
    if (!kept) co_return kept.as_failure();
    files_ = std::move(kept).value();
    co_return outcome::success();
}

void push_file(KeptFile const& file, Pusher& out) {
    out.begin_map(4);
    out.text("blob", file.hash);
    out.text("name", file.name);
    out.text("type", file.type);
    out.integer("size", static_cast<std::int64_t>(file.size));
    out.end_map();
}

void Operating::push_files(Pusher& out) const {
    if (operation_.body_is_raw) {
        if (files_.empty()) return;
        out.key("raw");
        return push_file(files_.front(), out);
    }
    out.key("files");
    out.begin_map(files_.size());
    for (auto const& file : files_) {
        out.key(file.field);
        push_file(file, out);
    }
    out.end_map();
}

/// `body`, and what came as a form also as `form`.
void Operating::push_body(Pusher& out) const {
    using format::BodyFormat;
    auto came_as = BodyFormat::json;
    if (!turn_.request.body.empty() && !operation_.body_is_raw && dialect::is_write(turn_.request.method))
        if (auto const format = turn_.dialect().input.body_format(turn_.exchange, true)) came_as = format.value();
    out.key("body");
    if (operation_.body_is_free) {
        auto const json = dialect::free_document(turn_.request.body, turn_.work.body, came_as != BodyFormat::json, turn_.work.texts);
        auto const tree = script::Value::from_json(json.empty() ? "null" : json);
        out.value(tree ? tree.value() : script::Value());
    } else {
        push_inputs(inputs_.body, out);
    }
    if (came_as == BodyFormat::form || came_as == BodyFormat::multipart) out.same("form", "body");
}

/// What the dialect's axis `context` read in the request's head.
void Operating::push_context(Pusher& out) const {
    auto const& exchange = turn_.exchange;
    out.key("context");
    out.begin_map(exchange.preferences.given.size() + 1);
    if (!exchange.schema.empty()) out.text("schema", exchange.schema);
    for (auto const& [name, value] : exchange.preferences.given) out.text(name, value);
    out.end_map();
}

void Operating::push_request(Pusher& out, script::Push const* row) const {
    auto const& exchange = turn_.exchange;
    out.begin_map(13);
    out.text("method", turn_.request.method_text);
    out.key("path");
    out.begin_map(exchange.endpoint.arguments.size());
    for (auto const& [name, value] : exchange.endpoint.arguments) {
        out.text(name, value);
    }
    out.end_map();
    out.key("query");
    push_inputs(inputs_.query, out);
    push_body(out);
    if (turn_.dialect().context.asks()) push_context(out);
    push_files(out);
    if (row != nullptr) {
        out.key("row");
        (*row)(out);
    }
    out.key("header");
    out.function(*book_.program().host("request.header"));
    out.text("base_url", exchange.base_url);
    out.text("url", fmt::format("{}://{}{}", turn_.request.secure ? "https" : "http", turn_.request.host, turn_.request.target));
    out.text("id", exchange.uuid);
    out.end_map();
}

resource::View const* Operating::view() const {
    auto const* resource = operation_.answer.resource.empty() ? nullptr : shown_resource();
    return resource == nullptr ? nullptr : resource->view(operation_.answer.view.empty() ? "full" : operation_.answer.view);
}

Awaitable<Result<void>> Operating::run_text() {
    if (operation_.of_row) {  // it does not see the row, but runs only where there is one
        std::vector<std::string> const key = {"id"};
        query::Rows rows;
        KOINE_CO_TRY(co_await read_named(turn_, key, rows));
    }
    auto const text = book_.text(operation_.target);
    std::vector<std::pair<std::string, query::Cell>> given;
    for (auto const& [name, value] : turn_.exchange.endpoint.arguments) {
        bool const is_row = operation_.of_row && name == "id";
        given.emplace_back(operation::parameter_of(name), is_row ? query::Cell::of(row_key()) : query::Cell::text(value));
    }
    for (auto const* inputs : {&inputs_.query, &inputs_.body})
        for (auto const& each : *inputs) given.emplace_back(operation::parameter_of(each.input->name), each.value);
    if (turn_.principal.user) given.emplace_back(operation::kCaller, query::Cell::of(*turn_.principal.user));
    std::vector<store::Named> values;
    for (auto const& [name, line] : text->parameters)  // a row's key need not be taken
        if (auto const one = std::ranges::find(given, name, [](auto const& each) { return each.first; }); one != given.end())
            values.push_back({one->first, one->second});
    store::RunLimits const limits{turn_.options().max_rows, turn_.options().max_response_bytes};
    KOINE_CO_TRY(
        outcome_.body,
        co_await operation::answer_text(book_, operation_.target, values, *turn_.state.statements, limits, turn_.request.cancellation)
    );
    outcome_.kind = Outcome::Kind::json;
    co_return outcome::success();
}

Awaitable<Result<void>> Operating::run() {
    if (operation_.kind == Operation::Kind::sql) co_return co_await run_text();
    script::Push const push = [this](Pusher& out) { push_request(out, nullptr); };
    operation::Invocation call{operation_.target, push, turn_.principal, turn_.exchange.uuid};
    call.writes = !operation_.reads;
    call.rows = view() != nullptr;
    call.headers = turn_.request.headers;
    call.off_loop = turn_.shared.computing.get();
    if (!operation_.reads) call.limits = kWriting;
    std::optional<operation::RowArgument> row;
    if (operation_.of_row) {
        row.emplace(*resource_, row_key(), [this](Pusher& out, script::Push const& push_row) { push_request(out, &push_row); });
        call.row = &*row;
    }
    auto done = operation_.reads ? co_await run_reading(call) : co_await run_writing(call);
    if (!done && operation_.of_row && done.error().reason() == Reason::not_found) co_return dialect::item_not_found(turn_.exchange);
    co_return done;
}

/// Whether it is what the YAML says. What it answers with by `reply` is its own.
Result<void> Operating::check_outcome() const {
    if (!operation_.answer.nothing || outcome_.kind != Outcome::Kind::json || outcome_.status != 0) return outcome::success();
    return Problem(Reason::operation_failed).because(fmt::format("{} returned a value, but its answer is nothing", operation_.target));
}

Awaitable<Result<void>> Operating::run_reading(operation::Invocation const& call) {
    auto outcome = co_await operation::run_on(book_, call, *turn_.state.statements, turn_.request.cancellation);
    if (!outcome) co_return outcome.as_failure();
    outcome_ = std::move(outcome).value();
    KOINE_CO_TRY(check_outcome());
    KOINE_CO_TRY(co_await read_shown());
    co_return co_await fill_shown();
}

Awaitable<Result<void>> Operating::read_shown() {
    if (outcome_.kind != Outcome::Kind::rows) co_return outcome::success();
    std::vector<query::Argument> arguments;
    if (most_rows() == 1) {
        KOINE_CO_TRY(auto const by_key, book_.by_key(*shown_resource(), *view()));
        shown_.planned = by_key->planned;
        arguments = by_key->of(outcome_.keys.front());
    } else {
        auto const query = shown_query();
        KOINE_CO_TRY(shown_.planned, book_.planned(query));
        KOINE_CO_TRY(query::bind(*shown_.planned->plan, query, most_rows(), turn_.work.texts, arguments));
    }
    KOINE_CO_TRY(auto const prepared, turn_.state.statements->of(shown_.planned->plan));
    store::RunLimits const limits{most_rows(), turn_.options().max_response_bytes};
    auto ran = co_await turn_.state.session->run(prepared, arguments, limits, turn_.request.cancellation, shown_.rows);
    co_return ran;
}

Awaitable<Result<void>> Operating::fill_shown() {
    if (outcome_.kind != Outcome::Kind::rows || shown_.planned->program.blanks.empty()) co_return outcome::success();
    co_return co_await fill(turn_, shown_.planned->program, shown_.rows);
}

/// The whole of it is one transaction: what the function wrote, and the rows as they are then.
Awaitable<Result<void>> Operating::run_writing(operation::Invocation const& call) {
    store::Work const work = [&](store::Transaction& transaction) -> Result<void> {
        KOINE_TRY(outcome_, operation::run_in(book_, call, transaction));
        KOINE_TRY(check_outcome());
        shown_.rows.clear();
        if (outcome_.kind != Outcome::Kind::rows) return outcome::success();
        if (most_rows() == 1) {
            KOINE_TRY(auto const by_key, book_.by_key(*shown_resource(), *view()));
            KOINE_TRY(shown_.planned, operation::read_row(*by_key, outcome_.keys.front(), transaction, shown_.rows));
        } else {
            KOINE_TRY(shown_.planned, operation::read_rows(book_, shown_query(), transaction, shown_.rows, most_rows()));
        }
        if (shown_.planned->program.blanks.empty()) return outcome::success();
        return operation::fill_in(book_, shown_.planned->program, shown_.rows, {turn_.principal, turn_.exchange.uuid}, transaction);
    };
    Telling const telling(turn_.shared, *turn_.state.application);
    auto const done = co_await turn_.state.session->transact(work, turn_.request.cancellation);
    if (!done) co_return done.as_failure();
    telling.done();
    co_return outcome::success();
}

/// In the order in which the function named them.
Result<void> Operating::answer_rows() const {
    auto ascending = outcome_.keys;
    std::ranges::sort(ascending);
    auto const [first, last] = std::ranges::unique(ascending);
    ascending.erase(first, last);
    if (shown_.rows.steps.front().count() != ascending.size())
        return Problem(Reason::operation_failed).because("the function returned a row that is not there");
    std::vector<std::uint32_t> order;
    for (auto const key : outcome_.keys)
        order.push_back(static_cast<std::uint32_t>(std::ranges::lower_bound(ascending, key) - ascending.begin()));
    WriteAnswer answer;
    answer.status = status();
    answer.body = outcome_.list ? WriteAnswer::Body::list : WriteAnswer::Body::item;
    answer.page.returned = static_cast<std::int64_t>(order.size());
    answer.words = outcome_.words;
    answer.links = outcome_.links;
    return write_written(turn_, {*form_.format, shown_.planned->program, shown_.rows, true, form_.indent, order}, answer);
}

/// Headers that the function gives come behind those of the dialect.
void Operating::begin(std::string_view content_type) const {
    start_document(turn_, status(), content_type);
    for (auto const& [name, value] : outcome_.headers) turn_.answer.header(name, value);
}

Awaitable<Result<void>> Operating::answer() {
    auto& answer = turn_.answer;
    for (auto const& warning : outcome_.warnings)
        turn_.work.warnings.push_back(Problem(Reason::operation_invalid).with("message", warning));
    switch (outcome_.kind) {
        case Outcome::Kind::rows: co_return answer_rows();
        case Outcome::Kind::file:
            co_return co_await give_file(turn_, {outcome_.body, outcome_.file.name, outcome_.file.type, outcome_.file.inlined});
        case Outcome::Kind::json: write_text(turn_, form_, outcome_.body, {.status = status(), .headers = outcome_.headers}); break;
        case Outcome::Kind::nothing:
            begin("");
            answer.end();
            break;
        case Outcome::Kind::text:
            begin(outcome_.content_type);
            if (turn_.request.method != Method::head) answer.begin_body() += outcome_.body;
            answer.end();
            break;
        case Outcome::Kind::redirect:
            begin("");
            answer.header("Location", outcome_.body);
            answer.end();
            break;
    }
    co_return outcome::success();
}

}  // namespace

Awaitable<Result<void>> operate(Turn& turn) {
    auto const& endpoint = turn.exchange.endpoint;
    auto const* operation = endpoint.operation->find(turn.request.method);
    if (endpoint.operation->of_row && !read_key(endpoint.key.front())) co_return dialect::item_not_found(turn.exchange);
    if (operation == nullptr) {  // OPTIONS
        KOINE_CO_TRY(admit_reader(turn));
        co_return write_metadata(turn);
    }
    KOINE_CO_TRY(identity::admit(turn.principal, operation->rule, login_required(turn)));
    // By the method, as a token says what it may: what is posted to, but reads, is not for one that only reads.
    if (dialect::is_write(turn.request.method) && !turn.principal.anonymous && !turn.principal.may_write)
        co_return Problem(Reason::not_permitted);
    if (operation->kind == Operation::Kind::file) co_return co_await respond_file(turn, *operation);
    Operating operating(turn, *operation, endpoint.resource);
    KOINE_CO_TRY(operating.read_request());
    KOINE_CO_TRY(co_await operating.keep());
    KOINE_CO_TRY(co_await operating.run());
    co_return co_await operating.answer();
}

}  // namespace koine::app
