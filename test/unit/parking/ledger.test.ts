import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLedger, encodeLedger, LEDGER_HEADER } from '../../../src/parking/ledger.ts';

const source = { topic: 'calls.cdr', partition: 3 };
const offsets = fc.uniqueArray(fc.nat(200));

describe('a ledger record', () => {
  it('says what was put in', () => {
    fc.assert(
      fc.property(offsets, offsets, (issued, released) => {
        const { headers, value } = encodeLedger({ group: 'g', source, issued, released });
        const read = decodeLedger(headers, value);
        const ascending = (list: readonly number[]) => list.toSorted((a, b) => a - b);
        const sorted = { group: 'g', source, issued: ascending(issued), released: ascending(released) };
        expect(read).toEqual(sorted);
      }),
    );
  });

  it('takes a range for offsets that follow each other', () => {
    const { value } = encodeLedger({ group: 'g', source, issued: [7, 5, 6, 9], released: [] });
    expect(JSON.parse(value.toString()).issued).toEqual([
      [5, 8],
      [9, 10],
    ]);
  });

  it.each([
    ['of another version', { [LEDGER_HEADER]: '2' }, '{}'],
    ['without the header', {}, '{"group":"g"}'],
    ['that is no JSON', { [LEDGER_HEADER]: '1' }, '{'],
    ['that lacks something', { [LEDGER_HEADER]: '1' }, '{"group":"g"}'],
  ])('%s is none', (_name, headers, value) => {
    expect(decodeLedger(headers, Buffer.from(value))).toBeUndefined();
  });
});
