/** What nobody knows after a start: how much of the quota was used within the last window. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QuotaWorld, WINDOW_MS } from '../../support/quota-world.ts';

const kind = fc.constantFrom('rolling' as const, 'fixed' as const);
const load = fc.integer({ min: 1, max: 60 });

describe('a start', () => {
  it('asks with one request, and takes what is missing as spent for a window', async () => {
    const world = new QuotaWorld({ requests: 110, shortest: 100 });
    world.foreign(90);
    world.load(world.limiter(), 200);
    await world.clock.elapse(599);
    expect(world.sent.map(({ at }) => at)).toEqual([500]);
    await world.clock.elapse(5_000);
    // Another 18 of the 19 that are left; the last one is kept back.
    expect(world.sent).toHaveLength(19);
    await world.clock.elapse(WINDOW_MS);
    expect(world.refused).toBe(0);
    expect(world.sent.length).toBeGreaterThan(109);
  });

  it('fills the first window evenly where answers say nothing', async () => {
    const world = new QuotaWorld({ requests: 100, shortest: 100, headers: false });
    world.load(world.limiter(), 200);
    await world.clock.elapse(600);
    expect(world.sent).toHaveLength(1);
    for (let tenth = 1; tenth < 10; tenth += 1) {
      await world.clock.elapse(WINDOW_MS / 10);
      // The last one is kept back.
      expect(world.sent).toHaveLength(tenth * 10 - 1);
    }
  });

  it('asks again a window later when the answer was lost', async () => {
    const world = new QuotaWorld({ requests: 110 });
    const limiter = world.limiter();
    void limiter.acquire('live').then((permit) => world.clock.after(50, permit.spent));
    await world.clock.elapse(1_000);
    world.load(limiter, 200);
    await world.clock.elapse(WINDOW_MS - 451);
    expect(world.sent).toEqual([]);
    await world.clock.elapse(1);
    expect(world.sent).toHaveLength(1);
  });

  it('of one that was silent for a window knows that nobody has sent anything', async () => {
    const world = new QuotaWorld({ requests: 110, roundTrip: 0, headers: false });
    const limiter = world.limiter();
    await world.clock.elapse(WINDOW_MS + 2_000);
    world.load(limiter, 109);
    await world.clock.elapse(0);
    expect(world.sent).toHaveLength(109);
    expect(world.clock.pending).toBe(1);
  });

  it('after a kill, soon or late, is never refused, whatever the old one had on the wire', async () => {
    const moment = fc.integer({ min: 0, max: 30_000 });
    const requests = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(
        requests,
        kind,
        load,
        moment,
        fc.nat(3_000),
        fc.nat(),
        async (most, counts, callers, at, pause, seed) => {
          const world = new QuotaWorld({ requests: most, kind: counts, roundTrip: 400, seed });
          const kill = world.load(world.limiter(), callers);
          await world.clock.elapse(at);
          kill();
          await world.clock.elapse(pause);
          world.load(world.limiter(), callers);
          await world.clock.elapse(40_000);
          expect(world.refused).toBe(0);
          expect(world.accepted).toBeGreaterThan(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
