-- Asks the addresses of the file in order; with FRESH, each with a language of its own, so that no reply is kept.
local paths, number, thread = {}, 0, 0
local fresh = os.getenv("FRESH")
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end

function setup(one)
  thread = thread + 1
  one:set("thread", thread)
end

function init()
  math.randomseed(os.time() + thread)
  number = math.random(0, #paths - 1)
end

function request()
  number = number + 1
  local headers = { ["Accept"] = os.getenv("ACCEPT") }
  if fresh then headers["Accept-Language"] = "en, x-" .. thread .. "-" .. number .. "-" .. fresh .. ";q=0.1" end
  return wrk.format("GET", paths[number % #paths + 1], headers)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('\n{"requests": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
