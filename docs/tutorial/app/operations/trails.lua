function close(request)
  local trail = db.get("trails", request.path.trail)
  if not trail.open then problem("conflict", {message = trail.name .. " is closed."}) end
  time.after(request.body.seconds, "trails.reopen", {trail = trail.id})
  return db.update("trails", trail, {open = false})
end

function reopen(arguments)
  db.update("trails", arguments.trail, {open = true})
end
