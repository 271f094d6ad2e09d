import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartitionTracker } from '../../../src/kafka/tracker.ts';

/** The tracker as a page of a book would define it: a set of what is open. */
class Model {
  readonly open = new Set<number>();
  tail: number;
  readTo: number;
  readonly #capacity: number;

  constructor(base: number, capacity: number) {
    this.tail = base;
    this.readTo = base;
    this.#capacity = capacity;
  }

  get watermark(): number {
    return this.open.size === 0 ? this.tail : Math.min(...this.open);
  }

  accept(offset: number): 'new' | 'seen' | 'full' {
    if (offset < this.tail) return 'seen';
    if (this.open.size > 0 && offset - this.watermark >= this.#capacity) return 'full';
    this.tail = offset + 1;
    this.open.add(offset);
    return 'new';
  }

  skipTo(offset: number): void {
    this.readTo = Math.max(this.readTo, offset);
    const hasRoom = this.open.size === 0 || this.readTo - this.watermark <= this.#capacity;
    if (hasRoom) this.tail = Math.max(this.tail, this.readTo);
  }

  complete(offset: number): void {
    this.open.delete(offset);
    this.skipTo(this.readTo);
  }

  retract(): boolean {
    if (!this.open.delete(this.tail - 1)) return false;
    this.tail -= 1;
    this.readTo = this.tail;
    return true;
  }

  restartAt(offset: number): void {
    this.tail = offset;
    this.readTo = offset;
  }

  isDone(offset: number): boolean {
    return offset < this.tail && !this.open.has(offset);
  }
}

type Step =
  | { readonly do: 'deliver'; readonly gap: number; readonly count: number }
  | { readonly do: 'redeliver'; readonly back: number }
  | { readonly do: 'complete'; readonly which: number; readonly count: number }
  | { readonly do: 'retract' }
  | { readonly do: 'restart'; readonly by: number }
  | { readonly do: 'skip'; readonly gap: number };

const CAPACITY = 64;
/** Mostly no gap, sometimes a small one, sometimes one around or beyond the window. */
const gap = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.nat(5) },
  { weight: 1, arbitrary: fc.nat(3 * CAPACITY) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), gap, count: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('redeliver' as const), back: fc.nat(100) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('complete' as const),
      which: fc.nat(),
      count: fc.integer({ min: 1, max: 40 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retract' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('skip' as const), gap }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('restart' as const),
      by: fc.oneof(fc.integer({ min: -3 * CAPACITY, max: 3 * CAPACITY }), fc.constant(-(2 ** 50))),
    }),
  },
);
/** Where 32-bit arithmetic would go wrong, beside the ordinary. */
const base = fc.oneof(
  fc.nat(1_000),
  ...[2 ** 31, 2 ** 32, 2 ** 40].map((edge) => fc.integer({ min: edge - 200, max: edge + 5 })),
);

describe('PartitionTracker', () => {
  it('is the model, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(base, fc.array(step, { maxLength: 60 }), (start, steps) => {
        const tracker = new PartitionTracker(start, CAPACITY);
        const model = new Model(start, CAPACITY);
        const openAt = (which: number) => [...model.open][which % model.open.size];
        let lowest = start;

        const run = (one: Step): void => {
          switch (one.do) {
            case 'deliver':
              for (let n = 0; n < one.count; n += 1) {
                const offset = model.tail + (n === 0 ? one.gap : 0);
                const verdict = model.accept(offset);
                expect(tracker.accept(offset)).toBe(verdict);
                if (verdict === 'full') return;
              }
              return;
            case 'redeliver':
              expect(tracker.accept(model.tail - 1 - one.back)).toBe('seen');
              return;
            case 'complete':
              for (let n = 0; n < one.count && model.open.size > 0; n += 1) {
                const offset = openAt(one.which);
                if (offset === undefined) return;
                model.complete(offset);
                tracker.complete(offset);
                tracker.complete(offset);
              }
              return;
            case 'retract':
              if (model.retract()) tracker.retract(model.tail);
              return;
            case 'restart': {
              const offset = Math.max(0, model.tail + one.by);
              if (model.open.size > 0) {
                expect(() => tracker.restartAt(offset)).toThrow(RangeError);
                return;
              }
              const { changes } = tracker;
              model.restartAt(offset);
              tracker.restartAt(offset);
              expect(tracker.changes, 'a commit has to say so').toBeGreaterThan(changes);
              lowest = offset;
              return;
            }
            case 'skip':
              tracker.skipTo(model.tail + one.gap);
              model.skipTo(model.tail + one.gap);
          }
        };

        for (const one of steps) {
          run(one);
          expect(tracker.watermark).toBe(model.watermark);
          expect(tracker.tail).toBe(model.tail);
          expect(tracker.span).toBe(model.tail - model.watermark);
          expect(tracker.span).toBeLessThanOrEqual(tracker.capacity);
          expect(tracker.watermark).toBeGreaterThanOrEqual(lowest);
          lowest = tracker.watermark;
          for (let offset = model.watermark - 2; offset < model.tail + 2; offset += 1) {
            if (tracker.isDone(offset) !== model.isDone(offset)) throw new Error(`isDone(${offset}) is wrong`);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('rounds the window up to a power of two, at least 32', () => {
    expect([0, 32, 33, 4096, 5000].map((window) => new PartitionTracker(0, window).capacity)).toEqual([
      32, 32, 64, 4096, 8192,
    ]);
  });

  it('holds the watermark at one slow record and gives everything behind it at once', () => {
    const tracker = new PartitionTracker(1_000, 4096);
    for (let offset = 1_000; offset < 5_096; offset += 1) expect(tracker.accept(offset)).toBe('new');
    expect(tracker.accept(5_096)).toBe('full');
    for (let offset = 5_095; offset > 1_000; offset -= 1) tracker.complete(offset);
    expect(tracker.watermark).toBe(1_000);
    tracker.complete(1_000);
    expect(tracker.watermark).toBe(5_096);
    expect(tracker.span).toBe(0);
  });

  it('takes a gap longer than the window when nothing is open, and waits for room when something is', () => {
    const tracker = new PartitionTracker(0, 32);
    expect(tracker.accept(1_000_000)).toBe('new');
    expect(tracker.accept(2_000_000)).toBe('full');
    tracker.skipTo(2_000_000);
    expect(tracker).toMatchObject({ watermark: 1_000_000, tail: 1_000_001 });
    tracker.complete(1_000_000);
    expect(tracker).toMatchObject({ watermark: 2_000_000, tail: 2_000_000 });
    expect(tracker.accept(2_000_000)).toBe('new');
  });

  it('refuses what cannot be: completing what was never delivered, retracting what is not the newest open one', () => {
    const tracker = new PartitionTracker(10, 32);
    expect(() => tracker.complete(10)).toThrow(RangeError);
    tracker.accept(10);
    tracker.accept(11);
    expect(() => tracker.retract(10)).toThrow(RangeError);
    tracker.complete(11);
    expect(() => tracker.retract(11)).toThrow(RangeError);
  });
});
