/// @file Edits: the half of the write axis that apps have: what a request that writes documents of a resource means, and what its answer is like.
#pragma once

#include "dialect/axes.hpp"
#include "edit/edit.hpp"

#include <memory>
#include <string>

namespace koine::dialect {

struct EditIntent {
    edit::Verb verb = edit::Verb::create;
    bool bulk = false;
};

struct EditAnswer {
    enum class Body : std::uint8_t { none, list, item };
    int status = 200;
    Body body = Body::none;
    bool location = false;  ///< told where the row is
};

/// A strategy of the axis. Stateless, shared between threads.
class Edits {
public:
    virtual ~Edits() = default;
    /// Whether the convention has a write of this method at such an endpoint of the resource, by what the resource offers.
    virtual bool offers(Method method, Endpoint const& endpoint) const = 0;
    /// @return method_unsupported; not_a_list_of_documents.
    virtual Result<EditIntent> read(Exchange const& exchange, query::Body const& body) const = 0;
    virtual EditAnswer answer(EditIntent const& intent) const = 0;
    virtual edit::Rules const& rules() const = 0;
    /// Which operations a caller who may write has for this resource, their parameters, bodies and answers.
    virtual void describe(resource::Resource const& resource, model::Model const& model, Description& description) const = 0;
};

/// `documents`: POST on a list makes a row of a document, or of each document of a list; PUT, PATCH and DELETE on an item, and with `bulk: true` on a list
/// of documents that hold their keys. Options: `bulk` (false), `references: [key, attributes]` (key), `separator` (__), `unknown: skip|problem` (skip),
/// and of `create`, `update`, `replace`, `remove` `{status, body}` as `items` has them; `location` (true).
Result<std::unique_ptr<Edits const>> compile_edits_documents(yaml::Node const& options);

}  // namespace koine::dialect
