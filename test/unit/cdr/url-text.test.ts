import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePercent } from '../../../src/cdr/url-text.ts';

describe('decodePercent', () => {
  it.each([
    ['plain+text', 'plain+text'],
    ['%2B41%20%C3%BC', '+41 ü'],
    ['100%', '100%'],
    ['%zz%41%', '%zzA%'],
    ['%FC%41', '%FC%41'],
    ['%2541', '%41'],
  ])('%s is %s', (text, decoded) => {
    expect(decodePercent(text)).toBe(decoded);
  });

  it('reads back what encoders write, once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const whole = text.toWellFormed();
        const encoded = encodeURIComponent(whole);
        expect(decodePercent(encoded)).toBe(whole);
        expect(decodePercent(encodeURIComponent(encoded))).toBe(encoded);
        // Some encode every byte, and in small letters.
        const bytes = Buffer.from(whole).toString('hex').replace(/../g, '%$&');
        expect(decodePercent(bytes)).toBe(whole);
      }),
    );
  });

  it('changes nothing but sequences that stand for something', () => {
    const text = fc.string({ unit: fc.constantFrom(...'%4fFcCzé8+', '%41', '%C3%BC') });
    fc.assert(
      fc.property(text, (encoded) => {
        const decoded = decodePercent(encoded);
        if (!/%[\dA-Fa-f]{2}/.test(encoded)) expect(decoded).toBe(encoded);
        expect(decoded.length).toBeLessThanOrEqual(encoded.length);
      }),
    );
  });
});
