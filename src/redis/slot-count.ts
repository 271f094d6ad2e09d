/**
 * The slots of a quota, counted in Redis for all instances together. A slot is an entry of a sorted set; its score is
 * when it comes back, by the clock of the server. It is held from before the request is sent to one window after its
 * answer, as `hubspot/limiter.ts` does it; if its process is killed it comes back by itself.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { RedisConnection, Script } from './connection.ts';

export interface SlotCountSettings {
  readonly prefix: string;
  /** Of the account. */
  readonly id: string;
  readonly requests: number;
  /** Milliseconds. */
  readonly window: number;
  /** Parts of the quota, 0 to 1. */
  readonly backfill: { readonly least: number; readonly most: number };
  /** How long a slot is held whose holder says no more, milliseconds: longer than a request and a window. */
  readonly hold: number;
}

/** What an instance has to say and wants to know, in one round trip. Slots go by their ids. */
export interface SlotRequest {
  /** Ids for new slots, as many as are wanted. Of each lane the first ones are granted. */
  readonly live: readonly string[];
  readonly backfill: readonly string[];
  /** Answered: free again one window from now. */
  readonly spent: readonly string[];
  /** Never sent: free at once. */
  readonly unused: readonly string[];
  /** Still on the way. */
  readonly held: readonly string[];
  /** Nothing goes for so long, milliseconds; 0 changes nothing. */
  readonly pause: number;
}

export interface SlotAnswer {
  readonly live: number;
  readonly backfill: number;
  /** In how many milliseconds a slot comes back at the earliest, if any was refused. */
  readonly wait: number;
}

export type SlotCount = (request: SlotRequest) => Promise<SlotAnswer>;

/** For so long after its last request a live process counts as about, milliseconds. */
const LIVE_MS = 60_000;
/** What a backfill leaves free beside what live calls use at the moment: a part of that, and some slots. */
const HEADROOM = { part: 0.25, slots: 2 } as const;

const TEXT = `
local live, backfill, state = KEYS[1], KEYS[2], KEYS[3]
local limit, window, hold, least, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local pause = tonumber(ARGV[6])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at = 7
local function ids()
  local count, first = tonumber(ARGV[at]), at + 1
  at = first + count
  return first, at - 1
end
local first, last = ids()
for i = first, last do
  redis.call('ZADD', live, 'XX', now + window, ARGV[i])
  redis.call('ZADD', backfill, 'XX', now + window, ARGV[i])
end
first, last = ids()
for i = first, last do
  redis.call('ZREM', live, ARGV[i])
  redis.call('ZREM', backfill, ARGV[i])
end
first, last = ids()
for i = first, last do
  redis.call('ZADD', live, 'XX', now + hold, ARGV[i])
  redis.call('ZADD', backfill, 'XX', now + hold, ARGV[i])
end
redis.call('ZREMRANGEBYSCORE', live, '-inf', now)
redis.call('ZREMRANGEBYSCORE', backfill, '-inf', now)
local paused = tonumber(redis.call('HGET', state, 'paused') or '0')
if pause > 0 and now + pause > paused then
  paused = now + pause
  redis.call('HSET', state, 'paused', paused)
end
local since = tonumber(redis.call('HGET', state, 'since') or '0')
if since == 0 then
  since = now
  redis.call('HSET', state, 'since', since)
end
local usedLive, usedBackfill = redis.call('ZCARD', live), redis.call('ZCARD', backfill)
local free = limit - usedLive - usedBackfill
if now - since < window then free = math.min(free, 1 - usedLive - usedBackfill) end
if paused > now then free = 0 end
local function take(key, most)
  local first, last = ids()
  local wanted = last - first + 1
  local count = math.max(0, math.min(wanted, free, most))
  for i = first, first + count - 1 do redis.call('ZADD', key, now + hold, ARGV[i]) end
  free = free - count
  return count, wanted
end
local grantedLive, wantedLive = take(live, limit)
if wantedLive > 0 then redis.call('HSET', state, 'live', now) end
usedLive = usedLive + grantedLive
local room = limit
if now - tonumber(redis.call('HGET', state, 'live') or '0') < ${LIVE_MS} then
  local left = limit - usedLive - math.ceil(usedLive * ${HEADROOM.part}) - ${HEADROOM.slots}
  room = math.max(math.floor(limit * least), math.min(math.floor(limit * most), left)) - usedBackfill
end
local grantedBackfill = take(backfill, room)
local wait = window
for _, key in ipairs({live, backfill}) do
  local next = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  if next[2] then wait = math.min(wait, next[2] - now) end
end
if paused > now then wait = paused - now end
redis.call('PEXPIRE', live, hold)
redis.call('PEXPIRE', backfill, hold)
return {grantedLive, grantedBackfill, wait}
`;

const SCRIPT: Script = { text: TEXT, sha1: createHash('sha1').update(TEXT).digest('hex') };

const answer = z.tuple([z.number(), z.number(), z.number()]);

export function createSlotCount(redis: RedisConnection, settings: SlotCountSettings): SlotCount {
  const { prefix, id, requests, window, hold, backfill } = settings;
  // In braces: a cluster keeps all keys of a portal in one place.
  const keys = ['live', 'backfill', 'state'].map((part) => `${prefix}:{${id}}:${part}`);
  const fixed = [requests, window, hold, backfill.least, backfill.most].map(String);
  const listed = (ids: readonly string[]) => [String(ids.length), ...ids];
  return async (request) => {
    const lists = [request.spent, request.unused, request.held, request.live, request.backfill];
    const args = [...fixed, String(Math.ceil(request.pause)), ...lists.flatMap(listed)];
    const [live, granted, wait] = answer.parse(await redis.run(SCRIPT, keys, args));
    return { live, backfill: granted, wait: Math.max(1, wait) };
  };
}
