-- IX-API: other servers, which functions cannot reach. What would ask them says so.

function accounts() problem("unavailable", {message = "IX-API cannot be reached."}) end

function update_mac()
  if not principal:can("net.change_connection") then return reply{status = 403} end
  return reply{status = 400}
end
