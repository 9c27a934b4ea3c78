#include "app/documents.hpp"

namespace koine::app {

std::shared_ptr<openapi::Document const> Documents::of(dialect::Dialect const& dialect, model::Model const& model) {
    std::scoped_lock lock(mutex_);
    auto& document = made_[&dialect];
    if (document == nullptr) {
        openapi::Facts facts;
        facts.title = title_;
        facts.version = KOINE_VERSION;
        document = std::make_shared<openapi::Document const>(dialect, model, facts);
    }
    return document;
}

}  // namespace koine::app
