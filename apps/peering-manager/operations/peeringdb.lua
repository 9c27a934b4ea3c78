-- What the copy of PeeringDB tells of autonomous systems and exchanges, and that copy itself.

local function network_of(system) return db.first("peeringdb/networks", {asn = system.asn}) end

-- Before an autonomous system is written: the network of PeeringDB that has its number.
function find_network(document, row)
  if not document.asn then return nil end
  local network = network_of(document)
  local key = network and network.id or nil
  if key == (row and row.peeringdb_network) then return nil end
  return {peeringdb_network = key or null}
end

local function is_private(asn) return asn >= 64512 and asn <= 65534 or asn >= 4200000000 and asn <= 4294967294 end

local copied = {name = "name", irr_as_set = "irr_as_set", ipv6_max_prefixes = "info_prefixes6", ipv4_max_prefixes = "info_prefixes4"}

function sync(request)
  if not principal:can("peering.change_autonomoussystem") then return reply{status = 403} end
  local system = request.row
  if is_private(system.asn) then return reply{status = 200} end
  local network = network_of(system)
  if not network then return reply{status = 204} end
  local changes = {}
  for field, source in pairs(copied) do
    if system[field .. "_peeringdb_sync"] then changes[field] = network[source] == nil and null or network[source] end
  end
  if next(changes) ~= nil then db.update("peering/autonomous-systems", system, changes) end
  return reply{status = 200}
end

-- The caller's own autonomous system, chosen in their preferences.
local function affiliated()
  local context = preferences.of_caller().context
  local key = type(context) == "table" and math.tointeger(tonumber(context.as)) or nil
  local system = key and db.first("peering/autonomous-systems", {id = key})
  return system or problem("unavailable", {message = "User did not choose an affiliated AS."})
end

-- The keys of one field in rows of both networks; none if there are not two networks.
local function shared(resource, field, ours, theirs)
  local one, other = network_of(ours), network_of(theirs)
  if not one or not other or one.id == other.id then return {} end
  local seen, both, told = {}, {}, {}
  for _, row in ipairs(db.find(resource, {net = one.id}, {limit = 10000})) do seen[row[field]] = true end
  for _, row in ipairs(db.find(resource, {net = other.id}, {order = field, limit = 10000})) do
    if seen[row[field]] and not told[row[field]] then
      told[row[field]] = true
      table.insert(both, row[field])
    end
  end
  return both
end

function shared_exchanges(request)
  local ours = affiliated()
  local lans = shared("peeringdb/network-ixlans", "ixlan", ours, request.row)
  if #lans == 0 then return list{} end
  return db.find("peering/internet-exchanges", {peeringdb_ixlan = lans, local_autonomous_system = ours.id})
end

function shared_facilities(request) return list(shared("peeringdb/network-facilities", "fac", affiliated(), request.row)) end

function link(request)
  if not principal:can("peering.change_internetexchange") then return reply{status = 403} end
  local lan
  local connections = {internet_exchange_point = request.row.id, peeringdb_netixlan = {null = false}}
  for _, connection in ipairs(db.find("net/connections", connections)) do
    local found = db.get("peeringdb/network-ixlans", connection.peeringdb_netixlan).ixlan
    if lan and lan ~= found then return reply{status = 503} end
    lan = found
  end
  if not lan then return reply{status = 503} end
  db.update("peering/internet-exchanges", request.row, {peeringdb_ixlan = lan})
  return reply{status = 200}
end

-- Tells whether some connection of the exchange has no session with an address yet.
local function newness(exchange)
  local connections = db.count("net/connections", {internet_exchange_point = exchange.id})
  local seen = {}
  local sessions = {["ixp_connection.internet_exchange_point"] = exchange.id}
  for _, session in ipairs(db.find("peering/internet-exchange-peering-sessions", sessions, {limit = 10000})) do
    seen[session.ip_address] = (seen[session.ip_address] or 0) + 1
  end
  return function(address) return address ~= nil and (connections == 0 or (seen[address] or 0) < connections) end
end

-- The numbers that are not offered: our own, and those of hidden peers.
local function unwanted(exchange)
  local asns = {[db.get("peering/autonomous-systems", exchange.local_autonomous_system).asn] = true}
  local hidden, networks = {peeringdb_ixlan = exchange.peeringdb_ixlan, peeringdb_network = {null = false}}, list{}
  for _, peer in ipairs(db.find("peeringdb/hidden-peers", hidden)) do
    if not peer["until"] or time.parse(peer["until"]) > time.now() then table.insert(networks, peer.peeringdb_network) end
  end
  for _, network in ipairs(#networks > 0 and db.find("peeringdb/networks", {id = networks}) or {}) do asns[network.asn] = true end
  return asns
end

function available_peers(request)
  local exchange, free = request.row, list{}
  if not exchange.peeringdb_ixlan then return free end
  local is_new, is_unwanted = newness(exchange), unwanted(exchange)
  for _, peer in ipairs(db.find("peeringdb/network-ixlans", {ixlan = exchange.peeringdb_ixlan}, {order = "asn", limit = 10000})) do
    if not is_unwanted[peer.asn] and (is_new(peer.ipaddr6) or is_new(peer.ipaddr4)) then table.insert(free, peer) end
  end
  return free
end

-- The copy: what is counted, and emptied in an order in which nothing is missed.
local counted = {
  {"campus", "peeringdb/campuses"}, {"carrier"}, {"carrierfac"}, {"fac", "peeringdb/facilities"}, {"ix", "peeringdb/internet-exchanges"},
  {"ixfac", "peeringdb/internet-exchange-facilities"}, {"ixlan", "peeringdb/ixlans"}, {"ixpfx", "peeringdb/ixlan-prefixes"},
  {"net", "peeringdb/networks"}, {"poc", "peeringdb/network-contacts"}, {"netfac", "peeringdb/network-facilities"},
  {"netixlan", "peeringdb/network-ixlans"}, {"org", "peeringdb/organizations"}, {"sync", "peeringdb/synchronisations"},
}

function statistics()
  local counts, order = {}, {}
  for _, each in ipairs(counted) do
    local name = each[1] .. "-count"
    counts[name] = each[2] and db.count(each[2]) or 0
    table.insert(order, name)
  end
  return map(counts, order)
end

function clear()
  local copy = db.trusted("staff may empty the copy of PeeringDB, which is nobody's")
  for _, resource in ipairs{"peeringdb/organizations", "peeringdb/synchronisations"} do
    repeat local gone = copy.delete(resource, {}) until gone == 0
  end
  return {status = "success"}
end

function update() return jobs.start("peeringdb.synchronise", {}, {name = "peeringdb.synchronise", object = {"peeringdb/synchronisations"}}) end

function synchronise(arguments, job)
  tasks.run(job, function(notes)
    tasks.note(notes, "info", "Synchronising PeeringDB local data.")
    tasks.fail(notes, "PeeringDB cannot be reached.")
  end)
end
