-- Sends the requests of a file, picked at random, and counts answers that are no answers.
-- REQUESTS names the file: in each line an Authorization header (or nothing), a tab, a body.

local requests, threads = {}, {}
failed = 0

function setup(thread)
  table.insert(threads, thread)
end

function init()
  for line in io.lines(os.getenv("REQUESTS")) do
    local authorization, body = line:match("^([^\t]*)\t(.*)$")
    local headers = { ["Content-Type"] = "application/json" }
    if authorization ~= "" then headers["Authorization"] = authorization end
    table.insert(requests, wrk.format("POST", nil, headers, body))
  end
  math.randomseed(#requests)
end

function request()
  return requests[math.random(#requests)]
end

function response(status, _, body)
  if status ~= 200 or body:find('"errors"', 1, true) then
    failed = failed + 1
    if failed == 1 then io.stderr:write(status .. " " .. body:sub(1, 300) .. "\n") end
  end
end

function done(summary, latency)
  local bad = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout
  for _, thread in ipairs(threads) do bad = bad + thread:get("failed") end
  io.write(string.format(
    '\n{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, bad))
end
