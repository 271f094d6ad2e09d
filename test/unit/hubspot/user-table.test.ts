import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUserTable } from '../../../src/hubspot/user-table.ts';

const INT32 = 2 ** 31 - 1;

describe('a user table', () => {
  it.each(['Alice@Example.com', ' alice@example.com ', 'ALICE@EXAMPLE.COM', 'alice@example.com\t'])(
    'finds one by %j',
    (name) => {
      expect(createUserTable([['alice@example.com', 101]]).find(name)).toBe(101);
    },
  );

  it('takes 0201 and 201 for two', () => {
    const table = createUserTable([
      ['201', 1],
      ['0201', 2],
    ]);
    expect([table.find('201'), table.find('0201'), table.find('1201')]).toEqual([1, 2, undefined]);
  });

  it('has nobody by the names of an object', () => {
    expect(['__proto__', 'constructor', ''].map(createUserTable([]).find)).toEqual([undefined, undefined, undefined]);
  });

  it('is the first user id of each name, whatever its case and the blanks around it', () => {
    const blank = fc.constantFrom('', ' ', '\t', '  ');
    const name = fc.tuple(blank, fc.constantFrom('a', 'A', 'b@x', 'B@X', 'b@X', '7', ''), blank).map((t) => t.join(''));
    const id = fc.constantFrom(1, 2, 3, INT32, INT32 + 1, 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, id)), fc.array(name), (entries, asked) => {
        const table = createUserTable(entries);
        const isGood = (n: number) => n >= 1 && n <= INT32 && n % 1 === 0;
        const same = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();
        for (const one of [...asked, ...entries.map(([entry]) => entry)]) {
          const first = entries.find(([entry, n]) => same(entry, one) && one.trim() !== '' && isGood(n));
          expect(table.find(one)).toBe(first?.[1]);
        }
      }),
    );
  });
});
