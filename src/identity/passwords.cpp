#include "identity/passwords.hpp"

#include "value/type.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>

namespace koine::identity {
namespace {

namespace asio = boost::asio;

constexpr int kMostWaiting = 16;
constexpr std::size_t kLongestPassword = 4096;

/// A hash to compare with where there is none, made when it is first needed.
std::string const& nobodys_hash() {
    static std::string const made = [] {
        value::Type type;
        type.kind = value::Kind::password;
        Arena arena;
        auto cell = value::accept(type, {query::Given::Kind::text, "nobody's"}, arena);
        return cell && cell.value().kind() == query::Cell::Kind::text ? std::string(cell.value().view()) : std::string();
    }();
    return made;
}

bool is_right(std::string const& stored, std::string const& password) {
    if (password.size() > kLongestPassword) return false;
    if (!stored.empty()) return value::verify_password(stored, password);
    // The answer must not tell by its time that there is no such user.
    value::verify_password(nobodys_hash(), password);
    return false;
}

/// Shared by the coroutine and the thread: whichever goes away later.
struct Check {
    std::string stored;
    std::string password;
    bool right = false;
};

}  // namespace

struct Passwords::Pool {
    asio::thread_pool thread{1};
    std::shared_ptr<std::atomic<int>> waiting = std::make_shared<std::atomic<int>>(0);
};

Passwords::Passwords() = default;
Passwords::~Passwords() {
    if (!pool_) return;
    pool_->thread.stop();
    pool_->thread.join();
}

Awaitable<Result<bool>> Passwords::verify(std::string stored, std::string password) {
    if (!pool_) pool_ = std::make_unique<Pool>();
    auto waiting = pool_->waiting;
    if (waiting->load() >= kMostWaiting) co_return Problem(Reason::overloaded).because("too many passwords are being checked");
    waiting->fetch_add(1);
    auto check = std::make_shared<Check>(std::move(stored), std::move(password));
    auto executor = co_await asio::this_coro::executor;
    auto& thread = pool_->thread;
    auto initiate = [&thread, executor, check, waiting](auto handler) {
        auto job = [executor, check, waiting, guard = asio::make_work_guard(executor), resume = std::move(handler)]() mutable {
            check->right = is_right(check->stored, check->password);
            waiting->fetch_sub(1);
            asio::post(executor, std::move(resume));
        };
        asio::post(thread, std::move(job));
    };
    asio::use_awaitable_t<Executor> token;
    co_await asio::async_initiate<asio::use_awaitable_t<Executor>, void()>(initiate, token);
    co_return check->right;
}

}  // namespace koine::identity
