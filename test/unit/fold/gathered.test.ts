import { expect, it } from 'vitest';
import type { PartRecord } from '../../../src/cdr/mapping/mapping.ts';
import { endsWith, firstOf, Gathered, inOrder, mappedOf } from '../../../src/fold/gathered.ts';
import type { SourceStages } from '../../../src/source-stages.ts';

const source = { topic: 't', partition: 0, timestamp: 0, key: null, headers: {} };

function found(offset: number, { record = {}, first = 4, callIndex = 0, size }: Changes = {}): Gathered {
  const value = Buffer.from('{}');
  const place = { offset, callIndex, recordTime: 0, inDoubt: false, portal: undefined };
  return Gathered.found(
    { at: offset + 100, ...place, source: { ...source, offset, value } },
    { first, size },
    record ?? undefined,
  );
}

interface Changes {
  /** Null: it is not known. */
  readonly record?: object | null;
  readonly first?: number;
  readonly callIndex?: number;
  readonly size?: number | undefined;
}

/** Ends a call with as many records. */
const endsAt = (count: number): PartRecord => {
  return { kind: 'part', key: 'a', ends: (records) => [...records].length === count, record: {} };
};

it('is in the order of the source, however it came', () => {
  const parts = [found(7), found(4, { callIndex: 1 }), found(4)];
  expect(inOrder(parts).map(({ offset, callIndex }) => [offset, callIndex])).toEqual([
    [4, 0],
    [4, 1],
    [7, 0],
  ]);
});

it('keeps the name under which its call is parked already', () => {
  const fresh = new Gathered(
    { offset: 2, callIndex: 0, portal: 'main', bytes: 0, record: {} },
    { part: undefined, held: undefined },
  );
  expect(firstOf([fresh])).toBe(2);
  expect(firstOf([fresh, found(7)])).toBe(4);
});

it('is over when its newest part says so of all records, and not when some of them are not known', () => {
  expect(endsWith(endsAt(2), [found(4), found(7)])).toBe(true);
  expect(endsWith(endsAt(3), [found(4), found(7)])).toBe(false);
  expect(endsWith(endsAt(2), [found(4, { record: null }), found(7)])).toBe(false);
  const always: PartRecord = { kind: 'part', key: 'a', ends: () => true, record: {} };
  expect(endsWith(always, [found(4, { record: null }), found(7)])).toBe(true);
});

it('is over when it has as many parts as an earlier owner knew of', () => {
  expect(endsWith(endsAt(9), [found(4, { size: 2 })])).toBe(false);
  expect(endsWith(endsAt(9), [found(4, { size: 2 }), found(7)])).toBe(true);
});

it('knows what the mapping makes of a parked part, if it still makes one', () => {
  const part: PartRecord = { kind: 'part', key: 'a', ends: () => false, record: { of: 'mapping' } };
  const stages: SourceStages = {
    decode: () => ({ kind: 'record', record: {}, format: 'json' }),
    map: (record, from) => [{ part, record, source: from }],
    mapping: { name: 'm', version: '1' },
    portal: () => undefined,
  };
  const held = { at: 1, offset: 4, callIndex: 0, recordTime: 0, inDoubt: false, portal: undefined } as const;
  const record = { ...held, source: { ...source, offset: 4, value: Buffer.from('{}') } };
  expect(mappedOf(stages, record)).toEqual({ of: 'mapping' });
  expect(mappedOf(stages, { ...record, callIndex: 1 })).toBeUndefined();
  expect(mappedOf({ ...stages, decode: () => ({ kind: 'schema-needed', id: 1 }) }, record)).toBeUndefined();
});
