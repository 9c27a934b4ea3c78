/// @file JsonText: the raw sink for small documents (bodies of problems); answers with rows have the writer of `format`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace koine::templates {

/// Appends a JSON string: quoted, with `"`, `\` and control characters escaped. The text is UTF-8.
void append_json_string(std::string& out, std::string_view text);

/// Appends JSON to a string that outlives it.
class JsonText {
public:
    explicit JsonText(std::string& out) : out_(&out) {}

    void raw(std::string_view bytes) { out_->append(bytes); }
    void json(std::string_view document) { out_->append(document); }
    void null() { out_->append("null"); }
    void boolean(bool truth) { out_->append(truth ? "true" : "false"); }
    void integer(std::int64_t number);
    void text(std::string_view text) { append_json_string(*out_, text); }

private:
    std::string* out_;
};

}  // namespace koine::templates
