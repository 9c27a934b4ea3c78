#include "description/testing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace koine::description {
namespace {

constexpr std::string_view kApp = R"yaml(
app: {name: net, settings: {chat_url: "http://localhost", chat_key: abc}}
entities:
  person: {fields: {name: text unique}}
  run:
    fields:
      code: uuid unique
      title: text(200)
      state: enum(pending|active|completed|errored|failed) readonly = pending
      begun: datetime null
      ended: datetime null
      person: ref(person) null set_null
      other: ref(run) null set_null
      about: any_ref null
      facts: json null
      told: text readonly
      short: text(9) blank
      added: datetime = now
  hook:
    type: net.hook
    fields: {url: text(512), on: bool = true, kinds: list(text), plain: "list(int) = []", how: enum(GET|POST) = POST, key: text blank, facts: json null}
identity:
  user: {entity: person, name: name}
resources:
  runs: {entity: run, members: [id], views: {brief: {only: [id]}}}
jobs:
  entity: run
  key: code
  name: title
  status: state
  created: added
  started: begun
  completed: ended
  user: person
  object: about
  data: facts
  output: told
  words: {running: active}
  attempts: 3
  every:
    cleanup: {call: housekeeping.run, every: 1h}
    quick: {call: housekeeping.look, every: 90s}
webhooks:
  entity: hook
  enabled: on
  types: kinds
  url: url
  method: how
  secret: key
  conditions: facts
  on_create: on
  targets:
    chat: {url: "{setting.chat_url}/in", on: [run.create, net.hook.delete, person, deploy.done], secret: chat_key}
  signature: X-Signature
  digest: sha256
  view: brief
  payload: {event: $event}
  attempts: 4
)yaml";

std::vector<std::pair<std::string, std::string>> files(std::string app) {
    return {{"a.yaml", std::move(app)}, {"operations/housekeeping.lua", ""}};
}

std::string with(std::string text, std::string_view what, std::string_view by) {
    auto const at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), by);
}

TEST(Happens, JobsHaveTheirFieldsWordsAndSchedules) {
    auto const loaded = load_app_texts(files(std::string(kApp)));
    ASSERT_TRUE(loaded.app) << told(loaded);
    auto const& jobs = loaded.app->jobs;
    EXPECT_EQ(
        fmt::format(
            "{} {} {} {} {} {} {} {} {} {} {} [{}]",
            jobs.entity,
            jobs.key,
            jobs.name,
            jobs.status,
            jobs.created,
            jobs.started,
            jobs.completed,
            jobs.user,
            jobs.object,
            jobs.data,
            jobs.output,
            jobs.error
        ),
        "run code title state added begun ended person about facts told []"
    );
    EXPECT_EQ(
        fmt::format("{} {} {} {} {}", jobs.pending, jobs.running, jobs.completed_word, jobs.failed, jobs.errored),
        "pending active completed failed errored"
    );
    EXPECT_EQ(jobs.attempts, 3);
    ASSERT_EQ(jobs.every.size(), 2U);
    EXPECT_EQ(jobs.every[0].name, "cleanup");
    EXPECT_EQ(jobs.every[0].call, "housekeeping.run");
    EXPECT_EQ(jobs.every[0].every, std::chrono::hours(1));
    EXPECT_EQ(jobs.every[1].every, std::chrono::seconds(90));
}

TEST(Happens, WebhooksHaveTheirFieldsAndTargets) {
    auto const loaded = load_app_texts(files(std::string(kApp)));
    ASSERT_TRUE(loaded.app) << told(loaded);
    auto const& hooks = loaded.app->webhooks;
    EXPECT_EQ(
        fmt::format(
            "{} {} {} {} {} {} {} {}",
            hooks.entity,
            hooks.enabled,
            hooks.types,
            hooks.url,
            hooks.method,
            hooks.secret,
            hooks.conditions,
            hooks.on_create
        ),
        "hook on kinds url how key facts on"
    );
    EXPECT_EQ(fmt::format("{} {} {} {}", hooks.signature, hooks.digest, hooks.view, hooks.attempts), "X-Signature sha256 brief 4");
    EXPECT_EQ(hooks.payload.find("event")->text, "$event");
    ASSERT_EQ(hooks.targets.size(), 1U);
    auto const& chat = hooks.targets.front();
    EXPECT_EQ(
        fmt::format("{} {} {} {}", chat.name, chat.url, fmt::join(chat.on, ","), chat.secret),
        "chat {setting.chat_url}/in run.create,net.hook.delete,person,deploy.done chat_key"
    );
}

TEST(Happens, TheServersQueuesAreEntitiesOfAppsThatNeedThem) {
    struct {
        std::string_view app;
        bool script, jobs, deliveries;
    } const table[] = {
        {"entities:\n  e: {fields: {a: int, b: any_ref null}}\n", false, false, false},
        {"entities:\n  e: {fields: {a: int, b: any_ref null}}\n", true, true, false},
        {"jobs: {every: {}}\nwebhooks: {targets: {}}\n", false, false, false},
        {"entities:\n  e: {fields: {a: int}}\njobs: {every: {s: {call: x.f, every: 1s}}}\n", true, true, false},
        {"webhooks: {targets: {t: {url: \"https://a\", on: e}}}\n", false, false, true},
        {"entities:\n  e: {fields: {a: text}}\nwebhooks: {entity: e, url: a}\n", false, false, true},
        {"resources:\n  jobs: {entity: koine_job, members: [id, name, state], filters: [state], endpoints: read}\n", true, true, false},
    };
    for (auto const& row : table) {
        SCOPED_TRACE(row.app);
        std::vector<std::pair<std::string, std::string>> all = {{"a.yaml", std::string(row.app)}};
        if (row.script) all.emplace_back("operations/x.lua", "");
        auto const loaded = load_app_texts(all);
        if (!loaded.app && row.app.starts_with("jobs: {every: {}}")) {
            EXPECT_EQ(told(loaded), "a.yaml:2:12: webhooks need targets, or the entity whose rows say who is told\n");
            continue;
        }
        ASSERT_TRUE(loaded.app) << told(loaded);
        auto const* jobs = loaded.app->entity("koine_job");
        auto const* deliveries = loaded.app->entity("koine_delivery");
        EXPECT_EQ(jobs != nullptr, row.jobs);
        EXPECT_EQ(deliveries != nullptr, row.deliveries);
        if (jobs != nullptr) {
            EXPECT_EQ(jobs->fields.size(), 18U);
            EXPECT_FALSE(jobs->logged);
            EXPECT_TRUE(jobs->field("schedule")->unique);
            EXPECT_TRUE(jobs->field("due")->indexed);
        }
        if (deliveries != nullptr) EXPECT_EQ(deliveries->fields.size(), 17U);
        for (auto const& entity : loaded.app->entities)
            for (auto const& field : entity.fields)
                if (field.reference) EXPECT_FALSE(std::ranges::count(field.reference->targets, "koine_job"));
    }
}

TEST(Happens, EachMistakeIsToldOnceWhereItStands) {
    struct {
        std::string_view what, by, wanted;
    } const table[] = {
        // Jobs.
        {"  person: {fields", "  koine_job: {fields: {a: int}}\n  person: {fields", "names that begin with sqlite_ or koine_ are taken"},
        {"  entity: run\n", "  entity: rnu\n", "a.yaml:27:11: unknown entity \"rnu\"; did you mean \"run\"?"},
        {"  entity: run\n", "", "a.yaml:27:3: entity is missing"},
        {"key: code", "key: short", "key wants a uuid, or a text of 36 characters: the job's id"},
        {"key: code", "key: cod", "run has no field \"cod\"; did you mean \"code\"?"},
        {"name: title", "name: begun", "name wants a text: which job"},
        {"  status: state\n", "", "status is missing: an enum"},
        {"status: state", "status: title", "status wants an enum"},
        {"created: added", "created: title", "created wants a datetime"},
        {"user: person", "user: other", "user wants a ref to an account"},
        {"object: about", "object: person", "object wants an any_ref"},
        {"data: facts", "data: title", "data wants json"},
        {"output: told", "output: facts", "output wants a text"},
        {"output: told", "outputs: told", "unknown word \"outputs\"; did you mean \"output\"?"},
        {"running: active", "running: actve", "a.yaml:38:20: unknown choice \"actve\"; did you mean \"active\"?"},
        {"running: active", "pending: active", "state has no choice running: say words: {running: one of its choices}"},
        {"running: active", "runing: active, running: active", "unknown word \"runing\"; did you mean \"running\"?"},
        {"person: ref(person) null set_null", "person: ref(person)", "a new run must give person, which a job that begins does not know"},
        {"attempts: 3", "attempts: 0", "expected a whole number from 1 to 20, not \"0\""},
        {"attempts: 3", "attempts: 21", "expected a whole number from 1 to 20"},
        {"cleanup:", "clean-up:", "the name of a schedule is small letters"},
        {"every: 1h", "every: 1w", "expected how often, as 90s, 5m, 1h or 1d, at most 3660d, not \"1w\""},
        {"every: 1h", "every: 0s", "expected how often"},
        {"every: 1h", "every: 3661d", "expected how often"},
        {"every: 1h", "every: -1s", "expected how often"},
        {"every: 1h", "every: [1h]", "expected how often, as 90s, 5m, 1h or 1d, at most 3660d, not a list"},
        {", every: 1h", "", "a schedule needs call and every"},
        {"call: housekeeping.run, ", "", "a schedule needs call and every"},
        {"housekeeping.run", "housekeping.run", "unknown .lua file \"housekeping\"; did you mean \"housekeeping\"?"},
        {"  every:\n    cleanup: {call: housekeeping.run, every: 1h}\n    quick: {call: housekeeping.look, every: 90s}\n",
         "  every: 1h\n",
         "expected a map of names"},
        // Webhooks.
        {"  entity: hook\n", "  entity: hok\n", "unknown entity \"hok\"; did you mean \"hook\"?"},
        {"  entity: hook\n", "", "entity is missing"},
        {"  url: url\n", "", "url is missing: a text or url"},
        {"  url: url\n", "  url: on\n", "url wants a text or url"},
        {"enabled: on", "enabled: url", "enabled wants a bool"},
        {"types: kinds", "types: plain", "types wants a list(text) or json"},
        {"method: how", "method: on", "method wants a text or enum"},
        {"secret: key", "secret: facts", "secret wants a text: what the body is signed with"},
        {"conditions: facts", "conditions: key", "conditions wants json"},
        {"on_create: on", "on_create: onn", "hook has no field \"onn\"; did you mean \"on\"?"},
        {"chat: {", "Chat: {", "the name of a target is small letters"},
        {"{setting.chat_url}", "{setting.chat_ulr}", "unknown setting \"chat_ulr\"; did you mean \"chat_url\"?"},
        {"{setting.chat_url}/in", "{setting.chat_url}/{id}", "a hole in an address is a setting: {setting.name}"},
        {"{setting.chat_url}/in", "{setting.chat_url", "a hole in an address is a setting: {setting.name}"},
        {"{setting.chat_url}/in", "ftp://x", "expected an address that begins with http:// or https://, not \"ftp://x\""},
        {"url: \"{setting.chat_url}/in\", ", "", "a target needs url and on"},
        {"on: [run.create, net.hook.delete, person, deploy.done], ", "", "a target needs url and on"},
        {"run.create", "rnu.create", "unknown entity \"rnu\"; did you mean \"run\"?"},
        {"run.create", "person", "person is written twice"},
        {"run.create", "\"a b\"", "expected an entity, as task or task.create, or an event's name, not \"a b\""},
        {"secret: chat_key", "secret: chat_kee", "unknown setting \"chat_kee\"; did you mean \"chat_key\"?"},
        {"signature: X-Signature", "signature: \"X Signature\"", "expected the name of a header, not \"X Signature\""},
        {"digest: sha256", "digest: sha265", "unknown digest \"sha265\"; did you mean \"sha256\"?"},
        {"view: brief", "view: breif", "unknown view \"breif\"; did you mean \"brief\"?"},
        {"attempts: 4", "attempts: many", "expected a whole number from 1 to 20, not \"many\""},
    };
    for (auto const& [what, by, wanted] : table) {
        SCOPED_TRACE(fmt::format("{} -> {}", what, by));
        auto const loaded = load_app_texts(files(with(std::string(kApp), what, by)));
        EXPECT_EQ(loaded.mistakes.size(), 1U) << told(loaded);
        EXPECT_NE(told(loaded).find(wanted), std::string::npos) << told(loaded);
        EXPECT_EQ(loaded.app, nullptr);
    }
}

}  // namespace
}  // namespace koine::description
