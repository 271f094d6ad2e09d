import { describe, expect, it } from 'vitest';
import { CallmatchError } from '../../src/errors.ts';
import type { Delivery } from '../../src/kafka/delivery.ts';
import { settled } from '../support/manual-clock.ts';
import { call, codesOf, openPipeline, outcomesOf, part, type Script, skip, take } from '../support/pipeline-world.ts';
import { NOTHING_READ, sampleDelivery } from '../support/sample-delivery.ts';

/** Each record is a part of the call `a`; the one at offset 2 ends it. */
const THREE: Script = { map: ({ offset }) => [part('a', offset === 2)] };

async function takeThree(script: Script, changes: (offset: number) => Partial<Delivery> = () => ({})) {
  const world = openPipeline(script);
  const deliveries = [0, 1, 2].map((offset) =>
    sampleDelivery({ offset, timestamp: 1_000 + offset, ...changes(offset) }),
  );
  for (const delivery of deliveries) await take(world, delivery);
  return { world, deliveries, settledOnes: () => deliveries.map(({ settled: times }) => times) };
}

describe('a call of several records', () => {
  it('is one call, with one outcome that names all of them, and settles them together', async () => {
    const world = openPipeline(THREE);
    const deliveries = [0, 1, 2].map((offset) => sampleDelivery({ offset, timestamp: 1_000 + offset }));
    for (const delivery of deliveries.slice(0, 2)) await take(world, delivery);
    expect([world.submitted, world.order.size, world.pipeline.oldestUnfinished()]).toEqual([[], 0, undefined]);
    expect(world.folding.status()).toMatchObject([{ topic: 'calls.cdr', partition: 5, open: 1 }]);
    expect(deliveries.map(({ settled: times }) => times)).toEqual([0, 0, 0]);
    for (const delivery of deliveries.slice(2)) await take(world, delivery);
    expect(world.submitted).toEqual(['a']);
    expect(deliveries.map(({ settled: times }) => times)).toEqual([1, 1, 1]);
    const source = { topic: 'calls.cdr', partition: 5 };
    expect(outcomesOf(world)).toMatchObject([
      { callIndex: 0, sources: [0, 1, 2].map((offset) => ({ ...source, offset, timestamp: 1_000 + offset })) },
    ]);
    expect([await world.count('callRead'), await world.count('callEnriched')]).toEqual([3, 1]);
    expect(await world.count('callFolded', { how: 'joined' })).toBe(2);
    expect(world.folding.status()).toEqual([]);
  });

  it('is over when nothing of it came for a while', async () => {
    const world = openPipeline({ map: () => [part('a')] });
    const delivery = await take(world);
    await world.clock.elapse(29_000);
    expect(world.submitted).toEqual([]);
    await world.clock.elapse(2_000);
    expect([world.submitted, delivery.settled]).toEqual([['a'], 1]);
    expect(await world.count('foldClosed', { by: 'idle' })).toBe(1);
    expect(world.clock.pending).toBe(0);
  });

  it('counts a record that comes when it is over, and is done with it', async () => {
    const { world } = await takeThree(THREE);
    const late = await take(world, sampleDelivery({ offset: 3 }));
    expect([late.settled, world.submitted]).toEqual([1, ['a']]);
    expect(await world.count('callFolded', { how: 'late' })).toBe(1);
  });

  it('is in doubt when one of its records is', async () => {
    const doubts: boolean[] = [];
    const submit: Script['submit'] = (_, { inDoubt }) => {
      doubts.push(inDoubt === true);
      return Promise.reject(new CallmatchError('crm-rejected', 'no'));
    };
    await takeThree({ ...THREE, submit }, (offset) => ({ inDoubt: offset === 0 }));
    expect(doubts).toEqual([true]);
  });

  it('is passed over when an earlier owner has brought it to its end, for all of its records', async () => {
    const ended = new Set([0, 1, 2]);
    const readBack = { ...NOTHING_READ, hasEnded: (at: number, name: string) => ended.has(at) && name === '0 a' };
    const first = await takeThree(THREE, () => ({ readBack }));
    expect([first.world.submitted, first.settledOnes()]).toEqual([[], [1, 1, 1]]);
    expect(await first.world.count('callSkipped', { reason: 'already-enriched' })).toBe(1);
    // Of a dead letter for each record one was not written any more.
    ended.delete(1);
    const second = await takeThree(THREE, () => ({ readBack }));
    expect(second.world.submitted).toEqual(['a']);
  });

  it('has a dead letter for each of its records when it is buried', async () => {
    const submit: Script['submit'] = () => Promise.reject(new CallmatchError('crm-rejected', 'no'));
    const { world, settledOnes } = await takeThree({ ...THREE, submit });
    expect(codesOf(world)).toEqual(Array.from({ length: 3 }, () => ['crm-rejected', 'submit']));
    const headers = world.sink.of('calls.cdr.dlq').map((letter) => letter.headers ?? {});
    expect(
      headers.map((one) => [one['callmatch.source-offset'], one['callmatch.fold'], one['callmatch.external-id']]),
    ).toEqual([
      ['0', '0', 'a'],
      ['1', '0', 'a'],
      ['2', '0', 'a'],
    ]);
    expect([settledOnes(), await world.count('callBuried'), await world.count('callFolded')]).toEqual([
      [1, 1, 1],
      1,
      2,
    ]);
  });

  it('that is none of ours is skipped once', async () => {
    const { world, settledOnes } = await takeThree({ ...THREE, join: () => skip('not-inbound') });
    expect([settledOnes(), await world.count('callSkipped'), await world.count('callFolded')]).toEqual([
      [1, 1, 1],
      1,
      2,
    ]);
  });

  it('is buried when joining it fails', async () => {
    const join = () => {
      throw new Error('odd');
    };
    const { world, settledOnes } = await takeThree({ ...THREE, join });
    expect([codesOf(world)[0], settledOnes()]).toEqual([
      ['mapping-crashed', 'map'],
      [1, 1, 1],
    ]);
  });

  it('can have two parts in one record, and a record can have parts of two calls', async () => {
    const world = openPipeline({
      map: ({ offset }) => (offset === 0 ? [part('a'), part('b'), part('a', true)] : [part('b', true), call()]),
    });
    const both = await take(world, sampleDelivery({ offset: 0 }));
    expect([both.settled, outcomesOf(world)[0]?.sources.length]).toEqual([0, 1]);
    const second = await take(world, sampleDelivery({ offset: 1 }));
    expect([both.settled, second.settled]).toEqual([1, 1]);
    expect(outcomesOf(world).map(({ externalCallId, callIndex }) => [externalCallId, callIndex])).toEqual([
      ['a', 0],
      ['b', 1],
      ['call-1', 1],
    ]);
  });
});

describe('an open call', () => {
  it('is dropped when its partition is lost, and never settled', async () => {
    const lost = new AbortController();
    const world = openPipeline(THREE);
    const delivery = await take(world, sampleDelivery({ signal: lost.signal }));
    lost.abort();
    await world.clock.elapse(60_000);
    expect([delivery.settled, world.submitted, world.folding.status(), world.clock.pending]).toEqual([0, [], [], 0]);
    await settled();
  });
});
