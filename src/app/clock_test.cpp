#include "app/service.hpp"
#include "auth/test_folder.hpp"
#include "http/test_client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

namespace koine::app {
namespace {

constexpr auto kApp = R"(
app: {name: clocked, version: "1", settings: {key: "0123456789abcdef0123456789abcdef"}}
entities:
  note:
    fields: {text: text(100), made: datetime readonly = now}
resources:
  notes:
    entity: note
    members: [id, text, made]
    endpoints: crud
    allow: {create: anyone}
operations:
  GET now: {call: work.now}
  GET token: {call: work.token}
  GET check: {call: work.check, query: {token: text}}
  POST later: {call: work.later, allow: anyone, status: 202}
jobs:
  every:
    hourly: {call: work.hourly, every: 1h}
dialects:
  main: {routes: {prefix: /v1}}
)";

constexpr auto kWork = R"(
function now() return {now = time.now(), text = time.format(time.now())} end
function token() return {token = crypto.jwt.sign("key", {exp = time.now() + 60})} end
function check(request)
  local claims, why = crypto.jwt.verify(request.query.token, "key")
  return {exp = claims and claims.exp, why = why}
end
function later() time.after(1800, "work.write", {}) end
function write() db.insert("notes", {text = "later"}) end
function hourly() db.insert("notes", {text = "hourly"}) end
)";

/// An app that is served with a clock that stands still, unless it is moved.
class ClockTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::filesystem::create_directories(folder_.file("operations"));
        auth::write_file(folder_.file("app.yaml"), kApp);
        auth::write_file(folder_.file("operations/work.lua"), kWork);
        Options options;
        options.source = std::filesystem::path(folder_.file("app.yaml")).parent_path().string();
        options.port = 0;
        options.workers = 1;
        options.clock = [this] { return now_.load() * 1'000'000; };
        auto started = Service::start(std::move(options));
        ASSERT_TRUE(started) << describe(started.error());
        service_ = std::move(started).value();
        auto const url = service_->facts().url;
        port_ = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
        thread_ = std::thread([this] { service_->run(); });
    }
    void TearDown() override {
        if (!thread_.joinable()) return;
        service_->stop();
        thread_.join();
    }

    std::string get(std::string_view path) const {
        http::testing::Client client(port_);
        client.get(path);
        return client.answer().body;
    }
    std::string post(std::string_view path, std::string_view body) const {
        http::testing::Client client(port_);
        client.say(fmt::format(
            "POST {} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}", path, body.size(), body
        ));
        auto const seen = client.answer();
        return fmt::format("{} {}", seen.status, seen.body);
    }
    /// Until it holds the text, or a while has passed.
    std::string eventually(std::string_view path, std::string_view text) const {
        auto const until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        auto body = get(path);
        for (; body.find(text) == std::string::npos && std::chrono::steady_clock::now() < until; body = get(path))
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        return body;
    }

    std::atomic<std::int64_t> now_ = 1'700'000'000;  ///< 2023-11-14T22:13:20Z

private:
    auth::TestFolder folder_;
    std::unique_ptr<Service> service_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

TEST_F(ClockTest, IsThatOfFunctionsTokensJobsAndRows) {
    EXPECT_EQ(get("/v1/now"), R"({"now":1700000000.0,"text":"2023-11-14T22:13:20Z"})");
    EXPECT_EQ(post("/v1/notes", R"({"text": "a"})"), R"(201 {"id":1,"text":"a","made":"2023-11-14T22:13:20.000000Z"})");
    auto const made = get("/v1/token");
    auto const token = made.substr(10, made.rfind('"') - 10);
    EXPECT_EQ(get("/v1/check?token=" + token), R"({"exp":1700000060.0})");
    EXPECT_TRUE(post("/v1/later", "{}").starts_with("202"));
    EXPECT_EQ(get("/v1/notes"), R"([{"id":1,"text":"a","made":"2023-11-14T22:13:20.000000Z"}])") << "nothing is due yet";

    now_ += 60;
    EXPECT_EQ(get("/v1/check?token=" + token), R"({"why":"expired"})");
    now_ = 1'700'001'800;
    EXPECT_NE(eventually("/v1/notes", "later").find(R"("text":"later","made":"2023-11-14T22:43:20.000000Z")"), std::string::npos);
    now_ = 1'700'003'600;
    auto const all = eventually("/v1/notes", "hourly");
    EXPECT_NE(all.find(R"("text":"hourly","made":"2023-11-14T23:13:20.000000Z")"), std::string::npos) << all;
}

}  // namespace
}  // namespace koine::app
