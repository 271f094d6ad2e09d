import { expect, test } from 'vitest';
import { OAuthClients } from '../../../src/crm/oauth-clients.ts';
import { portalOf } from '../../../src/crm/portal.ts';
import { readSeed } from '../../../src/crm/seed.ts';

const app = (refreshToken: string) => ({ clientId: 'app', clientSecret: 's', refreshToken });
const { portals } = readSeed({
  portals: {
    one: { hubId: 1, oauth: [app('r1')] },
    two: { hubId: 2, oauth: [{ ...app('r2'), tokenLifetime: '5m' }] },
    three: { hubId: 3, oauth: [{ ...app('r3'), rotate: true }] },
  },
});

function seeded(lifetimeMs?: number): OAuthClients {
  const clients = new OAuthClients();
  for (const [name, portal] of Object.entries(portals)) clients.seed(portalOf(name, portal), portal, lifetimeMs);
  return clients;
}

test('a refresh token stands for one app in one portal', () => {
  const clients = seeded();
  expect(clients.secretOf('app')).toBe('s');
  expect(clients.secretOf('other')).toBeUndefined();
  expect(clients.installation('app', 'r1')).toMatchObject({ portal: { hubId: 1 }, tokenLifetimeMs: 1_800_000 });
  expect(clients.installation('app', 'r2')).toMatchObject({ portal: { hubId: 2 }, tokenLifetimeMs: 300_000 });
  expect(clients.installation('other', 'r1')).toBeUndefined();
  expect(clients.installation('app', 'r4')).toBeUndefined();
});

test('a lifetime for all replaces those of the seed', () => {
  expect(seeded(1000).installation('app', 'r2')).toMatchObject({ tokenLifetimeMs: 1000 });
});

test('a refresh token stays the same, unless the seed says that each use brings a new one', () => {
  const clients = seeded();
  expect([clients.use('r1'), clients.use('r1')]).toEqual(['r1', 'r1']);
  const second = clients.use('r3');
  expect(second).not.toBe('r3');
  const isGood = (token: string) => clients.installation('app', token) !== undefined;
  // The answer may have been lost on its way.
  expect([isGood('r3'), isGood(second)]).toEqual([true, true]);
  const again = clients.use('r3');
  expect([second, 'r3', again].map(isGood)).toEqual([false, true, true]);
  const third = clients.use(again);
  expect(['r3', again, third].map(isGood)).toEqual([false, true, true]);
  clients.clear();
  expect(['r1', 'r3', third].map(isGood)).toEqual([true, true, false]);
});
