-- BGP sessions: their passwords as routers write them, and their state.

local function router_of(session)
  local key = session.router
  if session.ixp_connection then key = db.get("net/connections", session.ixp_connection).router end
  return key and db.get("devices/routers", key) or nil
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
