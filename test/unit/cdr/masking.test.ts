import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerpt, maskName, maskNumber } from '../../../src/cdr/masking.ts';

describe('maskName', () => {
  it.each([
    ['alice.agent@example.com', 'a***@example.com'],
    ['@example.com', '***@example.com'],
    ['"a@b"@example.com', '"***@example.com'],
    ['201', '201'],
    ['+41315550179', '+413******79'],
    ['Alice Agent', 'A***'],
    ['SIP/201', 'S***'],
    ['', ''],
  ])('%s becomes %s', (name, masked) => {
    expect(maskName(name)).toBe(masked);
  });
});

describe('maskNumber', () => {
  it.each([
    ['+41315550179', '+413******79'],
    ['031 555 01 79', '031 *** ** 79'],
    ['5551234', '55***34'],
    ['12345', '1***5'],
    ['1001', '1001'],
    ['١٢٣٤٥٦٧٨٩٠', '١٢٣*****٩٠'],
  ])('%s becomes %s', (number, masked) => {
    expect(maskNumber(number)).toBe(masked);
  });

  it('shows at most five digits of anything longer than an extension', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const digits = (maskNumber(text).match(/\d/g) ?? []).length;
        expect(digits).toBeLessThanOrEqual(5);
      }),
    );
  });

  it('cuts monsters', () => {
    expect(maskNumber('9'.repeat(1_000_000)).length).toBeLessThan(50);
  });
});

describe('excerpt', () => {
  it.each([
    ['FOO', '"FOO"'],
    ['603', '"603"'],
    ['2013-04-13:12:08', '"9999-99-99:99:99"'],
    ['+41 31 555 01 79', '"+99 99 999 99 99"'],
    [undefined, '"undefined"'],
    [['a'], 'a list'],
    [{ a: 1 }, 'an object'],
  ])('of %j is %s', (value, shown) => {
    expect(excerpt(value)).toBe(shown);
  });
});
