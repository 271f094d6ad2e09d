import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallmatchError } from '../../../src/errors.ts';
import { settled } from '../../support/manual-clock.ts';
import { openSink, output, ScriptedBroker } from '../../support/scripted-broker.ts';

describe('Sink', () => {
  it('sends what ends together in one request, and what comes meanwhile in the next', async () => {
    const { broker, clock, sink } = openSink();
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
    const { broker, clock, sink } = openSink();
    clock.setWall(1_234);
    await sink.publish({ ...output('a'), headers: { trace: 'x' } });
    expect(broker.batches[0]?.topicMessages?.[0]?.messages[0]).toMatchObject({
      timestamp: '1234',
      headers: { trace: 'x' },
    });
  });

  it('bounds a request by records and by bytes', async () => {
    const { broker, sink } = openSink();
    const sizes = () => broker.batches.map(({ topicMessages }) => topicMessages?.[0]?.messages.length);
    await Promise.all(Array.from({ length: 1_001 }, (_, n) => sink.publish(output(String(n)))));
    expect(sizes()).toEqual([1_000, 1]);
    await Promise.all(Array.from({ length: 3 }, (_, n) => sink.publish(output(String(n), { bytes: 300 * 1024 }))));
    expect(sizes()).toEqual([1_000, 1, 1, 1, 1]);
  });

  it('waits for a broker that is down, ever longer up to five seconds', async () => {
    const { broker, clock, failures, sink } = openSink();
    broker.outages = 9;
    const published = sink.publish(output('a'));
    await clock.elapse(100 + 200 + 400 + 800 + 1_600 + 3_200 + 5_000 + 5_000 - 1);
    expect(failures).toHaveLength(8);
    await clock.elapse(5_001);
    await published;
    expect(failures).toEqual(Array.from({ length: 9 }, () => 1));
    expect(clock.pending).toBe(0);
  });

  it('takes a new producer after three failures in a row, because one of kafkajs can be beyond help', async () => {
    const world = openSink();
    const { broker, clock, sink } = world;
    const producers = async (outages: number) => {
      broker.outages = outages;
      const published = sink.publish(output('a'));
      await clock.elapse(60_000);
      await published;
      return [world.producers, broker.disconnects];
    };
    expect(await producers(2)).toEqual([1, 0]);
    expect(await producers(2), 'not in a row').toEqual([1, 0]);
    expect(await producers(3)).toEqual([2, 1]);
    expect(await producers(6)).toEqual([4, 3]);
    await sink[Symbol.asyncDispose]();
    expect(broker.disconnects).toBe(4);
  });

  it('rejects exactly what is too large, and of the rest loses nothing and tells the right offset', async () => {
    const records = fc.array(
      fc.record({
        partition: fc.nat(2),
        topic: fc.constantFrom('calls.enriched', 'calls.cdr.dlq'),
        bytes: fc.oneof({ weight: 8, arbitrary: fc.nat(200) }, { weight: 1, arbitrary: fc.constant(600) }),
      }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(records, fc.nat(3), fc.nat(3), async (list, outages, omissions) => {
        const { broker, clock, sink } = openSink(new ScriptedBroker(500));
        Object.assign(broker, { outages, omissions });
        const offsets = list.map((): number[] => []);
        const publish = (one: (typeof list)[number], n: number) =>
          sink.publish(output(String(n), one), { acknowledged: (offset) => offsets[n]?.push(offset) });
        const ends = Promise.allSettled(list.map(publish));
        await clock.elapse(20_000);
        const refused = (await ends).map((end) => end.status === 'rejected' && end.reason.code);
        expect(refused).toEqual(list.map(({ bytes }) => (bytes > 500 ? 'record-too-large' : false)));
        for (const topic of ['calls.enriched', 'calls.cdr.dlq']) {
          for (const partition of [0, 1, 2]) {
            const log = broker.written.get(`${topic}/${partition}`) ?? [];
            const own = list.flatMap((one, n) => (one.topic === topic && one.partition === partition ? [n] : []));
            const wanted = own.filter((n) => (list[n]?.bytes ?? 0) <= 500);
            // A part of a refused request may be written twice; by its first copy every record is in its place.
            expect([...new Set(log)]).toEqual(wanted.map(String));
            expect(own.map((n) => offsets[n]?.map((offset) => log[offset]))).toEqual(
              own.map((n) => (wanted.includes(n) ? [String(n)] : [])),
            );
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('tells all offsets of a request before any of its promises resolves', async () => {
    const { sink } = openSink();
    const told: string[] = [];
    const publish = (key: string, partition: number) =>
      sink
        .publish(output(key, { partition }), { acknowledged: (offset) => told.push(`${key} at ${offset}`) })
        .then(() => told.push(key));
    await Promise.all([publish('a', 0), publish('b', 1), publish('c', 0)]);
    expect(told).toEqual(['a at 0', 'b at 0', 'c at 1', 'a', 'b', 'c']);
  });

  it('writes again what kafkajs has left out, and says so', async () => {
    const { broker, clock, failures, sink } = openSink();
    broker.omissions = 1;
    const ended: string[] = [];
    const publish = (key: string, partition: number) =>
      void sink.publish(output(key, { partition })).then(() => ended.push(key));
    publish('a', 0);
    publish('b', 1);
    publish('c', 1);
    await settled();
    expect([ended, failures, broker.written.get('calls.enriched/1')]).toEqual([['a'], [2], undefined]);
    await clock.elapse(100);
    expect(ended).toEqual(['a', 'b', 'c']);
    expect(broker.written.get('calls.enriched/0')).toEqual(['a']);
    expect(broker.written.get('calls.enriched/1')).toEqual(['b', 'c']);
  });

  it('says which topic refuses a record, and passes the cause on', async () => {
    const { sink } = openSink(new ScriptedBroker(5));
    const error = await sink.publish(output('a')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CallmatchError);
    expect(error).toMatchObject({ code: 'record-too-large', message: 'calls.enriched refuses a record of 111 bytes' });
  });

  it('lets the request on its way end when it is closed, and rejects what waits', async () => {
    const { broker, clock, sink } = openSink();
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
    expect(broker.disconnects).toBe(1);
    await expect(sink.publish(output('c'))).rejects.toThrow('the sink is closed');
    expect(broker.written.get('calls.enriched/0')).toEqual(['a']);
    expect(clock.pending).toBe(0);
  });

  it('gives up the wait for a broker that is down when it is closed', async () => {
    const { broker, clock, sink } = openSink();
    broker.outages = 100;
    const published = sink.publish(output('a'));
    const rejected = expect(published).rejects.toThrow('the sink is closed');
    await clock.elapse(1_000);
    await sink[Symbol.asyncDispose]();
    await rejected;
    expect(clock.pending).toBe(0);
  });
});
