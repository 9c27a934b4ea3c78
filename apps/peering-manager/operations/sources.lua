-- Data sources: directories and git repositories outside, which jobs cannot reach.

local function about(source) return {display = source.name, path = "/core/data-sources/" .. source.id .. "/"} end

function synchronise(request)
  if not principal:can("core.synchronise_datasource") then return reply{status = 403} end
  local sources = db.trusted("who may synchronise a source may change its status by that")
  local source = sources.update("core/data-sources", request.row, {status = "queued"})
  return jobs.start("sources.fetch", {source = source.id}, {name = "core.datasource.synchronisation", object = {"core/data-sources", source}})
end

function fetch(arguments, job)
  tasks.run(job, function(notes)
    local source = db.update("core/data-sources", arguments.source, {status = "synchronising"})
    tasks.note(notes, "info", "Starting data source synchronisation", about(source))
    db.update("core/data-sources", source, {status = "failed"})
    tasks.put_out(notes, "Files and repositories outside of the server cannot be read.")
    tasks.fail(notes, "Failed to synchronise data source.", about(source))
  end)
end
