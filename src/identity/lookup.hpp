/// @file Lookup: a user, by the name or by a token's or session's key, with groups, in one plan.
#pragma once

#include "base/address.hpp"
#include "base/result.hpp"
#include "description/description.hpp"
#include "model/schema.hpp"
#include "query/intent.hpp"
#include "query/plan.hpp"
#include "query/principal.hpp"
#include "query/rows.hpp"
#include "value/type.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::identity {

/// What was found. Texts are copies.
struct Found {
    std::int64_t user = 0;
    std::string name;
    std::string password;
    bool active = true;
    bool staff = false;
    bool superuser = false;
    std::shared_ptr<query::Rights const> rights;

    // Of a token or a session:
    std::int64_t key = 0;
    bool may_write = true;
    std::string expires;  ///< as stored; empty: never
    std::string used;
    std::vector<Address> networks;
    bool restricted = false;  ///< to `networks`, though none may be readable
};

/// What kind of row it starts from. Names are of fields; empty ones are not there.
struct Start {
    std::string entity;
    std::string by;         ///< compared
    std::string user = {};  ///< the reference to the user; empty: the row is the user
    std::string write = {}, expires = {}, used = {}, networks = {}, scopes = {}, claims = {};
};

class Lookup {
public:
    /// @return configuration: the app and the tables do not belong together.
    static Result<Lookup> make(description::App const& app, model::Model const& model, Start const& start);

    std::shared_ptr<query::Plan const> const& plan() const { return plan_; }
    /// The query whose values are bound: its only condition compares with one text.
    query::Query asking(std::string_view value) const;
    /// Nothing if there is no row, or it has no user.
    std::optional<Found> read(query::Rows const& rows) const;

private:
    query::Cell const* cell(query::Rows const& rows, std::string_view name) const;
    query::Rights rights_of(query::Rows const& rows) const;

    value::Kind roles_ = value::Kind::text, scopes_ = value::Kind::text;
    std::shared_ptr<query::Plan const> plan_;
    query::Query query_;
};

}  // namespace koine::identity
