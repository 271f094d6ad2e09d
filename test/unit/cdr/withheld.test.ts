import { expect, it } from 'vitest';
import { WITHHELD_NUMBERS, WITHHELD_WORDS } from '../../../src/cdr/withheld.ts';

it('has words of letters only, as they are looked up', () => {
  for (const word of WITHHELD_WORDS) expect(word).toMatch(/^[a-z]+$/);
});

it.each(['+266696687', '+7378742833', '+7378742883', '+2562533', '+8656696', '+86282452253'])(
  '%s is a word on the keypad',
  (number) => {
    expect(WITHHELD_NUMBERS.has(number)).toBe(true);
  },
);
