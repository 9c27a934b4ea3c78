-- wrk script: sends the requests listed in a file (method, target and body with tabs between, one a line), over and over in their order,
-- and prints one line of figures.
--   wrk -s requests.lua URL -- FILE [AUTHORIZATION]
local requests = {}
local at = 0

function init(arguments)
    for line in io.lines(arguments[1]) do
        local method, target, body = line:match("^(%S+)\t(%S+)\t(.*)$")
        local headers = {["Content-Type"] = body ~= "" and "application/json" or nil, ["Authorization"] = arguments[2]}
        requests[#requests + 1] = wrk.format(method, target, headers, body ~= "" and body or nil)
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end

-- Durations in microseconds.
function done(summary, latency)
    local errors = summary.errors
    print(string.format(
        'FIGURES {"requests": %d, "duration": %d, "p50": %d, "p99": %d, "refused": %d, "broken": %d}',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
