-- How routers obscure passwords in their configurations. None of it is a secret: who has the text has the password.

-- Juniper, type 9: each character as distances between letters of an alphabet, by weights that change from place to place.
local families = {"QzF3n6/9CAtpu0O", "B1IREhcSyrleKvMW8LXx", "7N-dVbwsY2g4oaJZGUDj", "iHkq.mPf5T"}
local alphabet = table.concat(families)
local places, fillers = {}, {}
for number, family in ipairs(families) do
  for letter in family:gmatch(".") do fillers[letter] = 4 - number end
end
for place = 1, #alphabet do places[alphabet:sub(place, place)] = place - 1 end
local weights = {{1, 4, 32}, {1, 16, 32}, {1, 8, 32}, {1, 64}, {1, 32}, {1, 4, 16, 128}, {1, 32, 64}}

local function letter_at(place)
  place = place % #alphabet + 1
  return alphabet:sub(place, place)
end

local function random_below(limit) return tonumber(crypto.random(4), 16) % limit end

local function to_juniper(text)
  local before = letter_at(random_below(#alphabet))
  local out = {"$9$", before}
  for _ = 1, fillers[before] do table.insert(out, letter_at(random_below(#alphabet))) end
  for i = 1, #text do
    local weight, rest, distances = weights[(i - 1) % #weights + 1], text:byte(i), {}
    for w = #weight, 1, -1 do
      distances[w] = rest // weight[w]
      rest = rest % weight[w]
    end
    for _, distance in ipairs(distances) do
      before = letter_at(places[before] + distance + 1)
      table.insert(out, before)
    end
  end
  return table.concat(out)
end

-- nil if it is no such text.
local function from_juniper(text)
  local letters, out = text:sub(4), {}
  if letters == "" or letters:match("[^" .. alphabet:gsub("[%-/.]", "%%%0") .. "]") then return nil end
  local before = letters:sub(1, 1)
  local at, number = 2 + fillers[before], 0
  while at <= #letters do
    local weight, sum = weights[number % #weights + 1], 0
    if at + #weight - 1 > #letters then return nil end
    for w = 1, #weight do
      local letter = letters:sub(at, at)
      sum = sum + ((places[letter] - places[before]) % #alphabet - 1) * weight[w]
      before, at = letter, at + 1
    end
    table.insert(out, string.char(sum % 256))
    number = number + 1
  end
  return table.concat(out)
end

-- Cisco, type 7: each byte with one of a text that everybody knows, from a place that is told first.
local known = "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"
local cycle = 51

local function to_cisco(text)
  local salt = random_below(15)
  local out = {("7 %02d"):format(salt)}
  for i = 1, #text do table.insert(out, ("%02X"):format(text:byte(i) ~ known:byte((salt + i - 1) % cycle + 1))) end
  return table.concat(out)
end

local function from_cisco(text)
  local salt, digits = text:match("^7 (%d%d)(%x+)$")
  if not salt or #digits % 2 == 1 or tonumber(salt) >= cycle then return nil end
  local out = {}
  for i = 1, #digits // 2 do
    local byte = tonumber(digits:sub(2 * i - 1, 2 * i), 16)
    table.insert(out, string.char(byte ~ known:byte((tonumber(salt) + i - 1) % cycle + 1)))
  end
  return table.concat(out)
end

-- Arista, type 7: DES with a key made of the neighbour's address, behind a signature.
local seed = "\xd5\xa8\xc9\x1e\xf5\xd5\x8a\x23"
local signature = "\x4c\x88\xbb"

local function key_of(address)
  local bytes, text = {seed:byte(1, 8)}, address .. "_passwd"
  for i = 1, #text do
    local place = (i - 1) % 8 + 1
    bytes[place] = bytes[place] ~ text:byte(i)
  end
  for place = 1, 8 do bytes[place] = bytes[place] & 0x7e end
  return string.char(table.unpack(bytes))
end

local function to_arista(text, address)
  local padding = -(#text + 4) % 8
  local plain = signature .. string.char(padding * 16 + 14) .. text .. ("\0"):rep(padding)
  return codec.base64.encode(des.encrypted(key_of(address), plain))
end

local function from_arista(text, address)
  local done, bytes = pcall(codec.base64.decode, text)
  if not done or #bytes < 8 or #bytes % 8 ~= 0 then return nil end
  local plain = des.decrypted(key_of(address), bytes)
  local padding = plain:byte(4) >> 4
  if plain:sub(1, 3) ~= signature or padding >= 8 or #plain - 4 < padding then return nil end
  return plain:sub(5, #plain - padding)
end

local ways = {
  ["juniper-type9"] = {to = to_juniper, from = from_juniper, begins = "$9$"},
  ["cisco-type7"] = {to = to_cisco, from = from_cisco, begins = "7 "},
  ["arista-type7"] = {to = to_arista, from = from_arista, begins = nil},
}

-- The password as the algorithm writes it for a neighbour's address; as it is without an algorithm, or if it is written so already.
function encrypted(algorithm, password, address)
  local way = ways[algorithm or ""]
  if not way or password == "" then return password end
  if way.begins and password:sub(1, #way.begins) == way.begins then return password end
  return way.to(password, address)
end

-- The password in such a text; nil if it is none.
function decrypted(algorithm, written, address)
  local way = ways[algorithm or ""]
  if not way or written == "" then return written end
  if way.begins and written:sub(1, #way.begins) ~= way.begins then return written end
  return way.from(written, address)
end
