/// @file The interfaces of the axes that read a request. A strategy is one small file: compile (options → strategy), apply (below), describe.
#pragma once

#include "base/message.hpp"
#include "base/result.hpp"
#include "dialect/exchange.hpp"
#include "format/read_body.hpp"
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
    /// What it is for: documents of writes show only what the operation heeds.
    enum class Use : std::uint8_t { other, select, sort, page, filter };
    std::string name;
    std::string in = "query";     ///< query, header, path
    std::string type = "string";  ///< JSON Schema type
    std::string description;
    std::string example;
    std::string pattern = {};               ///< regular expression that values match; empty: any
    bool required = false;                  ///< paths' are anyway
    bool repeated = false;                  ///< may be given several times, each `type`
    std::string format = {};                ///< JSON Schema format; empty: none
    std::vector<std::string> choices = {};  ///< the only values; empty: any
    Use use = Use::other;                   ///< filled in by the dialect
    bool operator==(ParameterDocument const&) const = default;
};
struct HeaderDocument {
    std::string name;
    std::string description;
    std::string type = "string";  ///< JSON Schema type
    bool operator==(HeaderDocument const&) const = default;
};
struct ResponseDocument {
    int status = 200;
    std::string description;
    bool writes_only = false;  ///< no answer to a request that only reads
    bool operator==(ResponseDocument const&) const = default;
};

/// A member of a row that holds the row of another relation, or null.
struct NestedDocument {
    std::string name;
    std::string relation;
    bool operator==(NestedDocument const&) const = default;
};

/// A way to answer a write.
struct WrittenDocument {
    enum class Content : std::uint8_t {
        none,
        list,
        item,
        either,  ///< as many rows as the body of the request
        asked    ///< a list, or nothing, as the request asks: what an answer without a body is of cannot be told
    };
    int status = 200;
    std::string description;
    Content content = Content::none;
    bool operator==(WrittenDocument const&) const = default;
};

/// One way to write an entity's rows.
struct WriteDocument {
    enum class Rows : std::uint8_t { none, one, many };  ///< many: or one
    Method method = Method::post;
    bool item = false;    ///< at `item_path`, else at `list_path`
    std::string summary;  ///< "Insert rows into artist"
    Rows rows = Rows::none;
    std::vector<std::string> required;               ///< members that each row of the body must have
    std::vector<ParameterDocument::Use> uses;        ///< parameters of reads that are heeded, too
    std::vector<ParameterDocument> parameters = {};  ///< of its own
    std::vector<WrittenDocument> answers = {};       ///< the successes
    bool operator==(WriteDocument const&) const = default;
};

/// A media type of bodies.
struct BodyDocument {
    std::string type;
    format::BodyFormat format = format::BodyFormat::json;
    bool operator==(BodyDocument const&) const = default;
};

/// A place where a caller may put a token's secret.
struct CredentialDocument {
    enum class In : std::uint8_t {
        bearer,  ///< behind `Bearer` in that header
        header,  ///< the header's whole value
        cookie   ///< of a session: the cookie's value
    };
    In in = In::bearer;
    std::string name;  ///< of the header or cookie
    bool operator==(CredentialDocument const&) const = default;
};

/// All that a caller may write and gets for one entity. Of two documents with one name the first counts, as in reading.
struct Description {
    std::string list_path;                          ///< below the base address, percent-encoded
    std::string item_path;                          ///< with `{name}` for the key parameters; empty if rows have no address
    std::vector<ParameterDocument> key_parameters;  ///< of `item_path`
    std::vector<ParameterDocument> parameters;      ///< of lists
    std::vector<ParameterDocument> item_parameters;
    std::vector<WriteDocument> writes;
    std::vector<ParameterDocument> write_parameters;  ///< of all writes
    std::vector<BodyDocument> bodies;                 ///< of all writes, the default first
    std::vector<CredentialDocument> credentials;      ///< in the order in which they are looked at
    std::vector<HeaderDocument> list_headers, item_headers, error_headers, written_headers;
    std::vector<ResponseDocument> responses;  ///< of lists, beside 200
    std::vector<ResponseDocument> errors;
    std::vector<NestedDocument> nested;  ///< members of a row beside its columns, if a request selects nothing
    bool base64 = false;                 ///< bytes are base64; else `\x` and hex
    bool integer_texts = false;          ///< integers beyond ±(2^53 − 1) are strings
    bool nulls_omitted = false;          ///< members without a value are left out

    void add(ParameterDocument parameter);
    /// To one of the lists of headers; one that says something replaces one that does not.
    static void add_header(std::vector<HeaderDocument>& headers, HeaderDocument header);
};

/// What all strategies of the filter, sort, select and page axes are: readers of parameters. Stateless, shared between threads.
class ParameterReader {
public:
    virtual ~ParameterReader() = default;
    /// Reads a parameter into the query if it is this axis's. `endpoint.resource` is null unless an app is served. @return true if it was; false to let the next axis look;
    /// invalid_syntax, limit_exceeded, invalid_parameter, unknown_parameter.
    virtual Result<bool> read(Parameter const& parameter, Endpoint const& endpoint, query::Query& query) const = 0;
    /// Called once after all parameters: what comes from headers or must be consistent.
    virtual Result<void> finish(Exchange const&, query::Query&) const { return outcome::success(); }
    /// What a caller may write for this entity, which is one of the model's.
    virtual void describe(model::Entity const& entity, model::Model const& model, Description& description) const = 0;
    /// The same for an app's resource.
    virtual void describe_resource(resource::Resource const&, model::Model const&, Description&) const {}
    /// What it says of parameters where no query is asked, as of operations: whether unknown ones are passed over, and whether empty ones are.
    virtual bool ignores_unknown() const { return false; }
    virtual bool ignores_empty() const { return false; }
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

/// How a foreign key reads when a request selects nothing itself. Stateless, shared between threads.
class Relations {
public:
    virtual ~Relations() = default;
    /// Fills the selection of a query that has none, so that it is part of its shape and judged as if it had been asked. Never fails: what
    /// cannot be named or would exceed the ordinary caps is left as it is.
    virtual void complete(model::Model const& model, query::Query& query) const = 0;
    /// What it says of the views of an app's resources, which are made once.
    virtual void form(resource::Forms&) const {}
    /// How the rows of this entity, which is one of the model's, differ from its columns.
    virtual void describe(model::Entity const& entity, model::Model const& model, Description& description) const = 0;
};

/// A strategy's compile function: options (the YAML under its name; null node = none) → strategy. @return configuration problems.
template <class Strategy>
using Compile = Result<std::unique_ptr<Strategy const>> (*)(yaml::Node const& options);

}  // namespace koine::dialect
