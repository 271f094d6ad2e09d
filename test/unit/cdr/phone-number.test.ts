import fc from 'fast-check';
import { type CountryCode, getCountries, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { createPhoneNumbers, isKnownCountry, type NumberSpelling } from '../../../src/cdr/phone-number.ts';

const { read } = createPhoneNumbers();
const PLUS_MISSING: NumberSpelling = { isPlusMissing: true, dialOut: '' };
const dialOut = (digits: string): NumberSpelling => ({ isPlusMissing: false, dialOut: digits });
const numberIn = (field: unknown, country?: string, spelling?: NumberSpelling) => {
  const reading = read(field, country, spelling);
  return reading.kind === 'number' ? reading.e164 : reading.kind;
};

describe('createPhoneNumbers', () => {
  it.each([
    ['+41315550179', undefined, '+41315550179', 'FIXED_LINE'],
    ['0315550179', 'CH', '+41315550179', 'FIXED_LINE'],
    ['0041 31 555 01 79', 'CH', '+41315550179', 'FIXED_LINE'],
    ['+41 (0)31 555 01 79', undefined, '+41315550179', 'FIXED_LINE'],
    ['0790001122', 'CH', '+41790001122', 'MOBILE'],
    ['0800800800', 'CH', '+41800800800', 'TOLL_FREE'],
    ['011 44 20 7946 0123', 'US', '+442079460123', 'FIXED_LINE'],
    ['0011 44 20 7946 0123', 'AU', '+442079460123', 'FIXED_LINE'],
    ['010 44 20 7946 0123', 'JP', '+442079460123', 'FIXED_LINE'],
    ['tel:0315550179;phone-context=+41', undefined, '+41315550179', 'FIXED_LINE'],
    ['sip:+41315550179;ext=@10.0.0.1', undefined, '+41315550179', 'FIXED_LINE'],
    ['＋４１ ３１ ５５５ ０１ ７９', undefined, '+41315550179', 'FIXED_LINE'],
    [315_550_179n, 'CH', '+41315550179', 'FIXED_LINE'],
    ['(202) 555-0123', 'US', '+12025550123', 'FIXED_LINE_OR_MOBILE'],
    ['(866)123-4567', 'US', '+18661234567', 'UNKNOWN'],
    [315_550_179, 'CH', '+41315550179', 'FIXED_LINE'],
    ['١٢٣٤٥٦٧٨٩٠', 'EG', '+201234567890', 'MOBILE'],
  ])('%s in %s is %s, %s', (field, country, e164, type) => {
    expect(read(field, country)).toEqual({ kind: 'number', e164, type });
  });

  it.each([
    '0315550179x123',
    '0315550179 ext. 123',
    '0315550179 extension 123',
    '0315550179 Extn. 123',
    '0315550179#123',
    '0315550179 int 123',
    '+41315550179,123',
    '+41315550179,,123',
    '+41 31 555 01 79 ;123',
    'tel:+41315550179;ext=123',
    'tel:+41-31-555-01-79;ext=123;phone-context=+1',
    '"A" <sip:+41315550179;ext=123@example.org>',
  ])('keeps the extension of %s', (field) => {
    if (field.includes(' ;')) return expect(numberIn(field, 'CH')).toBe('+41315550179');
    expect(read(field, 'CH')).toEqual({ kind: 'number', e164: '+41315550179', type: 'FIXED_LINE', extension: '123' });
  });

  it.each([
    ['447700900000', '+447700900000'],
    ['41315550179', '+41315550179'],
    ['sip:41315550179@192.0.2.1', '+41315550179'],
    [41_315_550_179, '+41315550179'],
    ['+41315550179', '+41315550179'],
    ['0041315550179', '+41315550179'],
    ['0315550179', 'unusable'],
    // What the source declares decides: this is a number of the Netherlands.
    ['315550179', '+315550179'],
    ['790001122', 'unusable'],
    ['5551234', 'unusable'],
    ['999123456789', 'unusable'],
    ['1001', 'extension'],
    ['266696687', 'withheld'],
  ])('reads %s without its plus as %s', (field, expected) => {
    const reading = read(field, 'CH', PLUS_MISSING);
    if (expected === 'withheld') expect(reading).toEqual({ kind: 'hidden', hidden: 'withheld' });
    else expect(numberIn(field, 'CH', PLUS_MISSING)).toBe(expected);
  });

  it('says why a number without its plus is none', () => {
    expect(read('790001122', 'CH', PLUS_MISSING)).toEqual({
      kind: 'unusable',
      unreadable: '"790****22" is no E.164 number without its plus',
    });
  });

  it.each([
    // Four spellings of one number in one file of FreeSWITCH.
    ['00034650123456', 'ES', '0', '+34650123456'],
    ['0034650123456', 'ES', '0', '+34650123456'],
    ['+34650123456', 'ES', '0', '+34650123456'],
    ['650123456', 'ES', '0', '+34650123456'],
    ['00315550179', 'CH', '0', '+41315550179'],
    ['0315550179', 'CH', '0', '+41315550179'],
    ['9,2025550123', 'US', '9', '+12025550123'],
    ['9 (202) 555-0123', 'US', '9', '+12025550123'],
    ['9125550123', 'US', '9', '+19125550123'],
    ['0612345678', 'IT', '0', '+390612345678'],
    ['9201', 'US', '9', 'extension'],
  ])('reads %s in %s behind the outside line %s as %s', (field, country, digits, expected) => {
    expect(numberIn(field, country, dialOut(digits))).toBe(expected);
  });

  it('reads a number that is without its plus behind an outside line', () => {
    const spelling = { isPlusMissing: true, dialOut: '0' };
    expect(numberIn('034650123456', 'ES', spelling)).toBe('+34650123456');
    expect(numberIn('34650123456', 'ES', spelling)).toBe('+34650123456');
    expect(numberIn('00034650123456', 'ES', spelling)).toBe('+34650123456');
  });

  it('tells emergency numbers of the country from extensions', () => {
    expect(read('117', 'CH')).toEqual({ kind: 'emergency', extension: '117' });
    expect(read('117', 'DE')).toEqual({ kind: 'extension', extension: '117' });
    expect(read('sip:911@example.org', undefined)).toEqual({ kind: 'emergency', extension: '911' });
    expect(read('000', 'AU')).toEqual({ kind: 'emergency', extension: '000' });
    expect(read('000', 'CH')).toEqual({ kind: 'hidden', hidden: 'withheld' });
    expect(read('urn:service:sos', 'CH')).toEqual({ kind: 'emergency' });
  });

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
    // Twelve digits are possible in Switzerland, but this is a number of London without its plus.
    ['442079460123', 'CH', '"442*******23" is no number in CH, but would be one with a plus: see `plus: missing`'],
    ['+0123456789', undefined, '"+012*****89" is no E.164 number'],
    ['+4910000000000000', undefined, '"+491***********00" is no E.164 number'],
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

  it('does not mix up countries and spellings in its cache', () => {
    expect(read('0205550123', 'CH')).not.toEqual(read('0205550123', 'GB'));
    expect(numberIn('CH 0315550179')).toBe('unusable');
    expect(numberIn('0315550179', 'CH')).toBe('+41315550179');
    expect(numberIn('CH 0315550179')).toBe('unusable');
    expect(numberIn('442079460123', 'CH')).toBe('unusable');
    expect(numberIn('442079460123', 'CH', PLUS_MISSING)).toBe('+442079460123');
    expect(numberIn('92025550123', 'US')).toBe('unusable');
    expect(numberIn('92025550123', 'US', dialOut('9'))).toBe('+12025550123');
  });

  describe('an example number of every country', () => {
    const numbers = getCountries().flatMap((country) => getExampleNumber(country, examples) ?? []);
    // Some are as short as an extension, in which case nothing else can be read in their national form.
    const cases = fc.constantFrom(...numbers.filter(({ nationalNumber }) => nationalNumber.length > 6));
    const separators = fc.constantFrom(' ', '-', '.', '/', ' / ', '\u00a0', '');

    it('is read from its international spellings', () => {
      fc.assert(
        fc.property(cases, separators, fc.constantFrom('CH', 'US', undefined), (number, separator, country) => {
          const { number: e164 } = number;
          const international = number.formatInternational().replaceAll(' ', separator);
          const fields = [
            e164,
            international,
            `"A, B" <${international}>`,
            `<sip:${e164}@192.0.2.1:5060;user=phone>;tag=a`,
            `sip:%2B${e164.slice(1)}@example.org`,
            number.getURI(),
            `${e164} ext. 12`,
          ];
          for (const field of fields) expect([field, numberIn(field, country)]).toEqual([field, e164]);
          expect(numberIn(e164.slice(1), country, PLUS_MISSING)).toBe(e164);
          expect(numberIn(BigInt(e164.slice(1)), country, PLUS_MISSING)).toBe(e164);
        }),
        { numRuns: 400 },
      );
    });

    it('is read from its national spellings, in its country', () => {
      fc.assert(
        fc.property(cases, separators, (number, separator) => {
          const { number: e164, country } = number;
          const national = number.formatNational();
          const fields = [
            national,
            national.replaceAll(' ', separator),
            `sip:${national.replace(/\D/g, '')}@192.0.2.1`,
          ];
          for (const field of fields) expect([field, numberIn(field, country)]).toEqual([field, e164]);
          const context = `tel:${national.replace(/\D/g, '')};phone-context=+${number.countryCallingCode}`;
          expect([context, numberIn(context, undefined)]).toEqual([context, e164]);
        }),
        { numRuns: 400 },
      );
    });

    it('is read from behind an international prefix', () => {
      const from = (country: CountryCode, prefix: string) => [country, prefix] as const;
      const prefixes = [from('CH', '00'), from('US', '011'), from('AU', '0011'), from('JP', '010'), from('RU', '810')];
      fc.assert(
        fc.property(cases, fc.constantFrom(...prefixes), ({ number: e164 }, [country, prefix]) => {
          expect(numberIn(`${prefix}${e164.slice(1)}`, country)).toBe(e164);
          // Behind the digit for an outside line, and with none although there is one.
          expect(numberIn(`9${prefix}${e164.slice(1)}`, country, dialOut('9'))).toBe(e164);
          expect(numberIn(e164, country, dialOut('9'))).toBe(e164);
        }),
        { numRuns: 400 },
      );
    });
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
    const text = fc.string({ unit: fc.constantFrom(...'0123456789+-()x#;,.= <>@%٣０'), maxLength: 40 });
    const anyField = fc.oneof(fc.anything(), text);
    const SPELLINGS = [undefined, PLUS_MISSING, dialOut('0'), { isPlusMissing: true, dialOut: '9' }];
    fc.assert(
      fc.property(
        anyField,
        fc.constantFrom('CH', 'US', undefined),
        fc.constantFrom(...SPELLINGS),
        (field, country, spelling) => {
          const reading = read(field, country, spelling);
          if (reading.kind === 'number') expect(reading.e164).toMatch(/^\+[1-9]\d{1,14}$/);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

it('isKnownCountry', () => {
  expect(isKnownCountry('CH')).toBe(true);
  expect(isKnownCountry('XX')).toBe(false);
});
