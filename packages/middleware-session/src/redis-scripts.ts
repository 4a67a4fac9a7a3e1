/**
 * A session is a hash: v version, g generation, h hash of the verifier, u subject (absent for none), d data, c commit, t time of
 * creation, i idle limit, x absolute limit. `i` is never later than `x`, so a record is live while now is before `i`.
 *
 * Each script is one atomic step on one key, so that it runs on a Cluster. ARGV[1] is now: Redis's own clock only removes what
 * has been expired for a while. Numbers are kept and compared as the text that JavaScript made of them.
 */
export const SCRIPTS = {
  // now
  read: `
local r = redis.call('HMGET', KEYS[1], 'v', 'g', 'h', 'u', 'd', 'c', 't', 'i', 'x')
if not r[1] or tonumber(r[8]) <= tonumber(ARGV[1]) then return false end
return r`,

  // now, lifetime, h, d, c, t, i, x, u if there is one
  create: `
local r = redis.call('HMGET', KEYS[1], 'c', 'i')
if r[1] and tonumber(r[2]) > tonumber(ARGV[1]) then
  if r[1] == ARGV[5] then return 1 end
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'v', '1', 'g', '1', 'h', ARGV[3], 'd', ARGV[4], 'c', ARGV[5], 't', ARGV[6], 'i', ARGV[7], 'x', ARGV[8])
if ARGV[9] then redis.call('HSET', KEYS[1], 'u', ARGV[9]) end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`,

  // now, grace, v, g, d, c, i
  replace: `
${swap()}
local idle = ARGV[7]
if tonumber(idle) > tonumber(r[5]) then idle = r[5] end
redis.call('HSET', KEYS[1], 'v', version, 'd', ARGV[5], 'c', ARGV[6], 'i', idle)
redis.call('PEXPIRE', KEYS[1], lifetime(idle))
return {'ok'}`,

  // now, grace, v, g, d, c, i, h, x, u if there is one. Gives the generation, subject and time of creation that it found.
  rotate: `
${swap()}
local before = redis.call('HMGET', KEYS[1], 'u', 't')
redis.call('HSET', KEYS[1], 'v', version, 'g', text(tonumber(r[2]) + 1), 'd', ARGV[5], 'c', ARGV[6], 'i', ARGV[7], 'h', ARGV[8], 'x', ARGV[9])
if ARGV[10] then redis.call('HSET', KEYS[1], 'u', ARGV[10]) else redis.call('HDEL', KEYS[1], 'u') end
redis.call('PEXPIRE', KEYS[1], lifetime(ARGV[7]))
return {'ok', r[2], before[1], before[2]}`,

  // now, grace, g, i
  touch: `
${lifetime()}
local r = redis.call('HMGET', KEYS[1], 'g', 'i', 'x')
if r[1] ~= ARGV[3] or tonumber(r[2]) <= tonumber(ARGV[1]) then return 0 end
local idle = ARGV[4]
if tonumber(idle) > tonumber(r[3]) then idle = r[3] end
if tonumber(idle) > tonumber(r[2]) then
  redis.call('HSET', KEYS[1], 'i', idle)
  redis.call('PEXPIRE', KEYS[1], lifetime(idle))
end
return 1`,

  // now, u if only a session of that subject is meant. Gives 2 if it was live, 1 if not, 0 if nothing was removed; and what it found.
  destroy: `
local r = redis.call('HMGET', KEYS[1], 'g', 'u', 't', 'i')
if not r[1] then return {0} end
if ARGV[2] and r[2] ~= ARGV[2] then return {0, r[1], r[2], r[3]} end
redis.call('UNLINK', KEYS[1])
if tonumber(r[4]) > tonumber(ARGV[1]) then return {2, r[1], r[2], r[3]} end
return {1, r[1], r[2], r[3]}`,

  // now. Gives the generation and the subject of a record, live or not, and whether it is live.
  glance: `
local r = redis.call('HMGET', KEYS[1], 'g', 'u', 'i')
if not r[1] then return false end
if tonumber(r[3]) > tonumber(ARGV[1]) then return {r[1], r[2], 1} end
return {r[1], r[2], 0}`,

  // The index of a subject is a sorted set of places by their absolute limit. now - grace, lifetime, x, place
  enter: `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
local score = redis.call('ZSCORE', KEYS[1], ARGV[4])
if not score or tonumber(score) < tonumber(ARGV[3]) then redis.call('ZADD', KEYS[1], ARGV[3], ARGV[4]) end
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1`,

  // now - grace
  places: `return redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], '+inf')`,

  // places
  leave: `
for _, place in ipairs(ARGV) do redis.call('ZREM', KEYS[1], place) end
return 1`,
} as const

/** What replace and rotate have in common: all that may keep them from writing. */
function swap(): string {
  return `${lifetime()}
local r = redis.call('HMGET', KEYS[1], 'v', 'g', 'c', 'i', 'x')
if not r[1] or tonumber(r[4]) <= tonumber(ARGV[1]) then return {'gone'} end
if r[3] == ARGV[6] then return {'ok'} end
if r[2] ~= ARGV[4] then return {'gone'} end
if r[1] ~= ARGV[3] then
  return {'conflict', redis.call('HMGET', KEYS[1], 'v', 'g', 'h', 'u', 'd', 'c', 't', 'i', 'x')}
end
local version = text(tonumber(r[1]) + 1)`
}

/** How long Redis is to keep a record whose idle limit is this: a while longer than it is live. */
function lifetime(): string {
  return `local function text(number) return string.format('%.0f', number) end
local function lifetime(idle) return text(math.ceil(tonumber(idle) - tonumber(ARGV[1]) + tonumber(ARGV[2]))) end`
}
