/** Records that are not, or not now, ours to write: they are taken back, or the whole process may not write. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settled } from '../../support/manual-clock.ts';
import { openSink, output } from '../../support/scripted-broker.ts';

describe('a record that is taken back', () => {
  it.each([
    ['before it was handed over', 'before'],
    ['before the first try', 'queued'],
    ['between two tries', 'failed'],
    ['while nothing may be written', 'held'],
  ])('%s is not written, and the others are', async (_name, when) => {
    const world = openSink();
    const { broker, clock, sink } = world;
    const stop = new AbortController();
    broker.outages = when === 'failed' ? 1 : 0;
    world.mayWrite = when !== 'held';
    if (when === 'before') stop.abort('taken back');
    const other = sink.publish(output('a'));
    const published = sink.publish(output('b'), { signal: stop.signal, acknowledged: () => expect.unreachable() });
    const rejected = expect(published).rejects.toBe('taken back');
    if (when !== 'queued') await settled();
    stop.abort('taken back');
    world.mayWrite = true;
    await clock.elapse(200);
    await Promise.all([rejected, other]);
    expect([...broker.written]).toEqual([['calls.enriched/0', ['a']]]);
    expect(clock.pending).toBe(0);
  });

  it('on its way is past that: it is acknowledged like any other', async () => {
    const { broker, sink } = openSink();
    const open = Promise.withResolvers<void>();
    broker.door = open.promise;
    const stop = new AbortController();
    const offsets: number[] = [];
    const published = sink.publish(output('a'), { signal: stop.signal, acknowledged: (at) => offsets.push(at) });
    await settled();
    stop.abort('too late');
    open.resolve();
    await published;
    expect(offsets).toEqual([0]);
  });

  it('is not asked for again when nothing else is to be written', async () => {
    const { broker, clock, failures, sink } = openSink();
    broker.outages = 100;
    const stop = new AbortController();
    const rejected = expect(sink.publish(output('a'), { signal: stop.signal })).rejects.toBe('taken back');
    await settled();
    stop.abort('taken back');
    await clock.elapse(10_000);
    await rejected;
    expect([broker.batches.length, failures, clock.pending]).toEqual([1, [1], 0]);
  });
});

describe('a process that may not write', () => {
  it('writes nothing until it may, and counts that for no failure', async () => {
    const world = openSink();
    const { broker, clock, failures, sink } = world;
    world.mayWrite = false;
    const published = Promise.all([sink.publish(output('a')), sink.publish(output('b', { partition: 1 }))]);
    await clock.elapse(600_000);
    expect(broker.batches).toEqual([]);
    world.mayWrite = true;
    await clock.elapse(50);
    await published;
    expect([failures, world.producers, clock.pending]).toEqual([[], 1, 0]);
  });

  it('asks again before each try', async () => {
    const world = openSink();
    const { broker, clock, sink } = world;
    broker.outages = 1;
    const published = sink.publish(output('a'));
    await settled();
    world.mayWrite = false;
    await clock.elapse(10_000);
    expect(broker.batches).toHaveLength(1);
    world.mayWrite = true;
    await clock.elapse(50);
    await published;
  });

  it('rejects all that waits when it is closed', async () => {
    const world = openSink();
    const { broker, clock, sink } = world;
    world.mayWrite = false;
    const held = sink.publish(output('a'));
    await settled();
    const ends = Promise.allSettled([held, sink.publish(output('b'))]);
    await sink[Symbol.asyncDispose]();
    expect((await ends).map((end) => end.status === 'rejected' && end.reason.message)).toEqual([
      'the sink is closed',
      'the sink is closed',
    ]);
    expect([broker.batches, broker.disconnects, clock.pending]).toEqual([[], 1, 0]);
  });
});

describe('whatever happens', () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('publish' as const), n: fc.nat(1) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), n: fc.nat(300) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom('takeBack', 'outage', 'omission', 'hold', 'release'),
        n: fc.nat(9),
      }),
    },
  );

  it('a record is written in its order and acknowledged at its place, or taken back and not written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = openSink();
        const { broker, clock, sink } = world;
        const send = broker.sendBatch.bind(broker);
        let unpermitted = 0;
        broker.sendBatch = (batch) => {
          if (!world.mayWrite) unpermitted += 1;
          return send(batch);
        };
        const records: { partition: number; stop: AbortController; offsets: number[]; end: Promise<unknown> }[] = [];
        for (const { kind, n } of steps) {
          if (kind === 'publish') {
            const [stop, offsets] = [new AbortController(), [] as number[]];
            const options = { signal: stop.signal, acknowledged: (offset: number) => void offsets.push(offset) };
            const end = sink.publish(output(String(records.length), { partition: n }), options);
            records.push({ partition: n, stop, offsets, end: end.catch((reason) => reason) });
          } else if (kind === 'pass') await clock.elapse(n);
          else if (kind === 'takeBack') records.at(-1 - n)?.stop.abort('taken back');
          else if (kind === 'outage') broker.outages += 1;
          else if (kind === 'omission') broker.omissions += 1;
          else world.mayWrite = kind === 'release';
        }
        world.mayWrite = true;
        await clock.elapse(120_000);
        const ends = await Promise.all(records.map(({ end }) => end));
        for (const partition of [0, 1]) {
          const log = broker.written.get(`calls.enriched/${partition}`) ?? [];
          const own = records.flatMap((record, n) => (record.partition === partition ? [n] : []));
          const kept = own.filter((n) => ends[n] === undefined);
          expect(log).toEqual(kept.map(String));
          expect(own.map((n) => records[n]?.offsets)).toEqual(
            own.map((n) => (kept.includes(n) ? [kept.indexOf(n)] : [])),
          );
        }
        expect(ends.filter((end) => end !== undefined && end !== 'taken back')).toEqual([]);
        expect([unpermitted, clock.pending]).toEqual([0, 0]);
      }),
      { numRuns: 200 },
    );
  });
});
