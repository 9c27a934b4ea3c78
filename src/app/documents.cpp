#include "app/documents.hpp"

namespace koine::app {

std::shared_ptr<openapi::Document const> Documents::of(dialect::Dialect const& dialect, model::Model const& model, Caller caller) {
    std::scoped_lock lock(mutex_);
    auto& document = made_[{&dialect, caller}];
    if (document == nullptr) {
        openapi::Facts facts;
        facts.title = title_;
        facts.version = KOINE_VERSION;
        facts.writable = caller.may_write;
        facts.tokens = caller.tokens;
        facts.anonymous_reads = anonymous_reads_;
        document = std::make_shared<openapi::Document const>(dialect, model, facts);
    }
    return document;
}

}  // namespace koine::app
