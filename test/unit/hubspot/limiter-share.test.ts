/** Several instances, each with a limiter and a clock of its own, on one server that counts a true rolling window. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/clock.ts';
import { createLimiter, type Limiter } from '../../../src/hubspot/limiter.ts';
import { NOTHING, shareOf } from '../../../src/hubspot/share.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

const WINDOW = 10_000;

/** The clock of an instance, whose wall clock is off by so much. */
const skewed = (clock: ManualClock, ms: number): Clock => ({
  wall: () => clock.wall() + ms,
  now: () => clock.now(),
  after: (delay, task) => clock.after(delay, task),
});

class Fleet {
  readonly clock = new ManualClock();
  readonly limiters: readonly Limiter[];
  /** Moments at which the server counted a request. */
  readonly counted: number[] = [];
  readonly #random: () => number;
  readonly #roundTrip: number;

  /** @param skews of the wall clock of each instance */
  constructor(requests: number, skews: readonly number[], roundTrip: number, random: () => number) {
    this.#random = random;
    this.#roundTrip = roundTrip;
    this.limiters = skews.map((skew) => createLimiter({ requests, window: WINDOW }, skewed(this.clock, skew)));
    for (const limiter of this.limiters) limiter.setShare(NOTHING);
  }

  /** Partition n belongs to instance owners[n]. */
  assign(owners: readonly number[]): void {
    for (const [n, limiter] of this.limiters.entries()) {
      limiter.setShare(
        shareOf(
          owners.keys().filter((part) => owners[part] === n),
          owners.length,
        ),
      );
    }
  }

  /** Each instance has so many callers who send one request after the other. */
  load(callers: number): void {
    for (const limiter of this.limiters) for (let n = 0; n < callers; n += 1) void this.#call(limiter);
  }

  async #call(limiter: Limiter): Promise<void> {
    for (;;) {
      const permit = await limiter.acquire('live');
      const roundTrip = this.#roundTrip * this.#random();
      this.counted.push(this.clock.now() + roundTrip * this.#random());
      await new Promise<void>((resolve) => this.clock.after(roundTrip, resolve));
      permit.spent();
    }
  }

  /** The most requests that the server counted in any window. */
  peak(): number {
    const times = this.counted.toSorted((a, b) => a - b);
    let [most, first] = [0, 0];
    for (const [n, time] of times.entries()) {
      while (time - (times[first] ?? 0) >= WINDOW - 1e-6) first += 1;
      most = Math.max(most, n - first + 1);
    }
    return most;
  }
}

/** Numbers from 0 to 1 that a seed repeats (a linear congruential generator). */
function evenly(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const assignment = fc.record({ owners: fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }), after: fc.nat(30_000) });
const skew = fc.integer({ min: -500, max: 500 });

describe('shares of several instances', () => {
  it('never exceed the quota between them, however they change and the clocks differ', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(assignment, { minLength: 1, maxLength: 6 }),
        fc.tuple(skew, skew, skew, skew),
        fc.integer({ min: 1, max: 30 }),
        fc.nat(),
        async (assignments, skews, requests, seed) => {
          const fleet = new Fleet(requests, skews, 1_500, evenly(seed));
          fleet.load(requests + 1);
          for (const { owners, after } of assignments) {
            fleet.assign(owners);
            await fleet.clock.elapse(after);
          }
          await fleet.clock.elapse(30_000);
          expect(fleet.peak()).toBeLessThanOrEqual(requests);
          expect(fleet.peak()).toBeGreaterThan(0);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('64 instances use 95 % of a quota of 110, where whole slots would be 58 %', { timeout: 60_000 }, async () => {
    const skews = Array.from({ length: 64 }, (_, n) => ((n * 37) % 1_001) - 500);
    const fleet = new Fleet(110, skews, 100, Math.random);
    fleet.assign(skews.map((_, n) => n));
    fleet.load(3);
    const warmUp = 20_000;
    const end = 700_000;
    await fleet.clock.elapse(end);
    expect(fleet.peak()).toBeLessThanOrEqual(110);
    const used = fleet.counted.filter((time) => time >= warmUp && time < end).length;
    const usable = (110 * (end - warmUp)) / WINDOW;
    // Of which 1 / (1 + round trip / window), 50 ms on average, is lost on the way.
    expect(used / usable).toBeGreaterThan(0.95);
  });

  it('a share of nothing sends nothing, and wakes up for nothing', async () => {
    const fleet = new Fleet(5, [0], 0, Math.random);
    fleet.load(1);
    await settled();
    await fleet.clock.elapse(100_000);
    expect([fleet.counted.length, fleet.clock.pending]).toEqual([0, 0]);
  });
});
