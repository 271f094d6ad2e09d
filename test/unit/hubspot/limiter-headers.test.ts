/** Whether others use the quota too, as the answers tell. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QuotaWorld, WINDOW_MS } from '../../support/quota-world.ts';

const kind = fc.constantFrom('rolling' as const, 'fixed' as const);

describe('what answers say of the quota', () => {
  it('takes nothing from one who is alone, however the answers overtake each other', async () => {
    const requests = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(
        requests,
        kind,
        fc.integer({ min: 1, max: 60 }),
        fc.nat(),
        async (most, counts, callers, seed) => {
          const sentWith = async (headers: boolean) => {
            const world = new QuotaWorld({ requests: most, kind: counts, shortest: 10, roundTrip: 300, seed, headers });
            world.load(world.limiter(0, Number.NEGATIVE_INFINITY), callers);
            await world.clock.elapse(60_000);
            expect(world.refused).toBe(0);
            return world.sent;
          };
          expect(await sentWith(true)).toEqual(await sentWith(false));
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each(['rolling', 'fixed'] as const)('leaves room for others (%s window)', async (counts) => {
    const world = new QuotaWorld({ requests: 110, kind: counts, shortest: 60, roundTrip: 120 });
    world.load(world.limiter(0, Number.NEGATIVE_INFINITY), 200);
    let [theirs, refused] = [0, 0];
    for (let second = 0; second < 200; second += 1) {
      theirs += 4;
      refused += world.foreign(4);
      await world.clock.elapse(1_000);
    }
    const all = (200_000 / WINDOW_MS) * 110;
    expect((world.accepted + theirs - refused) / all).toBeGreaterThan(0.9);
    expect(world.refused / world.accepted).toBeLessThan(0.05);
  });
});
