import { describe, expect, it } from 'vitest';
import { Tally } from '../../../src/preview/tally.ts';
import { openTrial, RECORD_TIME, trialRecord } from '../../support/trial-record.ts';

const RECORD = { id: 'call-1', direction: 'inbound', from: '+41315550179', to: '+442079460018', status: 'COMPLETED' };
const countryOf = (e164: string) => (e164.startsWith('+41') ? 'CH' : undefined);

async function tallyOf(samples: number, ...values: (object | string)[]): Promise<Tally> {
  const tally = new Tally(samples, countryOf);
  const trial = await openTrial();
  for (const [offset, value] of values.entries()) {
    const record = trialRecord(value, { offset, timestamp: RECORD_TIME + offset * 1_000 });
    tally.addRecord(record);
    for (const end of await trial.take(record)) tally.addEnd(end);
  }
  return tally;
}

describe('the tally of a preview', () => {
  it('counts ends by outcome and reason, enriched ones first and the most frequent before the others', async () => {
    const tally = await tallyOf(
      3,
      { ...RECORD, direction: 'outbound' },
      '{"id":',
      { ...RECORD, direction: 'outbound' },
      { ...RECORD, from: 'anonymous' },
      RECORD,
      RECORD,
    );
    expect(tally.ends()).toEqual([
      { outcome: 'enriched', reason: undefined, portal: 'main', count: 1 },
      { outcome: 'skipped', reason: 'not-inbound', portal: undefined, count: 2 },
      { outcome: 'skipped', reason: 'withheld', portal: 'main', count: 1 },
      { outcome: 'skipped', reason: 'duplicate', portal: 'main', count: 1 },
      { outcome: 'buried', reason: 'undecodable', portal: 'main', count: 1 },
    ]);
    expect({ records: tally.records, calls: tally.calls }).toEqual({ records: 6, calls: 6 });
    expect(tally.submissions.entries()).toEqual([['main', 1]]);
    expect(tally.statuses.entries()).toEqual([['COMPLETED', 1]]);
  });

  it('counts numbers by type and country, and callers without one', async () => {
    const tally = await tallyOf(3, RECORD, { ...RECORD, id: '2', from: 'anonymous' }, { ...RECORD, id: '3' });
    expect(tally.callers.entries()).toEqual([
      ['FIXED_LINE CH', 2],
      ['withheld', 1],
    ]);
    expect(tally.callees.entries()).toEqual([['FIXED_LINE ?', 3]]);
  });

  it('keeps a few examples of each end, and of burials such that differ', async () => {
    const values = Array.from({ length: 10 }, (_, n) => ({ ...RECORD, id: `call-${n}` }));
    const broken = ['{"id":', '{"id":', '', ''];
    const tally = await tallyOf(2, ...values, ...broken);
    expect(tally.examples()).toMatchObject([
      { outcome: 'enriched', externalCallId: 'call-0', from: '+41315550179', source: { offset: 0 }, callIndex: 0 },
      { outcome: 'enriched', externalCallId: 'call-1' },
      { outcome: 'buried', reason: 'undecodable', source: { offset: 10 } },
      { outcome: 'buried', reason: 'undecodable', source: { offset: 12 } },
    ]);
    const messages = tally.examples().map(({ message }) => message);
    expect(new Set(messages).size).toBe(3);
    expect((await tallyOf(0, RECORD)).examples()).toEqual([]);
  });

  it('knows the span of the records and their schemas', () => {
    const tally = new Tally(1, countryOf);
    expect(tally.span).toBeUndefined();
    tally.addRecord(trialRecord(Buffer.from([0, 0, 0, 0, 7, 1, 2]), { timestamp: 5_000 }));
    tally.addRecord(trialRecord(Buffer.from([0, 0, 0, 0, 7, 1, 2]), { timestamp: 2_000 }));
    tally.addRecord(trialRecord('{}', { timestamp: -1 }));
    tally.addRecord(trialRecord(null, { timestamp: 3_000 }));
    expect(tally.span).toEqual({ first: 2_000, last: 5_000 });
    expect(tally.schemas.entries()).toEqual([['7', 2]]);
    expect(tally.records).toBe(4);
  });
});
