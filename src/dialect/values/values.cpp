#include "dialect/values/values.hpp"

namespace koine::dialect {

Result<Values> Values::compile(yaml::Node const& node) {
    yaml::Options options(node);
    Values values;
    if (options.word("nulls", {"keep", "omit"}, "keep") == 1) values.nulls_ = represent::Nulls::strip;
    values.spelling_.base64 = options.word("bytes", {"hex", "base64"}, "hex") == 1;
    values.spelling_.exact_texts = options.word("big_integers", {"number", "text"}, "number") == 1;
    values.labelled_choices_ = options.word("enum", {"value", "value_label"}, "value") == 1;
    auto const* datetime = options.node("datetime");
    KOINE_TRY(options.done());
    values.datetime_.zulu = true;
    if (datetime == nullptr) return values;
    yaml::Options own(*datetime);
    values.datetime_.digits = static_cast<std::uint8_t>(own.integer("digits", 6, 0, 6));
    values.datetime_.zone = own.text("zone", "UTC");
    values.datetime_.zulu = own.boolean("zulu", true);
    KOINE_TRY(own.done());
    if (!value::is_zone(values.datetime_.zone)) return datetime->find("zone")->problem("this machine knows no such time zone");
    return values;
}

void Values::form(resource::Forms& forms) const {
    forms.labelled_choices = labelled_choices_;
    forms.datetime = datetime_;
}

void Values::describe(Description& description) const {
    description.base64 = spelling_.base64;
    description.integer_texts = spelling_.exact_texts;
    description.nulls_omitted = nulls_ == represent::Nulls::strip;
}

}  // namespace koine::dialect
