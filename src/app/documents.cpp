#include "app/documents.hpp"

namespace koine::app {

std::shared_ptr<openapi::Document const> Documents::of(dialect::Dialect const& dialect, model::Model const& model, bool writable) {
    std::scoped_lock lock(mutex_);
    auto& document = made_[{&dialect, writable}];
    if (document == nullptr) {
        openapi::Facts facts;
        facts.title = title_;
        facts.version = KOINE_VERSION;
        facts.writable = writable;
        facts.tokens = access_.tokens;
        facts.anonymous_reads = access_.anonymous_reads;
        document = std::make_shared<openapi::Document const>(dialect, model, facts);
    }
    return document;
}

}  // namespace koine::app
