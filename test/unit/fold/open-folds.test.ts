import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClosedBy, type FoldLimits, OpenFolds } from '../../../src/fold/open-folds.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const START = Date.UTC(2026, 0, 15, 12);
const LIMITS: FoldLimits = { idle: 30_000, late: 600_000, maxParts: 100, maxBytes: 1_000, maxOpen: 100 };

interface Closed {
  readonly key: string;
  readonly parts: readonly number[];
  readonly by: ClosedBy;
}

function open(limits: Partial<FoldLimits> = {}) {
  const clock = new ManualClock(START);
  const closed: Closed[] = [];
  const folds = new OpenFolds<number>({ ...LIMITS, ...limits }, clock, (parts, by, key) =>
    closed.push({ key, parts, by }),
  );
  let count = 0;
  /** A record of the partition, with a part of the key or without one. */
  const read = (key: string | undefined, recordTime: number, signs: { ends?: boolean; bytes?: number } = {}) => {
    folds.see(recordTime);
    count += 1;
    const ends = () => signs.ends === true;
    return key === undefined || folds.add(key, count, { recordTime, bytes: signs.bytes ?? 1, ends });
  };
  return { clock, folds, closed, read };
}

describe('a fold', () => {
  it('has its parts in the order they came, and ends with the mark of its end', () => {
    const { closed, read } = open();
    read('a', START);
    read('b', START);
    read('a', START, { ends: true });
    expect(closed).toEqual([{ key: 'a', parts: [1, 3], by: 'end' }]);
  });

  it('is asked whether it ends with the parts so far', () => {
    const { folds, closed } = open();
    const ends = (parts: readonly number[]) => parts.length === 2;
    for (const part of [1, 2]) folds.add('a', part, { recordTime: START, bytes: 1, ends });
    expect(closed).toEqual([{ key: 'a', parts: [1, 2], by: 'end' }]);
  });

  it('ends by itself when its first part is its last', () => {
    const { folds, closed, read } = open();
    read('a', START, { ends: true });
    expect([closed, folds.size]).toEqual([[{ key: 'a', parts: [1], by: 'end' }], 0]);
  });

  it('closes when the partition was read to its end so long after its last part', () => {
    const { clock, folds, closed, read } = open();
    read('a', START);
    clock.advance(20_000);
    read('a', START);
    clock.advance(29_999);
    folds.readToEnd(clock.now());
    expect(closed).toEqual([]);
    clock.advance(1);
    folds.readToEnd(clock.now());
    expect(closed).toMatchObject([{ by: 'idle', parts: [1, 2] }]);
  });

  it('stays open however much time passes while nothing is known to be read', () => {
    const { clock, folds, closed, read } = open();
    read('a', START - 3_600_000);
    const readTo = clock.now();
    clock.advance(3_600_000);
    folds.readToEnd(readTo);
    read(undefined, START - 3_600_000);
    expect([closed, folds.size]).toEqual([[], 1]);
  });

  it('closes by the times of the records while the partition is far behind', () => {
    const { closed, read } = open();
    const past = START - 3_600_000;
    for (let n = 0; n < 4; n += 1) read(undefined, past);
    read('a', past);
    for (let n = 0; n < 5; n += 1) read(undefined, past + 29_999);
    expect(closed).toEqual([]);
    for (let n = 0; n < 5; n += 1) read(undefined, past + 30_000);
    expect(closed).toMatchObject([{ by: 'idle', parts: [5] }]);
  });

  it('is not closed by a record from the future, and one of its own does not keep others open', () => {
    const { closed, read } = open();
    const past = START - 3_600_000;
    for (let n = 0; n < 5; n += 1) read(undefined, past);
    read('future', START + 86_400_000);
    read('a', past);
    for (const time of [START + 86_400_000, 1, START + 86_400_000, past]) read(undefined, time);
    expect(closed).toEqual([]);
    for (let n = 0; n < 5; n += 1) read(undefined, past + 31_000);
    expect(closed).toMatchObject([{ key: 'a' }]);
  });

  it('that came with a time from long ago waits as long as others', () => {
    const { closed, read } = open();
    for (let n = 0; n < 5; n += 1) read(n === 0 ? 'early' : undefined, START - 3_600_000);
    read('a', 1);
    for (let n = 0; n < 5; n += 1) read('b', START - 3_600_000);
    expect(closed).toEqual([]);
  });

  it.each<[string, Partial<FoldLimits>, ClosedBy]>([
    ['parts', { maxParts: 2 }, 'parts'],
    ['bytes', { maxBytes: 2 }, 'bytes'],
  ])('closes when it reaches the limit of %s', (_, limits, by) => {
    const { closed, read } = open(limits);
    read('a', START);
    read('a', START);
    expect([closed, read('a', START)]).toEqual([[{ key: 'a', parts: [1, 2], by }], false]);
  });

  it('makes room for another when there are too many: the one without a part for longest', () => {
    const { closed, read } = open({ maxOpen: 2 });
    for (const key of ['a', 'b', 'a', 'c']) read(key, START);
    expect(closed).toEqual([{ key: 'b', parts: [2], by: 'open' }]);
  });
});

describe('a part that comes after the close', () => {
  it('is late, and after a while begins anew', () => {
    const { clock, closed, folds, read } = open({ late: 1_000 });
    read('a', START, { ends: true });
    clock.advance(999);
    expect([read('a', START), folds.size]).toEqual([false, 0]);
    clock.advance(1);
    expect([read('a', START), folds.size, closed.length]).toEqual([true, 1, 1]);
  });
});

const KEYS = ['a', 'b', 'c'] as const;
type Step =
  | {
      readonly do: 'read';
      readonly key: (typeof KEYS)[number] | undefined;
      readonly time: number;
      readonly ends: boolean;
    }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'end' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      key: fc.option(fc.constantFrom(...KEYS), { nil: undefined }),
      // Steps back, none at all, and far ahead.
      time: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: -100, max: 100 }) }, fc.constantFrom(-START, 1e9)),
      ends: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 60 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'end' as const }) },
);

interface OpenFold {
  readonly key: string;
  readonly parts: number[];
  /** Records that had been read when the last part came. */
  read: number;
  recordTime: number;
  now: number;
}

/** Everything that was read, and a plain look at all of it each time. */
class Model {
  readonly closed: Closed[] = [];
  now = 0;
  readonly #limits: FoldLimits;
  #open: OpenFold[] = [];
  readonly #closedAt = new Map<string, number>();
  readonly #times: number[] = [];

  constructor(limits: FoldLimits) {
    this.#limits = limits;
  }

  /** The partition's time after so many records. */
  #timeAt(read: number): number {
    const known = this.#times.slice(0, read).filter((time) => time > 0);
    const moments = known.map((_, n) => (n < 4 ? Number.NEGATIVE_INFINITY : Math.min(...known.slice(n - 4, n + 1))));
    return Math.max(Number.NEGATIVE_INFINITY, ...moments);
  }

  see(time: number): void {
    this.#times.push(time);
    const now = this.#timeAt(this.#times.length);
    this.#closeIf(({ read, recordTime }) => {
      const at = this.#timeAt(read);
      return at > 0 && now - Math.max(at, recordTime) >= this.#limits.idle;
    });
  }

  add(key: string, part: number, time: number, ends: boolean, now: number): boolean {
    let fold = this.#open.find((one) => one.key === key);
    if (fold === undefined) {
      if (now - (this.#closedAt.get(key) ?? Number.NEGATIVE_INFINITY) < this.#limits.late) return false;
      fold = { key, parts: [], read: 0, recordTime: 0, now };
    }
    fold.parts.push(part);
    fold.read = this.#times.length;
    fold.recordTime = time;
    fold.now = now;
    this.#open = [...this.#open.filter((one) => one !== fold), fold];
    const by = ends ? 'end' : fold.parts.length >= this.#limits.maxParts ? 'parts' : undefined;
    if (by !== undefined) this.#close(fold, by, now);
    else if (this.#open.length > this.#limits.maxOpen) this.#close(this.#open[0] ?? fold, 'open', now);
    return true;
  }

  readToEnd(now: number): void {
    this.#closeIf((fold) => now - fold.now >= this.#limits.idle);
  }

  #closeIf(holds: (fold: OpenFold) => boolean): void {
    for (const fold of this.#open.filter(holds)) this.#close(fold, 'idle', this.now);
  }

  #close(fold: OpenFold, by: ClosedBy, now: number): void {
    this.#open = this.#open.filter((one) => one !== fold);
    this.#closedAt.set(fold.key, now);
    this.closed.push({ key: fold.key, parts: fold.parts, by });
  }
}

describe('folds', () => {
  it('close as in the model, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 3 }), (steps, maxOpen) => {
        const limits: FoldLimits = { idle: 50, late: 40, maxParts: 4, maxBytes: 1_000, maxOpen };
        const clock = new ManualClock(START);
        const closed: Closed[] = [];
        const folds = new OpenFolds<number>({ ...limits, maxOpen }, clock, (parts, by, key) =>
          closed.push({ key, parts, by }),
        );
        const model = new Model(limits);
        for (const [n, one] of steps.entries()) {
          model.now = clock.now();
          if (one.do === 'wait') clock.advance(one.ms);
          else if (one.do === 'end') {
            folds.readToEnd(clock.now());
            model.readToEnd(clock.now());
          } else {
            const recordTime = START + one.time;
            const sane = Math.min(recordTime, clock.wall());
            folds.see(recordTime);
            model.see(sane);
            if (one.key !== undefined) {
              const taken = folds.add(one.key, n, { recordTime, bytes: 1, ends: () => one.ends });
              expect(taken).toBe(model.add(one.key, n, sane, one.ends, clock.now()));
            }
          }
        }
        expect(closed).toEqual(model.closed);
      }),
      { numRuns: 500 },
    );
  });
});
