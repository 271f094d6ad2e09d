import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { waitingFor } from '../../../src/abort.ts';
import { createChangingLimiter } from '../../../src/hubspot/changing-limiter.ts';
import { createLimiter, type Permit } from '../../../src/hubspot/limiter.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

const WINDOW = 1_000;
const WIRE = 400;

function setUp(requests: number) {
  const clock = new ManualClock();
  const of = (most: number) => createLimiter({ requests: most, window: WINDOW }, clock, Number.NEGATIVE_INFINITY);
  const limiter = createChangingLimiter(of(requests), WINDOW, clock, WIRE);
  const change = (most: number | 'none') =>
    most === 'none' ? limiter.change(createLimiter('none', clock), 0) : limiter.change(of(most), WINDOW);
  const granted: { name: string; at: number; permit: Permit }[] = [];
  const take = (name: string, signal?: AbortSignal) =>
    limiter.acquire('live', signal).then(
      (permit) => void granted.push({ name, at: clock.now(), permit }),
      () => void granted.push({ name, at: Number.NaN, permit: { spent() {}, unused() {} } }),
    );
  return { clock, limiter, change, granted, take };
}

describe('a quota that changes', () => {
  it('lets what waits go on waiting, in its order, for the new one', async () => {
    const { clock, limiter, change, granted, take } = setUp(1);
    for (const name of ['a', 'b', 'c', 'd']) take(name);
    await settled();
    granted[0]?.permit.spent();
    change(2);
    await settled();
    expect([granted.map(({ name }) => name), limiter.waiting]).toEqual([['a'], 3]);
    await clock.elapse(WINDOW + WIRE);
    expect(granted.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('to none lets everything go', async () => {
    const { change, granted, take } = setUp(1);
    for (const name of ['a', 'b', 'c']) take(name);
    change('none');
    await settled();
    expect(granted.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('does not end a pause', async () => {
    const { clock, limiter, change, granted, take } = setUp(1);
    limiter.pauseUntil(60_000);
    change('none');
    take('a');
    await clock.elapse(59_999);
    expect(granted).toEqual([]);
    await clock.elapse(1);
    expect(granted).toHaveLength(1);
  });

  it('still lets a caller give up, before and after, and leaves nothing behind', async () => {
    const { limiter, change, granted, take } = setUp(1);
    const stop = new AbortController();
    take('a');
    take('b', stop.signal);
    await settled();
    change(1);
    await settled();
    stop.abort();
    await settled();
    expect(granted.map(({ name, at }) => [name, at])).toEqual([
      ['a', 0],
      ['b', Number.NaN],
    ]);
    expect([limiter.waiting, waitingFor(stop.signal)]).toEqual([0, 0]);
  });
});

const step = fc.oneof(
  fc.constant({ kind: 'take' } as const),
  fc.nat(600).map((ms) => ({ kind: 'wait', ms }) as const),
  fc.integer({ min: 1, max: 4 }).map((requests) => ({ kind: 'change', requests }) as const),
);

test('whenever it changes, no window has more than the greater quota that was in force in it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(WIRE), async (steps, wire) => {
      const { clock, change, granted, take } = setUp(2);
      const inForce = [{ at: 0, requests: 2 }];
      let ended = 0;
      const answer = async () => {
        // Every request is answered after its time on the wire, and counted at the last moment.
        for (const { permit } of granted.slice(ended)) clock.after(wire, () => permit.spent());
        ended = granted.length;
      };
      for (const step of steps) {
        if (step.kind === 'take') take('x');
        else if (step.kind === 'change') {
          change(step.requests);
          inForce.push({ at: clock.now(), requests: step.requests });
        } else {
          for (let left = step.ms; left > 0; left -= 20) {
            await clock.elapse(Math.min(20, left));
            await answer();
          }
        }
        await settled();
        await answer();
      }
      const counted = granted.map(({ at }) => at + wire);
      for (const start of counted) {
        const within = counted.filter((at) => at >= start && at < start + WINDOW).length;
        const since = start - wire;
        const most = Math.max(
          ...inForce
            .filter(({ at }, n) => at < start + WINDOW && (inForce[n + 1]?.at ?? Number.POSITIVE_INFINITY) >= since)
            .map(({ requests }) => requests),
        );
        expect(within).toBeLessThanOrEqual(most);
      }
    }),
    { numRuns: 200 },
  );
});
