/** Portals in trouble beside portals that are well, on the same partitions. */
import { describe, expect, it } from 'vitest';
import type { FaultRuleInput } from '../../src/crm/fault-rule.ts';
import { type Callmatch, openCallmatch } from '../support/callmatch.ts';
import { createCallProducer } from '../support/canonical-calls.ts';
import { connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const PARTITIONS = 2;
const BACKLOG = 3_000;
/** For thousands of calls on a machine that has other things to do. */
const LONG_MS = 90_000;

const idsOf = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}-${n}`);

/** The longest that a fresh call of `well` took to reach HubSpot, of some sent one after the other, milliseconds. */
async function longestWait({ crm }: Callmatch, send: (id: string) => Promise<void>, name: string): Promise<number> {
  let longest = 0;
  for (const id of idsOf(name, 10)) {
    const start = performance.now();
    await send(id);
    while (crm.engagements({ externalCallId: id }).length === 0) await new Promise((go) => setTimeout(go, 5));
    longest = Math.max(longest, performance.now() - start);
  }
  return longest;
}

const TROUBLES: [string, FaultRuleInput][] = [
  ['is moved to another data centre', { kind: 'status', status: 477, retryAfter: 1, portal: 'sick' }],
  ['has its token revoked', { kind: 'status', status: 401, portal: 'sick' }],
  ['is down', { kind: 'reset-before-write', portal: 'sick' }],
];

describe('a portal in trouble', () => {
  it.each(TROUBLES)(
    'that %s holds nobody up, and goes on by itself',
    async (_name, fault) => {
      await using cluster = await connectCluster();
      await using callmatch = await openCallmatch(cluster, {
        portalNames: ['sick', 'well'],
        partitions: PARTITIONS,
        delivery: { window: 1024, inDoubt: { settle: '5s' } },
        crm: { searchLagMs: 200 },
      });
      const { crm, source } = callmatch;
      const producer = await createCallProducer(callmatch, source);
      const sendWell = (id: string) => producer.sendOf('well', [id]);
      const processor = await callmatch.start();
      await longestWait(callmatch, sendWell, 'warm');
      crm.addFault(fault);
      for (let partition = 0; partition < PARTITIONS; partition += 1)
        await producer.sendOf('sick', idsOf(`sick-${partition}`, BACKLOG / PARTITIONS), partition);
      await eventually(
        () => `parked: ${JSON.stringify(processor.status().parked)}`,
        () => processor.status().parked.sick === BACKLOG,
        LONG_MS,
      );
      expect(await longestWait(callmatch, sendWell, 'fresh')).toBeLessThan(1_000);

      crm.clearFaults();
      await eventually(
        () => `${JSON.stringify(crm.stats().portals)}, ${JSON.stringify(processor.status())}`,
        () => crm.stats().portals.sick?.externalCallIds === BACKLOG && processor.status().parked.sick === undefined,
        LONG_MS,
      );
      await producer.disconnect();
      const count = processor.telemetry.count;
      expect(await count('callRead')).toBe(BACKLOG + 20);
      expect(await count('callEnriched')).toBe(BACKLOG + 20);
      expect((await count('callSkipped')) + (await count('callBuried'))).toBe(0);
      expect(crm.stats().repeatedCallIds).toBe(0);
    },
    120_000,
  );

  it('gets its calls in the order of the source, however often it is in trouble', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, {
      portalNames: ['sick', 'well'],
      partitions: 1,
      delivery: { ordering: { by: 'portal' } },
    });
    const { crm, source } = callmatch;
    const producer = await createCallProducer(callmatch, source);
    const processor = await callmatch.start();
    const trouble = { kind: 'status', status: 477, retryAfter: 1, portal: 'sick' } as const;
    crm.addFault(trouble);
    await producer.sendOf('sick', idsOf('sick-first', 100), 0);
    await eventually(
      () => `parked: ${JSON.stringify(processor.status())}`,
      () => processor.status().parked.sick === 100,
    );
    // Not even where order is that of the portal, and its first call waits for long.
    expect(await longestWait(callmatch, (id) => producer.sendOf('well', [id]), 'fresh')).toBeLessThan(1_000);
    crm.clearFaults();
    for (let round = 0; round < 5; round += 1) {
      crm.addFault({ ...trouble, count: 1, skip: 20 * round });
      await producer.sendOf('sick', idsOf(`sick-${round}`, 100), 0);
    }
    await eventually(
      () => `${JSON.stringify(crm.stats().portals)}, ${JSON.stringify(processor.status())}`,
      () => crm.stats().portals.sick?.externalCallIds === 600,
    );
    await producer.disconnect();
    const rounds = ['first', 0, 1, 2, 3, 4].flatMap((round) => idsOf(`sick-${round}`, 100));
    const taken = crm.engagements({ portal: 'sick', limit: 1_000 }).map(({ externalCallId }) => externalCallId);
    expect(taken).toEqual(rounds);
    expect(await processor.telemetry.count('callParked')).toBeGreaterThan(0);
  }, 240_000);
});
