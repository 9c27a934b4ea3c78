#include "cli/banner.hpp"

#include "app/log.hpp"
#include "cli/version.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace koine::cli {
namespace {

constexpr std::size_t kMostExamples = 5;
constexpr std::size_t kMostNotes = 3;

std::string counted(std::size_t number, std::string_view what) { return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s"); }

std::string line(std::string_view label, std::string_view text) { return fmt::format("  {}{}\n", padded(label, 10), printable(text)); }

std::string access(app::Facts const& facts, app::Options const& options) {
    using Writers = app::Facts::Writers;
    if (facts.writers == Writers::nobody) return "read-only: no request can change the file";
    return fmt::format(
        "{} may write; {}",
        facts.writers == Writers::rules    ? "who the app allows"
        : facts.writers == Writers::tokens ? "who has a token for it"
                                           : "every program on this machine",
        options.durability == store::Durability::normal ? "the last confirmed writes may be lost when the power fails"
                                                        : "what is confirmed is on disk"
    );
}

}  // namespace

std::string banner(app::Facts const& facts, app::Options const& options, Paint const& paint) {
    auto const& source = options.source;
    std::string text = paint.bold(fmt::format("Koine {}", version())) + "\n\n";
    text += line("serving", fmt::format("{} ({})", source, facts.database));
    text += line("holds", fmt::format("{}, {}", counted(facts.tables, "table"), counted(facts.views, "view")));
    for (std::size_t i = 0; i < facts.dialects.size(); ++i) text += line(i == 0 ? "speaks" : "", facts.dialects[i]);
    text += line("access", access(facts, options));
    text += fmt::format("  {}{}\n", padded("address", 10), paint.link(printable(facts.url)));
    for (std::size_t i = 0; i < std::min(facts.examples.size(), kMostExamples); ++i) text += line(i == 0 ? "try" : "", facts.examples[i]);
    if (!facts.docs.empty()) text += line("docs", facts.docs);
    for (std::size_t i = 0; i < facts.trust.size(); ++i) text += line(i == 0 ? "to trust" : "", facts.trust[i]);
    for (std::size_t i = 0; i < facts.done.size(); ++i) text += line(i == 0 ? "did" : "", facts.done[i]);
    for (auto const& warning : facts.warnings) text += line("warning", warning);
    for (std::size_t i = 0; i < std::min(facts.notes.size(), kMostNotes); ++i) text += line(i == 0 ? "left out" : "", facts.notes[i]);
    if (facts.notes.size() > kMostNotes)
        text += line("", fmt::format("and {} more: koine inspect {}", facts.notes.size() - kMostNotes, source));
    return text + "\n" + paint.faint("Ctrl-C stops it.") + "\n";
}

std::string ready_line(app::Facts const& facts, app::Options const& options, std::chrono::system_clock::time_point time) {
    boost::json::object const line = {
        {"time", app::time_text(time)},
        {"level", "info"},
        {"message", "serving"},
        {"url", facts.url},
        {"file", printable(options.source)},
        {"database", facts.database},
        {"tables", facts.tables},
        {"views", facts.views},
        {"dialects", boost::json::array(facts.dialects.begin(), facts.dialects.end())},
        {"write", options.write},
        {"notes", facts.notes.size()}
    };
    return boost::json::serialize(line) + "\n";
}

}  // namespace koine::cli
