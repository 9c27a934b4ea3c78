/// @file Body: what the body of a request gives to write, in names and values as written. Readers of formats make it, the planner judges it.
#pragma once

#include "base/arena.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::query {

/// One value as written, not yet of any column's type. `text` is a view of the request's body or of Body::texts.
struct Given {
    enum class Kind : std::uint8_t {
        absent,   ///< this row does not have the name
        null,     ///< null
        boolean,  ///< "true" or "false"
        number,   ///< the digits as written: nothing is rounded
        text,     ///< a string, unescaped
        json      ///< an object or a list, as compact JSON
    };
    Kind kind = Kind::absent;
    std::string_view text;
    bool operator==(Given const&) const = default;
};

/// A file of a form.
struct Upload {
    std::string field;       ///< the name of its control
    std::string name;        ///< what the client calls it, without folders and control characters; may be empty
    std::string type;        ///< the media type that the client says, in lower case, without parameters
    std::string_view bytes;  ///< of the request's body
};

/// The rows of one body. Reusable: `clear` keeps what was allocated.
struct Body {
    enum class Form : std::uint8_t {
        none,  ///< the request has no body
        object,
        list,
        other  ///< JSON that is neither, so that there are no rows: `given` tells what. Only where readers are told to let it pass
    };
    Form form = Form::none;
    /// other: what it is, by the word: int, float, str, bool, null.
    std::string_view given;
    /// list: its elements that are no objects, by row and by the word for what they are: as above, or list. Their rows have no values. Ascending
    /// by row; empty unless readers are told to let such pass.
    std::vector<std::pair<std::size_t, std::string_view>> strange;
    std::vector<std::string> names;  ///< of all rows, in the order first met
    std::vector<Given> values;       ///< row after row, each as wide as `names`
    std::size_t rows = 0;
    bool uniform = true;        ///< every row has every name
    std::vector<Upload> files;  ///< only where readers are told to take them
    Arena texts;

    Given const& value(std::size_t row, std::size_t name) const { return values[row * names.size() + name]; }
    void clear() {
        form = Form::none;
        given = {};
        strange.clear();
        names.clear();
        values.clear();
        rows = 0;
        uniform = true;
        files.clear();
        texts.clear();
    }
};

}  // namespace koine::query
