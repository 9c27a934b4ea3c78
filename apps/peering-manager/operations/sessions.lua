-- BGP sessions: their passwords as routers write them, and their state.

local function router_of(session)
  local key = session.router
  if session.ixp_connection then key = db.get("net/connections", session.ixp_connection).router end
  return key and db.get("devices/routers", key) or nil
end

-- Before a session is written: its policies are of its address's family, or of any.
function fit_policies(document, row)
  if not document.ip_address and not document.import_routing_policies and not document.export_routing_policies then return nil end
  local address = document.ip_address or row and row.ip_address
  local keys = list{}
  for _, field in ipairs{"import_routing_policies", "export_routing_policies"} do
    for _, key in ipairs(document[field] or row and row[field] or {}) do table.insert(keys, key) end
  end
  if #keys == 0 or type(address) ~= "string" then return nil end
  local other = address:find(":", 1, true) and 4 or 6
  local misfit = db.first("peering/routing-policies", {id = keys, address_family = other})
  if not misfit then return nil end
  problem("invalid", {field = "non_field_errors", message =
    ("Routing policy '%s' cannot be used for this session, address families mismatch."):format(misfit.name)})
end

local function encrypt(request, resource, permission)
  if not principal:can(permission) then return reply{status = 403} end
  local session = request.row
  local router = router_of(session)
  local platform = router and router.platform and db.get("devices/platforms", router.platform)
  if not platform or not router.encrypt_passwords then return reply{status = 503} end
  local algorithm, address = platform.password_algorithm, session.ip_address:match("^[^/]*")
  local password, written = session.password or "", session.encrypted_password or ""
  if written == "" or ciphers.decrypted(algorithm, written, address) ~= password then
    written = ciphers.encrypted(algorithm, password, address)
  end
  if (utf8.len(written) or #written) > 255 then return reply{status = 503} end  -- more than the session holds
  if written ~= (session.encrypted_password or "") then db.update(resource, session, {encrypted_password = written}) end
  return reply{status = 200}
end

function encrypt_direct(request) return encrypt(request, "peering/direct-peering-sessions", "peering.change_directpeeringsession") end

function encrypt_at_exchange(request)
  return encrypt(request, "peering/internet-exchange-peering-sessions", "peering.change_internetexchangepeeringsession")
end

-- Routers cannot be asked from here.
local function poll(permission) return reply{status = principal:can(permission) and 503 or 403} end

function poll_direct() return poll("peering.change_directpeeringsession") end

function poll_at_exchange() return poll("peering.change_internetexchangepeeringsession") end
