#include "identity/passwords.hpp"

#include "value/type.hpp"

namespace koine::identity {
namespace {

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
    if (!stored.empty()) return value::verify_password(stored, password);
    // The answer must not tell by its time that there is no such user.
    value::verify_password(nobodys_hash(), password);
    return false;
}

}  // namespace

Awaitable<Result<bool>> check_password(OffLoop& off_loop, std::string stored, std::string password) {
    bool right = false;
    auto check = [&] { right = is_right(stored, password); };
    KOINE_CO_TRY(co_await off_loop.run(check));
    co_return right;
}

}  // namespace koine::identity
