#include "template/template.hpp"

#include "represent/json_text.hpp"

#include <algorithm>
#include <iterator>

namespace koine::templates {

/// Walks the YAML once into steps, then the steps once into JSON bytes and holes.
class TemplateCompiler {
public:
    using Step = Template::Step;
    using JsonStep = Template::JsonStep;

    explicit TemplateCompiler(Names names) : names_(names) {}

    Result<Template> compile(yaml::Node const& node) {
        KOINE_TRY(add_value(node));
        flatten_value(0, 0);
        flush();
        return std::move(made_);
    }

private:
    std::uint32_t place() const { return static_cast<std::uint32_t>(made_.steps_.size()); }

    std::uint32_t keep(std::string text) {
        made_.texts_.push_back(std::move(text));
        return static_cast<std::uint32_t>(made_.texts_.size() - 1);
    }

    Result<void> add_value(yaml::Node const& node) {
        auto const begin = place();
        if (node.is_map()) {
            made_.steps_.push_back({Step::Kind::begin_object});
            for (auto const& [key, value] : node.members) {
                KOINE_TRY(add_member(key, value));
            }
            made_.steps_.push_back({Step::Kind::end_object});
        } else if (node.is_list()) {
            made_.steps_.push_back({Step::Kind::begin_list});
            for (auto const& item : node.items) {
                KOINE_TRY(add_value(item));
            }
            made_.steps_.push_back({Step::Kind::end_list});
        } else {
            KOINE_TRY(auto phrase, Phrase::compile(node, names_));
            made_.steps_.push_back({Step::Kind::phrase, static_cast<std::uint32_t>(made_.phrases_.size())});
            made_.phrases_.push_back(std::move(phrase));
        }
        made_.steps_[begin].end = place();
        return outcome::success();
    }

    Result<void> add_member(yaml::Node const& key, yaml::Node const& value) {
        std::string name = key.text;
        bool const optional = name.ends_with('~');
        if (optional) name.pop_back();
        if (name.empty()) return key.problem("a key needs a name");
        if (name.starts_with('$') || name.find('{') != std::string::npos) return key.problem("a key cannot have holes");
        auto const at = place();
        made_.steps_.push_back({optional ? Step::Kind::optional_key : Step::Kind::key, keep(std::move(name))});
        KOINE_TRY(add_value(value));
        made_.steps_[at].end = place();
        return outcome::success();
    }

    void flush() {
        if (bytes_.empty()) return;
        made_.json_.push_back({JsonStep::Kind::raw, keep(std::move(bytes_))});
        bytes_.clear();
    }
    void push(JsonStep::Kind kind, std::uint32_t index) {
        flush();
        made_.json_.push_back({kind, index});
    }

    /// Appends the value at `at`; returns what follows it.
    std::uint32_t flatten_value(std::uint32_t at, std::uint32_t depth) {
        auto const step = made_.steps_[at];
        switch (step.kind) {
            case Step::Kind::begin_object: flatten_object(at, depth); break;
            case Step::Kind::begin_list:
                bytes_ += '[';
                for (auto i = at + 1; i + 1 < step.end;) {
                    if (i != at + 1) bytes_ += ',';
                    i = flatten_value(i, depth + 1);
                }
                bytes_ += ']';
                break;
            default: flatten_phrase(step.index);
        }
        return step.end;
    }

    void flatten_object(std::uint32_t at, std::uint32_t depth) {
        auto const end = made_.steps_[at].end - 1;
        bytes_ += '{';
        bool certain = false;  // a member stands before for sure: the comma is literal
        bool const depends = at + 1 < end && made_.steps_[at + 1].kind == Step::Kind::optional_key;
        if (depends) push(JsonStep::Kind::clear, depth);
        for (auto i = at + 1; i < end; i = made_.steps_[i].end) {
            auto const step = made_.steps_[i];
            bool const optional = step.kind == Step::Kind::optional_key;
            if (optional) push(JsonStep::Kind::optional, i + 1);
            auto const skip = made_.json_.size() - 1;
            if (certain)
                bytes_ += ',';
            else if (depends)
                push(JsonStep::Kind::comma, depth);
            represent::append_json_string(bytes_, made_.texts_[step.index]);
            bytes_ += ':';
            flatten_value(i + 1, depth + 1);
            if (optional) {
                flush();
                made_.json_[skip].end = static_cast<std::uint32_t>(made_.json_.size());
            } else {
                certain = true;
            }
        }
        bytes_ += '}';
    }

    void flatten_phrase(std::uint32_t index) {
        auto const& phrase = made_.phrases_[index];
        if (!phrase.is_constant()) return push(JsonStep::Kind::phrase, index);
        Value const value = phrase.constant();
        if (value.kind == Value::Kind::text)
            represent::append_json_string(bytes_, value.text);
        else if (value.is_absent())
            bytes_ += "null";
        else
            value.append_to(bytes_);
    }

    Names names_;
    Template made_;
    std::string bytes_;
};

Result<Template> Template::compile(yaml::Node const& node, Names names) { return TemplateCompiler(names).compile(node); }

std::vector<NameId> Template::names() const {
    std::vector<NameId> names;
    for (auto const& phrase : phrases_) std::ranges::copy(phrase.names(), std::back_inserter(names));
    return names;
}

}  // namespace koine::templates
