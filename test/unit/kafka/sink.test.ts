import fc from 'fast-check';
import {
  KafkaJSNonRetriableError,
  KafkaJSProtocolError,
  type Producer,
  type ProducerBatch,
  type RecordMetadata,
} from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { CallmatchError } from '../../../src/errors.ts';
import { createSink, type OutputRecord } from '../../../src/kafka/sink.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

/** A broker with a size limit that can be down. A real one (scenario suite) does not fail on command. */
class ScriptedBroker {
  /** Keys by partition, in the order of writing. */
  readonly written = new Map<string, string[]>();
  readonly batches: ProducerBatch[] = [];
  /** Requests to fail, before the next one goes through. */
  outages = 0;
  isDisconnected = false;
  /** Holds requests back until it is opened. */
  door: Promise<void> = Promise.resolve();
  readonly #limit: number;

  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  async connect(): Promise<void> {}

  async sendBatch(batch: ProducerBatch): Promise<RecordMetadata[]> {
    this.batches.push(batch);
    await this.door;
    if (this.outages > 0) {
      this.outages -= 1;
      throw new Error('no leader');
    }
    let isTooLarge = false;
    const answer: RecordMetadata[] = [];
    for (const { topic, messages } of batch.topicMessages ?? []) {
      for (const partition of new Set(messages.map((message) => message.partition))) {
        const own = messages.filter((message) => message.partition === partition);
        const bytes = own.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
        // A broker refuses per partition: the others of the request are written all the same.
        if (bytes > this.#limit) isTooLarge = true;
        else
          answer.push({
            topicName: topic,
            partition: partition ?? 0,
            errorCode: 0,
            baseOffset: this.#write(`${topic}/${partition}`, own),
          });
      }
    }
    if (isTooLarge) throw tooLarge();
    return answer;
  }

  async disconnect(): Promise<void> {
    this.isDisconnected = true;
  }

  /** The offset of the first one. */
  #write(partition: string, messages: readonly { key?: Buffer | string | null }[]): string {
    const log = this.written.get(partition) ?? [];
    this.written.set(partition, [...log, ...messages.map(({ key }) => String(key))]);
    return String(log.length);
  }
}

/** As kafkajs 2.2.4 throws it: its retrier wraps the answer of the broker. */
function tooLarge(): Error {
  const answer = Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE', code: 10, retriable: false });
  const error = new KafkaJSProtocolError(answer);
  return Object.assign(new KafkaJSNonRetriableError(error), { cause: error });
}

function setUp(broker = new ScriptedBroker()) {
  const clock = new ManualClock();
  const failures: number[] = [];
  // Only these three methods of a producer are used.
  const producers = { created: 0, mayWrite: true };
  const sink = createSink({
    producer() {
      producers.created += 1;
      return broker as unknown as Producer;
    },
    mayWrite: () => producers.mayWrite,
    clock,
    events: { publishFailed: (_error, records) => failures.push(records) },
  });
  return { broker, clock, failures, sink, producers };
}

function output(key: string, { partition = 0, bytes = 10, topic = 'calls.enriched' } = {}): OutputRecord {
  return { topic, partition, key, value: Buffer.alloc(bytes) };
}

describe('Sink', () => {
  it('sends what ends together in one request, and what comes meanwhile in the next', async () => {
    const { broker, clock, sink } = setUp();
    const first = [sink.publish(output('a')), sink.publish(output('b', { partition: 1 }))];
    await Promise.all(first);
    const open = Promise.withResolvers<void>();
    broker.door = open.promise;
    const second = sink.publish(output('c'));
    await settled();
    const third = [sink.publish(output('d')), sink.publish(output('e'))];
    await settled();
    expect(broker.batches).toHaveLength(2);
    open.resolve();
    await second;
    await settled();
    expect(broker.batches, 'at most one request in ten milliseconds').toHaveLength(2);
    clock.advance(10);
    await Promise.all(third);
    expect(broker.batches).toHaveLength(3);
    expect(broker.batches.every(({ acks }) => acks === -1)).toBe(true);
    expect(broker.written.get('calls.enriched/0')).toEqual(['a', 'c', 'd', 'e']);
  });

  it('stamps the time of publishing, with the wall clock as it is', async () => {
    const { broker, clock, sink } = setUp();
    clock.setWall(1_234);
    await sink.publish({ ...output('a'), headers: { trace: 'x' } });
    expect(broker.batches[0]?.topicMessages?.[0]?.messages[0]).toMatchObject({
      timestamp: '1234',
      headers: { trace: 'x' },
    });
  });

  it('bounds a request by records and by bytes', async () => {
    const { broker, sink } = setUp();
    const sizes = () => broker.batches.map(({ topicMessages }) => topicMessages?.[0]?.messages.length);
    await Promise.all(Array.from({ length: 1_001 }, (_, n) => sink.publish(output(String(n)))));
    expect(sizes()).toEqual([1_000, 1]);
    await Promise.all(Array.from({ length: 3 }, (_, n) => sink.publish(output(String(n), { bytes: 300 * 1024 }))));
    expect(sizes()).toEqual([1_000, 1, 1, 1, 1]);
  });

  it('waits for a broker that is down, ever longer up to five seconds', async () => {
    const { broker, clock, failures, sink } = setUp();
    broker.outages = 9;
    const published = sink.publish(output('a'));
    await clock.elapse(100 + 200 + 400 + 800 + 1_600 + 3_200 + 5_000 + 5_000 - 1);
    expect(failures).toHaveLength(8);
    await clock.elapse(5_001);
    await published;
    expect(failures).toEqual(Array.from({ length: 9 }, () => 1));
    expect(clock.pending).toBe(0);
  });

  it('rejects exactly what is too large, keeps the order of every partition, and loses nothing', async () => {
    const records = fc.array(
      fc.record({
        partition: fc.nat(2),
        topic: fc.constantFrom('calls.enriched', 'calls.cdr.dlq'),
        bytes: fc.oneof({ weight: 8, arbitrary: fc.nat(200) }, { weight: 1, arbitrary: fc.constant(600) }),
      }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(records, fc.nat(3), async (list, outages) => {
        const { broker, clock, sink } = setUp(new ScriptedBroker(500));
        broker.outages = outages;
        const ends = Promise.allSettled(list.map((one, n) => sink.publish(output(String(n), one))));
        await clock.elapse(10_000);
        const refused = (await ends).map((end) => end.status === 'rejected' && end.reason.code);
        expect(refused).toEqual(list.map(({ bytes }) => (bytes > 500 ? 'record-too-large' : false)));
        for (const topic of ['calls.enriched', 'calls.cdr.dlq']) {
          for (const partition of [0, 1, 2]) {
            const wanted = list.flatMap((one, n) =>
              one.topic === topic && one.partition === partition && one.bytes <= 500 ? [String(n)] : [],
            );
            // A part of a refused request may be written twice; by its first copy every record is in its place.
            expect([...new Set(broker.written.get(`${topic}/${partition}`))]).toEqual(wanted);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('says which topic refuses a record, and passes the cause on', async () => {
    const { sink } = setUp(new ScriptedBroker(5));
    const error = await sink.publish(output('a')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CallmatchError);
    expect(error).toMatchObject({ code: 'record-too-large', message: 'calls.enriched refuses a record of 111 bytes' });
  });

  it('lets the request on its way end when it is closed, and rejects what waits', async () => {
    const { broker, clock, sink } = setUp();
    const open = Promise.withResolvers<void>();
    broker.door = open.promise;
    const onItsWay = sink.publish(output('a'));
    await settled();
    const waiting = sink.publish(output('b'));
    const closed = sink[Symbol.asyncDispose]();
    const rejected = expect(waiting).rejects.toThrow('the sink is closed');
    open.resolve();
    await onItsWay;
    await rejected;
    await closed;
    expect(broker.isDisconnected).toBe(true);
    await expect(sink.publish(output('c'))).rejects.toThrow('the sink is closed');
    expect(broker.written.get('calls.enriched/0')).toEqual(['a']);
    expect(clock.pending).toBe(0);
  });

  it('gives up the wait for a broker that is down when it is closed', async () => {
    const { broker, clock, sink } = setUp();
    broker.outages = 100;
    const published = sink.publish(output('a'));
    const rejected = expect(published).rejects.toThrow('the sink is closed');
    await clock.elapse(1_000);
    await sink[Symbol.asyncDispose]();
    await rejected;
    expect(clock.pending).toBe(0);
  });
});
