-- Templates that users wrote, with what they may show.

-- A choice is its word in templates, as it is stored.
local function plain(value)
  if type(value) ~= "table" then return value end
  if value.label ~= nil and value.value ~= nil then return value.value end
  for key, each in pairs(value) do
    if type(each) == "table" then value[key] = plain(each) end
  end
  return value
end

-- Rows as clients see them, for templates.
function rows(resource, where, order)
  return plain(db.find(resource, where, {view = "full", order = order, limit = 10000}))
end

function row(resource, key) return plain(db.get(resource, key, {view = "full"})) end

-- The text of a template. A mistake in it is told in place of the text.
function rendered(template_text, variables, written)
  local engine = _ENV[("template"):lower()]
  if not engine then problem("unavailable", {message = "Templates cannot be rendered by this server."}) end
  local options = {trim_blocks = written.jinja2_trim, lstrip_blocks = written.jinja2_lstrip}
  local done, text = pcall(engine.render, template_text, variables, options)
  if done then return text end
  if type(text) == "string" then error(text, 0) end
  return text.message or tostring(text)
end
