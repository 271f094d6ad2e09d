import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParkedIndex } from '../../../src/kafka/parked-index.ts';

/** One parked call, as a list would hold it. */
interface Entry {
  portal: string;
  readonly offset: number;
  state: 'waiting' | 'working';
  doubtSince: number | undefined;
  isIssued: boolean;
}

/** Does slowly what the index does. */
class Model {
  entries: Entry[] = [];

  waiting(portal: string): Entry[] {
    return this.entries
      .filter((entry) => entry.portal === portal && entry.state === 'waiting')
      .sort((a, b) => a.offset - b.offset);
  }

  working(): Entry[] {
    return this.entries.filter(({ state }) => state === 'working');
  }
}

const PORTALS = ['a', 'b', 'c'];

type Step =
  | { readonly kind: 'add' | 'late'; readonly portal: number; readonly isInDoubt: boolean }
  | { readonly kind: 'take' | 'issue'; readonly portal: number; readonly count: number }
  | { readonly kind: 'back' | 'end'; readonly which: number; readonly portal: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('add', 'late'), portal: fc.nat(2), isInDoubt: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('take', 'issue'), portal: fc.nat(2), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constantFrom('back', 'end'), which: fc.nat(9), portal: fc.nat(2) }),
);

function run(index: ParkedIndex, model: Model, at: { next: number }, one: Step): void {
  const portal = PORTALS[one.portal] ?? '';
  if (one.kind === 'add' || one.kind === 'late') {
    // A late one stands below the newest, at an offset that nobody has.
    const offset = one.kind === 'add' ? at.next : at.next - 3;
    at.next += 2;
    if (model.entries.some((entry) => entry.offset === offset)) return;
    const doubtSince = one.isInDoubt ? offset : undefined;
    model.entries.push({ portal, offset, state: 'waiting', doubtSince, isIssued: false });
    index.add(portal, offset, doubtSince);
  } else if (one.kind === 'take') {
    for (const entry of model.waiting(portal).slice(0, one.count)) {
      entry.state = 'working';
      index.take(portal, entry.offset);
    }
  } else if (one.kind === 'issue') {
    const entries = model.waiting(portal).slice(0, one.count);
    for (const entry of entries) entry.isIssued = true;
    index.issue(entries.map(({ offset }) => offset));
  } else if ('which' in one) {
    const working = model.working();
    const entry = working[one.which % Math.max(1, working.length)];
    if (entry === undefined) return;
    if (one.kind === 'end') {
      model.entries = model.entries.filter((other) => other !== entry);
      index.end(entry.offset);
    } else {
      Object.assign(entry, { state: 'waiting', portal, doubtSince: undefined });
      index.putBack(portal, entry.offset);
    }
  }
}

describe('ParkedIndex', () => {
  it('does what a list does, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const index = new ParkedIndex();
        const model = new Model();
        const at = { next: 10 };
        for (const one of steps) {
          run(index, model, at, one);
          for (const portal of PORTALS) {
            const waiting = model.waiting(portal).map(({ offset }) => offset);
            expect(index.next(portal, 100)).toEqual(waiting);
            expect([index.waiting(portal), index.last(portal)]).toEqual([waiting.length, waiting.at(-1)]);
            expect(index.hasBefore(portal, 20)).toBe(waiting.some((offset) => offset < 20));
          }
          const outstanding = model.entries.map(({ offset }) => offset);
          expect(index.low).toBe(outstanding.length === 0 ? undefined : Math.min(...outstanding));
          expect(index.working).toBe(model.working().length);
          expect([...index.portals()].sort()).toEqual(PORTALS.filter((portal) => model.waiting(portal).length > 0));
          for (const { offset, doubtSince, isIssued, state, portal } of model.entries) {
            expect([index.doubtSince(offset), index.isIssued(offset)]).toEqual([doubtSince, isIssued]);
            expect([index.isWorking(offset), index.isWaiting(portal, offset)]).toEqual(
              state === 'working' ? [true, false] : [false, true],
            );
          }
          const counts = PORTALS.flatMap((portal) => {
            const count = model.entries.filter((entry) => entry.portal === portal).length;
            return count === 0 ? [] : [[portal, count] as const];
          });
          expect(index.counts()).toEqual(new Map(counts));
        }
      }),
    );
  });

  it('gives the offsets of a long queue in their order, and forgets those that are gone', () => {
    const index = new ParkedIndex();
    for (let offset = 0; offset < 10_000; offset += 1) index.add('a', offset);
    for (let offset = 0; offset < 9_000; offset += 1) {
      index.take('a', offset);
      index.end(offset);
    }
    expect(index.next('a', 3)).toEqual([9_000, 9_001, 9_002]);
    expect([index.waiting('a'), index.low]).toEqual([1_000, 9_000]);
  });

  it('throws on what does not wait, and on what is not in work', () => {
    const index = new ParkedIndex();
    index.add('a', 1);
    expect(() => index.take('b', 1)).toThrow(RangeError);
    expect(() => index.putBack('a', 1)).toThrow(RangeError);
  });

  it('forgets the copies of a call with the call', () => {
    const index = new ParkedIndex();
    index.add('a', 1);
    index.addCopy(1, 3);
    index.addCopy(1, 5);
    expect(index.copiesOf(1)).toEqual([3, 5]);
    index.take('a', 1);
    index.end(1);
    expect(index.copiesOf(1)).toEqual([]);
  });

  it('tells what was added only while it is asked to', () => {
    const index = new ParkedIndex();
    index.add('a', 1);
    index.watchAdded(true);
    index.add('a', 2);
    expect([index.wasAdded(1), index.wasAdded(2)]).toEqual([false, true]);
    index.watchAdded(false);
    expect(index.wasAdded(2)).toBe(false);
  });
});
