import { expect, test } from 'vitest';
import { seedPortals } from '../../../src/crm/seed-portal.ts';
import { readSetting } from '../../../src/crm/setting.ts';

const read = (portals: unknown) => readSetting(seedPortals, portals, 'portals');

test('a hub id is enough: the token follows from the name', () => {
  const { north } = read({ north: { hubId: 7 } });
  expect(north).toMatchObject({ hubId: 7, tokens: [{ token: 'sim-north' }], state: 'active', timeZone: 'UTC' });
  expect(north?.scopes).toContain('crm.objects.contacts.write');
});

test('tokens may have scopes of their own; tokens of an app live half an hour', () => {
  const app = { clientId: 'a', clientSecret: 'b', refreshToken: 'c' };
  const { p } = read({ p: { hubId: 1, tokens: ['t', { token: 'u', scopes: ['s'] }], oauth: [app], quota: 'none' } });
  expect(p).toMatchObject({
    tokens: [{ token: 't' }, { token: 'u', scopes: ['s'] }],
    oauth: [{ ...app, tokenLifetime: 1_800_000 }],
    quota: {},
  });
});

const install = (refreshToken: string) => [{ clientId: 'a', clientSecret: 'b', refreshToken }];

test.each([
  [{}, /at least one portal/],
  [{ a: { hubId: 2 ** 31 } }, /a\.hubId: an integer from 1 to 2\^31 - 1/],
  [{ a: { hubId: 1, quota: 'much' } }, /a\.quota: expected a quota/],
  [{ a: { hubId: 1, timeZone: 'Mars' } }, /a\.timeZone: an IANA time zone/],
  [{ a: { hubId: 1, state: 'asleep' } }, /a\.state/],
  [{ a: { hubId: 1, tokenz: [] } }, /tokenz/],
  [{ a: { hubId: 1 }, b: { hubId: 1 } }, /two portals have the same hubId/],
  [{ a: { hubId: 1, tokens: ['t'] }, b: { hubId: 2, tokens: ['t'] } }, /two portals have the same token/],
  [{ a: { hubId: 1, oauth: install('r') }, b: { hubId: 2, oauth: install('r') } }, /the same refresh token/],
])('refuses %j', (portals, message) => {
  expect(() => read(portals)).toThrow(expect.objectContaining({ message: expect.stringMatching(message) }));
});
