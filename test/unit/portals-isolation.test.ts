/** Portals that hang beside one that works, over real connections and in real time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { configSchema } from '../../src/config/schema.ts';
import { createHttpClient } from '../../src/hubspot/client.ts';
import { ALWAYS_GRANTED } from '../../src/hubspot/permission.ts';
import { createPortals } from '../../src/portals.ts';
import { quietPortalEvents } from '../support/quiet-portal-events.ts';
import { sampleCall } from '../support/sample-call.ts';
import { received, startHttpServer } from '../support/test-servers.ts';

it.each([
  [2, 128],
  [50, 220],
])(
  'a call is answered within a second while %d portals hang with all they may send',
  async (hanging, onWire) => {
    await using parts = new AsyncDisposableStack();
    let hung = 0;
    const server = parts.use(
      await startHttpServer(async (incoming, response) => {
        const { headers } = await received(incoming);
        if (headers.authorization === 'Bearer t-well') response.writeHead(200).end('{"callerIdMatches":[]}');
        else hung += 1;
      }),
    );
    const portal = (token: string) => ({ token, baseUrl: server.origin, quota: 'none' }) as const;
    const ill = Array.from({ length: hanging }, (_, n) => `ill-${n}`);
    const config = configSchema.parse({
      // Few, so that they are open soon.
      hubspot: { connections: 256 },
      sources: [{ topic: 'calls.cdr', portal: { header: 'portal' } }],
      portals: { well: portal('t-well'), ...Object.fromEntries(ill.map((name) => [name, portal('t-ill')])) },
    });
    const { connections } = config.hubspot;
    const client = parts.use(createHttpClient({ connect: 20_000, request: 60_000, connections }));
    const events = { ...quietPortalEvents, changed() {} };
    const portals = createPortals(config, client, systemClock, events);
    const stop = new AbortController();
    parts.defer(() => stop.abort());
    const submit = (name: string, externalCallId: string) =>
      portals.resolve(name)?.submit(sampleCall({ externalCallId }), {
        lane: 'live',
        signal: stop.signal,
        permission: ALWAYS_GRANTED,
      });

    for (const name of ill) for (let n = 0; n < 200; n += 1) submit(name, `${name}-${n}`)?.catch(() => {});
    while (hung < onWire) await sleep(10);
    for (let n = 0; n < 5; n += 1) {
      const start = performance.now();
      expect(await submit('well', `well-${n}`)).toMatchObject({ attempts: 1 });
      expect(performance.now() - start).toBeLessThan(1_000);
    }
  },
  60_000,
);
