import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Config, configSchema } from '../../src/config/schema.ts';
import { startCrm } from '../../src/crm/server.ts';
import { createHttpClient, type HttpClient } from '../../src/hubspot/client.ts';
import { ALWAYS_GRANTED } from '../../src/hubspot/permission.ts';
import { TOKEN_REQUESTS } from '../../src/portal-tokens.ts';
import { createPortals } from '../../src/portals.ts';
import { ManualClock, settled } from '../support/manual-clock.ts';
import { quietPortalEvents } from '../support/quiet-portal-events.ts';
import { sampleCall } from '../support/sample-call.ts';
import { createTemporaryFiles } from '../support/temporary-files.ts';

/** What went before has left the window: the quota is all theirs. */
function portalsOf(config: Config, client: HttpClient) {
  const clock = new ManualClock();
  const portals = createPortals(config, client, clock, { ...quietPortalEvents, changed() {} });
  clock.advance(12_000);
  return portals;
}

describe('tokens of OAuth apps', () => {
  it('are asked for when the first call comes, kept, and waited for at the end', async () => {
    await using files = createTemporaryFiles();
    const file = files.write('refresh-token', 'r-1');
    const app = { clientId: 'app', clientSecret: 'client-secret' };
    await using crm = await startCrm({
      quota: 'none',
      seed: { portals: { main: { hubId: 7, oauth: [{ ...app, refreshToken: 'r-1', rotate: true }] } } },
    });
    const config = configSchema.parse({
      portals: { main: { hubId: 7, baseUrl: crm.url, oauth: { ...app, refreshTokenFile: file } } },
    });
    await using client = createHttpClient({ connect: 1_000, request: 4_000, connections: 4 });
    const portals = portalsOf(config, client);
    expect(crm.stats().requests).toEqual({});
    const { signal } = new AbortController();
    const options = { lane: 'live', signal, permission: ALWAYS_GRANTED } as const;
    const submit = (id: string) => portals.resolve('main')?.submit(sampleCall({ externalCallId: id }), options);
    const first = submit('call-1');
    // The token is being fetched when everything is closed: its refresh token must not be lost.
    do await settled();
    while (crm.stats().requests.token === undefined);
    await portals[Symbol.asyncDispose]();
    expect(readFileSync(file, 'utf8')).not.toContain('r-1');
    expect(await first).toMatchObject({ verdict: 'fresh' });
    expect(await submit('call-2')).toMatchObject({ attempts: 1 });
    expect(crm.stats().requests).toEqual({ token: { 200: 1 }, 'inbound-call': { 200: 2 } });
  });

  it('that hang hold up no other portal', async () => {
    const app = { clientId: 'app', clientSecret: 'client-secret' };
    const seed = { first: { hubId: 1 }, second: { hubId: 2, oauth: [{ ...app, refreshToken: 'r-2' }] } };
    await using crm = await startCrm({ quota: 'none', seed: { portals: seed } });
    crm.addFault({ kind: 'hang', endpoint: 'token', portal: 'second' });
    const config = configSchema.parse({
      sources: [{ topic: 'calls.cdr', portal: { name: 'first' } }],
      portals: {
        first: { baseUrl: crm.url, token: 'sim-first' },
        second: { baseUrl: crm.url, oauth: { ...app, refreshToken: 'r-2' } },
      },
      delivery: { maxInFlight: 1 },
    });
    await using client = createHttpClient({ connect: 1_000, request: 4_000, connections: 1 + TOKEN_REQUESTS });
    const portals = portalsOf(config, client);
    const stop = new AbortController();
    const submit = (name: string) =>
      portals.resolve(name)?.submit(sampleCall(), { lane: 'live', signal: stop.signal, permission: ALWAYS_GRANTED });
    const waiting = submit('second')?.catch(() => 'stopped');
    do await settled();
    while (crm.stats().requests.token === undefined);
    expect(await submit('first')).toMatchObject({ attempts: 1 });
    stop.abort();
    expect(await waiting).toBe('stopped');
  });
});
