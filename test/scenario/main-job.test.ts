/** From a record on a topic to its outcome on another, through every real part. */

import { readFile } from 'node:fs/promises';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { describe, expect, inject, it } from 'vitest';
import { runDemo } from '../../src/dev/demo.ts';
import { startSession } from '../../src/dev/session.ts';
import { openCallmatch } from '../support/callmatch.ts';
import { answeredCall } from '../support/canonical-calls.ts';
import { connectCluster } from '../support/cluster.ts';
import { collectedLogger } from '../support/collected-logs.ts';
import { eventually } from '../support/eventually.ts';
import { javaProduce, NULL } from '../support/java-client.ts';

const SCHEMA = new URL('../../schemas/call-detail-record.avsc', import.meta.url);

describe('the main job', () => {
  it('brings traffic of every kind to the end that it must come to, and its numbers add up', async () => {
    const brokers = inject('brokers').join();
    const env = { CALLMATCH_KAFKA__BROKERS: brokers, CALLMATCH_REGISTRY__URL: inject('registryUrl') };
    const quota = { requests: 5000, seconds: 10 };
    const { signal } = new AbortController();
    const quiet = { signal, onProgress: () => {} };
    const log = collectedLogger();
    await using session = await startSession({ ...quiet, quota, port: 0, log, env });
    const { problems, report } = await runDemo(session, { ...quiet, quota, records: 800, seed: 7 });
    expect(problems).toEqual([]);
    expect(report).toContain('enriched');
  });

  it('reads what the registry client of kafkajs has written, and publishes who called', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster);
    const registry = new SchemaRegistry({ host: cluster.registryUrl });
    const { id } = await registry.register(
      // The type enum of the package is not exported as a value that TypeScript can erase.
      { type: 'AVRO' as never, schema: await readFile(SCHEMA, 'utf8') },
      // Checked against what the registry says, and the enum again.
      { subject: `${callmatch.source}-value`, compatibility: 'FULL_TRANSITIVE' as never },
    );
    const record = { ...DEFAULTS, ...answeredCall('call-1', 1), from: '(202) 555-0143' };
    await cluster.produce(callmatch.source, [{ key: 'call-1', value: await registry.encode(id, record) }]);

    const processor = await callmatch.start();
    await eventually(
      () => 'the call is enriched',
      async () => (await processor.telemetry.count('callEnriched')) === 1,
    );
    const [outcome] = await callmatch.outcomes();
    expect(outcome).toMatchObject({
      outcome: 'enriched',
      portal: 'main',
      externalCallId: 'call-1',
      from: { e164: '+12025550143', type: 'FIXED_LINE_OR_MOBILE' },
      finalCallStatus: 'COMPLETED',
      talkSeconds: 60,
      matchKind: 'one',
      matches: [{ callerIdType: 'CONTACT', firstName: 'Ada', lastName: 'Winter', objectTypeId: '0-1', email: null }],
      attempts: 1,
      verdict: 'fresh',
      lane: 'live',
      mapping: { name: 'canonical' },
      sources: [{ topic: callmatch.source, offset: 0 }],
    });
    const [engagement] = callmatch.crm.engagements();
    expect(engagement?.properties).toMatchObject({
      hs_call_external_id: 'call-1',
      hs_call_direction: 'INBOUND',
      hs_call_duration: '60000',
      hs_call_status: 'COMPLETED',
    });
  });

  it('buries what it cannot decode, bytes untouched, and goes on', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster);
    const unknown = Buffer.from([0, 0x7f, 0xff, 0xff, 0xf0, 1, 2, 3]);
    await cluster.produce(callmatch.source, [
      { key: 'a', value: unknown, headers: { mark: 'kept' } },
      { key: 'a', value: null },
      { key: 'a', value: JSON.stringify(answeredCall('call-2', 2)) },
    ]);
    const processor = await callmatch.start();
    await eventually(
      () => 'the call behind the broken record is enriched',
      async () => (await processor.telemetry.count('callEnriched')) === 1,
    );
    const [letter, ...others] = await callmatch.deadLetters();
    expect(others).toEqual([]);
    expect(letter?.value).toEqual(unknown);
    const headers = Object.fromEntries(
      Object.entries(letter?.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    expect(headers).toMatchObject({
      mark: 'kept',
      'callmatch.code': 'unknown-schema',
      'callmatch.stage': 'decode',
      'callmatch.source-topic': callmatch.source,
      'callmatch.source-offset': '0',
      'callmatch.source-key': 'a',
      'callmatch.portal': 'main',
    });
    expect(await processor.telemetry.count('callSkipped', { reason: 'tombstone' })).toBe(1);
  });

  it('reads records with headers that have no value, which kafkajs cannot write', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster);
    const headers = `traceparent:${NULL},mark:${NULL},mark:kept`;
    const lines = [JSON.stringify(answeredCall('call-3', 3)), 'no call'].map((value) => `${headers}\t${value}`);
    await javaProduce(callmatch.source, lines, 'none', { form: 'headers' });
    const processor = await callmatch.start();
    await eventually(
      () => 'one is enriched, the other buried',
      async () => {
        const [enriched, buried] = [processor.telemetry.count('callEnriched'), processor.telemetry.count('callBuried')];
        return (await enriched) === 1 && (await buried) === 1;
      },
    );
    const [letter] = await callmatch.deadLetters();
    expect(letter?.headers).toMatchObject({
      traceparent: Buffer.alloc(0),
      mark: [Buffer.alloc(0), Buffer.from('kept')],
    });
  });
});

/** The package writes only complete records. */
const DEFAULTS = {
  parentId: null,
  channel: 'voice',
  fromExtension: null,
  fromName: null,
  toExtension: null,
  queue: null,
  cause: null,
  sipStatus: null,
  q850Cause: null,
  portal: null,
  agent: null,
  rungAgents: [],
  userId: null,
  potentialRecipientUserIds: [],
  recordingUrl: null,
  title: null,
  notes: null,
  system: null,
  properties: {},
};
