import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest, probablyMeant } from '../../../src/config/nearest.ts';

const FIELDS = ['brokers', 'groupId', 'clientId', 'tls', 'sasl', 'startFrom', 'sessionTimeout'];

test.each([
  ['broker', 'brokers'],
  ['group_id', 'groupId'],
  ['GROUPID', 'groupId'],
  ['sesionTimout', 'sessionTimeout'],
  ['start', 'startFrom'],
])('%s was probably meant to be %s', (name, meant) => {
  expect(probablyMeant(name, FIELDS)).toBe(meant);
});

test.each(['quota', 'x', 'deliverySemantics'])('%s is like none of them', (name) => {
  expect(probablyMeant(name, FIELDS)).toBeUndefined();
});

test('a name that is there is the nearest to itself', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1 });
  fc.assert(fc.property(names, (names) => names.every((name) => nearest(name, names) === name)));
});

test('of nothing, nothing is near', () => {
  expect(nearest('a', [])).toBeUndefined();
});
