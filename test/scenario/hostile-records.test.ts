/** P9: no bad input stops the stream. Everything that can be wrong with a record, among good calls. */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { CompressionTypes, type Message } from 'kafkajs';
import { expect, it } from 'vitest';
import { type Random, seededRandom } from '../../src/crm/random.ts';
import { createCanonicalEncoder } from '../../src/dev/traffic-encoder.ts';
import type { ReadRecord } from '../../src/kafka/range-reader.ts';
import { readToEnd } from '../../src/kafka/topic-reader.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { type Processor, startProcessor } from '../../src/processor.ts';
import { createRegistryClient } from '../../src/registry/client.ts';
import { type Callmatch, openCallmatch } from '../support/callmatch.ts';
import { answeredCall } from '../support/canonical-calls.ts';
import { type Cluster, connectCluster } from '../support/cluster.ts';
import { collectText } from '../support/collected-logs.ts';
import { eventually } from '../support/eventually.ts';
import { hostileRecords } from '../support/hostile-records.ts';

const HOSTILE = 10_000;
const GOOD = Array.from({ length: 500 }, (_, n) => answeredCall(`good-${n}`, n));
/** Other records every time; set the variable to meet those of a failed run again. */
const SEED = Number(process.env.CALLMATCH_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
const PARTITIONS = 4;
/** Below the topic's limit of 1 MiB. What is larger is sent alone and compressed. */
const REQUEST = { bytes: 700_000, records: 2_000 } as const;
const MEGABYTE = 1_024 ** 2;

it(`brings 10,000 hostile records to an end, and no good call to harm (CALLMATCH_TEST_SEED=${SEED})`, {
  timeout: 120_000,
}, async () => {
  await using cluster = await connectCluster();
  await using callmatch = await openCallmatch(cluster, { partitions: PARTITIONS });
  const random = seededRandom(SEED);
  const encode = await canonicalEncoder(callmatch);
  const hostile = hostileRecords({ count: HOSTILE, random, encode });
  await produceAll(cluster, callmatch.source, mixed(hostile, GOOD.map(encode), random));
  const sources = await recordsOf(callmatch);
  expect(sources.size).toBe(HOSTILE + GOOD.length);

  const log = createLogReader();
  const logger = createLogger({ level: 'trace', format: 'json' }, { destination: log.stream });
  await using processor = await startProcessor(callmatch.config, logger);
  await eventually(
    () => JSON.stringify(processor.status().partitions),
    async () => (await callmatch.committed()).reduce((sum, offset) => sum + offset, 0) === sources.size,
    90_000,
  );
  await expectSum(processor, sources.size);
  expect(await processor.telemetry.count('callBuried', { code: 'mapping-crashed' })).toBe(0);
  expect({ joins: await processor.telemetry.count('groupJoined'), isReady: processor.isReady() }).toEqual({
    joins: 1,
    isReady: true,
  });
  expectLetters(await callmatch.deadLetters(), sources, await processor.telemetry.count('callBuried'));
  await expectGoodCalls(callmatch);
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);

  await processor.stop();
  collectText(log.text());
  expect(log.lines().at(-1)).toMatchObject({ msg: 'stopped' });
  expect(Math.max(...log.lengths())).toBeLessThan(4_000);
});

async function expectSum({ telemetry: { count } }: Processor, records: number): Promise<void> {
  const [read, enriched, skipped, buried] = await Promise.all(
    (['callRead', 'callEnriched', 'callSkipped', 'callBuried'] as const).map((name) => count(name)),
  );
  expect(read).toBe(records);
  expect(Number(enriched) + Number(skipped) + Number(buried)).toBe(read);
}

/** One for each record that was buried, with its bytes, or without them and with their hash. */
function expectLetters(letters: readonly ReadRecord[], sources: ReadonlyMap<string, ReadRecord>, buried: number): void {
  const header = ({ headers }: ReadRecord, name: string) => headers[`callmatch.${name}`]?.toString();
  const place = (letter: ReadRecord) => `${header(letter, 'source-partition')}/${header(letter, 'source-offset')}`;
  expect(new Set(letters.map(place)).size).toBe(buried);
  expect(letters).toHaveLength(buried);
  const wrong = letters.filter((letter) => {
    const source = sources.get(place(letter));
    if (source?.value == null) return true;
    if (letter.value !== null) return !letter.value.equals(source.value);
    // A value is left out only where it, or the headers with it, would not fit.
    const isLarge = sizeOf({ ...source, key: null }) > MEGABYTE / 2;
    return !isLarge || header(letter, 'value-sha256') !== hash('sha256', source.value);
  });
  expect(wrong.map(place)).toEqual([]);
  // What was refused when its outcome was written would have been submitted before.
  expect(letters.map((letter) => header(letter, 'stage'))).not.toContain('publish');
}

async function expectGoodCalls(callmatch: Callmatch): Promise<void> {
  const outcomes = await callmatch.outcomes();
  const good = new Map(outcomes.map((outcome) => [outcome.externalCallId, outcome]));
  for (const { id, from, to, startedAt, talkSeconds } of GOOD) {
    expect(good.get(id)).toMatchObject({
      outcome: 'enriched',
      from: { e164: from },
      to: { e164: to },
      startedAt,
      talkSeconds,
    });
  }
}

async function canonicalEncoder({ registryUrl, source }: Callmatch): Promise<(record: object) => Buffer> {
  await using registry = await createRegistryClient({ url: registryUrl });
  const schema = await readFile(new URL('../../schemas/call-detail-record.avsc', import.meta.url), 'utf8');
  const encode = await createCanonicalEncoder(await registry.register(`${source}-value`, schema));
  return (record) => encode({ kind: 'avro', record: { ...record } }) ?? Buffer.alloc(0);
}

function mixed(hostile: readonly Message[], good: readonly Buffer[], random: Random): Message[] {
  const all = [...hostile];
  for (const value of good) all.splice(Math.floor(random() * all.length), 0, { value });
  return all;
}

async function produceAll(cluster: Cluster, topic: string, messages: readonly Message[]): Promise<void> {
  let request: Message[] = [];
  let bytes = 0;
  const send = async () => {
    const codec = bytes > MEGABYTE ? CompressionTypes.GZIP : CompressionTypes.None;
    if (request.length > 0) await cluster.produce(topic, request, codec);
    request = [];
    bytes = 0;
  };
  for (const [n, message] of messages.entries()) {
    const size = sizeOf(message);
    if (bytes + size > REQUEST.bytes || request.length === REQUEST.records) await send();
    request.push({ ...message, partition: n % PARTITIONS });
    bytes += size;
  }
  await send();
}

function sizeOf({ key = null, value, headers = {} }: Pick<Message, 'key' | 'value' | 'headers'>): number {
  const parts = Object.entries(headers).flatMap(([name, header = '']) =>
    [header].flat().map((one) => name.length + one.length + 10),
  );
  return parts.reduce((sum, part) => sum + part, (key?.length ?? 0) + (value?.length ?? 0) + 50);
}

/** What is in the source topic, by `partition/offset`. */
async function recordsOf({ kafka, source }: Callmatch): Promise<Map<string, ReadRecord>> {
  const records = new Map<string, ReadRecord>();
  await readToEnd(kafka, [source], (record) => records.set(`${record.partition}/${record.offset}`, record));
  return records;
}

/** Throws at a line that is no JSON. */
function createLogReader() {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString();
      done();
    },
  });
  const split = () => text.trimEnd().split('\n');
  return {
    stream,
    text: () => text,
    lines: () => split().map((line): unknown => JSON.parse(line)),
    lengths: () => split().map((line) => line.length),
  };
}
