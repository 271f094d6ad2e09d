import { readFileSync } from 'node:fs';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { defaultSeed, readSeed, readSeedFile } from '../../../src/crm/seed.ts';

const refusal = (message: RegExp) =>
  expect.objectContaining({ code: 'simulator-invalid', message: expect.stringMatching(message) });

test('the smallest seed is a portal; nobody is known in it', () => {
  const { portals, contacts, companies, owners } = readSeed({ portals: { north: { hubId: 7 } } });
  expect(Object.keys(portals)).toEqual(['north']);
  expect([contacts, companies, owners]).toEqual([[], [], []]);
});

test.each([
  [{}, /^seed: portals: /],
  [
    { portals: { a: { hubId: 1 } }, companies: [{ id: 1, portals: ['b'] }] },
    /companies\.0\.portals: no portal named b/,
  ],
  [{ portals: { a: { hubId: 0 } }, contacts: [{ id: 'x' }] }, /portals\.a\.hubId: .*; contacts\.0\.id: /],
  [{ portals: { a: { hubId: 1 } }, people: [] }, /people/],
])('refuses %j', (document, message) => {
  expect(() => readSeed(document)).toThrow(refusal(message));
});

test('a file that is absent or no YAML is refused by its name', () => {
  expect(() => readSeedFile('/nowhere/seed.yaml')).toThrow(refusal(/^seed file \/nowhere\/seed\.yaml: ENOENT/));
});

test('the built-in seed has one portal, big ids, shared numbers, and about thirty records', () => {
  const { portals, contacts, companies, owners } = defaultSeed();
  expect(portals.main).toMatchObject({ hubId: 100_001 });
  expect(portals.main?.tokens[0]).toEqual({ token: 'sim-main', scopes: undefined });
  expect(contacts.length + companies.length).toBeGreaterThanOrEqual(30);
  expect(contacts.filter(({ phones }) => phones.phone === '+14155550132')).toHaveLength(3);
  expect(contacts.some(({ id }) => id === 9_223_372_036_854_775_807n)).toBe(true);
  expect(owners.length).toBeGreaterThan(3);
});

test('every number of the built-in seed but the one without a country code is a possible one', () => {
  const { contacts, companies } = defaultSeed();
  const numbers = [...contacts, ...companies].flatMap(({ phones }) => Object.values(phones));
  const impossible = numbers.filter((number) => !parsePhoneNumberFromString(number)?.isPossible());
  expect(impossible).toEqual(['0161 496 0301']);
});

test('the example of the documentation is a seed', () => {
  const page = readFileSync(new URL('../../../docs/simulator.md', import.meta.url), 'utf8');
  const [, example] = /This is a whole one:\n\n```yaml\n([^`]+)```/.exec(page) ?? [];
  const seed = readSeed(parse(example ?? '', { intAsBigInt: true }));
  expect(Object.keys(seed.portals)).toEqual(['main', 'north']);
  expect(seed.contacts[0]?.id).toBe(9_007_199_254_740_993n);
});
