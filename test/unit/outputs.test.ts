import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CallmatchError } from '../../src/errors.ts';
import type { Delivery } from '../../src/kafka/delivery.ts';
import { createOutcomeCodec, type Ending } from '../../src/outcome/enriched-call.ts';
import { createOutputs, type Outputs, type RoutedOrigin } from '../../src/outputs.ts';
import { MemorySink } from '../support/memory-sink.ts';
import { sampleCall } from '../support/sample-call.ts';
import { sampleDelivery } from '../support/sample-delivery.ts';

const SCHEMA = await readFile(new URL('../../schemas/enriched-call.avsc', import.meta.url), 'utf8');
const codec = createOutcomeCodec(SCHEMA, 77);
const ENDING: Ending = {
  outcome: 'enriched',
  matches: [],
  engagementRequested: true,
  attempts: 1,
  submittedAt: 1_000_500,
  verdict: 'fresh',
};
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const refused = new CallmatchError('crm-rejected', 'no', { http: { status: 400 }, attempts: 3 });

function setUp(partitions: Record<string, number> = { 'calls.enriched': 4, 'calls.cdr.dlq': 12 }) {
  const sink = new MemorySink();
  const settings = {
    topic: 'calls.enriched',
    dlqSuffix: '.dlq',
    parkedSuffix: '.parked',
    include: 'names',
    group: 'callmatch',
    lane: 'live',
    version: '0.1.0',
  } as const;
  const outputs = createOutputs(settings, {
    sink,
    codec,
    partitions: new Map(Object.entries(partitions)),
    wall: () => 1_001_000,
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  });
  return { sink, outputs };
}

function origin(delivery: Partial<Delivery> = {}): RoutedOrigin {
  const portal = {
    name: 'main',
    hubId: 42,
    state: { state: 'active' } as const,
    waiting: 0,
    attribute: () => sampleCall(),
    resting: 0,
    submit: () => Promise.reject(new Error('nothing is submitted here')),
  };
  const mapping = { name: 'canonical', version: '3' };
  const stages = { portal: () => portal, mapping, decode: () => ({ kind: 'tombstone' }) as const, map: () => [] };
  return { delivery: sampleDelivery(delivery), stages, portal, callIndex: 1 };
}

describe('an outcome', () => {
  it('goes to the partition of its source, modulo, under the key of its call', async () => {
    const { sink, outputs } = setUp();
    await outputs.publish(origin({ partition: 5 }), sampleCall(), ENDING);
    expect(sink.records).toMatchObject([{ topic: 'calls.enriched', partition: 1, key: 'main:call-1' }]);
  });

  it('says where the call came from and who made it', async () => {
    const { sink, outputs } = setUp();
    const headers = { traceparent: [Buffer.from(TRACEPARENT)], 'callmatch.redrives': Buffer.from('2') };
    await outputs.publish(origin({ offset: 9, headers }), sampleCall(), ENDING);
    expect(codec.decode(sink.records[0]?.value ?? Buffer.alloc(0))).toMatchObject({
      portal: 'main',
      hubId: 42,
      group: 'callmatch',
      lane: 'live',
      mapping: { name: 'canonical', version: '3' },
      sources: [{ topic: 'calls.cdr', partition: 5, offset: 9, timestamp: 1_000_000 }],
      callIndex: 1,
      redrives: 2,
      traceparent: TRACEPARENT,
      completedAt: 1_001_000,
      latencyMs: 1_000,
    });
  });

  it('adds the requests of earlier tries', async () => {
    const { sink, outputs } = setUp();
    await outputs.publish(origin({ headers: { 'callmatch.attempts': '8' } }), sampleCall(), ENDING);
    expect(codec.decode(sink.records[0]?.value ?? Buffer.alloc(0)).attempts).toBe(9);
    await outputs.bury(origin({ headers: { 'callmatch.attempts': '8' } }), refused, 'submit', 'call-1');
    expect(sink.records[1]?.headers).toMatchObject({ 'callmatch.attempts': '11' });
  });

  it.each(['-1', '1.5', '1e99', '99999999999', 'x', ''])('takes a header of redrives %j for none', async (redrives) => {
    const { sink, outputs } = setUp();
    await outputs.publish(origin({ headers: { 'callmatch.redrives': redrives } }), sampleCall(), ENDING);
    expect(codec.decode(sink.records[0]?.value ?? Buffer.alloc(0)).redrives).toBe(0);
  });

  it.each(['', '00-abc', `${TRACEPARENT}-${'x'.repeat(1_000_000)}`])(
    'leaves out a trace that is none',
    async (header) => {
      const { sink, outputs } = setUp();
      await outputs.publish(origin({ headers: { traceparent: header } }), sampleCall(), ENDING);
      expect(codec.decode(sink.records[0]?.value ?? Buffer.alloc(0)).traceparent).toBeNull();
    },
  );

  it('rejects when the broker refuses it', async () => {
    const { sink, outputs } = setUp();
    sink.limit = 10;
    await expect(outputs.publish(origin(), sampleCall(), ENDING)).rejects.toMatchObject({ code: 'record-too-large' });
  });
});

describe('a dead letter', () => {
  it('has the bytes of the record, its headers, and the reason', async () => {
    const { sink, outputs } = setUp();
    await outputs.bury(origin({ headers: { own: 'x' } }), refused, 'submit', 'call-1');
    expect(sink.records).toMatchObject([
      {
        topic: 'calls.cdr.dlq',
        partition: 5,
        key: 'main:call-1',
        value: Buffer.from('value'),
        headers: { own: 'x', 'callmatch.code': 'crm-rejected', 'callmatch.stage': 'submit', 'callmatch.attempts': '3' },
      },
    ]);
  });

  it('keeps the key of a record of which no call is known', async () => {
    const { sink, outputs } = setUp();
    await outputs.bury(origin(), refused, 'decode');
    expect(sink.records[0]?.key).toEqual(Buffer.from('key'));
  });

  it('rather leaves out the key than the value: it is the key that takes room twice', async () => {
    const { sink, outputs } = setUp();
    sink.limit = 6_000;
    await outputs.bury(origin({ key: Buffer.alloc(5_000), headers: { own: 'x' } }), refused, 'decode');
    expect(sink.records).toMatchObject([{ key: null, value: Buffer.from('value'), headers: { own: 'x' } }]);
    expect(sink.records[0]?.headers).not.toHaveProperty(['callmatch.value-omitted']);
  });

  it('leaves a value out that the broker refuses, and says so', async () => {
    const { sink, outputs } = setUp();
    const value = Buffer.alloc(5_000, 'x');
    sink.limit = 2_000;
    await outputs.bury(origin({ value }), refused, 'submit', 'call-1');
    expect(sink.records).toMatchObject([
      {
        value: null,
        headers: {
          'callmatch.source-offset': '0',
          'callmatch.value-omitted': '5000',
          'callmatch.value-sha256': createHash('sha256').update(value).digest('hex'),
        },
      },
    ]);
  });

  it('leaves out headers, key and id as well where they are what is too large', async () => {
    const { sink, outputs } = setUp();
    const large = { key: Buffer.alloc(5_000), headers: { own: Buffer.alloc(5_000) }, offset: 7 };
    sink.limit = 2_000;
    await outputs.bury(origin(large), refused, 'submit', 'x'.repeat(5_000));
    expect(sink.records).toMatchObject([
      { key: null, value: null, headers: { 'callmatch.source-offset': '7', 'callmatch.value-omitted': '5' } },
    ]);
    expect(sink.records[0]?.headers).not.toHaveProperty(['own']);
  });

  it('passes on what else goes wrong', async () => {
    const { sink, outputs } = setUp();
    sink.acknowledged = Promise.reject(new Error('the sink is closed'));
    await expect(outputs.bury(origin(), refused, 'submit')).rejects.toThrow('the sink is closed');
  });
});

describe('what the sink is told and tells', () => {
  const both: [string, (outputs: Outputs, from: RoutedOrigin) => Promise<void>][] = [
    ['an outcome', (outputs, from) => outputs.publish(from, sampleCall(), ENDING)],
    ['a dead letter', (outputs, from) => outputs.bury(from, refused, 'submit', 'call-1')],
  ];

  it.each(both)("%s is taken back when its record has become another owner's", async (_name, write) => {
    const { sink, outputs } = setUp();
    const [sending, publishing] = [AbortSignal.abort('stop'), new AbortController()];
    const published: number[] = [];
    const from = origin({
      signal: sending,
      publishing: publishing.signal,
      published: (_output, offset) => published.push(offset),
    });
    await write(outputs, from);
    publishing.abort('another owner');
    await expect(write(outputs, from)).rejects.toBe('another owner');
    expect([sink.records.length, published]).toEqual([1, [0]]);
  });

  it.each(both)('%s is marked at its place before anybody goes on', async (_name, write) => {
    const { sink, outputs } = setUp();
    const told: unknown[] = [];
    const from = origin({
      partition: 6,
      published: ({ topic, partition }, offset) => told.push({ topic, partition, offset }),
    });
    await write(outputs, from);
    await write(outputs, from).then(() => told.push('published'));
    const { topic, partition } = sink.records[0] ?? {};
    expect(told).toEqual([{ topic, partition, offset: 0 }, { topic, partition, offset: 1 }, 'published']);
  });

  it('a dead letter that was refused is marked where its smaller form stands, and only there', async () => {
    const { sink, outputs } = setUp();
    sink.limit = 2_000;
    const offsets: number[] = [];
    const from = origin({ value: Buffer.alloc(5_000), published: (_output, offset) => offsets.push(offset) });
    await outputs.bury(from, refused, 'submit', 'call-1');
    expect([offsets, sink.records.length]).toEqual([[0], 1]);
  });
});
