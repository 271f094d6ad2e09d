import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChaosEvent, type PlanSettings, planChaos } from '../../chaos/plan.ts';

const settings: fc.Arbitrary<PlanSettings> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  instances: fc.integer({ min: 2, max: 5 }),
  kills: fc.nat(25),
  freezes: fc.nat(6),
  scalings: fc.nat(25),
  brokerRestarts: fc.nat(3),
  duration: fc.integer({ min: 10_000, max: 300_000 }),
  sessionTimeout: fc.integer({ min: 6_000, max: 10_000 }),
});

/** Walks through the plan as the fleet does: an event that meets no running instance throws. */
function walk(events: readonly ChaosEvent[], { instances }: PlanSettings): { least: number; most: number } {
  const free = new Map(Array.from({ length: instances }, (_, instance) => [instance, 0]));
  let size = { least: instances, most: instances };
  let now = 0;
  for (const event of events) {
    expect(event.at).toBeGreaterThanOrEqual(now);
    now = event.at;
    if (event.kind === 'restart-broker') continue;
    const from = free.get(event.instance);
    if (event.kind === 'join') {
      expect(from, 'a number is given once').toBeUndefined();
      free.set(event.instance, event.at);
    } else {
      expect(from, 'it is in the group').toBeDefined();
      expect(from, 'it is neither dead nor frozen').toBeLessThanOrEqual(event.at);
      if ('lasts' in event) free.set(event.instance, event.at + event.lasts);
      else free.delete(event.instance);
    }
    size = { least: Math.min(size.least, free.size), most: Math.max(size.most, free.size) };
  }
  return size;
}

describe('planChaos', () => {
  it('makes everything happen as often as asked for, to instances that are there', () => {
    fc.assert(
      fc.property(settings, (given) => {
        const events = planChaos(given);
        const count = (...kinds: ChaosEvent['kind'][]) => events.filter(({ kind }) => kinds.includes(kind)).length;
        expect(count('kill')).toBe(given.kills);
        expect(count('freeze')).toBe(given.freezes);
        expect(count('join', 'leave')).toBe(given.scalings);
        expect(count('restart-broker')).toBe(given.brokerRestarts);
        const { least, most } = walk(events, given);
        expect(least).toBeGreaterThanOrEqual(given.instances - 1);
        expect(most).toBeLessThanOrEqual(given.instances + 1);
        for (const event of events) {
          if (event.kind === 'freeze') expect(event.lasts).toBeGreaterThanOrEqual(given.sessionTimeout + 2_000);
        }
      }),
    );
  });

  it('is the same for the same seed, and another for another', () => {
    const given = { instances: 3, kills: 20, freezes: 5, scalings: 20, brokerRestarts: 2 };
    const plan = (seed: number) => planChaos({ ...given, seed, duration: 250_000, sessionTimeout: 6_000 });
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7)).not.toEqual(plan(8));
    // The whole run has to end in a few minutes.
    for (let seed = 1; seed <= 200; seed += 1) expect(plan(seed).at(-1)?.at).toBeLessThan(300_000);
  });
});
