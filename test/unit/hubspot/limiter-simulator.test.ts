/** One process after the other, on the simulator's quota, over HTTP. */
import { expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { startCrm } from '../../../src/crm/server.ts';
import { createHttpClient } from '../../../src/hubspot/client.ts';
import { createLimiter } from '../../../src/hubspot/limiter.ts';
import { readRateLimit } from '../../../src/hubspot/rate-limit.ts';
import { eventually } from '../../support/eventually.ts';

const QUOTA = { requests: 30, window: 1_000 };

it.each(['rolling', 'fixed'])(
  'a process that is killed and one that follows cause no 429 (%s)',
  { timeout: 60_000 },
  async (kind) => {
    await using crm = await startCrm({ quota: `${kind}:30/1s`, latency: '5-40ms' });
    await using client = createHttpClient({ connect: 1_000, request: 4_000, connections: 60 });
    const headers = { authorization: 'Bearer sim-main', 'content-type': 'application/json' };
    const path = '/crm/owners/2026-03?limit=1';

    /** So many callers, until it is killed: then it does nothing more, and what is on the wire arrives. */
    const start = () => {
      const limiter = createLimiter(QUOTA, systemClock);
      let isAlive = true;
      const call = async () => {
        while (isAlive) {
          const permit = await limiter.acquire('live');
          if (!isAlive) return;
          permit.spent(readRateLimit(await client.send({ method: 'GET', origin: crm.url, path, headers })));
        }
      };
      const callers = Array.from({ length: 60 }, () => call());
      Promise.all(callers).catch((error: unknown) => {
        // What was on the wire at the end of the test has nobody to tell.
        if (isAlive) throw error;
      });
      return () => {
        isAlive = false;
      };
    };
    const answered = () => crm.stats().requests.owners?.['200'] ?? 0;
    for (let generation = 1; generation <= 4; generation += 1) {
      const kill = start();
      const before = answered();
      await eventually(
        () => `${answered()} answers`,
        async () => answered() >= before + 20 * generation,
        30_000,
      );
      kill();
    }
    expect(crm.stats().throttled).toBe(0);
  },
);
