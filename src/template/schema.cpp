#include "represent/json_text.hpp"
#include "template/template.hpp"

namespace koine::templates {
namespace {

/// Of a phrase that isn't one name: a literal is a constant; a text with holes is null where one of them is.
std::string schema_of_text(Phrase const& phrase, bool present) {
    if (!phrase.is_constant()) return present ? R"({"type":"string"})" : R"({"type":["string","null"]})";
    auto const value = phrase.constant();
    if (value.is_absent()) return R"({"type":"null"})";
    std::string out = R"({"const":)";
    if (value.kind == Value::Kind::text)
        represent::append_json_string(out, value.text);
    else
        value.append_to(out);
    return out + "}";
}

}  // namespace

std::string Template::schema(SchemaOf const& schema_of) const {
    std::string out;
    append_schema(0, false, schema_of, out);
    return out;
}

std::uint32_t Template::append_schema(std::uint32_t at, bool present, SchemaOf const& schema_of, std::string& out) const {
    auto const& first = steps_[at];
    if (first.kind == Step::Kind::phrase) {
        auto const& phrase = phrases_[first.index];
        auto const name = phrase.only_name();
        out += name ? schema_of(*name, present) : schema_of_text(phrase, present);
        return first.end;
    }
    bool const is_object = first.kind == Step::Kind::begin_object;
    out += is_object ? R"({"type":"object","properties":{)" : R"({"type":"array","prefixItems":[)";
    std::string required;
    for (auto i = at + 1; i + 1 < first.end;) {
        if (i != at + 1) out += ',';
        bool optional = false;
        if (is_object) {
            auto const& key = steps_[i++];
            optional = key.kind == Step::Kind::optional_key;
            represent::append_json_string(out, texts_[key.index]);
            out += ':';
            if (!optional) {
                required += required.empty() ? R"(,"required":[)" : ",";
                represent::append_json_string(required, texts_[key.index]);
            }
        }
        i = append_schema(i, optional, schema_of, out);
    }
    out += is_object ? "}" : "]";
    if (!required.empty()) out += required + "]";
    out += '}';
    return first.end;
}

}  // namespace koine::templates
