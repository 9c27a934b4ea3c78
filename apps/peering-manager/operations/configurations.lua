-- Configurations of routers, by their templates.

local of_peer = "internet_exchange_peering_session_autonomous_system.ixp_connection.router"
local of_neighbour = "direct_peering_session_autonomous_system.router"

-- Rows that any of the conditions meets, each once, ordered by a field.
local function any(resource, order, ...)
  local found, seen = {}, {}
  for _, condition in ipairs{...} do
    for _, row in ipairs(rendering.rows(resource, condition)) do
      if not seen[row.id] then table.insert(found, row) end
      seen[row.id] = true
    end
  end
  table.sort(found, function(one, other) return one[order] < other[order] end)
  return list(found)
end

local function sessions(router)
  return rendering.rows("peering/direct-peering-sessions", {router = router.id}),
    rendering.rows("peering/internet-exchange-peering-sessions", {["ixp_connection.router"] = router.id})
end

-- The policies that rows name, each once, by name.
local function policies(...)
  local found, seen = {}, {}
  for _, rows in ipairs{...} do
    for _, row in ipairs(rows) do
      for _, set in ipairs{row.import_routing_policies, row.export_routing_policies} do
        for _, policy in ipairs(set) do
          if not seen[policy.id] then table.insert(found, policy) end
          seen[policy.id] = true
        end
      end
    end
  end
  table.sort(found, function(one, other) return one.name < other.name end)
  return list(found)
end

-- What a router's template may show.
local function context(router)
  local systems = any("peering/autonomous-systems", "asn", {[of_neighbour] = router.id}, {[of_peer] = router.id})
  local groups = any("peering/bgp-groups", "name", {["direct_peering_session_bgp_group.router"] = router.id})
  local exchanges = any("peering/internet-exchanges", "name", {["connection_internet_exchange_point.router"] = router.id})
  local direct, at_exchanges = sessions(router)
  return {
    router = rendering.row("devices/routers", router.id),
    local_as = rendering.row("peering/autonomous-systems", router.local_autonomous_system),
    autonomous_systems = systems,
    bgp_groups = groups,
    internet_exchange_points = exchanges,
    communities = rendering.rows("bgp/communities"),
    routing_policies = policies(direct, at_exchanges, systems, groups, exchanges),
    direct_peering_sessions = direct,
    internet_exchange_peering_sessions = at_exchanges,
  }
end

-- The router's configuration; the empty text if it has no template.
function of_router(router)
  if not router.configuration_template then return "" end
  local written = db.get("devices/configurations", router.configuration_template)
  return rendering.rendered(written.template, context(router), written)
end
