/// @file Message: what a hook is sent: the payload by the app's template, the body, the headers and the signature.
#pragma once

#include "base/result.hpp"
#include "description/happens.hpp"
#include "event/hooks.hpp"
#include "event/queue.hpp"
#include "template/template.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::event {

/// What happened. Views of whoever tells it; JSON is empty where there is none.
struct Event {
    std::string_view name;   ///< create, update, delete, or an event of the app's own
    std::string_view model;  ///< the entity's type word; empty of events of the app's own
    std::string_view user;   ///< empty: nobody who is known
    std::string_view request;
    std::string_view time;           ///< in UTC, as stored
    std::string_view data;           ///< JSON: the row as clients see it
    std::string_view before, after;  ///< JSON: as the change log records it
    std::string_view text;           ///< how people call the row
};

/// Makes a text of a template and a JSON object. @return with a `message` of what is wrong.
using Render = std::function<Result<std::string>(std::string_view source, std::string_view context)>;

/// Headers by which receivers know a delivery, and by which it was signed.
inline constexpr std::string_view kDeliveryHeader = "X-Hook-Delivery";

class Messages {
public:
    /// @param render null: templates of rows are not to be had. @return configuration: the payload's template.
    static Result<Messages> make(description::Webhooks const& said, Render render);

    /// The payload: a JSON document. Names of its template: $event $time $model $model_name $user $request $data $before $after $text.
    std::string payload(Event const& event) const;
    /// Whether templates of the hook take their time.
    static bool renders(Hook const& hook);
    /// Fills in what is sent: method, URL, headers, body; or why it cannot be. @param payload as above.
    void write(Hook const& hook, std::string const& payload, Delivery& into) const;

private:
    std::string signed_by(std::string_view secret, std::string_view body) const;
    using Headers = std::vector<std::pair<std::string, std::string>>;
    Result<Headers> further_headers(Hook const& hook, std::string const& payload) const;

    templates::Template template_;
    std::string signature_;
    bool sha256_ = false;
    Render render_;
};

/// The headers of a delivery, as they were written.
std::vector<std::pair<std::string, std::string>> headers_of(Delivery const& delivery);

}  // namespace koine::event
