-- Prefixes of autonomous systems and AS-SETs: those that are kept, for nothing is asked of the routing registries from here.

local function kept(system)
  local prefixes = system and system.prefixes
  if type(prefixes) ~= "table" or next(prefixes) == nil then return nil end
  return prefixes
end

local function of_family(prefixes, family)
  local found = prefixes and prefixes["ipv" .. family]
  return type(found) == "table" and found or list{}
end

function of_system(request)
  local prefixes = kept(request.row)
  return map({ipv6 = of_family(prefixes, "6"), ipv4 = of_family(prefixes, "4")}, {"ipv6", "ipv4"})
end

-- By the keys of the exchanges' LANs: {ipv6 = {…}, ipv4 = {…}}, of what PeeringDB knows of each.
local function of_lans(lans)
  local found = {}
  if #lans == 0 then return found end
  for _, each in ipairs(db.trusted("prefixes are part of the exchange").find("peeringdb/ixlan-prefixes", {ixlan = lans}, {order = "id", limit = 10000})) do
    local family = each.protocol == "IPv6" and "ipv6" or "ipv4"
    local prefixes = found[each.ixlan] or {}
    found[each.ixlan] = prefixes
    prefixes[family] = prefixes[family] or list{}
    table.insert(prefixes[family], each.prefix)
  end
  return found
end

local function in_order(prefixes) return map(prefixes or {}, {"ipv6", "ipv4"}) end

function of_exchange(request)
  local lan = request.row.peeringdb_ixlan
  return in_order(lan and of_lans(list{lan})[lan])
end

-- A member of exchanges.
function of_exchanges(exchanges)
  local lans, all = list{}, list{}
  for _, exchange in ipairs(exchanges) do
    if exchange.peeringdb_ixlan and #lans < 1000 then table.insert(lans, exchange.peeringdb_ixlan) end
  end
  local found = of_lans(lans)
  for i, exchange in ipairs(exchanges) do all[i] = in_order(found[exchange.peeringdb_ixlan or 0]) end
  return all
end

local function trimmed(word) return (word:gsub("^%s+", ""):gsub("%s+$", "")) end

local function families(af)
  local all = {}
  for word in (af .. ","):gmatch("([^,]*),") do
    word = trimmed(word)
    if word ~= "4" and word ~= "6" then problem("invalid", {message = "Invalid af parameter, must be 4, 6 or both."}) end
    table.insert(all, word)
  end
  return all
end

-- The autonomous system whose prefixes are meant by AS64500 or AS-KOINE; nil if none is known.
local function system_of(word)
  local asn = word:match("^AS(%d+)$")
  if asn then return #asn <= 10 and db.first("peering/autonomous-systems", {asn = asn}) or nil end
  for _, system in ipairs(db.find("peering/autonomous-systems", {irr_as_set = {contains = word}}, {limit = 100})) do
    if system.irr_as_set:match("[^:]*$") == word then return system end
  end
  return nil
end

function of_sets(request)
  local chosen = families(request.query.af or "4,6")
  local asked, answer, order = request.query["as-set"] or "", {}, {}
  for word in (asked .. ","):gmatch("([^,]*),") do
    word = trimmed(word)
    if word:match("^%d+$") then word = "AS" .. word end
    word = word:match("::(.+)$") or word
    if word ~= "" and not answer[word] then
      local prefixes, found = kept(system_of(word)), {}
      for _, family in ipairs(chosen) do found["ipv" .. family] = of_family(prefixes, family) end
      answer[word] = map(found, {"ipv4", "ipv6"})
      table.insert(order, word)
    end
  end
  if #order == 0 then problem("invalid", {message = "No valid IRR AS-SETs or AS numbers given."}) end
  return map(answer, order)
end
