/// @file Hooks: who is told of what: rows of an entity of the app, and addresses that its YAML says.
#pragma once

#include "base/result.hpp"
#include "description/description.hpp"
#include "event/conditions.hpp"
#include "model/schema.hpp"
#include "query/intent.hpp"
#include "query/plan.hpp"
#include "store/transaction.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::event {

enum class Deed : std::uint8_t { create, update, remove };
/// By the words create, update and delete.
std::optional<Deed> deed_named(std::string_view word);

/// Someone who wants to be told.
struct Hook {
    std::string target;  ///< Delivery::target
    std::optional<std::int64_t> row;
    std::string url;
    std::string method = "POST";
    std::string content_type = "application/json";
    std::string headers;  ///< further ones: lines "Name: value", or a JSON object
    std::string body;     ///< a template; empty: the payload
    std::string secret;   ///< empty: not signed
    std::optional<Conditions> conditions;
    std::string mistake;  ///< why it cannot be told of anything; empty if it can
    bool verify = true;
    std::string authority;
    bool of_all = false;  ///< of every entity
    /// What of which entity (by name) it wants to know.
    struct Wish {
        std::string entity;
        unsigned deeds = 0;  ///< bits, by Deed
    };
    std::vector<Wish> wishes;
    unsigned deeds = 0;               ///< of_all
    std::vector<std::string> events;  ///< of the app's own

    bool wants(std::string_view entity, Deed deed) const;
};

/// Those of the YAML, their settings filled in.
std::vector<Hook> hooks_of_app(description::App const& app);

/// A read of the rows that are hooks, planned once. Immutable.
class HookRows {
public:
    /// @return null if the app has no such entity; configuration.
    static Result<std::unique_ptr<HookRows const>> make(description::App const& app, model::Model const& model);
    /// The enabled ones, at most a thousand, by key.
    Result<std::vector<Hook>> read(store::Transaction& transaction) const;

private:
    explicit HookRows(description::App const& app) : app_(app) {}
    description::App const& app_;
    query::Query query_;
    std::shared_ptr<query::Plan const> plan_;
};

}  // namespace koine::event
