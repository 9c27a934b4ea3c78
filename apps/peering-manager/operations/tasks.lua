-- What jobs write down while they run: the log that clients read in a job's `data`, and the lines of its `output`.

local levels = {"success", "info", "warning", "failure"}

local function counters(group)
  for _, level in ipairs(levels) do group[level] = 0 end
  return group
end

-- A new log, in the shape that clients know.
function begun() return {main = counters{log = list{}}} end

-- One line. `about` is the object it is about: {display =, path =}.
function note(notes, level, message, about, group)
  group = group or "main"
  notes[group] = notes[group] or counters{log = list{}}
  local now = time.format(time.now()):gsub("Z$", "+00:00")
  table.insert(notes[group].log, list{now, level, about and about.display or null, about and about.path or null, message})
  if level == "default" then return end
  notes.total = notes.total or counters{}
  notes[group][level] = notes[group][level] + 1
  notes.total[level] = notes.total[level] + 1
end

-- What the job made: a text for `output`.
function put_out(notes, made) note(notes, "default", made, nil, "output") end

local function lines(notes)
  local all = {}
  for _, line in ipairs(notes.output and notes.output.log or {}) do table.insert(all, line[5]) end
  return table.concat(all, "\n")
end

local function group_of(group) return map(group, {"log", "success", "info", "warning", "failure"}) end

local function save(job, notes)
  local data = {main = group_of(notes.main)}
  if notes.total then data.total = map(notes.total, levels) end
  if notes.output then data.output = group_of(notes.output) end
  job:update{data = map(data, {"main", "total", "output"}), output = lines(notes)}
end

-- Ends a job as failed, with this as the last line of its log.
function fail(notes, message, about)
  note(notes, "failure", message, about)
  problem("conflict", {message = message})
end

-- Runs a job's work and keeps what it noted, however it ends. What nobody foresaw ends it as errored.
function run(job, work)
  local notes = begun()
  local done, fault = pcall(work, notes)
  if not done and type(fault) == "string" then
    note(notes, "failure", "An exception occurred, see output for more details.")
    put_out(notes, fault)
  end
  save(job, notes)
  if not done then error(fault, 0) end
end
