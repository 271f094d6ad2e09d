/** Settings of how calls are delivered: order, concurrency, retries, doubts. */
import { z } from 'zod';
import { duration } from './scalar.ts';

export const delivery = z.strictObject({
  ordering: z
    .strictObject({
      mode: z.enum(['key', 'partition', 'unordered']).default('key').describe('What is kept in source order.'),
      by: z.enum(['call', 'record-key', 'portal']).default('call').describe('The key of mode `key`.'),
    })
    .prefault({})
    .describe('Order of calls.'),
  lane: z
    .enum(['live', 'backfill'])
    .default('live')
    .describe(
      'Whether this process handles calls as they come or old ones from a topic of their own: a backfill uses only what live processes leave of a quota.',
    ),
  maxInFlight: z
    .int()
    .min(1)
    .max(1024)
    .default(64)
    .describe('Most requests of one portal on the wire at a time, per process.'),
  window: z
    .int()
    .min(64)
    .max(8192)
    .default(4096)
    .describe('Most records between the committed offset and the newest one read, per partition.'),
  maxAttempts: z
    .int()
    .min(1)
    .default(8)
    .describe('Attempts of one call that fails while others of its portal succeed. An outage never counts.'),
  inDoubt: z
    .strictObject({
      mode: z
        .enum(['verify', 'resubmit', 'skip'])
        .default('verify')
        .describe('What to do after an answer that proves nothing: look the call up, send it again, or leave it.'),
      settle: duration('10s').describe("Wait before the look-up: HubSpot's search lags behind its writes."),
    })
    .prefault({})
    .describe('Calls of which nobody knows whether HubSpot took them.'),
  onPause: z
    .enum(['wait', 'park', 'auto'])
    .default('auto')
    .describe(
      'What becomes of the calls of a portal that is paused, or has more calls than it can take soon: they wait in the source topic, or go to the parked topic so that other portals go on. `auto` parks when there is more than one portal, and order is not kept across portals.',
    ),
  duplicates: z
    .strictObject({
      calls: z.int().min(0).default(100_000).describe('Most calls remembered; after a restart they are read again.'),
      age: duration('24h').describe('How long a call is remembered.'),
    })
    .prefault({})
    .describe('Succeeded calls that are remembered, so that a second record of one is not submitted again.'),
  drain: duration('25s').describe('Longest wait for calls in flight at a stop. Kubernetes kills after 30 s.'),
});
