#include "dialect/values/values.hpp"

namespace koine::dialect {

Result<Values> Values::compile(yaml::Node const& node) {
    yaml::Options options(node);
    Values values;
    if (options.word("nulls", {"keep", "omit"}, "keep") == 1) values.nulls_ = represent::Nulls::strip;
    values.spelling_.base64 = options.word("bytes", {"hex", "base64"}, "hex") == 1;
    values.spelling_.exact_texts = options.word("big_integers", {"number", "text"}, "number") == 1;
    KOINE_TRY(options.done());
    return values;
}

void Values::describe(Description& description) const {
    description.base64 = spelling_.base64;
    description.integer_texts = spelling_.exact_texts;
    description.nulls_omitted = nulls_ == represent::Nulls::strip;
}

}  // namespace koine::dialect
