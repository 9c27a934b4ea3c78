-- What users keep for themselves: one document each.

local function own() return db.trusted("everybody reads and changes their own preferences, and nobody else's") end

local function is_object(value) return type(value) == "table" and #value == 0 end

local function merged(old, new)
  if not is_object(old) or not is_object(new) then return new end
  local all = {}
  for name, value in pairs(old) do all[name] = value end
  for name, value in pairs(new) do all[name] = merged(all[name], value) end
  return all
end

-- The caller's document; an empty one of who is not known.
function of_caller()
  if principal.anonymous then return {} end
  return own().get("users/users", principal.id).preferences or {}
end

function show() return of_caller() end

function change(request)
  if not is_object(request.body) then problem("invalid", {message = "Preferences are an object."}) end
  local all = merged(of_caller(), request.body)
  own().update("users/users", principal.id, {preferences = all})
  return all
end
