import { expect, it } from 'vitest';
import { LetterLog } from '../../../src/dead-letters/letter-log.ts';
import { isRedriven, sourceOfLetter } from '../../../src/redrive/redriven.ts';
import { letterRecord } from '../../support/letter-record.ts';
import { sampleDelivery } from '../../support/sample-delivery.ts';

it('is the record of its source once more, with what was done for it', () => {
  const record = letterRecord(5, { source: 9, redrives: 1, attempts: 3 });
  const log = new LetterLog('g');
  log.read(record);
  const [letter] = log.letters();
  if (letter === undefined) throw new Error('no letter');
  const source = sourceOfLetter(letter, record);
  expect(source).toEqual({
    topic: 'calls.cdr',
    partition: 0,
    offset: 9,
    timestamp: 7,
    key: Buffer.from('k'),
    value: record.value,
    headers: { own: 'x', 'callmatch.redrives': '2', 'callmatch.attempts': '3' },
  });
  expect(isRedriven(sampleDelivery())).toBe(false);
  expect(isRedriven({ ...sampleDelivery(), ...{ letter } })).toBe(true);
});
