/// @file The interfaces of the axes that read a request. A strategy is one small file: compile (options → strategy), apply (below), describe.
#pragma once

#include "base/result.hpp"
#include "dialect/exchange.hpp"
#include "model/schema.hpp"
#include "model/yaml.hpp"
#include "query/intent.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::dialect {

/// What a strategy adds to documents.
struct ParameterDocument {
    std::string name;
    std::string in = "query";     ///< query, header, path
    std::string type = "string";  ///< JSON Schema type
    std::string description;
    std::string example;
    bool operator==(ParameterDocument const&) const = default;
};
struct Description {
    std::vector<ParameterDocument> parameters;
    std::vector<std::pair<std::string, std::string>> response_headers;  ///< name, description
    std::vector<std::pair<int, std::string>> responses;                 ///< status, description
};

/// What all strategies of the filter, sort, select and page axes are: readers of parameters. Stateless, shared between threads.
class ParameterReader {
public:
    virtual ~ParameterReader() = default;
    /// Reads a parameter into the query if it is this axis's. @return true if it was; false to let the next axis look;
    /// invalid_syntax, limit_exceeded, invalid_parameter, unknown_parameter.
    virtual Result<bool> read(Parameter const& parameter, query::Query& query) const = 0;
    /// Called once after all parameters: what comes from headers or must be consistent.
    virtual Result<void> finish(Exchange const&, query::Query&) const { return outcome::success(); }
    /// What a caller may write for this entity.
    virtual void describe(model::Entity const& entity, Description& description) const = 0;
};

/// What a page turned out to be. Numbers count rows of the root.
struct PageFacts {
    std::int64_t offset = 0;
    std::optional<std::int64_t> limit;
    std::int64_t returned = 0;
    std::optional<std::int64_t> total;
    std::optional<std::int64_t> number;  ///< of the page, as the client counts: from 1 unless the convention begins at 0
    std::optional<std::int64_t> pages;
    int status = 200;
    std::string range;                    ///< "first-last/total" with its stars
    std::string next, prev, first, last;  ///< links, empty if there is none
};

class Page : public ParameterReader {
public:
    /// What the answer says about its page. @return offset_beyond_total where the convention refuses that.
    virtual Result<PageFacts> facts(
        Exchange const& exchange, query::Query const& query, std::int64_t returned, std::optional<std::int64_t> total
    ) const = 0;
};

/// A strategy's compile function: options (the YAML under its name; null node = none) → strategy. @return configuration problems.
template <class Strategy>
using Compile = Result<std::unique_ptr<Strategy const>> (*)(yaml::Node const& options);

}  // namespace koine::dialect
