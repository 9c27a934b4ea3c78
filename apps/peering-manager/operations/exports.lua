-- Exports: all rows of a kind, by a template.

local resources = {
  ["bgp.community"] = "bgp/communities", ["bgp.relationship"] = "bgp/relationships", ["core.datasource"] = "core/data-sources",
  ["devices.configuration"] = "devices/configurations", ["devices.platform"] = "devices/platforms", ["devices.router"] = "devices/routers",
  ["extras.journalentry"] = "extras/journal-entries", ["messaging.contact"] = "messaging/contacts",
  ["messaging.contactrole"] = "messaging/contact-roles", ["messaging.email"] = "messaging/emails", ["net.bfd"] = "net/bfd",
  ["net.connection"] = "net/connections", ["peering.autonomoussystem"] = "peering/autonomous-systems",
  ["peering.bgpgroup"] = "peering/bgp-groups", ["peering.directpeeringsession"] = "peering/direct-peering-sessions",
  ["peering.internetexchange"] = "peering/internet-exchanges",
  ["peering.internetexchangepeeringsession"] = "peering/internet-exchange-peering-sessions",
  ["peering.routingpolicy"] = "peering/routing-policies",
}

local function text_of(export)
  return rendering.rendered(export.template, {dataset = rendering.rows(resources[export.content_type])}, export)
end

local function may_see() return principal:can("extras.view_exporttemplate") end

function render(request)
  if not may_see() then return reply{status = 403} end
  return jobs.start("exports.write", {export = request.row.id}, {name = "extras.exporttemplate.render", object = {"extras/export-templates", request.row}})
end

function render_now(request)
  if not may_see() then return reply{status = 403} end
  return {rendered = text_of(request.row)}
end

function write(arguments, job)
  tasks.run(job, function(notes)
    local export = db.get("extras/export-templates", arguments.export)
    local about = {display = export.name, path = "/extras/export-templates/" .. export.id .. "/"}
    tasks.note(notes, "info", "Rendering export template.", about)
    local text = text_of(export)
    if text ~= "" then
      tasks.put_out(notes, text)
    else
      tasks.note(notes, "info", "No export (or empty) generated.", about)
    end
    tasks.note(notes, "success", "Export template rendered.", about)
  end)
end
