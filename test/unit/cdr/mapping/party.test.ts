import { describe, expect, it } from 'vitest';
import { readCallee, readCaller } from '../../../../src/cdr/mapping/party.ts';
import { createPhoneNumbers } from '../../../../src/cdr/phone-number.ts';

const MAIN = { e164: '+41315550100', type: 'FIXED_LINE' } as const;
const options = { phoneNumbers: createPhoneNumbers(), defaultCountry: 'CH', mainNumber: MAIN };
const caller = (...numbers: unknown[]) => readCaller({ numbers, extension: undefined }, options);
const callee = (numbers: unknown[], mainNumber: typeof MAIN | undefined = MAIN, extension?: unknown) =>
  readCallee({ numbers, extension }, { ...options, mainNumber });

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
    expect(caller('anonymous', '0790001122')).toEqual({ e164: undefined, type: 'UNKNOWN', hidden: 'withheld' });
    expect(caller('+4179000****', '0790001122')).toMatchObject({ hidden: 'masked' });
  });

  it('takes all blank for withheld', () => {
    expect(caller('', undefined)).toMatchObject({ hidden: 'withheld' });
  });

  it('says why there is no number', () => {
    expect(caller('200', 's')).toEqual({ unusable: '3 digits are an extension' });
    expect(caller('0315550')).toEqual({ unusable: '"03***50" is no number in CH' });
  });

  it('keeps an extension', () => {
    expect(readCaller({ numbers: ['0315550179x5'], extension: undefined }, options)).toMatchObject({ extension: '5' });
    expect(readCaller({ numbers: ['0315550179x5'], extension: 7 }, options)).toMatchObject({ extension: '7' });
    expect(() => readCaller({ numbers: ['0315550179'], extension: {} }, options)).toThrow('extension: an object');
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
    expect(callee(['s'], MAIN, '12')).toEqual({ ...MAIN, extension: '12' });
  });

  it('says what is missing when there is no main number', () => {
    const without = (...numbers: unknown[]) =>
      readCallee({ numbers, extension: undefined }, { ...options, mainNumber: undefined });
    expect(without('200')).toEqual({
      unusable: '3 digits are an extension, and the mapping has no mainNumber to take instead',
    });
    expect(without()).toEqual({ unusable: 'there is none, and the mapping has no mainNumber to take instead' });
  });
});
