#include "event/conditions.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <compare>
#include <optional>
#include <vector>

namespace koine::event {
namespace {

namespace json = boost::json;

constexpr int kMostLevels = 8;
constexpr int kMostConditions = 200;
constexpr std::size_t kLongest = std::size_t{64} << 10;
constexpr std::size_t kMostSteps = 16;
constexpr std::size_t kMostFollowed = 10'000;  ///< values that a path leads to
constexpr std::int64_t kPatternMemory = std::int64_t{1} << 20;

enum class Op : std::uint8_t { eq, gt, gte, lt, lte, in, contains, regex };
constexpr auto kOps = std::to_array<std::string_view>({"eq", "gt", "gte", "lt", "lte", "in", "contains", "regex"});

Problem mistake(std::string_view what) { return Problem(Reason::check_failed).with("message", what); }

std::optional<json::value> parsed(std::string_view text, std::size_t depth) {
    json::parse_options options;
    options.max_depth = depth;
    boost::system::error_code error;
    auto value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
    if (error) return std::nullopt;
    return value;
}

std::partial_ordering compared(json::value const& left, json::value const& right) {
    if (left.is_string() && right.is_string()) return std::string_view(left.get_string()) <=> std::string_view(right.get_string());
    if (!left.is_number() || !right.is_number()) return std::partial_ordering::unordered;
    if (left.is_int64() && right.is_int64()) return left.get_int64() <=> right.get_int64();
    return left.to_number<double>() <=> right.to_number<double>();
}

/// Boost's own equality, but 1 and 1.0 are one number.
bool equal(json::value const& left, json::value const& right) {
    return left.is_number() && right.is_number() ? compared(left, right) == 0 : left == right;
}

bool has(json::array const& list, json::value const& value) {
    return std::ranges::any_of(list, [&](json::value const& item) { return equal(item, value); });
}

json::value const& member_of(json::value const& value, std::string const& name) {
    static json::value const nothing;
    auto const* object = value.if_object();
    auto const* found = object != nullptr ? object->if_contains(name) : nullptr;
    return found != nullptr ? *found : nothing;
}

}  // namespace

struct Conditions::Node {
    enum class Kind : std::uint8_t { all, any, one };
    Kind kind = Kind::one;
    std::vector<Node> children;
    std::vector<std::string> path;
    Op op = Op::eq;
    bool negate = false;
    json::value value;
    std::shared_ptr<RE2 const> pattern;

    bool holds(json::value const& document) const {
        auto const holds_there = [&](Node const& child) { return child.holds(document); };
        switch (kind) {
            case Kind::all: return std::ranges::all_of(children, holds_there);
            case Kind::any: return std::ranges::any_of(children, holds_there);
            case Kind::one: break;
        }
        json::value made;
        return compares(at_path(document, made)) != negate;
    }

private:
    /// What the path leads to: part of the document, or a list made of its parts, kept in `made`.
    json::value const& at_path(json::value const& document, json::value& made) const {
        auto const* now = &document;
        for (auto const& step : path) {
            auto const* list = now->if_array();
            if (list == nullptr) {
                now = &member_of(*now, step);
                continue;
            }
            json::array all;
            for (auto const& item : *list) {
                if (all.size() == kMostFollowed) break;
                all.push_back(member_of(item, step));
            }
            made = std::move(all);
            now = &made;
        }
        return *now;
    }

    bool compares(json::value const& found) const {
        switch (op) {
            case Op::eq: return equal(found, value);
            case Op::gt: return compared(found, value) > 0;
            case Op::gte: return compared(found, value) >= 0;
            case Op::lt: return compared(found, value) < 0;
            case Op::lte: return compared(found, value) <= 0;
            case Op::in: return has(value.get_array(), found);
            case Op::contains:
                if (auto const* list = found.if_array()) return has(*list, value);
                return found.is_string() && value.is_string() && std::string_view(found.get_string()).contains(value.get_string());
            case Op::regex: {
                if (!found.is_string()) return false;
                std::string_view const text = found.get_string();
                return pattern->Match({text.data(), text.size()}, 0, text.size(), RE2::ANCHOR_START, nullptr, 0);
            }
        }
        return false;
    }
};

namespace {

class Reader {
public:
    Result<Conditions::Node> read(json::value const& said, int level) {
        using Kind = Conditions::Node::Kind;
        if (level > kMostLevels) return mistake(fmt::format("conditions are nested more than {} levels", kMostLevels));
        if (++count_ > kMostConditions) return mistake(fmt::format("there are more than {} conditions", kMostConditions));
        auto const* object = said.if_object();
        if (object == nullptr) return mistake("a condition is an object");
        if (object->contains("attr")) return read_one(*object);
        if (object->size() != 1 || (!object->contains("and") && !object->contains("or")))
            return mistake("a condition has attr and value, or is one list: and, or");
        auto const* list = object->begin()->value().if_array();
        if (list == nullptr) return mistake("and, or: a list of conditions");
        Conditions::Node made;
        made.kind = object->contains("and") ? Kind::all : Kind::any;
        for (auto const& child : *list) {
            KOINE_TRY(auto node, read(child, level + 1));
            made.children.push_back(std::move(node));
        }
        return made;
    }

private:
    static Result<Conditions::Node> read_one(json::object const& object) {
        Conditions::Node made;
        for (auto const& [name, value] : object)
            if (name != "attr" && name != "op" && name != "value" && name != "negate")
                return mistake("a condition has attr, op, value and negate, nothing else");
        auto const* attr = object.at("attr").if_string();
        if (attr == nullptr || attr->empty()) return mistake("attr is the name of an attribute");
        for (std::string_view rest = *attr;;) {
            auto const dot = rest.find('.');
            made.path.emplace_back(rest.substr(0, dot));
            if (dot == std::string_view::npos) break;
            rest.remove_prefix(dot + 1);
        }
        if (made.path.size() > kMostSteps) return mistake("attr has too many steps");
        if (auto const* op = object.if_contains("op")) {
            auto const* word = op->if_string();
            auto const known = word == nullptr ? kOps.end() : std::ranges::find(kOps, std::string_view(*word));
            if (known == kOps.end()) return mistake(fmt::format("op is one of {}", fmt::join(kOps, " ")));
            made.op = static_cast<Op>(known - kOps.begin());
        }
        if (auto const* negate = object.if_contains("negate")) {
            if (!negate->is_bool()) return mistake("negate is true or false");
            made.negate = negate->get_bool();
        }
        auto const* value = object.if_contains("value");
        if (value == nullptr) return mistake("a condition needs a value");
        made.value = *value;
        return with_operand(std::move(made));
    }

    static Result<Conditions::Node> with_operand(Conditions::Node made) {
        bool const orders = made.op == Op::gt || made.op == Op::gte || made.op == Op::lt || made.op == Op::lte;
        if (orders && !made.value.is_number() && !made.value.is_string()) return mistake("only numbers and texts have an order");
        if (made.op == Op::in && !made.value.is_array()) return mistake("in wants a list");
        if (made.op != Op::regex) return made;
        if (!made.value.is_string()) return mistake("regex wants a text");
        RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(kPatternMemory);
        std::string_view const text = made.value.get_string();
        made.pattern = std::make_shared<RE2>(re2::StringPiece(text.data(), text.size()), options);
        if (!made.pattern->ok()) return mistake("regex is no regular expression: " + made.pattern->error());
        return made;
    }

    int count_ = 0;
};

}  // namespace

Result<Conditions> Conditions::parse(std::string_view text) {
    if (text.size() > kLongest) return mistake("conditions are at most 64 KiB");
    auto const said = parsed(text, 32);
    if (!said) return mistake("conditions are JSON");
    Conditions made;
    KOINE_TRY(auto root, Reader().read(*said, 1));
    made.root_ = std::make_shared<Node const>(std::move(root));
    return made;
}

bool Conditions::hold(json::value const& document) const { return root_->holds(document); }

std::unique_ptr<json::value const> read_document(std::string_view text) {
    auto value = parsed(text, 64);
    return std::make_unique<json::value const>(value ? std::move(*value) : json::value());
}

}  // namespace koine::event
