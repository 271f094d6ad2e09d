import { describe, expect, it } from 'vitest';
import { LetterLog, redriveGroup } from '../../../src/dead-letters/letter-log.ts';
import type { ReadRecord } from '../../../src/kafka/range-reader.ts';
import { type AboutLetter, letterLedger, letterRecord } from '../../support/letter-record.ts';

function logOf(...records: ReadRecord[]): LetterLog {
  const log = new LetterLog('g');
  for (const record of records) log.read(record);
  return log;
}

const offsets = (log: LetterLog) => log.letters().map(({ offset }) => offset);
const again = (offset: number, about: AboutLetter = {}) =>
  letterRecord(offset, { group: redriveGroup('g'), redrives: 1, ...about });

describe('letters without an end', () => {
  it('are those that the ledger does not release', () => {
    const log = logOf(letterRecord(0), letterRecord(1, { source: 1 }), letterLedger(2, { released: [0] }));
    expect(log.letters()).toMatchObject([{ offset: 1, isIssued: false, isTaken: false, copies: [] }]);
    expect(log.ended).toBe(1);
  });

  it('are in doubt once they were issued', () => {
    const log = logOf(letterRecord(0), letterRecord(1, { source: 1 }), letterLedger(2, { issued: [1] }));
    expect(log.letters()).toMatchObject([{ isIssued: false }, { isIssued: true }]);
  });

  it('are in doubt where they say so themselves', () => {
    expect(logOf(letterRecord(0, { code: 'poison' })).letters()).toMatchObject([{ isIssued: true }]);
  });

  it('are those of the group, its replays and its redrives', () => {
    const log = logOf(
      letterRecord(0, { group: 'other' }),
      letterRecord(1, { source: 1, group: 'g.replay.may' }),
      again(2, { source: 2 }),
      letterRecord(3, { source: 3, group: 'g2' }),
    );
    expect(offsets(log)).toEqual([1, 2]);
  });

  it('are not told by the ledger of another group', () => {
    expect(offsets(logOf(letterRecord(0), letterLedger(1, { released: [0], group: 'other' })))).toEqual([0]);
  });
});

describe('a second letter about a call', () => {
  it('is a copy, and ends with the first', () => {
    const twice = [letterRecord(0), letterRecord(1, { group: 'g.replay.may' })];
    expect(logOf(...twice).letters()).toMatchObject([{ offset: 0, copies: [1] }]);
    expect(offsets(logOf(...twice, letterLedger(2, { released: [0, 1] })))).toEqual([]);
    expect(offsets(logOf(...twice, letterLedger(2, { released: [1] })))).toEqual([]);
  });

  it('is one of its own when the first has ended', () => {
    expect(offsets(logOf(letterRecord(0), letterLedger(1, { released: [0] }), letterRecord(2)))).toEqual([2]);
  });

  it('tells that HubSpot has the call by now', () => {
    const log = logOf(letterRecord(0), letterRecord(1, { stage: 'publish', code: 'record-too-large' }));
    expect(log.letters()).toMatchObject([{ isTaken: true }]);
  });

  it('ends the first when a redrive has written it', () => {
    const log = logOf(letterRecord(0), letterLedger(1, { issued: [0] }), again(2));
    expect(log.letters()).toMatchObject([{ offset: 2, redrives: 1, isIssued: false }]);
    expect(log.hasComeBack(log.letters()[0] ?? never(), '0 call-0')).toBe(false);
  });

  it('leaves that of a whole record, which has other calls', () => {
    const whole = letterRecord(0, { stage: 'decode', code: 'undecodable', id: undefined });
    const log = logOf(whole, letterLedger(1, { issued: [0] }), again(2, { id: 'a' }), again(3, { id: 'a' }));
    expect(log.letters()).toMatchObject([
      { offset: 0, isIssued: true },
      { offset: 2, copies: [3] },
    ]);
    const [first] = log.letters();
    expect(log.hasComeBack(first ?? never(), '0 a')).toBe(true);
    expect(log.hasComeBack(first ?? never(), '1 b')).toBe(false);
  });
});

function never(): never {
  throw new Error('there is no letter');
}
