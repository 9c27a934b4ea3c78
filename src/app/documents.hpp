/// @file Documents: what is served, described; made when first asked for and kept for as long as its application.
#pragma once

#include "dialect/dialect.hpp"
#include "model/schema.hpp"
#include "openapi/openapi.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace koine::app {

/// One OpenAPI document for each dialect. Thread-safe: whoever asks first makes it (some milliseconds for 50 relations), others wait.
class Documents {
public:
    /// @param title of the API.
    explicit Documents(std::string title) : title_(std::move(title)) {}

    /// The dialect and model must be the same ones, and live, for as long as this does.
    std::shared_ptr<openapi::Document const> of(dialect::Dialect const& dialect, model::Model const& model);
    std::string const& title() const { return title_; }

private:
    std::string title_;
    std::mutex mutex_;
    std::map<dialect::Dialect const*, std::shared_ptr<openapi::Document const>> made_;
};

}  // namespace koine::app
