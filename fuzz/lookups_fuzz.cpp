/// @file Any bytes as the query string of a list of an app, by the dialect drf: a problem that renders as a complete answer of the client's
/// fault, or a query that the planner takes and binds, or refuses so.
#include "base/arena.hpp"
#include "dialect/dialect.hpp"
#include "dialect/testing/app.hpp"
#include "query/planner.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace {

using namespace koine;
using value::Kind;

/// A filter of every kind and class.
struct Filtered : dialect::testing::App {
    Filtered() {
        auto const key = [](resource::Target target) { return target.is_key = true, target; };
        filter("id", key(target("system", "id", Kind::integer)));
        filter("asn", target("system", "asn", Kind::integer));
        filter("small", target("system", "small", Kind::integer));
        filter("name", target("system", "name", Kind::text));
        filter("irr", target("system", "irr", Kind::text));
        filter("made", target("system", "made", Kind::datetime));
        filter("span", target("system", "made", Kind::datetime)).kind = description::Filter::Kind::range;
        filter("status", target("system", "status", Kind::choice)).widened = {{"any", {"new", "off"}}};
        for (auto const* word : {"new", "off"}) systems->filters.find("status")->second.target.type.choices.push_back({word, word});
        filter("affiliated", target("system", "affiliated", Kind::boolean));
        filter("address", target("system", "address", Kind::ip));
        filter("router_id", key(target("system", "router_id", Kind::integer))).must_exist = true;
        filter("router", target("router", "hostname", Kind::text, {way("system", "router")})).must_exist = true;
        filter("tag", target("tag", "slug", Kind::text, {way("system", "tag")})).combine_all = true;
        filter("request", target("change", "request", Kind::uuid, {way("system", "change")})).lookups = false;
        systems->filters.find("request")->second.fixed = {"action", "create"};
        auto& named = filter("named", {});
        named.kind = description::Filter::Kind::formula;
        auto const names = [](std::string_view, std::string_view) { return expression::Class::text; };
        named.formula = std::make_shared<expression::Formula const>(expression::parse("name != ''", names).value());
        filter("q", {}).kind = description::Filter::Kind::search;
        using How = description::SearchField::How;
        systems->filters.find("q")->second.search = {
            {target("system", "name", Kind::text), How::contains},
            {target("system", "asn", Kind::integer), How::prefix},
            {target("router", "hostname", Kind::text, {way("system", "router")}), How::equals},
        };
    }
};

Result<void> ask(dialect::Dialect const& dialect, Filtered const& app, dialect::Exchange& exchange) {
    KOINE_TRY(exchange.parameters, dialect.input.read(exchange.query));
    KOINE_TRY(auto const query, dialect.read(exchange));
    KOINE_TRY(auto const plan, query::plan_read(app.model, query, {}, "main"));
    Arena arena;
    std::vector<query::Argument> arguments;
    return query::bind(*plan, query, 1000, arena, arguments);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static auto const drf = dialect::load_dialect("drf").value();
    static Filtered const app;
    dialect::Exchange exchange;
    exchange.endpoint = app.list;
    exchange.base_url = "http://h:1";
    exchange.path = "/net/systems/";
    exchange.query = {reinterpret_cast<char const*>(data), size};
    if (auto const done = ask(drf, app, exchange); !done) {
        auto const rendered = drf.render(done.error(), &exchange);
        if (rendered.status < 400 || rendered.status > 499 || rendered.body.empty()) std::abort();
    }
    return 0;
}
