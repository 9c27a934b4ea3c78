/// @file Tokens: what a user sees of his own tokens, and does with them.
#pragma once

#include "base/awaitable.hpp"
#include "base/result.hpp"
#include "description/description.hpp"
#include "model/schema.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace koine::identity {

/// A token, without its secret, of which only a hash is kept. Times as stored; empty: none.
struct OwnToken {
    std::int64_t key = 0;  ///< of its row
    std::string description, created, expires, used;
    bool may_write = true;
};

/// What the app's tokens have.
struct TokenShape {
    bool write = false, expires = false, used = false, description = false;
    std::uint32_t longest_description = 0;  ///< characters; 0: any
};

struct NewToken {
    std::string description;
    std::string expires;  ///< as stored; empty: never
    bool may_write = true;
    std::string now = {};  ///< as stored; empty: as the machine's clock says
};

/// The tokens of one application, on one worker. Not thread-safe; goes away before the session that it was used with, always the same one.
class Tokens {
public:
    /// At most so many are told.
    static constexpr std::int64_t kMost = 200;

    /// @return null if the app has no tokens. @return configuration.
    static Result<std::unique_ptr<Tokens>> make(description::App const& app, model::Model const& model);
    virtual ~Tokens() = default;

    virtual TokenShape const& shape() const = 0;
    /// The newest first, `kMost` and one more if there are more. @return what the store says.
    virtual Awaitable<Result<std::vector<OwnToken>>> of(store::Session& session, std::int64_t user) = 0;
    /// What the app's tokens do not have is passed over. @return its secret, which is never known again; what the store says.
    virtual Awaitable<Result<std::string>> create(store::Session& session, std::int64_t user, NewToken token) = 0;
    /// @return false if the user has no such token. What the store says.
    virtual Awaitable<Result<bool>> remove(store::Session& session, std::int64_t user, std::int64_t key) = 0;
};

}  // namespace koine::identity
