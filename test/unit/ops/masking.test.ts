import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MASK, maskDigits, maskText } from '../../../src/ops/masking.ts';

const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength });
/** Text around a number that does not itself end in a digit or a decimal point. */
const around = fc.string().filter((text) => !/[\d.]$/.test(text));

describe('phone numbers', () => {
  test.each([
    ['from +41791234567', 'from +41*******67'],
    ['+41 79 123 45 67, then', '+41*******67, then'],
    ['+1 (415) 555-2671', '+14*******71'],
    ['+1.415.555.2671', '+14*******71'],
    ['/calls?from=%2B41791234567&id=1', '/calls?from=%2B41*******67&id=1'],
    ['0041791234567', '0041*******67'],
    ['00 41 79 123 45 67', '00 41*******67'],
    ['tel:044-123-45-67;ext=1', 'tel:04******67;ext=1'],
    ['<sip:0441234567@pbx:5060>', '<sip:04******67@pbx:5060>'],
    ['tel:12345', 'tel:*****'],
    ['+٤١٧٩١٢٣٤٥٦٧', '+٤١*******٦٧'],
  ])('%s becomes %s', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  test('no run of seven or more digits after + or 00 survives', () => {
    const prefix = fc.constantFrom('+', '00');
    fc.assert(
      fc.property(around, prefix, digits(7, 20), fc.string(), (before, prefix, number, after) => {
        expect(maskText(`${before}${prefix}${number}${after}`)).not.toContain(`${prefix}${number}`);
        expect(maskText(`${before}${prefix}${number}${after}`)).not.toMatch(/\+\d{7}/);
      }),
    );
  });

  test('nor does a grouped one', () => {
    const groups = fc
      .array(digits(2, 4), { minLength: 3, maxLength: 4 })
      .filter((groups) => groups.join('').length >= 7);
    fc.assert(
      fc.property(around, groups, fc.constantFrom(' ', '-', '.', '/'), (before, groups, sign) => {
        expect(maskText(`${before}+${groups.join(sign)}`)).not.toContain(groups.join(sign));
      }),
    );
  });

  test('at most four digits of a number are kept', () => {
    fc.assert(
      fc.property(digits(0, 20), (number) => {
        const kept = maskDigits(number).replaceAll('*', '');
        expect(maskDigits(number)).toHaveLength(number.length);
        expect(kept.length).toBe(number.length < 7 ? 0 : 4);
      }),
    );
  });
});

test.each([
  'offset 1234567890123 of partition 12',
  'at 1700000000000',
  '2026-11-23T20:13:00.000+0100 1700000000000',
  '2026-11-23T20:13:00.001234567Z',
  'at 16:00 1700000000000 12',
  'took 0.001234567 s',
  'hub 12345678, contact 99887766554433',
  'correlation 123e4567-e89b-12d3-a456-426614174000',
  'traceparent 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  'sip:10.0.0.1:5060',
  'sip:1001@pbx',
  'version 1.2.3+45',
  'basic authentication at the registry',
  'portals.main.token: missing; expected a string',
  'kafka.sasl.password: expected a string, got an empty string',
  'https://api.hubapi.com/crm/v3/extensions/calling/inbound-call',
])('%s stays readable', (text) => {
  expect(maskText(text)).toBe(text);
});

test('a timestamp after a number stays readable', () => {
  expect(maskText('+41791234567 1700000000000')).toBe('+41*******67 1700000000000');
});

describe('secrets', () => {
  test.each([
    ['Authorization: Bearer CJSP5qf1KhICAQ', `Authorization: Bearer ${MASK}`],
    ['Authorization: Basic dXNlcjpwYXNz', `Authorization: Basic ${MASK}`],
    ['authorization: xyz', `authorization: ${MASK}`],
    ['token pat-na1-12345678-1234-1234 is', `token ${MASK} is`],
    ['eyJhbGciOi.eyJzdWIiOi.c2ln', MASK],
    ['https://user:geheim@registry/x', `https://${MASK}@registry/x`],
    [
      'grant_type=refresh_token&refresh_token=abc&client_secret=def',
      `grant_type=refresh_token&refresh_token=${MASK}&client_secret=${MASK}`,
    ],
    ['{"access_token":"abc","expires_in":1800}', `{"access_token":"${MASK}","expires_in":1800}`],
    ['{"body":"{\\"password\\": \\"abc\\"}"}', `{"body":"{\\"password\\": \\"${MASK}\\"}"}`],
  ])('%s', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  test('that are known are found anywhere, also as they stand in JSON', () => {
    const secret = fc.string({ minLength: 6 }).filter((text) => !/[*9]/.test(text) && text.trim().length >= 6);
    fc.assert(
      fc.property(around, secret, fc.string(), (before, secret, after) => {
        expect(maskText(`${before}${secret}${after}`, [secret])).not.toContain(secret);
        expect(JSON.parse(maskText(JSON.stringify({ m: `${before} ${secret}` }), [secret]))).not.toContain(secret);
      }),
    );
  });

  test('that look like a number leave a number behind, so that JSON stays JSON', () => {
    expect(maskText('{"offset":12345678}', ['12345678'])).toBe('{"offset":99999999}');
  });

  test('that are too short to be told from anything else are left alone', () => {
    expect(maskText('a banana', ['a'])).toBe('a banana');
  });
});

test('a line of JSON stays valid JSON', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '+41791234567',
      '"token":"x',
      'token=a"b\\',
      'Bearer abc123',
      'tel:"0441234567',
      '://a\\b@c',
      '00 1 2\\',
    ),
  );
  const value = fc.dictionary(fc.string(), fc.oneof(text, fc.integer(), fc.double({ noNaN: true }), fc.array(text)));
  fc.assert(
    fc.property(value, (value) => {
      JSON.parse(maskText(JSON.stringify(value)));
    }),
  );
});

test('masking twice changes nothing more', () => {
  const pieces = fc.array(fc.oneof(fc.string(), digits(1, 12), fc.constantFrom('+', '00', ' ', 'tel:', 'token=', '"')));
  fc.assert(
    fc.property(pieces, (pieces) => {
      const once = maskText(pieces.join(''));
      expect(maskText(once)).toBe(once);
    }),
  );
});
