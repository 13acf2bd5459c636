"""What Redis does in one step, in Lua. A stream holds facts as N-0 and the deltas after fact N as N-1, N-2 …

Both scripts answer with the id before the first one added, and publish the same: what sent it, that id,
and each entry's id and payload, a line each.
"""

_START = """
local channel, sender, kept, seconds = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local fact, delta = -1, 0
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if last[1] then
    local whole, part = string.match(last[1][1], '^(%d+)-(%d+)$')
    fact, delta = tonumber(whole), tonumber(part)
end
local message = {sender, ''}
local function add(id, payload)
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', kept, id, 'd', payload)
    message[#message + 1] = id
    message[#message + 1] = payload
end
local function tell(previous)
    message[2] = previous
    redis.call('EXPIRE', KEYS[1], seconds)
    redis.call('PUBLISH', channel, table.concat(message, '\\n'))
    return previous
end
"""

# ARGV[5]: the number of the first fact; the others: payloads. What is there already is left alone.
ADD_FACTS = (
    _START
    + """
local previous = ''
for place = 6, #ARGV do
    local number = tonumber(ARGV[5]) + place - 6
    if number > fact then
        if previous == '' then
            if fact ~= number - 1 then delta = 0 end
            previous = (number - 1) .. '-' .. delta
        end
        add(number .. '-0', ARGV[place])
        fact = number
    end
end
if previous == '' then return '' end
return tell(previous)
"""
)

# KEYS[2]: the run's fence. ARGV[5]: the attempt; [6], [7]: the newest place that the writer knows of,
# since Redis may have lost it; the others: payloads, maybe none.
ADD_DELTAS = (
    _START
    + """
local attempt, fence = tonumber(ARGV[5]), tonumber(redis.call('GET', KEYS[2]) or '0')
if attempt < fence then return 'lost' end
if attempt > fence then redis.call('SET', KEYS[2], ARGV[5], 'EX', seconds) end
if #ARGV == 7 then return '' end
local known, part = tonumber(ARGV[6]), tonumber(ARGV[7])
if known > fact or (known == fact and part > delta) then fact, delta = known, part end
if fact < 0 then return 'unknown' end
local previous = fact .. '-' .. delta
for place = 8, #ARGV do
    delta = delta + 1
    add(fact .. '-' .. delta, ARGV[place])
end
return tell(previous)
"""
)
