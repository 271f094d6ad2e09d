/** What a new owner finds of the calls that were parked. */
import { describe, expect, it } from 'vitest';
import { callName } from '../../src/outcome/call-name.ts';
import { OUTCOMES, openOutcomeLog, outcome, PARKED, SETTLE_MS } from '../support/outcome-world.ts';
import { ledgerRecord, parkedRecord } from '../support/parked-record.ts';

const CALL = callName(0, 'call-1');

describe('a call that was parked', () => {
  it('is done for its record, and has no end', async () => {
    const { reader, readBack } = openOutcomeLog();
    reader.append(PARKED, parkedRecord(0, { source: 1 }));
    const { readBack: past, parked } = await readBack();
    expect(past.hasEnded(1, CALL)).toBe(true);
    expect(parked?.ends.hasEnded(1, CALL)).toBe(false);
    expect(parked?.index.counts()).toEqual(new Map([['main', 1]]));
  });

  it('has its end when it was drained', async () => {
    const { reader, readBack } = openOutcomeLog();
    reader.append(PARKED, parkedRecord(0, { source: 1 }));
    reader.append(PARKED, ledgerRecord(1, { issued: [0] }));
    reader.append(OUTCOMES, outcome({ offset: 1 }));
    const { parked } = await readBack();
    expect([parked?.ends.hasEnded(1, CALL), parked?.index.isUnclear]).toEqual([true, true]);
  });

  it('is found from the low mark on, and without one from the beginning', async () => {
    const { reader, readBack } = openOutcomeLog();
    for (const source of [0, 1, 2]) reader.append(PARKED, parkedRecord(source, { source }));
    const since = await readBack(false, [{ ...PARKED, offset: 1 }]);
    expect(since.parked?.index.next('main', 9)).toEqual([1, 2]);
    const all = await readBack(false, 'nothing');
    expect(all.parked?.index.next('main', 9)).toEqual([0, 1, 2]);
  });

  it('is waited for until nothing can come any more when it may have been sent, and found late', async () => {
    const { reader, readBack, clock, closing } = openOutcomeLog();
    reader.append(PARKED, parkedRecord(0, { source: 1 }));
    reader.append(PARKED, ledgerRecord(1, { issued: [0] }));
    const { parked } = await readBack();
    let found: boolean | undefined;
    void parked?.ends.untilSettled(1, CALL, closing.signal).then((isFound) => {
      found = isFound;
    });
    reader.append(PARKED, parkedRecord(2, { source: 7 }));
    await clock.elapse(1_000);
    expect([found, parked?.index.next('main', 9)]).toEqual([undefined, [0, 2]]);
    reader.append(OUTCOMES, outcome({ offset: 1 }));
    await clock.elapse(1_000);
    expect(found).toBe(true);
    await clock.elapse(SETTLE_MS);
    expect(await parked?.settled).toEqual([]);
  });
});
