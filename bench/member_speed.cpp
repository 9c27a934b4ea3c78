// What members that functions give cost beside the functions themselves: the rows of a page to Lua, and their values back. Best of five rounds.
#include "operation/members.hpp"
#include "query/planner.hpp"
#include "resource/resource.hpp"
#include "resource/tables.hpp"
#include "store/tables.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace {

using namespace koine;

constexpr int kRows = 500;

constexpr char const* kApp = R"(
entities: {task: {fields: {title: text(50), weight: int}}}
resources:
  given: {entity: task, members: [{v: {lua: members.given, needs: [title, weight], type: text(50)}}]}
  number: {entity: task, members: [{v: {lua: members.number, needs: [title, weight], type: int}}]}
  worked: {entity: task, members: [{v: {lua: members.worked, needs: [title, weight], type: text(50)}}]}
)";

constexpr char const* kFunctions = R"(
local values, numbers = list{}, list{}
for i = 1, 500 do values[i] = "some text" numbers[i] = i end
function given() return values end
function number() return numbers end
function worked(rows)
  local r = {}
  for i = 1, #rows do local row = rows[i] r[i] = row.title .. row.weight end
  return r
end
)";

template <class Value>
Value must(Result<Value> result) {
    if (result) return std::move(result).value();
    fmt::print(stderr, "{}\n", describe(result.error()));
    std::exit(1);
}

struct Bench {
    std::shared_ptr<operation::Book const> book;
    boost::asio::io_context& loop;
    store::Session& session;

    /// Microseconds a row.
    double measure(std::string_view resource) const {
        query::Query query;
        query.relation = "task";
        query.selection = book->find(resource)->view("full")->selection;
        auto const planned = must(book->planned(query));
        query::Rows rows;
        auto const& columns = planned->plan->steps.front().select.columns;
        auto& step = rows.steps.emplace_back();
        step.width = static_cast<std::uint32_t>(columns.size());
        for (int row = 0; row < kRows; ++row)
            for (auto const& column : columns)
                step.cells.push_back(
                    column.type == model::Type::text ? query::Cell::text("a task of some length") : query::Cell::of(std::int64_t{row})
                );
        operation::Statements statements(session);
        query::Principal const principal;
        double best = 1e9;
        for (int round = 0; round < 5; ++round) {
            constexpr int kTimes = 50;
            auto const all = [&]() -> Awaitable<> {
                for (int i = 0; i < kTimes; ++i) {
                    rows.arena.clear();
                    auto const done = co_await operation::fill_on(*book, planned->program, rows, {principal, "r"}, statements, nullptr);
                    if (!done) fmt::print(stderr, "{}\n", describe(done.error())), std::exit(1);
                }
            };
            auto const begun = std::chrono::steady_clock::now();
            boost::asio::co_spawn(loop, all(), [](std::exception_ptr) {});
            loop.restart();
            loop.run();
            auto const took = std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun).count();
            best = std::min(best, took / kTimes / kRows);
        }
        return best;
    }
};

}  // namespace

int main() {
    auto const folder = std::filesystem::temp_directory_path() / fmt::format("koine-member-speed-{}", ::getpid());
    std::filesystem::create_directories(folder);
    store::SqliteOptions options;
    options.file = (folder / "app.db").string();
    options.write = true;
    {
        auto const loaded = description::load_app_texts({{"app.yaml", kApp}, {"operations/members.lua", kFunctions}});
        for (auto const& mistake : loaded.mistakes) fmt::print(stderr, "{}\n", describe(mistake));
        if (!loaded.app) return 1;
        must(store::apply_migration(options.file, must(store::plan_migration(options.file, resource::tables_of(*loaded.app)))));
        options.extend = [&](model::Model& model) { return resource::extend(model, *loaded.app); };
        auto const store = must(store::open_sqlite(options));
        auto const resources = must(resource::bind(loaded.app, store->model(), {}, true));
        auto const scripts = operation::compile_scripts(*loaded.app);
        for (auto const& mistake : scripts.mistakes) fmt::print(stderr, "{}\n", describe(mistake));
        boost::asio::io_context loop;
        auto const session = must(store->session(loop));
        Bench const bench{must(operation::Book::make(resources, {}, scripts.program)), loop, *session};
        fmt::print("a text beside its function    {:.3f} us a row\n", bench.measure("given"));
        fmt::print("a number beside its function  {:.3f} us a row\n", bench.measure("number"));
        fmt::print("a text put together           {:.3f} us a row\n", bench.measure("worked"));
        session->settle();
    }
    std::filesystem::remove_all(folder);
}
