import { expect, it } from 'vitest';
import type { ParkedDoubt } from '../../../src/kafka/parked-found.ts';
import { ParkedIndex } from '../../../src/kafka/parked-index.ts';
import type { ParkedOrigin } from '../../../src/outcome/parked-call.ts';
import { ParkedParts } from '../../../src/parking/parked-parts.ts';

function origin(offset: number, first: number, key: string, size?: number, changes: Partial<ParkedOrigin> = {}) {
  const source = { topic: 'calls.cdr', partition: 5, offset };
  const part = { key, first, size };
  const known = { group: 'g', callIndex: 0, externalCallId: undefined, portal: '(unknown)', recordTime: 7 };
  return { ...known, source, part, inDoubt: false, ...changes } satisfies ParkedOrigin;
}

function finish(records: readonly [at: number, origin: ParkedOrigin][], issued: readonly number[] = []) {
  const parts = new ParkedParts(new Set(issued));
  for (const [at, one] of records)
    expect(parts.add(at, one, { value: Buffer.from(String(at)), headers: {} })).toBe(true);
  const index = new ParkedIndex();
  const doubts: ParkedDoubt[] = [];
  return { index, doubts, ...parts.finish(index, doubts) };
}

it('leaves whole calls to others', () => {
  expect(new ParkedParts(new Set()).add(3, { ...origin(1, 1, 'a'), part: undefined }, undefined)).toBe(false);
});

it('gives what is open, in the order of the source, and holds the log there', () => {
  const { held, index, whole, doubts } = finish([
    [10, origin(7, 4, 'a')],
    [11, origin(4, 4, 'a', undefined, { portal: 'main' })],
    [12, origin(4, 4, 'b', 2)],
  ]);
  expect(held.map(({ key, first, records }) => [key, first, records.map(({ at }) => at)])).toEqual([
    ['a', 4, [11, 10]],
    ['b', 4, [12]],
  ]);
  expect(held[0]?.records[0]?.source).toMatchObject({ offset: 4, value: Buffer.from('11') });
  expect([index.low, index.held, [...index.portals()], whole, doubts]).toEqual([10, 3, [], [], []]);
});

it('makes one call of all records when as many are there as it has', () => {
  const { held, index, whole, doubts } = finish([
    [10, origin(4, 4, 'a')],
    [12, origin(7, 4, 'a', 2, { portal: 'main' })],
  ]);
  expect([held, whole, doubts, index.next('main', 9), index.membersOf(10)]).toEqual([[], ['a'], [], [10], [10, 12]]);
});

it('takes for whole, and in doubt, what may have been sent', () => {
  const { index, doubts } = finish([[10, origin(4, 4, 'a')]], [10]);
  expect(index.next('(unknown)', 9)).toEqual([10]);
  expect(index.doubtSince(10)).toBe(Number.NEGATIVE_INFINITY);
  expect(doubts).toEqual([{ portal: '(unknown)', at: 10, offset: 4, call: undefined }]);
});
