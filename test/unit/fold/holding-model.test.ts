/** Everything that a call of several records can live through, in any order: it comes out once, with all of them. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FoldWorld, IDLE_MS } from '../../support/fold-world.ts';

const KEYS = ['a', 'b', 'c', 'd'] as const;

type Step =
  | { readonly do: 'read'; readonly key: string; readonly ends: boolean }
  | { readonly do: 'tight' | 'pause' | 'hang'; readonly is: boolean }
  | { readonly do: 'elapse'; readonly ms: number }
  | { readonly do: 'commit' | 'crash' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      key: fc.constantFrom(...KEYS),
      ends: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('tight', 'pause', 'hang'), is: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('elapse' as const), ms: fc.constantFrom(50, 700, 6_000, 40_000) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('commit', 'crash') }) },
);

async function run(world: FoldWorld, one: Step): Promise<void> {
  switch (one.do) {
    case 'read':
      return world.read(one);
    case 'tight':
      world.hasRoom = !one.is;
      return;
    case 'pause':
      return world.pause(one.is);
    case 'hang':
      return world.hang(one.is);
    case 'elapse':
      return world.clock.elapse(one.ms);
    case 'commit':
      return world.commit();
    case 'crash':
      return world.crash();
  }
}

/** Offsets of the records of each call: all up to the first that ends it. What comes later is late, or a repeat. */
function callsOf(records: FoldWorld['records']): Map<string, number[]> {
  const calls = new Map<string, number[]>();
  const over = new Set<string>();
  for (const [offset, { key, ends }] of records.entries()) {
    if (over.has(key)) continue;
    calls.set(key, [...(calls.get(key) ?? []), offset]);
    if (ends) over.add(key);
  }
  return calls;
}

it('makes one engagement of each call and one end of each record, through crashes, pauses and want of room', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const world = new FoldWorld();
      await world.takeOver();
      for (const one of steps) await run(world, one);
      world.hang(false);
      world.pause(false);
      world.hasRoom = true;
      await world.clock.elapse(IDLE_MS);
      await world.clock.elapse(120_000);

      expect(world.crashes).toEqual([]);
      expect(world.left()).toEqual({ unsettled: [], low: undefined, held: 0 });
      const calls = callsOf(world.records);
      expect([...world.crm.engagements].sort()).toEqual([...calls.keys()].sort().map((key) => [key, 1]));
      const enriched = (await world.outcomes()).filter(({ outcome }) => outcome === 'enriched');
      for (const { externalCallId, sources } of enriched)
        expect([externalCallId, sources.map(({ offset }) => offset)]).toEqual([
          externalCallId,
          calls.get(externalCallId),
        ]);
      expect(new Set(enriched.map(({ externalCallId }) => externalCallId))).toEqual(new Set(calls.keys()));
    }),
    { numRuns: 60 },
  );
}, 60_000);
