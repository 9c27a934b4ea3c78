/// @file The headers axis: what answers carry beside their body, and what pages of other origins may see.
#pragma once

#include "dialect/answer.hpp"
#include "template/phrase.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace koine::dialect {

/// `headers: {all: {Vary: Accept}, lists: {Content-Range: $page.range}, items: {…}, written: {…}, errors: {…},
/// cors: {…}}`. Immutable. `written` is for answers to writes.
/// Values are templates over kAnswerNames; a field whose value is empty is left out. `cors`: `expose`, `allow_headers`, `methods` (lists),
/// `max_age` (seconds, 86400); without it answers say nothing of origins.
class Headers {
public:
    enum class On : std::uint8_t { lists, items, written, errors };

    static Result<Headers> compile(yaml::Node const& options, AppFacts const& app = {});

    /// Whether `Exchange::allow` is told.
    bool tells_allow() const { return tells_allow_; }

    /// Appends the fields of `all` and of that kind of answer, and the CORS fields if the request names an origin.
    void add(On on, AnswerValues const& values, Exchange const* exchange, std::vector<ResponseHeader>& out) const;
    /// The CORS fields alone, for answers that are neither (documents, OPTIONS).
    void add_cors(Exchange const& exchange, std::vector<ResponseHeader>& out) const;
    /// The answer to a preflight request (OPTIONS with Origin and Access-Control-Request-Method). @return false if it is none.
    bool preflight(Exchange const& exchange, std::vector<ResponseHeader>& out) const;
    void describe(Description& description) const;

private:
    struct Field {
        std::string name;
        templates::Phrase value;
    };
    static Result<std::vector<Field>> compile_fields(yaml::Node const* node);
    Result<void> compile_cors(yaml::Node const& node);

    std::vector<Field> all_;
    std::array<std::vector<Field>, 4> on_;
    AppFacts app_;
    bool tells_allow_ = false;
    bool cors_ = false;
    std::string expose_;
    std::string allow_headers_;
    std::string methods_;
    std::string max_age_;
};

/// True for what may name a header field (RFC 9110 §5.1).
bool is_field_name(std::string_view name);

}  // namespace koine::dialect
