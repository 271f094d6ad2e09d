import { describe, expect, it } from 'vitest';
import { createCountedLimiter, type SlotCounter } from '../../../src/hubspot/counted-limiter.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

type Request = Parameters<SlotCounter>[0];

/** A count that grants what it is told to, and remembers what it was asked. */
function counted() {
  const clock = new ManualClock();
  const asked: Request[] = [];
  const state = { free: 100, isDown: false, failures: 0 };
  const count: SlotCounter = async (request) => {
    if (state.isDown) throw new Error('down');
    asked.push(request);
    const live = Math.min(state.free, request.live.length);
    const backfill = Math.min(state.free - live, request.backfill.length);
    state.free -= live + backfill;
    return { live, backfill, wait: 1_000 };
  };
  const failed = () => {
    state.failures += 1;
  };
  const limiter = createCountedLimiter({ count, instance: 'a', confirm: 1_000, clock, failed });
  return { clock, asked, state, limiter };
}

describe('a limiter whose slots are counted elsewhere', () => {
  it('asks once for many who come together', async () => {
    const { clock, asked, limiter } = counted();
    const all = Promise.all(Array.from({ length: 50 }, () => limiter.acquire('live')));
    await clock.elapse(0);
    await all;
    expect(asked.map(({ live }) => live.length)).toEqual([50]);
  });

  it('tells what came of the slots, and confirms those in use', async () => {
    const { clock, asked, limiter } = counted();
    const both = Promise.all([limiter.acquire('live'), limiter.acquire('live'), limiter.acquire('live')]);
    await clock.elapse(0);
    const [first, second] = await both;
    first?.spent();
    first?.unused();
    second?.unused();
    await clock.elapse(0);
    expect(asked.at(-1)).toMatchObject({ spent: ['a-1'], unused: ['a-2'] });
    await clock.elapse(1_000);
    expect(asked.at(-1)?.held).toEqual(['a-3']);
  });

  it('asks again for those who wait, live ones first, and forgets who has gone', async () => {
    const { clock, asked, state, limiter } = counted();
    state.free = 1;
    const leaving = new AbortController();
    const order: string[] = [];
    void limiter.acquire('backfill').then(() => order.push('backfill'));
    void limiter.acquire('live').then(() => order.push('live'));
    const gone = limiter.acquire('live', leaving.signal).catch(() => order.push('gone'));
    await clock.elapse(0);
    expect(order).toEqual(['live']);
    leaving.abort();
    await gone;
    expect(limiter.waiting).toBe(1);
    state.free = 1;
    await clock.elapse(200);
    expect(order).toEqual(['live', 'gone', 'backfill']);
    expect(asked.length).toBe(2);
  });

  it('waits while the count is down, and says then what it could not say', async () => {
    const { clock, asked, state, limiter } = counted();
    const got = limiter.acquire('live');
    await clock.elapse(0);
    state.isDown = true;
    (await got).spent();
    const next = limiter.acquire('live');
    await clock.elapse(3_000);
    expect(state.failures).toBeGreaterThan(1);
    expect(limiter.waiting).toBe(1);
    state.isDown = false;
    await clock.elapse(1_000);
    await next;
    expect(asked.flatMap(({ spent }) => spent)).toEqual(['a-1']);
  });

  it('tells of a pause', async () => {
    const { clock, asked, limiter } = counted();
    limiter.pauseUntil(clock.now() + 5_000);
    await clock.elapse(0);
    await settled();
    expect(asked.at(-1)?.pause).toBe(5_000);
    limiter.setShare([]);
  });
});
