/// @file The values axis: how typed values are spelled.
#pragma once

#include "dialect/axes.hpp"
#include "format/spelling.hpp"
#include "represent/represent.hpp"

namespace koine::dialect {

/// `values: {nulls: keep|omit, bytes: hex|base64, big_integers: number|text}`. Immutable.
/// `nulls` (keep): whether members without a value stand in JSON, whatever the format says. `bytes` (hex): `\x00ff`, or base64.
/// `big_integers` (number): in JSON, integers beyond ±(2^53 − 1) as texts, since many clients' numbers cannot hold them.
class Values {
public:
    static Result<Values> compile(yaml::Node const& options);

    format::Spelling const& spelling() const { return spelling_; }
    represent::Nulls nulls() const { return nulls_; }
    void describe(Description& description) const;

private:
    format::Spelling spelling_;
    represent::Nulls nulls_ = represent::Nulls::keep;
};

}  // namespace koine::dialect
