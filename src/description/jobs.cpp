#include "base/ascii.hpp"
#include "description/roles.hpp"
#include "description/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace koine::description {
namespace {

using value::Kind;

constexpr std::size_t kMostSchedules = 1000;
constexpr std::size_t kLengthOfKeys = 36;  ///< characters of a UUID
constexpr std::int64_t kLongestPeriod = 3660;
constexpr auto kUnits = std::to_array<Word<std::int64_t>>({{"s", 1, ""}, {"m", 60, ""}, {"h", 3600, ""}, {"d", 86'400, ""}});

/// "90s", "5m", "1h", "1d".
std::optional<std::chrono::seconds> period(std::string_view text) {
    std::int64_t count = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    auto const unit = std::ranges::find(kUnits, text.substr(static_cast<std::size_t>(end - text.data())), &Word<std::int64_t>::name);
    constexpr std::int64_t kMost = kLongestPeriod * 86'400;
    if (error != std::errc() || unit == kUnits.end() || count < 1 || count > kMost / unit->value) return std::nullopt;
    return std::chrono::seconds(count * unit->value);
}

/// What a new row must give, but nobody knows.
void check_rest(Draft& draft, Roles const& roles, Jobs const& jobs) {
    auto const* entity = roles.entity();
    if (entity == nullptr || draft.vague_entities.contains(entity->name)) return;
    for (auto const& field : entity->fields) {
        bool const given = field.name == jobs.key || field.name == jobs.name || field.name == jobs.status || field.name == jobs.created;
        if (!given && field.is_required() && !draft.vague_fields.contains({entity->name, field.name}))
            draft.mistakes.at(
                *roles.map().node("entity"),
                fmt::format("a new {} must give {}, which a job that begins does not know", entity->name, field.name)
            );
    }
}

void check_words(Draft& draft, Roles const& roles, Field const* status, Jobs& jobs) {
    static yaml::Node const kNothing;
    auto const* node = roles.map().node("words");
    Map const map(node != nullptr ? *node : kNothing, form("job_words"), draft.mistakes);
    for (auto const& [word, into] :
         {std::pair("pending", &jobs.pending),
          std::pair("running", &jobs.running),
          std::pair("completed", &jobs.completed_word),
          std::pair("failed", &jobs.failed),
          std::pair("errored", &jobs.errored)}) {
        *into = map.text(word, *into);
        if (status == nullptr || contains(status->type.choices, *into, &value::Choice::value)) continue;
        if (auto const* said = map.node(word))
            draft.mistakes.add(yaml::unknown_word(*said, "choice", *into, names_of(status->type.choices, &value::Choice::value)));
        else
            draft.mistakes.at(
                *roles.map().node("status"),
                fmt::format("{} has no choice {}: say words: {{{}: one of its choices}}", status->name, word, word)
            );
    }
}

void read_shown(Draft& draft, yaml::Node const& section, Jobs& jobs) {
    auto const before = draft.mistakes.count();
    Roles roles(draft, section, "jobs");
    jobs.entity = roles.name();
    roles.read("key", jobs.key, false, [](Field const& field) {
        if (is_plain(field, {Kind::uuid})) return true;
        return is_plain(field, {Kind::text}) && (field.type.longest == 0 || field.type.longest >= kLengthOfKeys);
    });
    roles.one("name", jobs.name, false, {Kind::text});
    auto const* status = roles.one("status", jobs.status, true, {Kind::choice});
    roles.one("created", jobs.created, false, {Kind::datetime});
    roles.one("started", jobs.started, false, {Kind::datetime});
    roles.one("completed", jobs.completed, false, {Kind::datetime});
    roles.reference("user", jobs.user, false, draft.app.identity.user);
    roles.read("object", jobs.object, false, [](Field const& field) {
        return field.reference && field.reference->kind == Reference::Kind::any;
    });
    roles.one("data", jobs.data, false, {Kind::json});
    roles.one("output", jobs.output, false, {Kind::text});
    roles.one("error", jobs.error, false, {Kind::text});
    check_words(draft, roles, status, jobs);
    if (draft.mistakes.count() == before) check_rest(draft, roles, jobs);
}

void read_schedule(Draft& draft, yaml::Member const& entry, std::vector<Schedule>& every) {
    auto& mistakes = draft.mistakes;
    if (every.size() == kMostSchedules) return mistakes.at(entry.key, fmt::format("more than {} schedules", kMostSchedules));
    if (!is_name(entry.key, "a schedule", mistakes)) return;
    Map const map(entry.value, form("schedule"), mistakes);
    Schedule schedule;
    schedule.name = entry.key.text;
    schedule.place = place_of(entry.key);
    auto const* call = map.node("call");
    auto const* often = map.node("every");
    if (call != nullptr) schedule.call = function_at(draft, *call);
    if (often != nullptr) {
        if (auto const read = period(often->text))
            schedule.every = *read;
        else
            mistakes.at(
                *often, fmt::format("expected how often, as 90s, 5m, 1h or 1d, at most {}d, not {}", kLongestPeriod, shown(*often))
            );
    }
    if (call == nullptr || often == nullptr) mistakes.at(entry.key, "a schedule needs call and every");
    every.push_back(std::move(schedule));
}

}  // namespace

void read_jobs(Draft& draft, yaml::Node const* section) {
    if (section == nullptr) return;
    auto& jobs = draft.app.jobs;
    Map const map(*section, form("jobs"), draft.mistakes);
    bool const shown = std::ranges::any_of(form("jobs").words(), [&](std::string_view word) {
        return word != "every" && word != "attempts" && map.node(word) != nullptr;
    });
    if (shown) read_shown(draft, *section, jobs);
    jobs.attempts = map.integer("attempts", jobs.attempts, 1, 20);
    for (auto const& entry : map.entries("every")) read_schedule(draft, entry, jobs.every);
}

}  // namespace koine::description
