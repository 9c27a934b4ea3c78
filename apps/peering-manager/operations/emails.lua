-- E-mails by templates, about autonomous systems and networks of PeeringDB.

local function written(key, variables)
  local email = db.first("messaging/emails", {id = key})
  if not email then return reply{status = 404} end
  local subject = rendering.rendered(email.subject, variables, email)
  local body = rendering.rendered(email.template, variables, email)
  return map({subject = subject, body = body}, {"subject", "body"})
end

local function affiliated() return rendering.rows("peering/autonomous-systems", {affiliated = true}) end

function generate(request)
  local system = rendering.row("peering/autonomous-systems", request.row.id)
  return written(request.body.email, {autonomous_system = system, affiliated_autonomous_systems = affiliated()})
end

function render(request)
  local body = request.body
  local network = db.first("peeringdb/networks", {id = body.network}, {view = "full"})
  local system = db.first("peering/autonomous-systems", {id = body.autonomous_system}, {view = "full"})
  if not network or not system then return reply{status = 404} end
  return written(body.email, {network = network, autonomous_system = system, affiliated_autonomous_systems = affiliated()})
end
