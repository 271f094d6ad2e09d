import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Clash, createPortalIndex, type PortalMarks } from '../../../src/routing/portal-index.ts';

describe('a portal', () => {
  const portals = {
    acme: { hubId: 100001, numbers: ['+14155550100', '+1415*'] },
    'acme-eu': { numbers: ['+14155550101', '+14155550*'] },
    rest: { hubId: 3, numbers: ['+*'] },
  };
  const index = createPortalIndex(portals);

  it.each([
    ['acme', 'acme'],
    ['100001', 'acme'],
    ['acme-eu', 'acme-eu'],
    ['3', 'rest'],
    ['Acme', undefined],
    ['03', undefined],
    ['undefined', undefined],
    ['__proto__', undefined],
  ])('named %j is %s', (text, name) => {
    expect(index.named(text)).toBe(name);
  });

  it.each([
    ['+14155550100', 'acme'],
    ['+14155550101', 'acme-eu'],
    ['+14155550199', 'acme-eu'],
    ['+14159990000', 'acme'],
    ['+41445550100', 'rest'],
  ])('with the number %s is %s', (e164, name) => {
    expect(index.numbered(e164)).toBe(name);
  });

  it('is not found by a number that nobody has', () => {
    expect(createPortalIndex({ acme: portals.acme }).numbered('+41445550100')).toBeUndefined();
  });
});

test('what two portals have is told, and stays with the first', () => {
  const clashes: Clash[] = [];
  const index = createPortalIndex(
    { a: { hubId: 1, numbers: ['+1415*', '+14155550100'] }, b: { hubId: 1, numbers: ['+14155550100', '+1415*'] } },
    (clash) => clashes.push(clash),
  );
  expect(clashes).toEqual([
    { first: 'a', path: ['b', 'hubId'] },
    { first: 'a', path: ['b', 'numbers', 0] },
    { first: 'a', path: ['b', 'numbers', 1] },
  ]);
  expect([index.named('1'), index.numbered('+14155550100'), index.numbered('+14155550199')]).toEqual(['a', 'a', 'a']);
});

/** Every mark is looked at, and the longest that fits wins; of two alike the first. */
function lookThroughAll(portals: Readonly<Record<string, PortalMarks>>, e164: string): string | undefined {
  let best: { name: string; length: number } | undefined;
  for (const [name, { numbers }] of Object.entries(portals)) {
    for (const number of numbers) {
      const fits = number.endsWith('*') ? e164.startsWith(number.slice(0, -1)) : e164 === number;
      // A whole number goes before a beginning of the same length.
      const length = number.endsWith('*') ? number.length - 1 : number.length + 0.5;
      if (fits && (best === undefined || length > best.length)) best = { name, length };
    }
  }
  return best?.name;
}

test('a number finds the portal that a look through all of them finds', () => {
  const digits = fc.string({ unit: fc.constantFrom('1', '2'), minLength: 0, maxLength: 5 });
  const number = fc.tuple(digits, fc.constantFrom('', '*')).map(([text, star]) => `+${text}${star}`);
  const names = fc.constantFrom('a', 'b', 'c');
  const portals = fc.dictionary(
    names,
    fc.array(number, { maxLength: 6 }).map((numbers) => ({ numbers })),
  );
  fc.assert(
    fc.property(portals, digits, (portals, called) => {
      expect(createPortalIndex(portals).numbered(`+${called}`)).toBe(lookThroughAll(portals, `+${called}`));
    }),
  );
});
