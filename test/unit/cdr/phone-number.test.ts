import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPhoneNumbers, isKnownCountry } from '../../../src/cdr/phone-number.ts';

const { read } = createPhoneNumbers();

describe('createPhoneNumbers', () => {
  it.each([
    ['+41315550179', undefined, '+41315550179', 'FIXED_LINE'],
    ['0315550179', 'CH', '+41315550179', 'FIXED_LINE'],
    ['0041 31 555 01 79', 'CH', '+41315550179', 'FIXED_LINE'],
    ['+41 (0)31 555 01 79', undefined, '+41315550179', 'FIXED_LINE'],
    ['0790001122', 'CH', '+41790001122', 'MOBILE'],
    ['0800800800', 'CH', '+41800800800', 'TOLL_FREE'],
    ['011 44 20 7946 0123', 'US', '+442079460123', 'FIXED_LINE'],
    ['(202) 555-0123', 'US', '+12025550123', 'FIXED_LINE_OR_MOBILE'],
    ['(866)123-4567', 'US', '+18661234567', 'UNKNOWN'],
    [315_550_179, 'CH', '+41315550179', 'FIXED_LINE'],
    ['١٢٣٤٥٦٧٨٩٠', 'EG', '+201234567890', 'MOBILE'],
  ])('%s in %s is %s, %s', (field, country, e164, type) => {
    expect(read(field, country)).toEqual({ kind: 'number', e164, type });
  });

  it.each(['0315550179x123', '0315550179 ext. 123', '0315550179#123', '+41315550179,,123', 'tel:+41315550179;ext=123'])(
    'keeps the extension of %s',
    (field) => {
      expect(read(field, 'CH')).toEqual({ kind: 'number', e164: '+41315550179', type: 'FIXED_LINE', extension: '123' });
    },
  );

  it('keeps an international number that the library does not know, without a type', () => {
    for (const e164 of ['+1234567890', '+999123456789', '+15555550100']) {
      expect(read(e164, undefined)).toEqual({ kind: 'number', e164, type: 'UNKNOWN' });
    }
  });

  it('takes up to six digits for an extension, also where they would pass for a number', () => {
    expect(read('30123', 'DE')).toEqual({ kind: 'extension', extension: '30123' });
    expect(read(200, 'CH')).toEqual({ kind: 'extension', extension: '200' });
    expect(read('1001@10.0.0.1', 'CH')).toEqual({ kind: 'extension', extension: '1001' });
  });

  it.each([
    ['0315550179', undefined, '"031*****79" has no country code, and the source has no defaultCountry'],
    ['031555017', 'US', '"031****17" is no number in US'],
    ['5551234', 'US', '"55***34" is no number in US'],
    ['+0123456789', undefined, '"+012*****89" is no E.164 number'],
    ['+123456789012345678', undefined, '"+123*************78" is no E.164 number'],
    ['sales', 'CH', '"sales" is no number'],
    [9.5, 'CH', 'a JSON number that is no row of digits'],
    [-41_315_550_179, 'CH', 'a JSON number that is no row of digits'],
    [true, 'CH', 'a boolean and no text'],
    [{}, 'CH', 'a object and no text'],
    ['1'.repeat(300), 'CH', 'longer than 256 characters'],
  ])('%j in %s is unusable: %s', (field, country, unreadable) => {
    expect(read(field, country)).toEqual({ kind: 'unusable', unreadable });
  });

  it('tells a missing number from a hidden one', () => {
    expect(read(null, 'CH')).toEqual({ kind: 'empty' });
    expect(read('"Anonymous" <anonymous>', 'CH')).toEqual({ kind: 'hidden', hidden: 'withheld' });
    expect(read('+4179555****', 'CH')).toEqual({ kind: 'hidden', hidden: 'masked' });
  });

  it('does not mix up countries in its cache', () => {
    expect(read('0205550123', 'CH')).not.toEqual(read('0205550123', 'GB'));
  });

  it('holds no more readings than its capacity', () => {
    const bounded = createPhoneNumbers(100);
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        fc.constantFrom('CH', 'US', undefined),
        (number, country) => {
          bounded.read(`+${number}`, country);
          expect(bounded.size).toBeLessThanOrEqual(100);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('gives E.164 or says why not, whatever the field', () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom('CH', 'US', undefined), (field, country) => {
        const reading = read(field, country);
        if (reading.kind === 'number') expect(reading.e164).toMatch(/^\+[1-9]\d{1,14}$/);
      }),
    );
  });
});

it('isKnownCountry', () => {
  expect(isKnownCountry('CH')).toBe(true);
  expect(isKnownCountry('XX')).toBe(false);
});
