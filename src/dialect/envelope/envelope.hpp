/// @file The envelope axis: the frame around a list and around one item, in JSON.
#pragma once

#include "dialect/answer.hpp"
#include "template/template.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::dialect {

/// `envelope: {list: $items, item: $item, many: $items}`: templates over kAnswerNames, and `words.NAME`: what a
/// function calls NAME. Immutable.
/// `many`: of what a request to an app wrote, where it may be several rows; default: as `list`.
class Envelope {
public:
    static Result<Envelope> compile(yaml::Node const& options, AppFacts const& app = {});

    /// True if the list's frame tells how many rows there are in all, so that they must be counted.
    bool needs_total() const { return needs_total_; }
    /// The JSON Schemas of lists, items and what was written, as JSON. @param row the schema of a row, as JSON.
    std::string list_schema(std::string_view row) const;
    std::string item_schema(std::string_view row) const;
    std::string many_schema(std::string_view row) const;
    /// Writes a list. @param write_items writes the rows, as a list, into the sink.
    template <class Sink, class WriteItems>
    void write_list(AnswerValues const& values, WriteItems const& write_items, Sink& sink) const {
        list_.apply(Framed<WriteItems>{&values, &app_, &words_, &write_items}, sink);
    }
    /// Writes the rows that a request wrote, where they may be several: in `many`.
    template <class Sink, class WriteItems>
    void write_many(AnswerValues const& values, WriteItems const& write_items, Sink& sink) const {
        many_.apply(Framed<WriteItems>{&values, &app_, &words_, &write_items}, sink);
    }
    /// Writes one item. @param write_item writes the row, as an object, into the sink.
    template <class Sink, class WriteItem>
    void write_item(AnswerValues const& values, WriteItem const& write_item, Sink& sink) const {
        item_.apply(Framed<WriteItem>{&values, &app_, &words_, &write_item}, sink);
    }

private:
    template <class Write>
    struct Framed {
        AnswerValues const* values;
        AppFacts const* app;
        std::vector<std::string> const* words;
        Write const* write;
        templates::Value value(templates::NameId name) const {
            if (name >= kAnswerNames.size()) return values->word((*words)[name - kAnswerNames.size()]);
            return AppAnswerValues{*values, *app}.value(name);
        }
        template <class Sink>
        void events(templates::NameId name, Sink& sink) const {
            if (static_cast<AnswerName>(name) == AnswerName::warnings) return values->write_warnings(sink);
            (*write)(sink);
        }
    };

    /// @param counted whether it is told how many rows there are in all.
    static std::string schema(templates::Template const& frame, std::string_view row, bool counted);

    templates::Template list_;
    templates::Template item_;
    templates::Template many_;
    AppFacts app_;
    std::vector<std::string> words_;  ///< whose names stand behind kAnswerNames
    bool needs_total_ = false;
};

}  // namespace koine::dialect
