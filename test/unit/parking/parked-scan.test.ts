import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParkedIndex } from '../../../src/kafka/parked-index.ts';
import type { ReadRecord } from '../../../src/kafka/range-reader.ts';
import { ParkedScan } from '../../../src/parking/parked-scan.ts';
import { type About, ledgerRecord, parkedRecord, SOURCE } from '../../support/parked-record.ts';

const PORTALS = ['a', 'b', 'c'];

function scanned(...records: readonly ReadRecord[]) {
  const scan = new ParkedScan('g', SOURCE);
  const names = records.map((record) => scan.read(record));
  return { scan, names, ...scan.finish() };
}

type Step =
  | { readonly kind: 'park'; readonly portal: number; readonly copies: number; readonly isAcknowledged: boolean }
  | { readonly kind: 'issue' | 'release'; readonly portal: number }
  | { readonly kind: 'commit' | 'crash' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('park'),
      portal: fc.nat(2),
      copies: fc.nat(2),
      isAcknowledged: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('issue', 'release'), portal: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('commit', 'crash') }) },
);

/** A parked partition, the owners that it has one after the other, and what is true of its calls. */
class World {
  readonly log: ReadRecord[] = [];
  index = new ParkedIndex();
  /** Calls without an end, by the offset of their source. */
  readonly parked = new Map<number, { readonly portal: string; isIssued: boolean }>();
  #sources = new Map<number, number>();
  #next = 0;
  #committed = 0;

  append(record: (offset: number) => ReadRecord): number {
    const offset = this.log.length;
    this.log.push(record(offset));
    return offset;
  }

  run(one: Step): void {
    if (one.kind === 'commit') this.#committed = this.index.low ?? this.log.length;
    else if (one.kind === 'crash') this.takeOver();
    else if (one.kind === 'park') this.#park(PORTALS[one.portal] ?? '', one.copies, one.isAcknowledged);
    else if ('portal' in one) {
      const portal = PORTALS[one.portal] ?? '';
      const [offset] = this.index.next(portal, 1);
      if (offset === undefined) return;
      const call = this.parked.get(this.#sources.get(offset) ?? -1);
      this.append((at) => ledgerRecord(at, { issued: [offset] }));
      this.index.issue([offset]);
      if (call !== undefined) call.isIssued = true;
      if (one.kind === 'issue') return;
      this.index.take(portal, offset);
      this.append((at) => ledgerRecord(at, { released: [offset, ...this.index.copiesOf(offset)] }));
      this.index.end(offset);
      this.parked.delete(this.#sources.get(offset) ?? -1);
    }
  }

  /** Every copy but the last one was written without that anybody knows it. */
  #park(portal: string, copies: number, isAcknowledged: boolean): void {
    const about: About = { portal, source: this.#next };
    this.parked.set(this.#next, { portal, isIssued: false });
    this.#next += 1;
    let offset = 0;
    for (let n = 0; n <= copies; n += 1) {
      offset = this.append((at) => parkedRecord(at, about));
      this.#sources.set(offset, about.source ?? 0);
    }
    if (isAcknowledged) this.index.add(portal, offset);
    // Whoever does not know that it was written is about to crash.
    else this.takeOver();
  }

  takeOver(): void {
    const scan = new ParkedScan('g', SOURCE);
    for (const record of this.log.slice(this.#committed)) scan.read(record);
    const { index, doubts } = scan.finish();
    scan.close();
    this.index = index;
    const found = PORTALS.flatMap((portal) => index.next(portal, 1_000).map((offset) => this.#sources.get(offset)));
    expect(found.sort()).toEqual([...this.parked.keys()].sort());
    for (const portal of PORTALS)
      for (const offset of index.next(portal, 1_000))
        expect(this.parked.get(this.#sources.get(offset) ?? -1)?.portal).toBe(portal);
    const issued = [...this.parked].filter(([, { isIssued }]) => isIssued).map(([source]) => source);
    expect(doubts.map(({ offset }) => offset).sort()).toEqual(issued.sort());
  }
}

describe('ParkedScan', () => {
  it('takes calls of one record for several, also of the same id', () => {
    const one = { source: 3, id: 'x' };
    const { index } = scanned(
      parkedRecord(0, { ...one, callIndex: 0 }),
      parkedRecord(1, { ...one, callIndex: 4 }),
      parkedRecord(2, { ...one, callIndex: 4 }),
    );
    expect([index.waiting('main'), index.copiesOf(0), index.copiesOf(1)]).toEqual([2, [], [2]]);
  });

  it('finds every call that has no end once, whoever wrote what and crashed when', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const world = new World();
        for (const one of steps) world.run(one);
        world.takeOver();
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the order of the log, portal by portal', () => {
    const { index } = scanned(
      parkedRecord(3, { portal: 'a', source: 9 }),
      parkedRecord(4, { portal: 'b', source: 1 }),
      parkedRecord(7, { portal: 'a', source: 2 }),
    );
    expect([index.next('a', 9), index.next('b', 9), index.low]).toEqual([[3, 7], [4], 3]);
  });

  it('names the calls of its source partition and group, and of no other', () => {
    const { names, index } = scanned(
      parkedRecord(0, { source: 4, id: 'x' }),
      parkedRecord(1, { source: 5, group: 'other' }),
      parkedRecord(2, { source: 6, partition: 4 }),
      ledgerRecord(3, { group: 'other', released: [0] }),
      ledgerRecord(4, { source: { ...SOURCE, partition: 4 }, released: [0] }),
    );
    expect(names).toEqual([[4, '0 x'], undefined, undefined, undefined, undefined]);
    expect(index.counts()).toEqual(new Map([['main', 1]]));
  });

  it('holds a call in doubt that says so, or that may have been sent', () => {
    const records = [parkedRecord(0, { source: 0, inDoubt: true }), parkedRecord(1, { source: 1 })];
    const { index, doubts } = scanned(...records, parkedRecord(2, { source: 2 }), ledgerRecord(3, { issued: [2] }));
    expect(doubts.map(({ at }) => at)).toEqual([0, 2]);
    expect([0, 1, 2].map((offset) => index.doubtSince(offset) !== undefined)).toEqual([true, false, true]);
    expect([index.isUnclear, index.isIssued(2), index.isIssued(0)]).toEqual([true, true, false]);
  });

  it('takes a call that is parked once more after its end for a new one', () => {
    const { index } = scanned(
      parkedRecord(0, { source: 0 }),
      ledgerRecord(1, { issued: [0], released: [0] }),
      parkedRecord(2, { source: 0 }),
    );
    expect([index.next('main', 9), index.isIssued(2)]).toEqual([[2], false]);
  });

  it('finds what an earlier owner writes late, at its place, and leaves alone what we write', () => {
    const { scan, index } = scanned(parkedRecord(0, { source: 0 }));
    index.add('main', 3);
    expect(scan.read(parkedRecord(1, { source: 1 }))).toEqual([1, '0 call-1']);
    scan.read(parkedRecord(3, { source: 3 }));
    scan.read(ledgerRecord(4, { released: [0, 1, 3] }));
    expect(index.next('main', 9)).toEqual([0, 1, 3]);
  });

  it('knows a late copy again: it ends with its call, or has ended already', () => {
    const { scan, index } = scanned(parkedRecord(0, { source: 0 }), parkedRecord(1, { source: 1 }));
    scan.read(parkedRecord(2, { source: 0 }));
    expect(index.copiesOf(0)).toEqual([2]);
    index.take('main', 1);
    index.end(1);
    scan.read(parkedRecord(3, { source: 1 }));
    expect([index.next('main', 9), scan.spare]).toEqual([[0], [3]]);
  });
});
