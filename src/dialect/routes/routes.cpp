#include "dialect/routes/routes.hpp"

#include "base/ascii.hpp"
#include "dialect/examples.hpp"

#include <algorithm>

namespace koine::dialect {
namespace {

using Kind = Endpoint::Kind;

bool reads(Method method) { return method == Method::get || method == Method::head || method == Method::options; }

Problem unknown(std::string_view path) { return Problem(Reason::unknown_path).with("path", path); }

Result<std::string> path_option(yaml::Options& options, yaml::Node const& node, std::string_view name) {
    auto text = options.text(name, "");
    if (text == "none") text.clear();
    if (!text.empty() && (!text.starts_with('/') || text.ends_with('/')))
        return (node.find(name) != nullptr ? *node.find(name) : node).problem("a path begins with a slash and does not end with one");
    return text;
}

}  // namespace

Result<Routes> Routes::compile(yaml::Node const& node) {
    yaml::Options options(node);
    Routes routes;
    routes.prefixes_ = options.texts("prefix", {""});
    routes.slash_either_ = options.word("slash", {"strict", "either"}, "either") == 1;
    routes.items_ = options.word("item", {"none", "segment"}, "none") == 1;
    KOINE_TRY(routes.functions_, path_option(options, node, "functions"));
    KOINE_TRY(options.done());
    for (auto const& prefix : routes.prefixes_)
        if (!prefix.empty() && (!prefix.starts_with('/') || prefix.ends_with('/')))
            return node.find("prefix")->problem("a prefix is empty, or begins with a slash and does not end with one");
    std::ranges::sort(routes.prefixes_, [](auto const& a, auto const& b) { return a.size() > b.size(); });
    return routes;
}

Result<Routes::Found> Routes::find(std::string_view path) const {
    for (auto const& prefix : prefixes_) {
        if (!path.starts_with(prefix)) continue;
        auto const rest = path.substr(prefix.size());
        if (rest.empty() || rest.front() == '/') return find_below(rest, prefix);
    }
    return unknown(path);
}

Result<Routes::Found> Routes::find_below(std::string_view path, std::string_view prefix) const {
    Found found{{}, prefix};
    auto& endpoint = found.endpoint;
    endpoint.has_items = items_;
    auto rest = path;
    if (rest.size() > 1 && rest.ends_with('/') && slash_either_) rest.remove_suffix(1);
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

Result<void> Routes::check(Method method, std::string_view method_text, Kind kind) const {
    bool const taken = [&] {
        switch (kind) {
            case Kind::list: return method != Method::other;
            case Kind::item: return method != Method::other && method != Method::post;
            case Kind::function: return reads(method) || method == Method::post;
            default: return reads(method);
        }
    }();
    if (taken) return outcome::success();
    auto const reason = kind == Kind::function ? Reason::method_unsupported_on_function : Reason::method_unsupported;
    return Problem(reason).with("method", method_text);
}

std::string Routes::allow(Kind kind) const { return kind == Kind::function ? "OPTIONS,GET,HEAD,POST" : "OPTIONS,GET,HEAD"; }

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

Problem write_refused(Method method) {
    auto const* statement = method == Method::patch ? "UPDATE" : method == Method::del ? "DELETE" : "INSERT";
    return Problem(Reason::read_only).with("statement", statement);
}

}  // namespace koine::dialect
