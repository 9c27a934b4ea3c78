/// @file The values axis: how typed values are spelled.
#pragma once

#include "dialect/axes.hpp"
#include "format/spelling.hpp"
#include "represent/represent.hpp"

namespace koine::dialect {

/// `values: {nulls: keep|omit, bytes: hex|base64, big_integers: number|text, enum: value|value_label, datetime: {digits, zone, zulu}}`. Immutable.
/// `nulls` (keep): whether members without a value stand in JSON, whatever the format says. `bytes` (hex): `\x00ff`, or base64.
/// `big_integers` (number): in JSON, integers beyond ±(2^53 − 1) as texts, since many clients' numbers cannot hold them.
/// Of an app's resources: `enum` (value): choices bare, or as `{value, label}`; `datetime`: `digits` behind the second (6), in which `zone` (UTC), and
/// whether UTC is `Z` (`zulu`, true) or `+00:00`.
class Values {
public:
    static Result<Values> compile(yaml::Node const& options);

    format::Spelling const& spelling() const { return spelling_; }
    represent::Nulls nulls() const { return nulls_; }
    /// What it says of the views of an app's resources, which are made once.
    void form(resource::Forms& forms) const;
    void describe(Description& description) const;

private:
    format::Spelling spelling_;
    represent::Nulls nulls_ = represent::Nulls::keep;
    bool labelled_choices_ = false;
    value::DatetimeForm datetime_;
};

}  // namespace koine::dialect
