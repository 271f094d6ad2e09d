import { expect, it } from 'vitest';
import { callerRule, partyRule } from '../../../../src/cdr/mapping/party-rule.ts';

it('takes what a party can have', () => {
  const rule = {
    number: ['did', { path: 'dst' }],
    extension: 'ext',
    country: { parameter: 'country' },
    plus: 'missing',
    dialOut: { parameter: 'outsideLine' },
    mainNumber: '+41315550100',
  };
  expect(partyRule.parse(rule)).toEqual(rule);
});

it.each([
  {},
  { number: [] },
  { number: 'n', plus: 'there' },
  { number: 'n', dialOut: 0 },
  { number: 'n', prefix: '0' },
])('refuses %j', (rule) => {
  expect(partyRule.safeParse(rule).success).toBe(false);
});

it('has no main number for a caller', () => {
  expect(callerRule.safeParse({ number: 'n', mainNumber: '+41315550100' }).success).toBe(false);
});
