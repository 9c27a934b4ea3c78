/// @file Documents: what is served, described; made when first asked for and kept for as long as its application.
#pragma once

#include "dialect/dialect.hpp"
#include "model/schema.hpp"
#include "openapi/openapi.hpp"

#include <compare>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace koine::app {

/// One OpenAPI document for each dialect and for what a caller may do. Thread-safe: whoever asks first makes it (some milliseconds for 50 relations), others wait.
class Documents {
public:
    /// Whom a document is for.
    struct Caller {
        bool may_write = false;
        bool tokens = false;  ///< they decide who may
        auto operator<=>(Caller const&) const = default;
    };
    /// @param title of the API. @param anonymous_reads whether reading takes no token even where there are some.
    Documents(std::string title, bool anonymous_reads) : title_(std::move(title)), anonymous_reads_(anonymous_reads) {}

    /// The dialect and model must be the same ones, and live, for as long as this does.
    std::shared_ptr<openapi::Document const> of(dialect::Dialect const& dialect, model::Model const& model, Caller caller);
    std::string const& title() const { return title_; }
    bool anonymous_reads() const { return anonymous_reads_; }

private:
    std::string title_;
    bool anonymous_reads_;
    std::mutex mutex_;
    std::map<std::pair<dialect::Dialect const*, Caller>, std::shared_ptr<openapi::Document const>> made_;
};

}  // namespace koine::app
