import { describe, expect, it } from 'vitest';
import { type PartyDraft, readCallee, readCaller } from '../../../../src/cdr/mapping/party.ts';
import { createPhoneNumbers } from '../../../../src/cdr/phone-number.ts';

const MAIN = { e164: '+41315550100', type: 'FIXED_LINE' } as const;
const options = { phoneNumbers: createPhoneNumbers(), defaultCountry: 'CH', mainNumber: MAIN };
const draft = (numbers: readonly unknown[], more: Partial<PartyDraft> = {}): PartyDraft => ({
  numbers,
  extension: undefined,
  country: undefined,
  spelling: { isPlusMissing: false, dialOut: '' },
  ...more,
});
const caller = (...numbers: unknown[]) => readCaller(draft(numbers), options);
const callee = (numbers: unknown[], extension?: unknown) => readCallee(draft(numbers, { extension }), options);
const without = (...numbers: unknown[]) => readCallee(draft(numbers), { ...options, mainNumber: undefined });

describe('readCaller', () => {
  it('takes the first field that is not blank', () => {
    expect(caller('0315550179', '0790001122')).toEqual({ e164: '+41315550179', type: 'FIXED_LINE' });
    expect(caller('', null, '"Alice" <0790001122>')).toEqual({ e164: '+41790001122', type: 'MOBILE' });
  });

  it('goes on to the next when a field is no number', () => {
    expect(caller('SIP/alice', '0790001122')).toMatchObject({ e164: '+41790001122' });
    expect(caller('200', '0790001122')).toMatchObject({ e164: '+41790001122' });
  });

  it('does not look behind a withheld or masked number', () => {
    expect(caller('anonymous', '0790001122')).toMatchObject({ fault: 'withheld' });
    expect(caller('+4179000****', '0790001122')).toMatchObject({ fault: 'masked' });
  });

  it('takes all blank for withheld', () => {
    expect(caller('', undefined)).toMatchObject({ fault: 'withheld' });
  });

  it('says why there is no number', () => {
    expect(caller('200', 's')).toEqual({ fault: 'short', why: '3 digits are an extension', extension: '200' });
    expect(caller('0315550', '200')).toEqual({ fault: 'impossible', why: '"03***50" is no number in CH' });
    expect(caller('117', '200')).toEqual({ fault: 'emergency', why: 'it is an emergency number' });
  });

  it('reads numbers as those of the country in the record', () => {
    const inCountry = (country: unknown, number = '2025550143') => readCaller(draft([number], { country }), options);
    expect(inCountry('us')).toMatchObject({ e164: '+12025550143' });
    expect(inCountry(' ', '0315550179')).toMatchObject({ e164: '+41315550179' });
    expect(inCountry('Switzerland')).toEqual({
      fault: 'impossible',
      why: '"Switzerland" is no country with phone numbers',
    });
    expect(inCountry({})).toMatchObject({ why: 'an object is no country with phone numbers' });
    expect(inCountry('XX', '+41315550179')).toMatchObject({ e164: '+41315550179' });
  });

  it('reads numbers in the spelling of the source', () => {
    const spelling = { isPlusMissing: true, dialOut: '' };
    expect(readCaller(draft(['447700900000'], { spelling }), options)).toMatchObject({ e164: '+447700900000' });
  });

  it('keeps an extension', () => {
    expect(readCaller(draft(['0315550179x5']), options)).toMatchObject({ extension: '5' });
    expect(readCaller(draft(['0315550179x5'], { extension: 7 }), options)).toMatchObject({ extension: '7' });
    expect(() => readCaller(draft(['0315550179'], { extension: {} }), options)).toThrow('extension: an object');
  });
});

describe('readCallee', () => {
  it('takes the first field that is a number', () => {
    expect(callee(['s', '0315550123'])).toEqual({ e164: '+41315550123', type: 'FIXED_LINE' });
    expect(callee(['200', '0315550123'])).toEqual({ e164: '+41315550123', type: 'FIXED_LINE' });
  });

  it('else takes the main number, with the extension', () => {
    expect(callee(['200'])).toEqual({ ...MAIN, extension: '200' });
    expect(callee(['s'])).toEqual(MAIN);
    expect(callee([undefined])).toEqual(MAIN);
    expect(callee(['anonymous'])).toEqual(MAIN);
    expect(callee(['s'], '12')).toEqual({ ...MAIN, extension: '12' });
  });

  it('says what is missing when there is no main number', () => {
    expect(without('200')).toEqual({
      fault: 'impossible',
      why: '3 digits are an extension, and the mapping has no mainNumber to take instead',
    });
    expect(without()).toEqual({
      fault: 'impossible',
      why: 'there is none, and the mapping has no mainNumber to take instead',
    });
  });

  it('takes an emergency number for one only where it can be no extension', () => {
    expect(callee(['117'])).toEqual({ ...MAIN, extension: '117' });
    expect(without('117')).toMatchObject({ fault: 'emergency' });
    expect(without('117', '0315550123')).toMatchObject({ e164: '+41315550123' });
    expect(callee(['urn:service:sos'])).toMatchObject({ fault: 'emergency' });
  });
});
