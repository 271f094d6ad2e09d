import { expect, it } from 'vitest';
import { LetterLog } from '../../../src/dead-letters/letter-log.ts';
import { letterLines, type ShownLetter, shownJson } from '../../../src/dead-letters/letter-text.ts';
import { letterLedger, letterRecord } from '../../support/letter-record.ts';

function shown(): ShownLetter {
  const first = letterRecord(0, { source: 9, id: '+41791234567', code: 'poison' });
  const record = letterRecord(2, {
    ...{ source: 9, id: '+41791234567', group: 'g.redrive', redrives: 1, attempts: 4 },
    message: 'no number +41791234567',
    headers: { 'callmatch.http-status': '400' },
  });
  const log = new LetterLog('g');
  for (const one of [first, letterLedger(1, { issued: [0] }), record]) log.read(one);
  const [letter] = log.letters();
  if (letter === undefined) throw new Error('no letter');
  const before = { ...letter, offset: 0, code: 'poison' };
  return {
    letter,
    headers: record.headers,
    history: [before],
    record: { from: '+41791234567', at: 12n },
    now: ['submitted'],
  };
}

it('tells what it is about, why it is there, what was before, and what would be now', () => {
  expect(letterLines(shown(), true)).toEqual([
    'calls.cdr.dlq 0:2  1970-01-01T00:00:01.000Z  main  crm-rejected',
    '  call      +41791234567, call 0 of its record',
    '  why       no number +41791234567',
    '  HubSpot   http-status 400',
    '  stage     submit; requests 4; redrives 1',
    '  by        group g.redrive, mapping canonical 3, callmatch 0',
    '  from      calls.cdr/0@9',
    '  before    1970-01-01T00:00:01.000Z  poison at submit, calls.cdr.dlq 0:0',
    '  record    {"from":"+41791234567","at":"12"}',
    '  now       submitted',
  ]);
});

it('shows no full number unless it is told to', () => {
  expect(letterLines(shown(), false).join('\n')).not.toContain('1234567');
  expect(JSON.stringify(shownJson(shown(), false))).not.toContain('1234567');
  expect(shownJson(shown(), true)).toMatchObject({
    offset: 2,
    headers: { code: 'crm-rejected', 'external-id': '+41791234567', 'source-key': 'k' },
    history: [{ offset: 0, code: 'poison' }],
    now: ['submitted'],
  });
});
