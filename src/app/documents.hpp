/// @file Documents: what is served, described; made when first asked for and kept for as long as its application.
#pragma once

#include "dialect/dialect.hpp"
#include "model/schema.hpp"
#include "openapi/openapi.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace koine::app {

/// One OpenAPI document for each dialect and for what a caller may do. Thread-safe: whoever asks first makes it (some milliseconds for 50 relations), others wait.
class Documents {
public:
    /// Who may do what without a token, and with one.
    struct Access {
        bool tokens = false;  ///< they decide
        bool anonymous_reads = true;
    };
    /// @param title of the API.
    Documents(std::string title, Access access) : title_(std::move(title)), access_(access) {}

    /// The dialect and model must be the same ones, and live, for as long as this does.
    /// @param writable whether the caller may write.
    std::shared_ptr<openapi::Document const> of(dialect::Dialect const& dialect, model::Model const& model, bool writable);
    std::string const& title() const { return title_; }
    Access access() const { return access_; }

private:
    std::string title_;
    Access access_;
    std::mutex mutex_;
    std::map<std::pair<dialect::Dialect const*, bool>, std::shared_ptr<openapi::Document const>> made_;
};

}  // namespace koine::app
