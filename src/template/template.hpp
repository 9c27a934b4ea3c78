/// @file Template: a document with holes (an envelope, the body of a problem), compiled at load to literals around them.
#pragma once

#include "template/phrase.hpp"

#include <concepts>
#include <functional>

namespace koine::templates {

/// A sink that also takes finished bytes of JSON: for it, all that is literal between two holes is one `raw`, escaped at load.
template <class Sink>
concept RawSink = requires(Sink& sink, std::string_view bytes) { sink.raw(bytes); };

/// An immutable document of objects, lists and phrases. A key that ends in `~` is left out when its value is empty: absent, "", a list
/// without elements, an object all of whose keys are left out. Shared between threads.
class Template {
public:
    /// @return a configuration problem: unknown names, keys with holes, an empty key.
    static Result<Template> compile(yaml::Node const& node, Names names);

    /// Writes the document.
    /// @param values answers `Value value(NameId) const`, and `void events(NameId, Sink&) const` for what it calls events.
    /// @param sink has null(), boolean(bool), integer(int64), text(string_view), json(string_view) and either raw(string_view) or
    /// begin_object(), end_object(), begin_list(), end_list(), key(string_view).
    template <class Sink, class Values>
    void apply(Values const& values, Sink& sink) const;

    /// The names in use, also twice.
    std::vector<NameId> names() const;
    /// The JSON Schema of what a name stands for; `present`: it stands where it is left out if empty, so that it is never null there.
    using SchemaOf = std::function<std::string(NameId name, bool present)>;
    /// The JSON Schema of the documents that it writes, as JSON: keys without `~` are required.
    std::string schema(SchemaOf const& schema_of) const;

private:
    /// The document in reading order. `end` is one past a value's last step; of an optional key: past the value that follows it.
    struct Step {
        enum class Kind : std::uint8_t { begin_object, end_object, begin_list, end_list, key, optional_key, phrase };
        Kind kind;
        std::uint32_t index = 0;  ///< of the key's text or the phrase
        std::uint32_t end = 0;
    };
    /// The same as JSON bytes. `clear` and `comma` stand only where an optional key makes the comma depend on what was written.
    struct JsonStep {
        enum class Kind : std::uint8_t { raw, phrase, optional, clear, comma };
        Kind kind;
        std::uint32_t index = 0;  ///< raw: of the bytes; phrase: of the phrase; optional: of the value in `steps_`; clear, comma: depth
        std::uint32_t end = 0;    ///< optional: where to go on when the value is empty
    };
    friend class TemplateCompiler;

    std::uint32_t append_schema(std::uint32_t at, bool present, SchemaOf const& schema_of, std::string& out) const;
    template <class Values>
    bool is_empty(std::uint32_t at, Values const& values, std::string& buffer) const;
    template <class Sink, class Values>
    void write(Phrase const& phrase, Values const& values, Sink& sink, std::string& buffer) const;
    template <class Sink, class Values>
    void apply_json(Values const& values, Sink& sink) const;
    template <class Sink, class Values>
    void apply_steps(Values const& values, Sink& sink) const;

    std::vector<Step> steps_;
    std::vector<JsonStep> json_;
    std::vector<std::string> texts_;
    std::vector<Phrase> phrases_;
};

template <class Values>
bool Template::is_empty(std::uint32_t at, Values const& values, std::string& buffer) const {
    auto const& first = steps_[at];
    if (first.kind == Step::Kind::phrase) return phrases_[first.index].evaluate(values, buffer).is_empty();
    for (std::uint32_t i = at + 1; i + 1 < first.end;) {
        if (steps_[i].kind != Step::Kind::optional_key) return false;
        if (!is_empty(i + 1, values, buffer)) return false;
        i = steps_[i].end;
    }
    return true;
}

template <class Sink, class Values>
void Template::write(Phrase const& phrase, Values const& values, Sink& sink, std::string& buffer) const {
    Value const value = phrase.evaluate(values, buffer);
    switch (value.kind) {
        case Value::Kind::absent: sink.null(); break;
        case Value::Kind::text: sink.text(value.text); break;
        case Value::Kind::integer: sink.integer(value.number); break;
        case Value::Kind::boolean: sink.boolean(value.number != 0); break;
        case Value::Kind::json: sink.json(value.text); break;
        case Value::Kind::events: values.events(value.name, sink); break;
        case Value::Kind::records:
            if constexpr (RawSink<Sink>) {
                std::string_view before = "[";
                for (auto const& record : *value.list) {
                    sink.raw(before);
                    std::string_view inner = "{";
                    for (auto const& [key, text] : record) {
                        sink.raw(inner);
                        sink.text(key);
                        sink.raw(":");
                        sink.text(text);
                        inner = ",";
                    }
                    sink.raw(record.empty() ? "{}" : "}");
                    before = ",";
                }
                sink.raw(value.list->empty() ? "[]" : "]");
            } else {
                sink.begin_list();
                for (auto const& record : *value.list) {
                    sink.begin_object();
                    for (auto const& [key, text] : record) {
                        sink.key(key);
                        sink.text(text);
                    }
                    sink.end_object();
                }
                sink.end_list();
            }
            break;
    }
}

template <class Sink, class Values>
void Template::apply(Values const& values, Sink& sink) const {
    if constexpr (RawSink<Sink>)
        apply_json(values, sink);
    else
        apply_steps(values, sink);
}

template <class Sink, class Values>
void Template::apply_json(Values const& values, Sink& sink) const {
    std::string buffer;
    std::uint64_t written = 0;  // bit d: the object at depth d has a member already
    for (std::uint32_t i = 0; i < json_.size(); ++i) {
        auto const& step = json_[i];
        switch (step.kind) {
            case JsonStep::Kind::raw: sink.raw(texts_[step.index]); break;
            case JsonStep::Kind::phrase: write(phrases_[step.index], values, sink, buffer); break;
            case JsonStep::Kind::optional:
                if (is_empty(step.index, values, buffer)) i = step.end - 1;
                break;
            case JsonStep::Kind::clear: written &= ~(std::uint64_t{1} << step.index); break;
            case JsonStep::Kind::comma:
                if ((written >> step.index & 1) != 0) sink.raw(",");
                written |= std::uint64_t{1} << step.index;
                break;
        }
    }
}

template <class Sink, class Values>
void Template::apply_steps(Values const& values, Sink& sink) const {
    std::string buffer;
    for (std::uint32_t i = 0; i < steps_.size(); ++i) {
        auto const& step = steps_[i];
        switch (step.kind) {
            case Step::Kind::begin_object: sink.begin_object(); break;
            case Step::Kind::end_object: sink.end_object(); break;
            case Step::Kind::begin_list: sink.begin_list(); break;
            case Step::Kind::end_list: sink.end_list(); break;
            case Step::Kind::phrase: write(phrases_[step.index], values, sink, buffer); break;
            case Step::Kind::key: sink.key(texts_[step.index]); break;
            case Step::Kind::optional_key:
                if (is_empty(i + 1, values, buffer))
                    i = step.end - 1;
                else
                    sink.key(texts_[step.index]);
                break;
        }
    }
}

}  // namespace koine::templates
