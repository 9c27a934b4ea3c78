#include "event/hooks.hpp"

#include "query/filters.hpp"
#include "query/planner.hpp"
#include "value/type.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace koine::event {
namespace {

using query::Cell;

constexpr std::uint32_t kMostHooks = 1000;
constexpr std::size_t kMostBytes = std::size_t{16} << 20;
constexpr unsigned kAllDeeds = 7;

unsigned bit(Deed deed) { return 1U << static_cast<unsigned>(deed); }

/// "{setting.name}" stands for what the setting says.
std::string filled(std::string_view text, std::map<std::string, std::string> const& settings) {
    constexpr std::string_view kHead = "{setting.";
    std::string made;
    for (;;) {
        auto const open = text.find(kHead);
        auto const close = open == std::string_view::npos ? open : text.find('}', open);
        made += text.substr(0, open);
        if (close == std::string_view::npos) return made;
        auto const name = text.substr(open + kHead.size(), close - open - kHead.size());
        if (auto const found = settings.find(std::string(name)); found != settings.end()) made += found->second;
        text.remove_prefix(close + 1);
    }
}

description::Entity const* entity_called(description::App const& app, std::string_view word) {
    auto const* named = app.entity(word);
    return named != nullptr ? named : app.entity_of_word(word);
}

/// "task" or "task.create"; a type word may have dots, too.
std::optional<Hook::Wish> wish_of(description::App const& app, std::string_view word) {
    if (auto const* entity = entity_called(app, word)) return Hook::Wish{entity->name, kAllDeeds};
    auto const dot = word.rfind('.');
    if (dot == std::string_view::npos) return std::nullopt;
    auto const deed = deed_named(word.substr(dot + 1));
    auto const* entity = entity_called(app, word.substr(0, dot));
    if (!deed || entity == nullptr) return std::nullopt;
    return Hook::Wish{entity->name, bit(*deed)};
}

}  // namespace

std::optional<Deed> deed_named(std::string_view word) {
    constexpr auto kWords = std::to_array<std::string_view>({"create", "update", "delete"});
    auto const found = std::ranges::find(kWords, word);
    if (found == kWords.end()) return std::nullopt;
    return static_cast<Deed>(found - kWords.begin());
}

bool Hook::wants(std::string_view entity, Deed deed) const {
    if (of_all) return (deeds & bit(deed)) != 0;
    return std::ranges::any_of(wishes, [&](Wish const& wish) { return wish.entity == entity && (wish.deeds & bit(deed)) != 0; });
}

std::vector<Hook> hooks_of_app(description::App const& app) {
    std::vector<Hook> all;
    for (auto const& said : app.webhooks.targets) {
        auto& hook = all.emplace_back();
        hook.target = said.name;
        hook.url = filled(said.url, app.settings);
        if (auto const secret = app.settings.find(said.secret); !said.secret.empty() && secret != app.settings.end())
            hook.secret = secret->second;
        for (auto const& word : said.on) {
            if (auto wish = wish_of(app, word))
                hook.wishes.push_back(std::move(*wish));
            else
                hook.events.push_back(word);
        }
    }
    return all;
}

Result<std::unique_ptr<HookRows const>> HookRows::make(description::App const& app, model::Model const& model) {
    auto const& said = app.webhooks;
    if (said.entity.empty()) return std::unique_ptr<HookRows const>();
    std::unique_ptr<HookRows> made(new HookRows(app));
    made->query_.relation = said.entity;
    auto const add = [&](std::string const& field, std::string_view alias) {
        if (field.empty()) return;
        auto& item = made->query_.select.emplace_back();
        item.field.name = field;
        item.alias = alias;
    };
    add("id", "row");
    add(said.types, "types");
    add(said.url, "url");
    add(said.method, "method");
    add(said.content_type, "content_type");
    add(said.headers, "headers");
    add(said.body, "body");
    add(said.secret, "secret");
    add(said.conditions, "conditions");
    add(said.verify, "verify");
    add(said.authority, "authority");
    add(said.on_create, "create");
    add(said.on_update, "update");
    add(said.on_delete, "delete");
    if (!said.enabled.empty()) made->query_.filters.push_back({{}, query::condition(said.enabled, query::Operator::is_true)});
    query::OrderTerm key;
    key.field.name = "id";
    made->query_.orders.push_back({{}, {key}});
    made->query_.window.limit = kMostHooks;
    KOINE_TRY(made->plan_, query::plan_read(model, made->query_, {}, {}));
    return std::unique_ptr<HookRows const>(std::move(made));
}

Result<std::vector<Hook>> HookRows::read(store::Transaction& transaction) const {
    Arena texts;
    std::vector<query::Argument> arguments;
    KOINE_TRY(query::bind(*plan_, query_, kMostHooks, texts, arguments));
    query::Rows rows;
    KOINE_TRY(transaction.read(plan_, arguments, {kMostHooks, kMostBytes}, rows));
    std::vector<Hook> all;
    auto const& step = rows.steps.front();
    for (std::size_t row = 0; row < step.count(); ++row) {
        // Null: the app has no such field.
        auto const cell = [&](std::string_view name) -> Cell const* {
            auto const member = std::ranges::find(plan_->members, name, &query::Member::name);
            return member == plan_->members.end() ? nullptr : step.row(row) + member->cell;
        };
        auto const text = [&](std::string_view name) {
            auto const* found = cell(name);
            return found == nullptr ? std::string() : value::text_of(*found);
        };
        auto const holds = [&](std::string_view name) {
            auto const* found = cell(name);
            return found == nullptr || (found->kind() == Cell::Kind::integer && found->integer() != 0);
        };
        auto& hook = all.emplace_back();
        hook.row = cell("row")->integer();
        hook.target = fmt::format("hook:{}", *hook.row);
        hook.url = text("url");
        if (auto method = text("method"); !method.empty()) hook.method = std::move(method);
        if (auto type = text("content_type"); !type.empty()) hook.content_type = std::move(type);
        hook.headers = text("headers");
        hook.body = text("body");
        hook.secret = text("secret");
        hook.verify = holds("verify");
        hook.authority = text("authority");
        for (auto const& [name, deed] :
             {std::pair("create", Deed::create), std::pair("update", Deed::update), std::pair("delete", Deed::remove)})
            if (holds(name)) hook.deeds |= bit(deed);
        hook.of_all = cell("types") == nullptr;
        auto const types = read_document(text("types"));
        if (auto const* list = types->if_array())
            for (auto const& type : *list)
                if (auto const* word = type.if_string())
                    if (auto const* entity = entity_called(app_, *word)) hook.wishes.push_back({entity->name, hook.deeds});
        auto const conditions = text("conditions");
        if (conditions.empty() || conditions == "null" || conditions == "{}") continue;
        auto parsed = Conditions::parse(conditions);
        if (parsed)
            hook.conditions = std::move(parsed).value();
        else
            hook.mistake = fmt::format("its conditions: {}", parsed.error().argument("message").value_or("wrong"));
    }
    return all;
}

}  // namespace koine::event
