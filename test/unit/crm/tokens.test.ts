import { expect, test } from 'vitest';
import { portalOf } from '../../../src/crm/portal.ts';
import { readSeed } from '../../../src/crm/seed.ts';
import { Tokens } from '../../../src/crm/tokens.ts';

const { portals } = readSeed({
  portals: {
    main: { hubId: 1, tokens: ['sim-main', { token: 'narrow', scopes: ['a'] }] },
    shut: { hubId: 2, state: 'banned' },
    left: { hubId: 3, state: 'gone' },
  },
});
const WRITE = ['x.write', 'crm.objects.contacts.write'];
const NOW = Date.parse('2026-01-01T00:00:00Z');

function seeded(): Tokens {
  const tokens = new Tokens();
  for (const [name, portal] of Object.entries(portals)) tokens.seed(portalOf(name, portal), portal);
  return tokens;
}

function refusedAs(tokens: Tokens, authorization: string | undefined, now = NOW) {
  const grant = tokens.authenticate(authorization, WRITE, now);
  if (!('refusal' in grant)) throw new Error('was let in');
  return { status: grant.refusal.status, portal: grant.portal?.name, body: JSON.parse(grant.refusal.body) };
}

test('a static token lets in, whatever the case of the scheme', () => {
  for (const header of ['Bearer sim-main', 'bearer  sim-main', 'BEARER sim-main']) {
    expect(seeded().authenticate(header, WRITE, NOW)).toMatchObject({ portal: { name: 'main' }, kind: 'static' });
  }
});

test.each([undefined, '', 'Bearer', 'Basic sim-main', 'Bearer sim-mainx', 'sim-main', 'Bearer sim-left'])(
  '%j does not authenticate',
  (authorization) => {
    expect(refusedAs(seeded(), authorization)).toMatchObject({
      status: 401,
      body: { category: 'INVALID_AUTHENTICATION', status: 'error' },
    });
  },
);

test('a token without the scopes, and one of a banned portal, are forbidden', () => {
  expect(refusedAs(seeded(), 'Bearer narrow')).toMatchObject({
    status: 403,
    portal: 'main',
    body: { category: 'MISSING_SCOPES', errors: [{ context: { requiredGranularScopes: WRITE } }] },
  });
  expect(refusedAs(seeded(), 'Bearer sim-shut')).toMatchObject({ status: 403, body: { category: 'BANNED' } });
});

test('an issued token works until it expires, and is then told from an unknown one for an hour', () => {
  const tokens = seeded();
  const { main } = portals;
  if (!main) throw new Error('no portal');
  const portal = portalOf('main', main);
  const header = `Bearer ${tokens.issue(portal, WRITE, 1_800_000, NOW)}`;
  expect(header.length).toBeGreaterThan(250);
  expect(tokens.authenticate(header, WRITE, NOW + 1_799_999)).toMatchObject({ kind: 'oauth' });
  expect(refusedAs(tokens, header, NOW + 1_800_000 + 5 * 60_000)).toMatchObject({
    status: 401,
    body: {
      category: 'EXPIRED_AUTHENTICATION',
      message: 'The OAuth token used to make this call expired 5 minute(s) ago.',
      context: { 'expire time': ['2026-01-01T00:30:00.000Z'] },
    },
  });
  tokens.issue(portal, WRITE, 1_800_000, NOW + 6_000_000);
  expect(refusedAs(tokens, header, NOW + 6_000_000).body.category).toBe('INVALID_AUTHENTICATION');
  tokens.clear();
  expect(tokens.authenticate('Bearer sim-main', WRITE, NOW)).toMatchObject({ kind: 'static' });
});
