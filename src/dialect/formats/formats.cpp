#include "dialect/formats/formats.hpp"

#include "base/ascii.hpp"
#include "dialect/list.hpp"
#include "template/phrase.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace koine::dialect {
namespace {

std::string lower(std::string_view text) {
    std::string copy(text);
    std::ranges::transform(copy, copy.begin(), ascii_lower);
    return copy;
}

std::string_view unquoted(std::string_view text) {
    return text.size() >= 2 && text.starts_with('"') && text.ends_with('"') ? text.substr(1, text.size() - 2) : text;
}

/// One element of `Accept`, in place. `parameters` is what stands after the type, unsplit.
struct Range {
    std::string_view type;
    std::string_view parameters;
    std::string_view shown;  ///< the element without its quality
    int quality = 1000;      ///< thousandths
};

/// A quality in thousandths; what is none counts as 0, so that nothing is served by mistake.
int quality_in(std::string_view text) {
    if (text.empty() || (text[0] != '0' && text[0] != '1') || text.size() > 5) return 0;
    int value = (text[0] - '0') * 1000;
    if (text.size() == 1) return value;
    if (text[1] != '.') return 0;
    int weight = 100;
    for (char const c : text.substr(2)) {
        if (!is_ascii_digit(c)) return 0;
        value += (c - '0') * weight;
        weight /= 10;
    }
    return std::min(value, 1000);
}

Range range_in(std::string_view element) {
    Range range;
    range.shown = element;
    auto rest = element;
    range.type = trimmed(split_off(rest, ';'));
    range.parameters = rest;
    while (!rest.empty()) {
        auto const start = static_cast<std::size_t>(rest.data() - element.data());
        auto parameter = split_off(rest, ';');
        auto const name = trimmed(split_off(parameter, '='));
        if (!ascii_equal(name, "q")) continue;
        range.quality = quality_in(trimmed(parameter));
        range.shown = trimmed(element.substr(0, start - 1));
    }
    return range;
}

/// The range's value of a parameter; empty if it has none.
std::string_view parameter_of(Range const& range, std::string_view wanted) {
    for (auto rest = range.parameters; !rest.empty();) {
        auto parameter = split_off(rest, ';');
        if (ascii_equal(trimmed(split_off(parameter, '=')), wanted)) return unquoted(trimmed(parameter));
    }
    return {};
}

bool fits(Format const& format, Range const& range) {
    return ascii_equal(format.type, range.type) && std::ranges::all_of(format.parameters, [&](auto const& parameter) {
               return ascii_equal(parameter_of(range, parameter.first), parameter.second);
           });
}

/// The format for one range: of those that fit, the one that demands most. @param formats at least one.
Format const* format_for(Range const& range, std::span<Format const> formats, bool type_ranges) {
    if (range.type == "*/*") return &formats.front();
    Format const* best = nullptr;
    for (auto const& format : formats)
        if (fits(format, range) && (best == nullptr || format.parameters.size() > best->parameters.size())) best = &format;
    if (best != nullptr || !type_ranges || !range.type.ends_with("/*")) return best;
    auto const major = range.type.substr(0, range.type.size() - 1);
    for (auto const& format : formats)
        if (ascii_equal(std::string_view(format.type).substr(0, major.size()), major)) return &format;
    return nullptr;
}

constexpr std::array<std::string_view, 3> kTitleNames = {"page.name", "app.name", "app.version"};
constexpr std::string_view kName = "\x01";  // where the title holds the page's name

struct TitleValues {
    AppFacts const& app;

    templates::Value value(templates::NameId name) const {
        return templates::Value::of(name == 0 ? kName : std::string_view(name == 1 ? app.name : app.version));
    }
};

/// What the node says with the values of these names.
Result<std::string> text_of(yaml::Node const& node, std::span<std::string_view const> names, auto const& values) {
    KOINE_TRY(auto const phrase, templates::Phrase::compile(node, names));
    std::string buffer;
    std::string text;
    phrase.evaluate(values, buffer).append_to(text);
    return text;
}

Result<Format> compile_format(yaml::Node const& node, std::string_view charset, AppFacts const& app) {
    constexpr std::array<std::string_view, 3> names = {"json", "csv", "html"};
    yaml::Options options(node);
    Format format;
    auto const text = options.text("type", "");
    format.writer = static_cast<Format::Writer>(options.word("as", {"json", "csv", "page"}, "json"));
    format.name = options.text("name", names[static_cast<std::size_t>(format.writer)]);
    bool const is_page = format.writer == Format::Writer::page;
    auto const* title = is_page ? options.node("title") : nullptr;
    format.title = kName;
    if (title != nullptr) {
        KOINE_TRY(format.title, text_of(*title, kTitleNames, TitleValues{app}));
    }
    if (!is_page) format.title.clear();
    if (!is_page) format.content_type = options.text("content_type", text + std::string(charset));
    format.singular = options.boolean("singular", false);
    format.strip_nulls = options.boolean("strip_nulls", false);
    KOINE_TRY(options.done());
    std::string_view rest = text;
    format.type = lower(trimmed(split_off(rest, ';')));
    if (format.type.find('/') == std::string::npos) return node.problem("a format needs its media type, such as application/json");
    while (!rest.empty()) {
        auto parameter = split_off(rest, ';');
        auto const name = trimmed(split_off(parameter, '='));
        format.parameters.emplace_back(lower(name), lower(trimmed(parameter)));
    }
    if (format.writer == Format::Writer::csv && format.singular) return node.problem("csv has no singular form");
    if (is_page && (format.singular || format.strip_nulls)) return node.problem("a page shows what the JSON beside it says");
    return format;
}

/// What was found in `Accept`.
struct Chosen {
    Format const* format = nullptr;
    Range range;
    bool asked = false;   ///< there was such a header
    std::string refused;  ///< what could not be given
};

Chosen chosen_of(Exchange const& exchange, std::span<Format const> formats, bool type_ranges) {
    Chosen chosen;
    int best_quality = 0;
    for (auto const& header : exchange.headers) {
        if (!ascii_equal(header.name, "Accept")) continue;
        for (auto rest = header.value; !rest.empty();) {
            auto const element = trimmed(split_off(rest, ','));
            if (element.empty()) continue;
            chosen.asked = true;
            auto const range = range_in(element);
            auto const* format = format_for(range, formats, type_ranges);
            if (format != nullptr && range.quality > best_quality) {
                chosen.format = format;
                chosen.range = range;
                best_quality = range.quality;
            }
            if (chosen.format == nullptr) chosen.refused.append(chosen.refused.empty() ? "" : ", ").append(range.shown);
        }
    }
    return chosen;
}

}  // namespace

Result<Formats> Formats::compile(yaml::Node const& node, AppFacts const& app) {
    yaml::Options options(node);
    Formats formats;
    auto const* types = options.node("types");
    formats.type_ranges_ = options.word("ranges", {"all", "any"}, "all") == 0;
    formats.param_ = options.text("param", "none");
    formats.most_indent_ = static_cast<unsigned>(options.integer("indent", 0, 0, 16));
    std::string_view const charset = options.word("charset", {"utf-8", "none"}, "utf-8") == 0 ? "; charset=utf-8" : "";
    auto const* version = options.node("version");
    KOINE_TRY(options.done());
    if (formats.param_ == "none") formats.param_.clear();
    if (version != nullptr && !(version->is_scalar() && version->text == "none")) {
        KOINE_TRY(formats.version_, text_of(*version, kAppNames, AppValues{app}));
    }
    if (types == nullptr) {
        formats.formats_.push_back(
            {Format::Writer::json, "application/json", {}, "application/json" + std::string(charset), false, false, "json"}
        );
        return formats;
    }
    for (auto const& item : types->items) {
        KOINE_TRY(auto format, compile_format(item, charset, app));
        formats.formats_.push_back(std::move(format));
    }
    if (formats.formats_.empty()) return types->problem("expected a list of formats");
    if (formats.formats_.front().writer == Format::Writer::page)
        return types->problem("a page shows the JSON that stands before it in this list, and there is none");
    auto const json = std::ranges::find(formats.formats_, Format::Writer::json, &Format::writer);
    for (auto& format : formats.formats_) {
        if (format.writer != Format::Writer::page) continue;
        if (json == formats.formats_.end())
            return types->problem("a page shows the JSON that stands before it in this list, and there is none");
        format.content_type = json->content_type;
        formats.pages_ = true;
    }
    return formats;
}

Formats Formats::of(std::vector<Format> formats) {
    Formats made;
    made.formats_ = std::move(formats);
    return made;
}

Result<Format const*> Formats::choose(Exchange const& exchange) const {
    KOINE_TRY(auto const negotiated, negotiate(exchange));
    return negotiated.format;
}

Result<Negotiated> Formats::negotiate(Exchange const& exchange) const {
    auto chosen = chosen_of(exchange, formats_, type_ranges_);
    std::string_view asked;
    if (!param_.empty()) {
        auto const found = std::ranges::find(exchange.parameters, param_, &Parameter::key);
        if (found != exchange.parameters.end()) asked = found->value;
    }
    if (!asked.empty()) {
        auto const named = std::ranges::find(formats_, asked, &Format::name);
        if (named == formats_.end()) return Problem(Reason::unknown_format).with("format", asked);
        if (chosen.format != &*named) chosen = {&*named, {}, true, {}};
    }
    if (chosen.format == nullptr && chosen.asked) return Problem(Reason::not_acceptable).with("types", chosen.refused);
    Negotiated negotiated{chosen.format != nullptr ? chosen.format : &formats_.front()};
    if (!version_.empty()) {
        auto const version = parameter_of(chosen.range, "version");
        if (!version.empty() && version != version_) return Problem(Reason::unknown_version).with("version", version);
    }
    if (most_indent_ > 0 && negotiated.format->writer == Format::Writer::json) {
        auto const indent = to_integer(parameter_of(chosen.range, "indent")).value_or(0);
        negotiated.indent = static_cast<unsigned>(std::clamp<std::int64_t>(indent, 0, most_indent_));
    }
    return negotiated;
}

Format const* Formats::page(Exchange const& exchange) const {
    if (!pages_) return nullptr;
    auto const given = [&](Parameter const& parameter) { return parameter.key == param_; };
    bool const named = !param_.empty() && std::ranges::any_of(exchange.parameters, given);
    // Programs say "*/*" or name JSON: whatever names a page has a word that says so.
    bool const may_be = named || std::ranges::any_of(exchange.headers, [](Header const& header) {
                            return ascii_equal(header.name, "Accept") && (header.value.contains("html") || header.value.contains("text/"));
                        });
    if (!may_be) return nullptr;
    auto const agreed = negotiate(exchange);
    return agreed && agreed.value().format->writer == Format::Writer::page ? agreed.value().format : nullptr;
}

std::string titled(Format const& page, std::string_view name) {
    auto const at = page.title.find(kName);
    return at == std::string::npos ? page.title : page.title.substr(0, at).append(name).append(page.title.substr(at + kName.size()));
}

void Formats::describe(Description& description) const {
    std::string types;
    for (auto const& format : formats_) types.append(types.empty() ? "" : ", ").append(format.type);
    description.add({"Accept", "header", "string", "One of " + types, formats_.front().type});
    if (param_.empty()) return;
    std::string names;
    for (auto const& format : formats_)
        if (names.find(format.name) == std::string::npos) names.append(names.empty() ? "" : ", ").append(format.name);
    description.add({param_, "query", "string", "The format, whatever Accept says: one of " + names, formats_.front().name});
}

}  // namespace koine::dialect
