-- Templates that users wrote, with what they may show.

local function is_choice(value)
  local count = 0
  for _ in pairs(value) do count = count + 1 end
  return count == 2 and type(value.value) == "string" and type(value.label) == "string"
end

-- A choice is its word in templates, as it is stored.
local function plain(value)
  if type(value) ~= "table" then return value end
  if is_choice(value) then return value.value end
  for key, each in pairs(value) do
    if type(each) == "table" then value[key] = plain(each) end
  end
  return value
end

-- Rows as clients see them, for templates.
function rows(resource, where) return plain(db.find(resource, where, {view = "full", limit = 10000})) end

function row(resource, key) return plain(db.get(resource, key, {view = "full"})) end

-- The text of a template. A mistake in it is told in place of the text: who reads that has often not written the template.
function rendered(text, variables, written)
  local options = {trim_blocks = written.jinja2_trim, lstrip_blocks = written.jinja2_lstrip}
  local done, made = pcall(template.render, text, variables, options)
  if done then return made end
  if type(made) == "string" or made.reason ~= "check_failed" then error(made, 0) end
  local line, words = (made.message or ""):match("^[^:]*:(%d+): (.*)$")
  if not line then return made.message end
  local syntax = words:match("^syntax error: (.*)$")
  return ("%s in template at line %s: %s"):format(syntax and "Syntax error" or "Error", line, syntax or words)
end
