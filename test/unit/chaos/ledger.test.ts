import { describe, expect, it } from 'vitest';
import { Ledger } from '../../chaos/ledger.ts';

const end = (partition: number, offset: number, callIndex = 0) => ({
  kind: 'outcome' as const,
  of: { partition, offset },
  callIndex,
  externalCallId: 'x',
  engagementRequested: true,
  bytes: Buffer.alloc(0),
  fields: {},
  place: `enriched/${partition}@${offset}`,
});

describe('Ledger', () => {
  it('knows which records have an end, in whatever order the topics were read', () => {
    const ledger = new Ledger();
    ledger.addEnd(end(1, 0));
    ledger.addRecord({ partition: 1, offset: 0 }, 'a');
    ledger.addRecord({ partition: 1, offset: 1 }, 'b');
    ledger.addRecord({ partition: 0, offset: 0 }, 'c');
    expect(ledger.records).toBe(3);
    expect(ledger.partitions).toEqual([0, 1]);
    expect(ledger.progress(1)).toEqual({ records: 2, ended: 1 });
    expect(ledger.open().map(({ externalCallId }) => externalCallId)).toEqual(['b', 'c']);
    ledger.addEnd(end(1, 1));
    expect(ledger.progress(1)).toEqual({ records: 2, ended: 2 });
  });

  it('takes the end of a call for that of its second record, too', () => {
    const ledger = new Ledger();
    ledger.addRecord({ partition: 0, offset: 0 }, 'a');
    ledger.addRecord({ partition: 0, offset: 7 }, 'a');
    expect(ledger.open()).toHaveLength(2);
    ledger.addEnd(end(0, 0));
    expect(ledger.open()).toEqual([]);
    expect(ledger.hasEnd({ partition: 0, offset: 8 })).toBe(false);
  });

  it('groups the ends by record and call', () => {
    const ledger = new Ledger();
    for (const one of [end(0, 0), end(0, 0), end(0, 0, 1), end(1, 0)]) ledger.addEnd(one);
    expect([...ledger.ends()].map((ends) => ends.length)).toEqual([2, 1, 1]);
  });
});
