-- What NetBox tells of its devices: routers follow them.

local roles = {router = true, firewall = true}

local function may_all(...)
  for _, permission in ipairs{...} do
    if not principal:can(permission) then return false end
  end
  return true
end

-- A member of a document, nil if the document is none or lacks it.
local function member(document, name)
  if type(document) ~= "table" or document[name] == null then return nil end
  return document[name]
end

local function has_all(data)
  if type(data) ~= "table" then return false end
  for _, name in ipairs{"id", "device_role", "local_context_data", "name", "platform", "status"} do
    if data[name] == nil then return false end
  end
  return math.type(data.id) == "integer" and data.id > 0 and type(data.name) == "string"
end

function update(request)
  if not may_all("devices.add_router", "devices.change_router", "devices.delete_router") then return reply{status = 403} end
  local event, data = member(request.body, "event"), member(request.body, "data")
  if event == nil or not has_all(data) or not roles[member(data.device_role, "slug") or ""] then return reply{status = 400} end
  local router = db.first("devices/routers", {netbox_device_id = data.id})
  if event == "deleted" then
    if not router then return reply{status = 404} end
    db.delete("devices/routers", router)
    return reply{status = 200}
  end
  local slug = member(data.platform, "slug")
  local platform = type(slug) == "string" and db.first("devices/platforms", {slug = slug}) or nil
  if not platform then return reply{status = 501} end
  local status = member(data.status, "value") == "active" and "enabled" or "disabled"
  if router then
    db.update("devices/routers", router, {platform = platform.id, status = status})
    return reply{status = 200}
  end
  -- A router needs an autonomous system, which NetBox does not tell: the first affiliated one.
  local system = db.first("peering/autonomous-systems", {affiliated = true}, {order = "id"})
  if not system then return reply{status = 400} end
  db.insert("devices/routers", {
    name = data.name, hostname = data.name, netbox_device_id = data.id, status = status, platform = platform.id,
    local_autonomous_system = system.id, local_context_data = data.local_context_data
  })
  return reply{status = 201}
end
