function small(request) return {n = request.query.n} end
function same(request) return request.row end
function touch(request) return db.update("notes", request.row, {words = request.row.words + 1}) end
function length(notes)
  local all = {}
  for i, note in ipairs(notes) do all[i] = #note.title + note.words end
  return all
end
