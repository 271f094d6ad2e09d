import { expect, it } from 'vitest';
import { LetterLog } from '../../../src/dead-letters/letter-log.ts';
import { groupLetters, groupTable, letterJson, letterTable } from '../../../src/dead-letters/listing.ts';
import { type AboutLetter, letterRecord } from '../../support/letter-record.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 24, 12);

function letters(...abouts: AboutLetter[]) {
  const log = new LetterLog('g');
  for (const [n, about] of abouts.entries()) log.read(letterRecord(n, { source: n, ...about }));
  return log.letters();
}

it('counts by code, portal, mapping and age', () => {
  const groups = groupLetters(
    letters(
      { time: NOW - 2 * HOUR },
      { time: NOW - 3 * HOUR, redrives: 1 },
      { time: NOW - 30 * HOUR },
      { time: NOW, code: 'poison', portal: undefined },
    ),
    NOW,
  );
  expect(groups).toEqual([
    {
      ...{ code: 'crm-rejected', portal: 'main', mapping: 'canonical 3', age: 'an hour to a day' },
      ...{ count: 2, oldest: NOW - 3 * HOUR, newest: NOW - 2 * HOUR, redriven: 1, inDoubt: 0 },
    },
    expect.objectContaining({ age: 'a day to a week', count: 1 }),
    expect.objectContaining({ code: 'poison', portal: null, age: 'under an hour', inDoubt: 1 }),
  ]);
  const [head, first] = groupTable(groups);
  expect(head).toMatch(/^COUNT {2}CODE/);
  expect(first).toMatch(/^2 {6}crm-rejected {2}main/);
});

it('shows each, with an id that is a number masked', () => {
  const [letter] = letters({ id: '+41791234567' });
  if (letter === undefined) throw new Error('no letter');
  expect(letterTable([letter], false)[1]).toContain('0:0');
  expect(letterTable([letter], false).join()).not.toContain('1234567');
  expect(letterTable([letter], true).join()).toContain('+41791234567');
  expect(JSON.stringify(letterJson(letter, false))).not.toContain('1234567');
  expect(letterJson(letter, true)).toMatchObject({ externalCallId: '+41791234567', offset: 0, portal: 'main' });
});
