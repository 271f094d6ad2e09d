import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskNumbersIn } from '../../../src/cdr/masked-text.ts';

describe('maskNumbersIn', () => {
  it('masks numbers however they are written and leaves the rest of the text', () => {
    expect(maskNumbersIn('"+14155550123" and (415) 555-0123, line 1, column 314')).toBe(
      '"+141******23" and (415) ***-**23, line 1, column 314',
    );
  });

  it('leaves no seven digits in a row', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789 -().+x'), maxLength: 80 });
    fc.assert(
      fc.property(digits, (text) => {
        expect(maskNumbersIn(text)).not.toMatch(/\d{7}/);
      }),
    );
  });
});
