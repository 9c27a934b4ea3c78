-- Routers: what is done with them is a job. None can be reached from here, so each ends where it would need the network.

local polled = {"peering.change_directpeeringsession", "peering.change_internetexchangepeeringsession"}

local function may(permissions)
  for _, permission in ipairs(permissions) do
    if not principal:can(permission) then return false end
  end
  return true
end

local function start(call, name, router, more)
  local arguments = {router = router.id}
  for key, value in pairs(more or {}) do arguments[key] = value end
  return jobs.start("routers." .. call, arguments, {name = "devices.router." .. name, object = {"devices/routers", router}})
end

local function start_all(call, name, routers, more)
  local all = list{}
  for _, router in ipairs(routers) do table.insert(all, start(call, name, router, more)) end
  return all
end

-- Those with a session of which this is true: of a direct one, of one at an exchange.
local function with_sessions(direct, at_exchange)
  local found, seen = {}, {}
  local function add(condition)
    for _, router in ipairs(condition and db.find("devices/routers", condition, {limit = 10000}) or {}) do
      if not seen[router.id] then table.insert(found, router) end
      seen[router.id] = true
    end
  end
  add(direct)
  add(at_exchange)
  table.sort(found, function(one, other) return one.id < other.id end)
  return found
end

local at_exchange = "connection_router.internet_exchange_peering_session_ixp_connection."

function poll_of_system(request)
  if not may(polled) then return reply{status = 403} end
  local key = request.row.id
  local direct = {["direct_peering_session_router.autonomous_system"] = key}
  return start_all("poll", "poll_bgp_sessions", with_sessions(direct, {[at_exchange .. "autonomous_system"] = key}))
end

function poll_of_group(request)
  if not may{polled[1]} then return reply{status = 403} end
  return start_all("poll", "poll_bgp_sessions", with_sessions({["direct_peering_session_router.bgp_group"] = request.row.id}))
end

function poll_of_exchange(request)
  if not may{polled[2]} then return reply{status = 403} end
  return start_all("poll", "poll_bgp_sessions", with_sessions(nil, {["connection_router.internet_exchange_point"] = request.row.id}))
end

function poll_one(request)
  if not may(polled) then return reply{status = 403} end
  return start("poll", "poll_bgp_sessions", request.row)
end

function configuration(request)
  if not may{"devices.view_router_configuration"} then return reply{status = 403} end
  return start("render", "render_configuration", request.row)
end

function test(request) return start("connect", "test_napalm_connection", request.row) end

-- The routers that a body names, or what is answered if there are none.
local function chosen(request)
  local keys = request.body.routers
  if #keys == 0 then return nil, reply{status = 400, text = codec.json.encode(list{"routers list must not be empty"}), type = "application/json"} end
  if #keys > 5000 then problem("invalid", {field = "routers", message = "Ensure this field has no more than 5000 elements."}) end
  local routers, seen = {}, {}
  for first = 1, #keys, 500 do
    local some = list{table.unpack(keys, first, math.min(first + 499, #keys))}
    for _, router in ipairs(db.find("devices/routers", {id = some}, {order = "id"})) do
      if not seen[router.id] then table.insert(routers, router) end
      seen[router.id] = true
    end
  end
  if #routers == 0 then return nil, reply{status = 404} end
  return routers
end

function configure(request)
  if not may{"devices.deploy_router_configuration"} then return reply{status = 403} end
  local routers, refusal = chosen(request)
  return refusal or start_all("install", "set_napalm_configuration", routers, {commit = request.body.commit})
end

function push(request)
  if not may{"devices.push_router_configuration_to_data_source"} then return reply{status = 403} end
  local routers, refusal = chosen(request)
  return refusal or start_all("push_out", "push_to_data_source", routers)
end

function import_sessions(request)
  if not may{"peering.add_internetexchangepeeringsession"} then return reply{status = 403} end
  local exchange = request.row
  return jobs.start("routers.import", {exchange = exchange.id},
    {name = "peering.internet_exchange.import_sessions", object = {"peering/internet-exchanges", exchange}})
end

local function about(router) return {display = router.name, path = "/devices/routers/" .. router.id .. "/"} end

-- Why nothing can be done with the router; nil if it could be tried.
local function unusable(router)
  if router.status == "disabled" then return "Router is disabled." end
  if not router.platform then return "Router has no assigned platform." end
  local driver = db.get("devices/platforms", router.platform).napalm_driver
  if not driver or driver == "" then return "Router's platform has no NAPALM driver." end
  return nil
end

local function try(arguments, job, begins, ends)
  tasks.run(job, function(notes)
    local router = db.get("devices/routers", arguments.router)
    local why = unusable(router)
    if why then
      tasks.note(notes, "warning", why, about(router))
      tasks.note(notes, "success", "Task cancelled")
      return
    end
    tasks.note(notes, "info", begins, about(router))
    tasks.fail(notes, ends, about(router))
  end)
end

function poll(arguments, job) try(arguments, job, "Polling BGP sessions state.", "Error while polling BGP sessions state.") end

function connect(arguments, job) try(arguments, job, "Trying to connect...", "Connection failure.") end

function install(arguments, job) try(arguments, job, "Trying to install configuration.", "Failed to install configuration.") end

-- Routers of this API have no data source, so there is nowhere to push to.
function push_out(arguments, job)
  tasks.run(job, function(notes) tasks.note(notes, "success", "No data source and file to push configuration to") end)
end

function render(arguments, job)
  tasks.run(job, function(notes)
    local router = db.get("devices/routers", arguments.router)
    tasks.note(notes, "info", "Rendering router configuration.", about(router))
    local text = configurations.of_router(router)
    if text ~= "" then
      tasks.put_out(notes, text)
    else
      tasks.note(notes, "info", "No configuration (or empty) generated.", about(router))
    end
    tasks.note(notes, "success", "Router configuration rendered.", about(router))
  end)
end

function import(arguments, job)
  tasks.run(job, function(notes)
    local exchange = db.get("peering/internet-exchanges", arguments.exchange)
    local it = {display = exchange.name, path = "/internet-exchanges/" .. exchange.id .. "/"}
    tasks.note(notes, "info", "Trying to import peering sessions.", it)
    local connections = db.find("net/connections", {internet_exchange_point = exchange.id, router = {null = false}})
    local usable = false
    for _, connection in ipairs(connections) do usable = usable or not unusable(db.get("devices/routers", connection.router)) end
    if not usable then
      tasks.note(notes, "success", "No usable connections.", it)
      return
    end
    tasks.note(notes, "info", ("Found %d connections."):format(#connections), it)
    tasks.fail(notes, "Connection failure.", it)
  end)
end
