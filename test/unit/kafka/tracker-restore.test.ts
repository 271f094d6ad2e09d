import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartitionTracker } from '../../../src/kafka/tracker.ts';

const CAPACITY = 64;

/** Delivers `delivered` records from `base` on and completes those of `done`. */
function tracked(base: number, delivered: number, done: readonly number[]): PartitionTracker {
  const tracker = new PartitionTracker(base, CAPACITY);
  for (let index = 0; index < delivered; index += 1) tracker.accept(base + index);
  for (const index of done) tracker.complete(base + (index % delivered));
  return tracker;
}

describe('a tracker restored from the bits of another', () => {
  it('passes over exactly what was done, and takes the rest, in any order and across any crash', () => {
    const history = fc.record({
      base: fc.nat(2 ** 34),
      delivered: fc.integer({ min: 1, max: CAPACITY }),
      done: fc.array(fc.nat(CAPACITY)),
      deliveredAgain: fc.nat(CAPACITY),
      doneAgain: fc.array(fc.nat(CAPACITY)),
    });
    fc.assert(
      fc.property(history, ({ base, delivered, done, deliveredAgain, doneAgain }) => {
        const end = base + delivered;
        let tracker = tracked(base, delivered, done);
        const isDone = new Set(Array.from({ length: delivered }, (_, n) => base + n).filter((n) => tracker.isDone(n)));
        // A second owner takes some of the rest, and crashes as well.
        tracker = new PartitionTracker(tracker.watermark, CAPACITY, tracker.doneBits());
        for (let n = tracker.watermark; n < Math.min(end, tracker.watermark + deliveredAgain); n += 1) {
          const wanted = isDone.has(n) ? 'seen' : 'new';
          if (n >= tracker.tail) expect(tracker.accept(n)).toBe(wanted);
        }
        for (const index of doneAgain) {
          const offset = base + index;
          if (offset >= tracker.tail) continue;
          tracker.complete(offset);
          isDone.add(offset);
        }
        tracker = new PartitionTracker(tracker.watermark, CAPACITY, tracker.doneBits());
        // The third one does the rest: nothing is left out, and nothing is done twice.
        for (let n = tracker.watermark; n < end; n += 1) {
          if (n < tracker.tail) continue;
          expect(tracker.accept(n)).toBe(isDone.has(n) ? 'seen' : 'new');
          if (!isDone.has(n)) tracker.complete(n);
        }
        expect(tracker.watermark).toBe(Math.max(end, tracker.tail));
        expect(tracker.doneBits()).toHaveLength(0);
      }),
    );
  });

  it('passes over gaps among what was done', () => {
    const before = tracked(10, 6, [1, 3, 5]);
    const tracker = new PartitionTracker(10, CAPACITY, before.doneBits());
    expect(tracker.accept(10)).toBe('new');
    // Compaction took 11 to 14 meanwhile.
    expect(tracker.accept(15)).toBe('seen');
    tracker.complete(10);
    expect(tracker.watermark).toBe(16);
  });

  it('knows what is done also behind records that were deleted, and nothing of it in a topic that was made anew', () => {
    const scene = fc.record({
      base: fc.integer({ min: CAPACITY, max: 2 ** 34 }),
      done: fc.array(fc.nat(CAPACITY - 1)),
      by: fc.integer({ min: -CAPACITY, max: 2 * CAPACITY }),
    });
    fc.assert(
      fc.property(scene, ({ base, done, by }) => {
        const before = tracked(base, CAPACITY, done);
        const tracker = new PartitionTracker(before.watermark, CAPACITY, before.doneBits());
        const start = before.watermark + by;
        tracker.restartAt(start);
        expect([tracker.watermark, tracker.tail, tracker.span]).toEqual([start, start, 0]);
        for (let offset = start; offset < start + CAPACITY; offset += 1) {
          const isDone = by >= 0 && offset < base + CAPACITY && before.isDone(offset);
          expect(tracker.accept(offset)).toBe(isDone ? 'seen' : 'new');
        }
      }),
    );
  });

  it('counts what is done, and what it is told twice only once', () => {
    const tracker = tracked(0, 3, []);
    tracker.complete(1);
    tracker.complete(1);
    expect(tracker.changes).toBe(1);
    tracker.complete(0);
    tracker.complete(0);
    expect(tracker.changes).toBe(2);
  });
});
