import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BACKFILL_ONE_IN, type Lane, LaneQueue } from '../../../src/hubspot/lanes.ts';

interface Waiter {
  readonly lane: Lane;
  readonly n: number;
}

const lane = fc.constantFrom<Lane>('live', 'backfill');
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), lane }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('next' as const), lane }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), lane }) },
);

describe('LaneQueue', () => {
  it('serves live ones first, a waiting backfill one time in twenty, and each lane in order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const queue = new LaneQueue<Waiter>();
        const waiting: Record<Lane, Waiter[]> = { live: [], backfill: [] };
        /** Live ones in a row before a backfill that waited. */
        let passed = 0;
        for (const [n, { do: what, lane: of }] of steps.entries()) {
          if (what === 'add') {
            const waiter = { lane: of, n };
            queue.add(of, waiter);
            waiting[of].push(waiter);
          } else if (what === 'leave') {
            const waiter = waiting[of].pop();
            if (waiter !== undefined) queue.remove(of, waiter);
          } else {
            const bothWait = waiting.live.length > 0 && waiting.backfill.length > 0;
            const isTurn = waiting.live.length === 0 || (bothWait && passed === BACKFILL_ONE_IN - 1);
            passed = bothWait && !isTurn ? passed + 1 : 0;
            expect(queue.next()).toBe(waiting[isTurn ? 'backfill' : 'live'].shift());
          }
          expect(queue.size).toBe(waiting.live.length + waiting.backfill.length);
        }
      }),
    );
  });

  it('gives a backfill one slot in twenty while both wait', () => {
    const queue = new LaneQueue<Lane>();
    const ofBoth: Lane[] = [];
    for (let n = 0; n < 1_000; n += 1) {
      // Strings are equal to each other: what matters is that both always wait.
      queue.add('live', 'live');
      queue.add('backfill', 'backfill');
      ofBoth.push(queue.next() ?? 'live');
    }
    expect(ofBoth.filter((one) => one === 'backfill')).toHaveLength(50);
  });
});
