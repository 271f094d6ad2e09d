import { describe, expect, it } from 'vitest';
import { decodeLedger } from '../../../src/parking/ledger.ts';
import { LetterLedger } from '../../../src/redrive/letter-ledger.ts';
import { LETTERS } from '../../support/letter-record.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemorySink } from '../../support/memory-sink.ts';

function open() {
  const sink = new MemorySink();
  const clock = new ManualClock();
  const lost = new AbortController();
  const ledger = new LetterLedger(LETTERS, { group: 'g', sink, clock, signal: lost.signal });
  const written = () =>
    sink.records.map(({ headers = {}, value }) => {
      const { issued, released } = decodeLedger(headers, value) ?? { issued: [], released: [] };
      return { issued, released };
    });
  return { sink, clock, lost, ledger, written };
}

describe('the ledger', () => {
  it('says at once what may be sent, together what comes together', async () => {
    const { ledger, written, sink } = open();
    await Promise.all([ledger.issue(3), ledger.issue(5)]);
    expect(written()).toEqual([{ issued: [3, 5], released: [] }]);
    expect(sink.records[0]).toMatchObject({ ...LETTERS, key: null });
  });

  it('says soon what has ended', async () => {
    const { ledger, written, clock } = open();
    ledger.end([1]);
    ledger.end([2]);
    expect(written()).toEqual([]);
    await clock.elapse(200);
    expect(written()).toEqual([{ issued: [], released: [1, 2] }]);
  });

  it('lets what has ended go along, and with a flush', async () => {
    const { ledger, written } = open();
    ledger.end([1]);
    await ledger.issue(2);
    ledger.end([2]);
    await ledger.flush();
    expect(written()).toEqual([
      { issued: [2], released: [1] },
      { issued: [], released: [2] },
    ]);
  });

  it('writes what comes while it writes', async () => {
    const { ledger, written, sink } = open();
    const gate = Promise.withResolvers<void>();
    sink.acknowledged = gate.promise;
    const first = ledger.issue(1);
    await Promise.resolve();
    const second = ledger.issue(2);
    gate.resolve();
    await Promise.all([first, second]);
    expect(written().flatMap(({ issued }) => issued)).toEqual([1, 2]);
  });

  it('issues nothing once somebody else may redrive', async () => {
    const { ledger, lost, written } = open();
    lost.abort(new Error('lost'));
    await expect(ledger.issue(1)).rejects.toThrow('lost');
    ledger.end([1]);
    await ledger.flush();
    expect(written()).toEqual([]);
  });
});
