/** What goes wrong at HubSpot, and what becomes of the calls. */
import { describe, expect, it } from 'vitest';
import { openCallmatch } from '../support/callmatch.ts';
import { produceCalls } from '../support/canonical-calls.ts';
import { connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

describe('trouble at HubSpot', () => {
  it('keeps to the quota: 1,000 calls, not one answered 429', async () => {
    await using cluster = await connectCluster();
    // HubSpot's 110 requests, in a window of 2 s instead of 10 s: the same limiter, in a fifth of the time.
    const quota = { requests: 110, window: '2s' } as const;
    await using callmatch = await openCallmatch(cluster, {
      crm: { quota: 'rolling:110/2s', latency: '5-40ms' },
      quota,
    });
    await produceCalls(callmatch, callmatch.source, 1_000);
    const processor = await callmatch.start();
    await eventually(
      () => `${callmatch.crm.stats().engagements} engagements`,
      async () => (await processor.telemetry.count('callEnriched')) === 1_000,
      45_000,
    );
    const { throttled, portals } = callmatch.crm.stats();
    expect(throttled).toBe(0);
    expect(portals.main?.peak.requests).toBeLessThanOrEqual(110);
  });

  it('waits while others use up the quota, and buries nothing', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster);
    callmatch.crm.addFault({ kind: 'status', status: 429, retryAfter: 1, count: 20 });
    await produceCalls(callmatch, callmatch.source, 100);
    const processor = await callmatch.start();
    await eventually(
      () => `${callmatch.crm.stats().engagements} engagements`,
      async () => (await processor.telemetry.count('callEnriched')) === 100,
    );
    expect(callmatch.crm.stats().repeatedCallIds).toBe(0);
    expect(await processor.telemetry.count('callBuried')).toBe(0);
  });

  it('makes no second engagement when the connection is cut, before or after the CRM wrote', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, {
      crm: { searchLagMs: 200 },
      delivery: { inDoubt: { settle: '1s' } },
      hubspot: { timeouts: { request: '500ms' } },
    });
    callmatch.crm.addFault({ kind: 'reset-before-write', share: 0.05, seed: 1 });
    callmatch.crm.addFault({ kind: 'reset-after-write', share: 0.05, seed: 2 });
    await produceCalls(callmatch, callmatch.source, 400);
    const processor = await callmatch.start();
    await eventually(
      () => `${callmatch.crm.stats().externalCallIds} calls at the CRM`,
      async () => (await processor.telemetry.count('callEnriched')) === 400,
      45_000,
    );
    const { externalCallIds, repeatedCallIds } = callmatch.crm.stats();
    expect({ externalCallIds, repeatedCallIds }).toEqual({ externalCallIds: 400, repeatedCallIds: 0 });
    const verdicts = new Set((await callmatch.outcomes()).map(({ verdict }) => verdict));
    expect(verdicts).toEqual(new Set(['fresh', 'verified', 'resubmitted']));
  });

  it('goes on by itself after an outage, and buries nothing', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, {
      // On a busy machine a request may outlast its time-out: it must be found before it is sent again.
      crm: { searchLagMs: 200 },
      delivery: { inDoubt: { settle: '1s' } },
      hubspot: { timeouts: { request: '500ms' } },
    });
    callmatch.crm.addFault({ kind: 'status', status: 503 });
    await produceCalls(callmatch, callmatch.source, 200);
    const processor = await callmatch.start();
    await eventually(
      () => 'the portal counts as down',
      () => processor.status().portals[0]?.breaker === 'open',
    );
    callmatch.crm.clearFaults();
    await eventually(
      () => `${callmatch.crm.stats().engagements} engagements`,
      async () => (await processor.telemetry.count('callEnriched')) === 200,
      50_000,
    );
    expect(await processor.telemetry.count('callBuried')).toBe(0);
    expect(callmatch.crm.stats().repeatedCallIds).toBe(0);
  });
});
