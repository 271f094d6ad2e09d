/** Several instances, each with a limiter and a clock of its own, on one server that counts a true rolling window. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Limiter } from '../../../src/hubspot/limiter.ts';
import { NOTHING, shareOf } from '../../../src/hubspot/share.ts';
import { settled } from '../../support/manual-clock.ts';
import { QuotaWorld, WINDOW_MS } from '../../support/quota-world.ts';

/** A window, and what a hand-over takes beside it. */
const SETTLING = WINDOW_MS + 2_000;

function startFleet(world: QuotaWorld, skews: readonly number[]): Limiter[] {
  const limiters = skews.map((skew) => world.limiter(skew));
  for (const limiter of limiters) limiter.setShare(NOTHING);
  return limiters;
}

/** Partition n belongs to instance owners[n]. */
function assign(limiters: readonly Limiter[], owners: readonly number[]): void {
  for (const [n, limiter] of limiters.entries()) {
    const parts = owners.keys().filter((part) => owners[part] === n);
    limiter.setShare(shareOf(parts, owners.length));
  }
}

const owners = fc.array(fc.nat(3), { minLength: 8, maxLength: 8 });
const skew = fc.integer({ min: -500, max: 500 });
const skews = fc.tuple(skew, skew, skew, skew);

async function run(
  changes: readonly { readonly owners: readonly number[]; readonly after: number }[],
  skewed: readonly number[],
  requests: number,
  world: QuotaWorld,
) {
  const limiters = startFleet(world, skewed);
  for (const limiter of limiters) world.load(limiter, requests + 1);
  for (const change of changes) {
    assign(limiters, change.owners);
    await world.clock.elapse(change.after);
  }
  await world.clock.elapse(30_000);
  expect([world.refused, world.server.peak.requests <= requests]).toEqual([0, true]);
  expect(world.accepted).toBeGreaterThan(0);
}

describe('shares of several instances', () => {
  it('never exceed the quota between them, however they change and the clocks differ', async () => {
    const change = fc.record({ owners, after: fc.nat(30_000) });
    // Below ten slots nobody asks what is left of the quota, so that it may change at any moment.
    const requests = fc.integer({ min: 1, max: 9 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 6 }),
        skews,
        requests,
        fc.nat(),
        (changes, skewed, most, seed) =>
          run(changes, skewed, most, new QuotaWorld({ requests: most, roundTrip: 1_500, headers: 'lost', seed })),
      ),
      { numRuns: 200 },
    );
  });

  it('nor with a question at each change, one change in a window', { timeout: 30_000 }, async () => {
    const change = fc.record({ owners, after: fc.integer({ min: SETTLING, max: 40_000 }) });
    // So many that each partition has two slots: one of them is kept back for the question.
    const requests = fc.integer({ min: 24, max: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 5 }),
        skews,
        requests,
        fc.nat(),
        (changes, skewed, most, seed) =>
          run(changes, skewed, most, new QuotaWorld({ requests: most, roundTrip: 400, seed })),
      ),
      { numRuns: 60 },
    );
  });

  it('64 instances use 95 % of a quota of 110, where whole slots would be 58 %', { timeout: 60_000 }, async () => {
    const world = new QuotaWorld({ requests: 110, shortest: 100 });
    const skewed = Array.from({ length: 64 }, (_, n) => ((n * 37) % 1_001) - 500);
    const limiters = startFleet(world, skewed);
    assign(limiters, [...skewed.keys()]);
    for (const limiter of limiters) world.load(limiter, 3);
    await world.clock.elapse(20_000);
    const before = world.accepted;
    const span = 600_000;
    await world.clock.elapse(span);
    expect(world.refused).toBe(0);
    // Of which 1 / (1 + round trip / window) is lost on the way, 1 %.
    expect((world.accepted - before) / ((110 * span) / WINDOW_MS)).toBeGreaterThan(0.95);
  });

  it('a share of nothing sends nothing, and wakes up for nothing', async () => {
    const world = new QuotaWorld({ requests: 5 });
    const [limiter] = startFleet(world, [0]);
    if (limiter !== undefined) world.load(limiter, 1);
    await settled();
    await world.clock.elapse(100_000);
    expect([world.sent.length, world.clock.pending]).toEqual([0, 0]);
  });
});
