/// @file The OpenAPI document of what a dialect serves.
#pragma once

#include "dialect/dialect.hpp"
#include "model/schema.hpp"

#include <string>
#include <string_view>

namespace koine::openapi {

struct Facts {
    std::string title;
    std::string version;          ///< of the API's program
    std::string base_url;         ///< where the paths begin, without a slash at the end
    bool writable = false;        ///< whether rows may be written at all: documents then have the operations of writes
    bool tokens = false;          ///< whether tokens decide who may do what: documents then tell where they are put
    bool anonymous_reads = true;  ///< with `tokens`: whether reading takes none
};

/// A document made but for its base address, so that one serves every address. Immutable.
class Document {
public:
    /// `facts.base_url` is not looked at.
    Document(dialect::Dialect const& dialect, model::Model const& model, Facts const& facts);

    /// Appends the whole document, as JSON.
    void append_to(std::string& out, std::string_view base_url) const;

private:
    std::string before_;
    std::string after_;
};

/// OpenAPI 3.1, as JSON: every relation with its operations, their parameters, bodies, answers and problems.
std::string openapi_document(dialect::Dialect const& dialect, model::Model const& model, Facts const& facts);

}  // namespace koine::openapi
