#include "value/kinds.hpp"

#include <fmt/format.h>

#include <iterator>

namespace koine::value {
namespace {

class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    void text(std::string_view name, std::string_view value) {
        begin(name);
        append_json_text(value, out_);
    }
    void number(std::string_view name, std::int64_t value) {
        begin(name);
        fmt::format_to(std::back_inserter(out_), "{}", value);
    }
    /// Begins a member whose value the caller writes.
    std::string& begin(std::string_view name) {
        if (!first_) out_.push_back(',');
        first_ = false;
        append_json_text(name, out_);
        out_.push_back(':');
        return out_;
    }

private:
    std::string& out_;
    bool first_ = true;
};

void write_integer(Writer& writer, Type const& type) {
    auto const [least, most] = range_of(type);
    bool const wide = stored_as(type) == model::Type::bigint;
    writer.text("type", "integer");
    writer.text("format", wide ? "int64" : "int32");
    if (type.least) writer.number("minimum", least);
    if (type.most) writer.number("maximum", most);
}

void write_text(Writer& writer, Type const& type, std::string_view format) {
    writer.text("type", "string");
    if (!format.empty()) writer.text("format", format);
    if (type.shortest != 0) writer.number("minLength", type.shortest);
    if (type.longest != 0) writer.number("maxLength", type.longest);
    if (type.kind == Kind::slug) writer.text("pattern", "^[-a-zA-Z0-9_]+$");
    if (!type.pattern.empty()) writer.text("pattern", fmt::format("^(?:{})$", type.pattern));
}

void write_choice(Writer& writer, Type const& type) {
    writer.text("type", type.numbers ? "integer" : "string");
    auto& out = writer.begin("enum");
    char before = '[';
    for (auto const& choice : type.choices) {
        out.push_back(before);
        if (type.numbers) {
            out += choice.value;
        } else {
            append_json_text(choice.value, out);
        }
        before = ',';
    }
    out.push_back(']');
}

void write_decimal(Writer& writer, Type const& type) {
    writer.text("type", "string");
    writer.text("format", "decimal");
    auto const whole = type.longest == 0 ? std::string("+") : fmt::format("{{1,{}}}", std::max(1U, type.longest - type.scale));
    writer.text("pattern", fmt::format("^-?\\d{}{}$", whole, type.scale == 0 ? "" : fmt::format("\\.\\d{{{}}}", type.scale)));
}

void write_address(Writer& writer, Type const& type) {
    writer.text("type", "string");
    if (type.address != Type::Address::host) return;
    if (type.family == 4) writer.text("format", "ipv4");
    if (type.family == 6) writer.text("format", "ipv6");
}

void write_document(Writer& writer, Type const& type) {
    if (type.document == Type::Document::object) writer.text("type", "object");
    if (type.document != Type::Document::list) return;
    writer.text("type", "array");
    writer.begin("items") += "{}";
}

}  // namespace

void append_schema(Type const& type, std::string& out) {
    Writer writer(out);
    switch (type.kind) {
        case Kind::boolean: return writer.text("type", "boolean");
        case Kind::integer: return write_integer(writer, type);
        case Kind::real:
        case Kind::duration: writer.text("type", "number"); return writer.text("format", "double");
        case Kind::decimal: return write_decimal(writer, type);
        case Kind::text:
        case Kind::slug: return write_text(writer, type, "");
        case Kind::email: return write_text(writer, type, "email");
        case Kind::url: return write_text(writer, type, "uri");
        case Kind::uuid: return write_text(writer, type, "uuid");
        case Kind::date: return write_text(writer, type, "date");
        case Kind::time: return write_text(writer, type, "time");
        case Kind::datetime: return write_text(writer, type, "date-time");
        case Kind::secret:
        case Kind::password: return write_text(writer, type, "password");
        case Kind::ip: return write_address(writer, type);
        case Kind::mac: writer.text("type", "string"); return writer.text("pattern", "^[0-9a-f]{2}(:[0-9a-f]{2}){5}$");
        case Kind::json: return write_document(writer, type);
        case Kind::choice: return write_choice(writer, type);
        case Kind::blob: writer.text("type", "string"); return writer.text("pattern", "^[0-9a-f]{64}$");
        case Kind::file: writer.text("type", "string"); return writer.text("format", "binary");
        case Kind::list:
            writer.text("type", "array");
            writer.begin("items").push_back('{');
            append_schema(*type.item, out);
            out.push_back('}');
            return;
    }
}

}  // namespace koine::value
