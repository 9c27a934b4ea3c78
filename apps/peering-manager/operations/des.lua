-- DES in CBC mode with an initialisation vector of zeros (FIPS 46-3). Only for texts that routers obscure with it: it protects nothing.

local function numbers(text)
  local all = {}
  for word in text:gmatch("%d+") do table.insert(all, tonumber(word)) end
  return all
end

local initial = numbers[[58 50 42 34 26 18 10 2 60 52 44 36 28 20 12 4 62 54 46 38 30 22 14 6 64 56 48 40 32 24 16 8
  57 49 41 33 25 17 9 1 59 51 43 35 27 19 11 3 61 53 45 37 29 21 13 5 63 55 47 39 31 23 15 7]]
local final = numbers[[40 8 48 16 56 24 64 32 39 7 47 15 55 23 63 31 38 6 46 14 54 22 62 30 37 5 45 13 53 21 61 29
  36 4 44 12 52 20 60 28 35 3 43 11 51 19 59 27 34 2 42 10 50 18 58 26 33 1 41 9 49 17 57 25]]
local expanded = numbers[[32 1 2 3 4 5 4 5 6 7 8 9 8 9 10 11 12 13 12 13 14 15 16 17 16 17 18 19 20 21 20 21 22 23 24 25
  24 25 26 27 28 29 28 29 30 31 32 1]]
local mixed = numbers[[16 7 20 21 29 12 28 17 1 15 23 26 5 18 31 10 2 8 24 14 32 27 3 9 19 13 30 6 22 11 4 25]]
local of_key = numbers[[57 49 41 33 25 17 9 1 58 50 42 34 26 18 10 2 59 51 43 35 27 19 11 3 60 52 44 36
  63 55 47 39 31 23 15 7 62 54 46 38 30 22 14 6 61 53 45 37 29 21 13 5 28 20 12 4]]
local of_round = numbers[[14 17 11 24 1 5 3 28 15 6 21 10 23 19 12 4 26 8 16 7 27 20 13 2
  41 52 31 37 47 55 30 40 51 45 33 48 44 49 39 56 34 53 46 42 50 36 29 32]]
local turns = numbers[[1 1 2 2 2 2 2 2 1 2 2 2 2 2 2 1]]
-- A box is four rows of sixteen digits.
local boxes = {
  "e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d",
  "f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9",
  "a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c",
  "7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e",
  "2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453",
  "c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d",
  "4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c",
  "d2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b",
}

-- The bits of `value`, `width` wide, that the table names, from the left.
local function permuted(value, width, order)
  local out = 0
  for i = 1, #order do out = out << 1 | value >> (width - order[i]) & 1 end
  return out
end

local function turned(half, by) return (half << by | half >> (28 - by)) & 0xfffffff end

-- The keys of the sixteen rounds.
local function schedule(key)
  local both = permuted(string.unpack(">I8", key), 64, of_key)
  local left, right, keys = both >> 28, both & 0xfffffff, {}
  for round = 1, 16 do
    left, right = turned(left, turns[round]), turned(right, turns[round])
    keys[round] = permuted(left << 28 | right, 56, of_round)
  end
  return keys
end

local function substituted(half, key)
  local bits, out = permuted(half, 32, expanded) ~ key, 0
  for i = 1, 8 do
    local six = bits >> (48 - 6 * i) & 63
    local place = (six >> 4 & 2 | six & 1) * 16 + (six >> 1 & 15)
    out = out << 4 | tonumber(boxes[i]:sub(place + 1, place + 1), 16)
  end
  return permuted(out, 32, mixed)
end

local function block(value, keys, first, last, step)
  local both = permuted(value, 64, initial)
  local left, right = both >> 32, both & 0xffffffff
  for round = first, last, step do left, right = right, left ~ substituted(right, keys[round]) end
  return permuted(right << 32 | left, 64, final)
end

-- Both take a key of eight bytes and a text of whole blocks of eight.
function encrypted(key, text)
  local keys, before, out = schedule(key), 0, {}
  for i = 1, #text, 8 do
    before = block(string.unpack(">I8", text, i) ~ before, keys, 1, 16, 1)
    table.insert(out, string.pack(">I8", before))
  end
  return table.concat(out)
end

function decrypted(key, text)
  local keys, before, out = schedule(key), 0, {}
  for i = 1, #text, 8 do
    local now = string.unpack(">I8", text, i)
    table.insert(out, string.pack(">I8", block(now, keys, 16, 1, -1) ~ before))
    before = now
  end
  return table.concat(out)
end
