// What an app's functions cost beside the work they do: calls, waits, rows and states. Best of five rounds.
#include "script/script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace {

using namespace koine::script;
using koine::Result;

template <class Body>
double micros(int count, Body body) {
    double best = 1e9;
    for (int round = 0; round < 5; ++round) {
        auto const begun = std::chrono::steady_clock::now();
        for (int i = 0; i < count; ++i) body();
        best = std::min(best, std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun).count() / count);
    }
    return best;
}

}  // namespace

int main() {
    constexpr char const* kText = R"(function main(r) return {id = r.id + 1, name = r.name} end
           function nothing() end
           function waits() return db.get(1) end
           function now() return setting('x') end
           function written() x = 1 return x end
           function caught() return pcall(problem, 'x') end
           function rows(rows)
               local r = {}
               for i = 1, #rows do local row = rows[i] r[i] = row.name .. row.b end
               return r
           end)";
    auto const compiled = Program::compile(
        {{"test.lua", kText}},
        {{"db.get", HostFunction::Mode::yields, nullptr, false},
         {"setting",
          HostFunction::Mode::immediate,
          [](Arguments const&, Pusher& push) -> Result<void> {
              push.text("y");
              return koine::outcome::success();
          },
          false}}
    );
    for (auto const& mistake : compiled.mistakes) fmt::print(stderr, "{}\n", describe(mistake));
    auto const& program = compiled.program;
    if (!program) return 1;
    auto state = State::make(program).value();
    auto const call = [&](std::string_view name, auto const& push, auto const& after, CallOptions options = {}) {
        Call made(*state, *program->find(name), std::move(options));
        auto stage = made.start(push);
        while (stage == Call::Stage::waits) stage = made.resume(Value(1));
        if (stage == Call::Stage::failed) std::abort();
        after(made);
    };
    auto const none = [](auto&) {};
    auto const request = [](Pusher& push) {
        push.begin_map(2);
        push.key("id");
        push.integer(5);
        push.key("name");
        push.text("abc");
        push.end_map();
    };
    fmt::print("empty call              {:.2f} us\n", micros(20000, [&] { call("test.nothing", none, none); }));
    fmt::print("table in, table out     {:.2f} us\n", micros(20000, [&] {
                   call("test.main", request, [](Call& c) { (void)c.result(); });
               }));
    fmt::print("immediate host function {:.2f} us\n", micros(20000, [&] { call("test.now", none, none); }));
    fmt::print("one wait                {:.2f} us\n", micros(20000, [&] { call("test.waits", none, none); }));
    fmt::print("one wait served         {:.2f} us\n", micros(20000, [&] {
                   CallOptions options;
                   options.serve = [](Wait const&, Pusher& out) -> Result<void> {
                       out.integer(1);
                       return koine::outcome::success();
                   };
                   call("test.waits", none, none, std::move(options));
               }));
    fmt::print("a global written        {:.2f} us\n", micros(20000, [&] { call("test.written", none, none); }));
    fmt::print("a problem caught        {:.2f} us\n", micros(5000, [&] { call("test.caught", none, none); }));
    auto const rows = [](Pusher& push) {
        push.begin_list(1000);
        for (int i = 0; i < 1000; ++i) {
            push.begin_map(5);
            for (std::string_view const key : {"id", "a", "b"}) {
                push.key(key);
                push.integer(i);
            }
            for (std::string_view const key : {"name", "kind"}) {
                push.key(key);
                push.text("some text");
            }
            push.end_map();
        }
        push.end_list();
    };
    fmt::print("a batched row           {:.3f} us\n", micros(50, [&] {
                                                          call("test.rows", rows, [](Call& c) {
                                                              std::size_t bytes = 0;
                                                              c.reader().each([&](Reader item, std::size_t) {
                                                                  return bytes += item.text().size(), true;
                                                              });
                                                          });
                                                      }) / 1000);
    fmt::print(
        "a state                 {:.1f} us, {} bytes\n",
        micros(200, [&] { (void)State::make(program); }),
        State::make(program).value()->memory()
    );
}
