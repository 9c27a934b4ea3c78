#include "dialect/relations/relations.hpp"

namespace koine::dialect {
namespace {

class Key final : public Relations {
public:
    void complete(model::Model const&, query::Query&) const override {}
    void describe(model::Entity const&, model::Model const&, Description&) const override {}
};

}  // namespace

Result<std::unique_ptr<Relations const>> compile_relations_key(yaml::Node const& node) {
    yaml::Options options(node);
    KOINE_TRY(options.done());
    return std::make_unique<Key const>();
}

}  // namespace koine::dialect
