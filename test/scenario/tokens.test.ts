/** Portals with OAuth apps, whose tokens live for seconds: what their end costs, and whom a revoked one stops. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openCallmatch } from '../support/callmatch.ts';
import { createCallProducer } from '../support/canonical-calls.ts';
import { connectCluster } from '../support/cluster.ts';
import { bodyOf } from '../support/crm-request.ts';
import { eventually } from '../support/eventually.ts';
import { createTemporaryFiles } from '../support/temporary-files.ts';

const LIFETIME_MS = 3_000;
const CLIENT_SECRET = 'client-secret-1';
const CALLS = 300;
/** Its limiter makes the pace: the calls take longer than a token lives. */
const QUOTA = { requests: 60, window: '1s' } as const;
const REVOKED = JSON.stringify({
  status: 'BAD_REFRESH_TOKEN',
  error: 'invalid_grant',
  message: 'missing or invalid refresh token',
});

const seedOf = (name: string, hubId: number) => ({
  hubId,
  oauth: [{ clientId: 'app', clientSecret: CLIENT_SECRET, refreshToken: `refresh-token-${name}`, rotate: true }],
});

it('tokens end in the middle at no cost, and a revoked one stops its portal only, until it is good again', async () => {
  await using cluster = await connectCluster();
  await using files = createTemporaryFiles();
  const fileOf = (name: string) => files.write(name, `refresh-token-${name}`);
  const seed = { portals: { main: seedOf('main', 100_001), other: seedOf('other', 100_002) } };
  await using callmatch = await openCallmatch(cluster, {
    crm: { seed, tokenLifetimeMs: LIFETIME_MS, latency: '5-15ms' },
    change: (input, crm) => {
      const portal = (name: string) => {
        const oauth = { clientId: 'app', clientSecret: CLIENT_SECRET, refreshTokenFile: fileOf(name) };
        return { hubId: seed.portals[name === 'main' ? 'main' : 'other'].hubId, baseUrl: crm.url, quota: QUOTA, oauth };
      };
      const [source] = input.sources ?? [];
      const topic = source?.topic ?? '';
      return {
        ...input,
        portals: { main: portal('main'), other: portal('other') },
        sources: [
          { ...source, topic, portal: { name: 'main' } },
          { ...source, topic: `${topic}.other`, portal: { name: 'other' } },
        ],
      };
    },
  });
  const { crm, source } = callmatch;
  const topics = { main: source, other: `${source}.other` };
  const send = async (portal: keyof typeof topics, stage: string, count = CALLS) => {
    const producer = await createCallProducer(callmatch, topics[portal]);
    await producer.send(...Array.from({ length: count }, (_, n) => `${portal}-${stage}-${n}`));
    await producer.disconnect();
  };
  const taken = (portal: string) => crm.stats().portals[portal]?.externalCallIds ?? 0;
  const answers = (portal: string, endpoint: string) => crm.stats().portals[portal]?.requests[endpoint] ?? {};
  const service = callmatch.spawn();
  const state = async (name: string) => {
    const port = /"port":(\d+)/.exec(service.log())?.[1];
    const { portals } = await bodyOf(fetch(`http://127.0.0.1:${port}/status`));
    return portals.find((portal: { name: string }) => portal.name === name).state;
  };

  // Several tokens one after the other: each is replaced before its end.
  await Promise.all([send('main', 'ahead'), send('other', 'ahead')]);
  await eventually(service.log, () => taken('main') + taken('other') === 2 * CALLS);
  expect(answers('main', 'inbound-call')).toMatchObject({ 200: CALLS });
  expect(answers('main', 'token')[200]).toBeGreaterThanOrEqual(2);

  // HubSpot ends a token that ought to be good: a 401, one forced refresh, and on it goes.
  await send('main', 'forced');
  await eventually(service.log, () => taken('main') > CALLS + 50);
  crm.advance(LIFETIME_MS);
  await eventually(service.log, () => taken('main') === 2 * CALLS);
  expect(answers('main', 'inbound-call')[401]).toBeGreaterThan(0);
  expect(await state('main')).toBe('active');

  // One portal's app is disconnected.
  crm.addFault({ kind: 'status', endpoint: 'token', portal: 'other', status: 400, body: REVOKED });
  crm.advance(LIFETIME_MS);
  await Promise.all([send('main', 'beside'), send('other', 'revoked', 50)]);
  await eventually(service.log, async () => (await state('other')) === 'paused');
  await eventually(service.log, () => taken('main') === 3 * CALLS);
  expect([await state('main'), await state('other'), taken('other')]).toEqual(['active', 'paused', CALLS]);
  // It is probed slowly: the first try, one for the call that was rejected meanwhile, and the probes.
  expect(answers('other', 'token')[400]).toBeLessThanOrEqual(3);

  crm.clearFaults();
  await eventually(service.log, () => taken('other') === CALLS + 50);
  await eventually(service.log, async () => (await callmatch.outcomes()).length === 4 * CALLS + 50);
  service.kill('SIGTERM');
  expect(await service.ended, service.log()).toBe(0);
  expect(crm.stats().repeatedCallIds).toBe(0);
  expect(await callmatch.deadLetters()).toEqual([]);
  expect(new Set((await callmatch.outcomes()).map(({ verdict }) => verdict))).toEqual(new Set(['fresh']));

  // The newest refresh token is kept, and no secret was told: neither those of the files nor what is as long as a token.
  const log = service.log();
  expect(log).toContain('"code":"token-refused"');
  expect(log).toContain('BAD_REFRESH_TOKEN');
  for (const name of ['main', 'other']) {
    const kept = readFileSync(`${files.folder}/${name}`, 'utf8').trim();
    expect(kept).not.toBe(`refresh-token-${name}`);
    expect(log).not.toContain(kept);
    expect(log).not.toContain(`refresh-token-${name}`);
  }
  expect(log).not.toContain(CLIENT_SECRET);
  expect(log).not.toMatch(/[\w-]{200}/);
}, 120_000);
