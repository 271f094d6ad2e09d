/** A quota that instances count together in a real Redis. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createCountedLimiter } from '../../src/hubspot/counted-limiter.ts';
import type { Limiter } from '../../src/hubspot/limiter.ts';
import { connectRedis, type RedisConnection } from '../../src/redis/connection.ts';
import { createSlotCount } from '../../src/redis/slot-count.ts';
import { uniqueName } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis } from '../support/redis-server.ts';

const QUOTA = { requests: 40, window: 1_000 };
const HOLD_MS = 3_000;

/** A server that counts a true rolling window, at any moment between sending and answer. */
class Window {
  readonly #counted: number[] = [];

  count(): void {
    this.#counted.push(performance.now());
  }

  get total(): number {
    return this.#counted.length;
  }

  get peak(): number {
    let [most, first] = [0, 0];
    for (const [n, time] of this.#counted.entries()) {
      while (time - (this.#counted[first] ?? 0) >= QUOTA.window) first += 1;
      most = Math.max(most, n - first + 1);
    }
    return most;
  }
}

function limiterOn(redis: RedisConnection, id: string, instance: string, failed: (error: unknown) => void = () => {}) {
  const settings = { prefix: 'test', id, ...QUOTA, backfill: { least: 0.05, most: 0.8 }, hold: HOLD_MS };
  const count = createSlotCount(redis, settings);
  return createCountedLimiter({ count, instance, confirm: HOLD_MS / 3, clock: systemClock, failed });
}

/** So many callers that send one request after the other until the signal aborts. */
function load(
  limiter: Limiter,
  server: Window,
  callers: number,
  signal: AbortSignal,
  lane: 'live' | 'backfill' = 'live',
) {
  const call = async () => {
    while (!signal.aborted) {
      const permit = await limiter.acquire(lane, signal).catch(() => undefined);
      if (permit === undefined) return;
      await sleep(Math.random() * 20);
      server.count();
      await sleep(Math.random() * 20);
      permit.spent();
    }
  };
  return Promise.all(Array.from({ length: callers }, call));
}

describe('a quota counted in Redis', () => {
  it('is never exceeded by three instances together, and nearly all of it is used', async () => {
    await using server = await startRedis();
    const id = uniqueName('portal');
    await using parts = new AsyncDisposableStack();
    const window = new Window();
    const stop = new AbortController();
    const running = ['a', 'b', 'c'].map(async (instance) => {
      const redis = parts.use(await connectRedis(server.url, () => {}));
      return load(limiterOn(redis, id, instance), window, 20, stop.signal);
    });
    // The history is unknown: one request in the first window.
    await sleep(1_500);
    const before = window.total;
    await sleep(6_000);
    const used = (window.total - before) / 6;
    stop.abort();
    await Promise.all(running);
    expect(window.peak).toBeLessThanOrEqual(QUOTA.requests);
    expect(used).toBeGreaterThan(QUOTA.requests * 0.85);
  });

  it('gets the slots of a killed instance back, and not before their time', async () => {
    await using server = await startRedis();
    const id = uniqueName('portal');
    await using first = await connectRedis(server.url, () => {});
    await using second = await connectRedis(server.url, () => {});
    const count = createSlotCount(first, {
      prefix: 'test',
      id,
      ...QUOTA,
      backfill: { least: 0, most: 1 },
      hold: HOLD_MS,
    });
    const nothing = { backfill: [], spent: [], unused: [], held: [], pause: 0 };
    await count({ ...nothing, live: [] });
    await sleep(QUOTA.window);
    const live = Array.from({ length: QUOTA.requests }, (_, n) => `dead-${n}`);
    expect(await count({ ...nothing, live })).toMatchObject({ live: QUOTA.requests });
    const took = performance.now();
    await limiterOn(second, id, 'heir').acquire('live');
    expect(performance.now() - took).toBeGreaterThan(HOLD_MS - 100);
  });

  it('makes calls wait while Redis is down, and goes on without exceeding the quota when it has forgotten all', async () => {
    await using server = await startRedis();
    const window = new Window();
    const stop = new AbortController();
    let failures = 0;
    const failed = () => {
      failures += 1;
    };
    await using redis = await connectRedis(server.url, failed);
    const running = load(limiterOn(redis, uniqueName('portal'), 'a', failed), window, 10, stop.signal);
    await eventually(
      () => 'it works',
      () => window.total > QUOTA.requests,
    );
    await server.kill();
    await sleep(500);
    const at = window.total;
    await sleep(700);
    expect(window.total).toBe(at);
    await server.start();
    await eventually(
      () => 'it goes on',
      () => window.total > at + QUOTA.requests,
    );
    stop.abort();
    await running;
    expect(failures).toBeGreaterThan(0);
    expect(window.peak).toBeLessThanOrEqual(QUOTA.requests);
  });

  it('lets a backfill have what live calls leave, and everything without them', async () => {
    await using server = await startRedis();
    const id = uniqueName('portal');
    await using one = await connectRedis(server.url, () => {});
    await using other = await connectRedis(server.url, () => {});
    const [live, old] = [new Window(), new Window()];
    const stop = new AbortController();
    const loading = load(limiterOn(other, id, 'backfill'), old, 40, stop.signal, 'backfill');
    await sleep(1_500);
    const alone = old.total;
    await sleep(3_000);
    expect((old.total - alone) / 3).toBeGreaterThan(QUOTA.requests * 0.8);

    const limiter = limiterOn(one, id, 'live');
    const waits: number[] = [];
    // The first live call tells the backfill that there are live calls.
    (await limiter.acquire('live')).spent();
    await sleep(1_100);
    for (let n = 0; n < 30; n += 1) {
      const asked = performance.now();
      const permit = await limiter.acquire('live');
      waits.push(performance.now() - asked);
      live.count();
      permit.spent();
      await sleep(80);
    }
    stop.abort();
    await loading;
    waits.sort((a, b) => a - b);
    expect(waits[24], String(waits)).toBeLessThan(200);
    expect(waits.at(-1)).toBeLessThan(QUOTA.window);
    expect(old.peak).toBeLessThanOrEqual(QUOTA.requests);
  });
});
