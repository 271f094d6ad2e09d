import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExactJson } from '../../../src/hubspot/exact-json.ts';

describe('parseExactJson', () => {
  it('is JSON.parse for everything without a long integer', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const hasLong = /\d{16}/.test(text);
        if (!hasLong) expect(parseExactJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('gives an integer as a number where that is exact, and as its digits where it is not', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (id) => {
        const { found } = Object(parseExactJson(`{"found":${id}}`));
        const isSafe = Number.isSafeInteger(Number(id));
        expect(found).toBe(isSafe ? Number(id) : String(id));
        expect(BigInt(found)).toBe(id);
      }),
    );
  });

  it('leaves strings, fractions and exponents alone', () => {
    expect(parseExactJson('["9223372036854775807", 1.2345678901234567, 1e20, 1234567890123456789]')).toEqual([
      '9223372036854775807',
      1.2345678901234567,
      1e20,
      '1234567890123456789',
    ]);
  });

  it('throws for what is no JSON', () => {
    expect(() => parseExactJson('<html>1234567890123456')).toThrow(SyntaxError);
  });
});
