import { expect, it } from 'vitest';
import { DEFAULT_NUMBER_POLICIES } from '../../../src/cdr/mapping/number-policy.ts';
import { admit } from '../../../src/config/admit-schema.ts';

it('has the defaults of the mapping compiler', () => {
  expect(admit.parse({})).toEqual({ nonFinal: false, ...DEFAULT_NUMBER_POLICIES });
});

it('knows no other policy', () => {
  expect(admit.parse({ short: 'skip' })).toMatchObject({ short: 'skip', impossible: 'bury' });
  expect(() => admit.parse({ short: 'drop' })).toThrow();
  expect(() => admit.parse({ long: 'skip' })).toThrow();
});
