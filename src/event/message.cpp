#include "event/message.hpp"

#include "base/ascii.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "represent/json_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace koine::event {
namespace {

constexpr std::size_t kMostBody = std::size_t{4} << 20;
constexpr std::size_t kMostHeaders = 50;
constexpr auto kNames =
    std::to_array<std::string_view>({"event", "time", "model", "model_name", "user", "request", "data", "before", "after", "text"});
constexpr std::string_view kUsual =
    "{event: $event, time: $time, model: $model, user: $user, request: $request, data: $data, snapshots: {before: $before, after: $after}}";
/// What belongs to the connection, or is worked out by whoever sends. The signature's name is the app's.
constexpr auto kKept = std::to_array<std::string_view>(
    {"Host",
     "Content-Length",
     "Content-Type",
     "Transfer-Encoding",
     "Connection",
     "Keep-Alive",
     "Proxy-Connection",
     "Proxy-Authenticate",
     "Proxy-Authorization",
     "TE",
     "Trailer",
     "Upgrade",
     "Expect",
     kDeliveryHeader}
);

Problem mistake(std::string_view what) { return Problem(Reason::check_failed).with("message", what); }

std::string told(Problem const& problem) {
    if (auto const limit = problem.argument("limit")) return fmt::format("its template needs more than the limit of {}", *limit);
    return std::string(problem.argument("message").value_or(to_string(problem.reason())));
}

bool is_template(std::string_view text) { return text.contains("{{") || text.contains("{%"); }

using templates::Value;

/// What the names of the template stand for.
struct Values {
    Event const& event;

    Value value(templates::NameId name) const {
        switch (name) {
            case 0: return Value::of(event.name);
            case 1: return Value::of(event.time);
            case 2: return said(event.model);
            case 3: return said(event.model.substr(event.model.rfind('.') + 1));
            case 4: return said(event.user);
            case 5: return said(event.request);
            case 6: return document(event.data);
            case 7: return document(event.before);
            case 8: return document(event.after);
            default: return said(event.text);
        }
    }
    template <class Sink>
    void events(templates::NameId /*name*/, Sink& /*sink*/) const {}

private:
    static Value said(std::string_view text) { return text.empty() ? Value() : Value::of(text); }
    static Value document(std::string_view json) { return json.empty() ? Value() : Value::json(json); }
};

struct JsonSink {
    std::string& out;
    void null() const { out += "null"; }
    void boolean(bool truth) const { out += truth ? "true" : "false"; }
    void integer(std::int64_t number) const { out += std::to_string(number); }
    void text(std::string_view text) const { represent::append_json_string(out, text); }
    void json(std::string_view text) const { out += text; }
    void raw(std::string_view bytes) const { out += bytes; }
};

bool is_header_name(std::string_view name) {
    auto const fits = [](char c) { return is_ascii_alphanumeric(c) || c == '-' || c == '_'; };
    return !name.empty() && name.size() <= 100 && std::ranges::all_of(name, fits);
}

bool is_header_value(std::string_view value) {
    auto const fits = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; };
    return value.size() <= 4096 && std::ranges::all_of(value, fits);
}

}  // namespace

Result<Messages> Messages::make(description::Webhooks const& said, Render render) {
    Messages made;
    auto payload = said.payload;
    if (payload.kind == yaml::Node::Kind::null) {
        KOINE_TRY(payload, yaml::parse(kUsual, "koine"));
    }
    KOINE_TRY(made.template_, templates::Template::compile(payload, kNames));
    made.signature_ = said.signature;
    made.sha256_ = said.digest == "sha256";
    made.render_ = std::move(render);
    return made;
}

bool Messages::renders(Hook const& hook) { return !hook.body.empty() || is_template(hook.headers); }

std::string Messages::payload(Event const& event) const {
    std::string text;
    JsonSink sink{text};
    template_.apply(Values{event}, sink);
    return text;
}

std::string Messages::signed_by(std::string_view secret, std::string_view body) const {
    auto const made = hmac(sha256_ ? Hash::sha256 : Hash::sha512, secret, body);
    return made ? hex(made.value()) : std::string();
}

Result<Messages::Headers> Messages::further_headers(Hook const& hook, std::string const& payload) const {
    Headers all;
    auto const add = [&](std::string_view name, std::string_view value) -> Result<void> {
        if (!is_header_name(name)) return mistake("a further header has no proper name");
        auto const is_it = [&](std::string_view kept) { return ascii_equal(kept, name); };
        if (std::ranges::any_of(kKept, is_it) || is_it(signature_)) return mistake(fmt::format("the header {} is not to be given", name));
        if (!is_header_value(value)) return mistake(fmt::format("the header {} has no proper value", name));
        if (all.size() == kMostHeaders) return mistake(fmt::format("there are more than {} further headers", kMostHeaders));
        all.emplace_back(name, value);
        return outcome::success();
    };
    auto text = hook.headers;
    if (render_ && is_template(text)) {
        KOINE_TRY(text, render_(text, payload));
    }
    auto const document = text.starts_with('{') ? read_document(text) : nullptr;
    if (document && document->is_object()) {
        for (auto const& [name, value] : document->get_object()) {
            if (!value.is_string()) return mistake("a further header has no proper value");
            KOINE_TRY(add(name, value.get_string()));
        }
        return all;
    }
    if (text == "null") return all;
    for (std::string_view rest = text; !rest.empty();) {
        auto line = split_off(rest, '\n');
        if (line.ends_with('\r')) line.remove_suffix(1);
        line = trimmed(line);
        if (line.empty()) continue;
        auto const colon = line.find(':');
        if (colon == std::string_view::npos) return mistake("a further header is no line Name: value");
        KOINE_TRY(add(line.substr(0, colon), trimmed(line.substr(colon + 1))));
    }
    return all;
}

void Messages::write(Hook const& hook, std::string const& payload, Delivery& into) const {
    into.target = hook.target;
    into.hook = hook.row;
    into.url = hook.url;
    into.method = hook.method;
    into.verify = hook.verify;
    into.authority = hook.authority;
    into.headers = "{}";
    into.error = hook.mistake;
    auto const fail = [&](Problem const& problem) { into.error = told(problem); };
    if (!into.error.empty()) return;
    if (hook.body.empty()) {
        into.body = payload;
    } else if (!render_) {
        into.error = "templates of bodies are not to be had here";
    } else if (auto made = render_(hook.body, payload); made) {
        into.body = std::move(made).value();
    } else {
        fail(made.error());
    }
    if (into.body.size() > kMostBody) {
        into.body.clear();
        into.error = "the body is larger than 4 MiB";
    }
    auto further = further_headers(hook, payload);
    if (!further && into.error.empty()) fail(further.error());
    if (!is_header_value(hook.content_type)) into.error = "the content type is none";
    if (!into.error.empty()) return;
    auto& headers = further.value();
    headers.emplace(headers.begin(), "Content-Type", hook.content_type);
    if (!hook.secret.empty()) headers.emplace_back(signature_, signed_by(hook.secret, into.body));
    into.headers = "{";
    for (auto const& [name, value] : headers) {
        if (into.headers.size() > 1) into.headers += ',';
        represent::append_json_string(into.headers, name);
        into.headers += ':';
        represent::append_json_string(into.headers, value);
    }
    into.headers += '}';
}

std::vector<std::pair<std::string, std::string>> headers_of(Delivery const& delivery) {
    std::vector<std::pair<std::string, std::string>> all;
    auto const document = read_document(delivery.headers);
    if (auto const* object = document->if_object())
        for (auto const& [name, value] : *object)
            if (value.is_string()) all.emplace_back(std::string(name), std::string(value.get_string()));
    all.emplace_back(kDeliveryHeader, std::to_string(delivery.id));
    return all;
}

}  // namespace koine::event
