import { describe, expect, it } from 'vitest';
import { isOfWholeRecord, isSameCall, isTaken, type Letter, readLetter } from '../../../src/dead-letters/letter.ts';
import { type AboutLetter, letterLedger, letterRecord } from '../../support/letter-record.ts';

function letter(about: AboutLetter = {}, offset = 3): Letter {
  const read = readLetter(letterRecord(offset, about));
  if (read === undefined) throw new Error('no letter');
  return read;
}

it('says what it is about, and why it is there', () => {
  expect(letter({ source: 9, redrives: 2, attempts: 4 })).toEqual({
    topic: 'calls.cdr.dlq',
    partition: 0,
    offset: 3,
    source: { topic: 'calls.cdr', partition: 0, offset: 9 },
    callIndex: 0,
    externalCallId: 'call-9',
    fold: undefined,
    group: 'g',
    code: 'crm-rejected',
    stage: 'submit',
    portal: 'main',
    mapping: 'canonical 3',
    attempts: 4,
    redrives: 2,
    time: 1_000,
    isValueOmitted: false,
    inDoubt: false,
  });
});

it('is none without the headers of one', () => {
  expect(readLetter({ ...letterRecord(0), headers: {} })).toBeUndefined();
  expect(readLetter(letterLedger(0, { issued: [1] }))).toBeUndefined();
});

it('has the time of its record where it names none', () => {
  expect(letter({ headers: { 'callmatch.time': 'yesterday' } }).time).toBe(7);
});

it.each([
  { headers: { 'callmatch.in-doubt': 'true' } },
  { code: 'poison' as const },
  { message: 'in doubt, and the look-up is refused: no' },
])('may stand for a call that HubSpot has: %j', (about) => {
  expect(letter(about).inDoubt).toBe(true);
});

describe('stands for', () => {
  it.each<[string, AboutLetter, boolean]>([
    ['all calls of a record that could not be decoded', { stage: 'decode', code: 'undecodable', id: undefined }, true],
    ['all of one on which the mapping broke', { stage: 'map', code: 'mapping-crashed', id: undefined }, true],
    ['one call that lacks a field', { stage: 'map', code: 'invalid-field', id: undefined }, false],
    ['one call that was refused', {}, false],
    ['the second call of a record', { stage: 'map', code: 'mapping-crashed', id: undefined, callIndex: 1 }, false],
  ])('%s', (_what, about, isWhole) => {
    expect(isOfWholeRecord(letter(about))).toBe(isWhole);
  });

  it('a call that HubSpot has, where its outcome could not be published', () => {
    expect(isTaken(letter({ stage: 'publish', code: 'record-too-large' }))).toBe(true);
    expect(isTaken(letter())).toBe(false);
  });
});

it('is about the same call as another one of its record with that id, or without any', () => {
  expect(isSameCall(letter(), letter({ code: 'poison' }, 8))).toBe(true);
  expect(isSameCall(letter(), letter({ id: undefined }))).toBe(true);
  expect(isSameCall(letter(), letter({ id: 'other' }))).toBe(false);
  expect(isSameCall(letter(), letter({ callIndex: 1 }))).toBe(false);
  expect(isSameCall(letter({ id: 'a' }), letter({ id: 'a', source: 1 }))).toBe(false);
});
