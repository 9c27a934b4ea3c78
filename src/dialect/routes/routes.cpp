#include "dialect/routes/routes.hpp"

#include "base/ascii.hpp"
#include "dialect/examples.hpp"
#include "dialect/page/links.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace koine::dialect {
namespace {

using Kind = Endpoint::Kind;

constexpr std::array<std::pair<Method, std::string_view>, 7> kMethods = {{
    {Method::options, "OPTIONS"},
    {Method::get, "GET"},
    {Method::head, "HEAD"},
    {Method::post, "POST"},
    {Method::put, "PUT"},
    {Method::patch, "PATCH"},
    {Method::del, "DELETE"},
}};

bool reads(Method method) { return method == Method::get || method == Method::head || method == Method::options; }

/// The segments of a path below the prefix, decoded one by one, so that a hole may hold a slash that was written as %2F.
class Segments {
public:
    /// @param path raw, without slashes around it. Too many are none. @return malformed_request.
    static Result<Segments> of(std::string_view path, std::size_t most) {
        Segments made;
        if (static_cast<std::size_t>(std::ranges::count(path, '/')) >= most) return made;
        made.decoded_.reserve(path.contains('%') ? most : 0);
        while (true) {
            bool const more = path.contains('/');
            auto segment = split_off(path, '/');
            if (segment.contains('%')) {
                KOINE_TRY(auto text, decode_segment(segment));
                segment = made.decoded_.emplace_back(std::move(text));
            }
            made.all_.push_back(segment);
            if (!more) return made;
        }
    }
    std::span<std::string_view const> all() const { return {all_.data(), all_.size()}; }

private:
    boost::container::small_vector<std::string_view, 16> all_;
    std::vector<std::string> decoded_;
};

Problem unknown(std::string_view path) { return Problem(Reason::unknown_path).with("path", path); }

Result<std::string> path_option(yaml::Options& options, yaml::Node const& node, std::string_view name) {
    auto text = options.text(name, "");
    if (text == "none") text.clear();
    if (!text.empty() && (!text.starts_with('/') || text.ends_with('/')))
        return (node.find(name) != nullptr ? *node.find(name) : node).problem("a path begins with a slash and does not end with one");
    return text;
}

/// The order that the option `allow` says, completed.
Result<std::vector<Method>> allow_order(yaml::Node const* node) {
    std::vector<Method> order;
    std::vector<std::string_view> words;
    for (auto const& [method, word] : kMethods) words.push_back(word);
    if (node != nullptr && !node->is_list()) return node->problem("expected a list of methods");
    if (node != nullptr) {
        for (auto const& item : node->items) {
            auto const found = std::ranges::find(kMethods, item.text, &std::pair<Method, std::string_view>::second);
            if (found == kMethods.end()) return yaml::unknown_word(item, "method", words);
            if (std::ranges::find(order, found->first) != order.end()) return item.problem("the method stands here twice");
            order.push_back(found->first);
        }
    }
    for (auto const& [method, word] : kMethods)
        if (std::ranges::find(order, method) == order.end()) order.push_back(method);
    return order;
}

ParameterDocument key_parameter(resource::Resource const& resource) {
    ParameterDocument parameter;
    parameter.name = "id";
    parameter.in = "path";
    parameter.type = "integer";
    parameter.description = "The key of the " + resource.said->label;
    parameter.example = "1";
    return parameter;
}

/// Of an app: whether the path is a list, a row or an index.
void find_rows(resource::Resources const& resources, std::string_view path, Endpoint& endpoint) {
    endpoint.resource = resources.find(path);
    if (endpoint.resource != nullptr) {
        endpoint.kind = Kind::list;
        return;
    }
    if (auto const slash = path.rfind('/'); slash != std::string_view::npos) {
        auto const key = path.substr(slash + 1);
        if (!key.empty() && key.find('.') == std::string_view::npos) endpoint.resource = resources.find(path.substr(0, slash));
        if (endpoint.resource != nullptr) {
            endpoint.kind = Kind::item;
            endpoint.key.emplace_back(key);
            return;
        }
    }
    auto const below = endpoint.name + "/";
    auto const first = resources.by_path.lower_bound(below);
    if (first != resources.by_path.end() && first->first.starts_with(below)) endpoint.kind = Kind::index;
}

/// Of an app: whether an operation stands at the path, written with fewer holes, from the left, than what was found there.
/// @param path raw, without slashes around it. @return malformed_request.
Result<void> find_operation(resource::OperationPaths const& operations, std::string_view path, Endpoint& endpoint) {
    KOINE_TRY(auto const segments, Segments::of(path, operations.deepest()));
    auto const all = segments.all();
    auto const* at = all.empty() ? nullptr : operations.find(all);
    if (at == nullptr) return outcome::success();
    // An index is all words, a row all but its key.
    auto const words = endpoint.kind == Kind::index ? all.size() : endpoint.kind == Kind::item ? all.size() - 1 : 0;
    if (!at->holes.empty() && at->holes.front().first < words) return outcome::success();
    endpoint.kind = Kind::operation;
    endpoint.operation = at;
    endpoint.resource = at->resource;
    endpoint.key.clear();
    for (auto const& [number, name] : at->holes) {
        endpoint.arguments.emplace_back(name, all[number]);
        if (at->of_row && name == "id") endpoint.key.emplace_back(all[number]);
    }
    return outcome::success();
}

}  // namespace

Result<Routes> Routes::compile(yaml::Node const& node) {
    yaml::Options options(node);
    Routes routes;
    routes.prefixes_ = options.texts("prefix", {""});
    routes.slash_ = static_cast<Slash>(options.word("slash", {"strict", "either", "redirect"}, "either"));
    routes.items_ = options.word("item", {"none", "segment"}, "none") == 1;
    KOINE_TRY(routes.functions_, path_option(options, node, "functions"));
    static yaml::Node const none;
    auto const* allow = options.node("allow");
    KOINE_TRY(options.done());
    yaml::Options allow_options(allow != nullptr ? *allow : none);
    routes.allow_separator_ = allow_options.text("separator", ",");
    auto const* order = allow_options.node("order");
    KOINE_TRY(allow_options.done());
    KOINE_TRY(routes.allow_order_, allow_order(order));
    for (auto const& prefix : routes.prefixes_)
        if (!prefix.empty() && (!prefix.starts_with('/') || prefix.ends_with('/')))
            return node.find("prefix")->problem("a prefix is empty, or begins with a slash and does not end with one");
    std::ranges::sort(routes.prefixes_, [](auto const& a, auto const& b) { return a.size() > b.size(); });
    return routes;
}

Result<Routes::Found> Routes::find(std::string_view path, resource::Resources const* resources) const {
    for (auto const& prefix : prefixes_) {
        if (!path.starts_with(prefix)) continue;
        auto const rest = path.substr(prefix.size());
        if (rest.empty() || rest.front() == '/') return resources != nullptr ? find_in(*resources, rest, prefix) : find_below(rest, prefix);
    }
    return unknown(path);
}

Result<Routes::Found> Routes::find_below(std::string_view path, std::string_view prefix) const {
    Found found{{}, prefix};
    auto& endpoint = found.endpoint;
    endpoint.has_items = items_;
    auto rest = path;
    if (rest.size() > 1 && rest.ends_with('/') && slash_ != Slash::strict) rest.remove_suffix(1);
    if (rest.empty() || rest == "/") {
        endpoint.kind = Kind::root;
        return found;
    }
    endpoint.kind = Kind::list;
    if (!functions_.empty() && rest.size() > functions_.size() && rest.starts_with(functions_) && rest[functions_.size()] == '/') {
        endpoint.kind = Kind::function;
        rest.remove_prefix(functions_.size());
    }
    rest.remove_prefix(1);
    bool const has_key = rest.find('/') != std::string_view::npos;
    auto const name = split_off(rest, '/');
    if (name.empty() || (has_key && (!items_ || endpoint.kind != Kind::list || rest.empty()))) return unknown(path);
    KOINE_TRY(endpoint.name, decode_segment(name));
    if (!has_key) return found;
    if (rest.find('/') != std::string_view::npos) return unknown(path);
    endpoint.kind = Kind::item;
    while (true) {
        bool const more = rest.find(',') != std::string_view::npos;
        KOINE_TRY(auto part, decode_segment(split_off(rest, ',')));
        endpoint.key.push_back(std::move(part));
        if (!more) return found;
    }
}

Result<Routes::Found> Routes::find_in(resource::Resources const& resources, std::string_view path, std::string_view prefix) const {
    Found found{{}, prefix};
    auto& endpoint = found.endpoint;
    endpoint.has_items = true;
    endpoint.model = resources.model;
    KOINE_TRY(auto const decoded, decode_segment(path));
    std::string_view rest(decoded);
    bool const open = !rest.ends_with('/');
    if (!rest.empty()) rest.remove_prefix(1);
    if (!rest.empty() && !open && slash_ != Slash::strict) rest.remove_suffix(1);
    endpoint.name = rest;
    endpoint.redirect = open && closes();
    if (rest.empty()) {
        endpoint.kind = decoded.size() < 2 ? Kind::index : Kind::unknown;
        return found;
    }
    find_rows(resources, rest, endpoint);
    if (endpoint.kind != Kind::list && !resources.operations.empty()) {
        path.remove_prefix(1);
        if (!path.empty() && path.ends_with('/') && slash_ != Slash::strict) path.remove_suffix(1);
        KOINE_TRY(find_operation(resources.operations, path, endpoint));
    }
    if (endpoint.kind != Kind::list && endpoint.kind != Kind::item) return found;
    auto const& resource = *endpoint.resource;
    endpoint.name = resources.model != nullptr ? (*resources.model)[resource.entity].name : resource.said->entity;
    return found;
}

Result<void> Routes::check(Method method, std::string_view method_text, Kind kind) const {
    bool const taken = [&] {
        switch (kind) {
            case Kind::list: return method != Method::other;
            case Kind::item: return method != Method::other && method != Method::post;
            case Kind::function: return reads(method) || method == Method::post;
            case Kind::operation:
            case Kind::unknown: return true;
            default: return reads(method);
        }
    }();
    if (taken) return outcome::success();
    auto const reason = kind == Kind::function ? Reason::method_unsupported_on_function : Reason::method_unsupported;
    return Problem(reason).with("method", method_text);
}

Result<void> Routes::check(Method method, std::string_view method_text, Endpoint const& endpoint) const {
    if (endpoint.redirect) return outcome::success();
    if (endpoint.resource == nullptr && endpoint.operation == nullptr) return check(method, method_text, endpoint.kind);
    auto const methods = methods_of(endpoint);
    if (std::ranges::find(methods, method) != methods.end()) return outcome::success();
    return Problem(Reason::method_unsupported).with("method", method_text);
}

std::string Routes::spelled(std::span<Method const> methods) const {
    std::string text;
    for (auto const method : allow_order_) {
        if (std::ranges::find(methods, method) == methods.end()) continue;
        if (!text.empty()) text += allow_separator_;
        text += std::ranges::find(kMethods, method, &std::pair<Method, std::string_view>::first)->second;
    }
    return text;
}

void Routes::describe(model::Entity const& entity, Description& description) const {
    description.list_path = "/";
    append_encoded(description.list_path, entity.name);
    if (!items_ || !entity.primary_key) return;
    description.item_path = description.list_path;
    char separator = '/';
    for (auto const id : entity.primary_key->columns) {
        auto const& column = entity.columns[id];
        auto& parameter = description.key_parameters.emplace_back();
        bool const plain = std::ranges::all_of(column.name, [](char c) { return is_ascii_alphanumeric(c) || c == '_'; });
        parameter.name = plain ? column.name : "key" + std::to_string(description.key_parameters.size());
        parameter.in = "path";
        parameter.description = "The row's " + column.name;
        parameter.example = example_value(column.type);
        if (model::is_integer(column.type)) parameter.type = "integer";
        description.item_path.append(1, separator).append("{").append(parameter.name).append("}");
        separator = ',';
    }
}

void Routes::describe(resource::Resource const& resource, Description& description) const {
    auto const* end = closes() ? "/" : "";
    description.list_path = "/" + resource.path();
    description.item_path = description.list_path + "/{id}" + end;
    description.list_path += end;
    description.key_parameters.push_back(key_parameter(resource));
}

void Routes::describe(description::Operation const& operation, resource::Resource const* resource, Description& description) const {
    description.list_path = "/" + operation.path + (closes() ? "/" : "");
    for (auto rest = std::string_view(operation.path); !rest.empty();) {
        auto const segment = split_off(rest, '/');
        if (!segment.starts_with('{')) continue;
        auto const name = segment.substr(1, segment.size() - 2);
        if (operation.of_row && resource != nullptr && name == "id")
            description.key_parameters.push_back(key_parameter(*resource));
        else
            description.key_parameters.push_back({std::string(name), "path", "string", "", ""});
    }
}

std::vector<Method> methods_of(Endpoint const& endpoint) {
    std::vector<Method> methods = {Method::options};
    auto const add = [&](bool offered, std::initializer_list<Method> more) {
        if (offered) methods.insert(methods.end(), more);
    };
    if (endpoint.operation != nullptr) {
        for (auto const& [method, operation] : endpoint.operation->by_method) methods.push_back(method);
        add(endpoint.operation->find(Method::get) != nullptr, {Method::head});
        return methods;
    }
    if (endpoint.resource == nullptr) {
        add(true, {Method::get, Method::head});
        add(endpoint.kind == Kind::function, {Method::post});
        return methods;
    }
    using description::Verb;
    auto const& said = *endpoint.resource->said;
    auto const offers = [&](Verb verb) { return std::ranges::find(said.verbs, verb) != said.verbs.end(); };
    bool const item = endpoint.kind == Kind::item;
    bool const rows = item || said.bulk;
    add(offers(item ? Verb::get : Verb::list), {Method::get, Method::head});
    add(!item && offers(Verb::create), {Method::post});
    add(rows && offers(Verb::replace), {Method::put});
    add(rows && offers(Verb::patch), {Method::patch});
    add(rows && offers(Verb::remove), {Method::del});
    return methods;
}

bool is_path_below(std::string_view path) { return !path.empty() && !path.starts_with('/') && !path.ends_with('/'); }

std::string slashed_address(Exchange const& exchange) {
    auto address = address_of(exchange) + "/";
    if (!exchange.query.empty()) address.append("?").append(exchange.query);
    return address;
}

Problem write_refused(Method method) {
    auto const* statement = method == Method::patch ? "UPDATE" : method == Method::del ? "DELETE" : "INSERT";
    return Problem(Reason::read_only).with("statement", statement);
}

}  // namespace koine::dialect
