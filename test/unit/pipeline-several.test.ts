/** Records of several calls: the items of a list, or the rows of a file. */
import { describe, expect, it } from 'vitest';
import { callName } from '../../src/outcome/call-name.ts';
import { settled } from '../support/manual-clock.ts';
import { buried, call, codesOf, openPipeline, outcomesOf, skip, take } from '../support/pipeline-world.ts';
import { NOTHING_READ, sampleDelivery } from '../support/sample-delivery.ts';

const calls =
  (...ids: string[]) =>
  () =>
    ids.map((externalCallId) => call({ externalCallId }));

describe('a record of several calls', () => {
  it('ends each under its place, and is settled with the last', async () => {
    const world = openPipeline({ map: () => [call(), skip('child-leg'), buried, call({ externalCallId: 'call-2' })] });
    const delivery = await take(world);
    expect(outcomesOf(world).map(({ callIndex }) => callIndex)).toEqual([0, 3]);
    const [letter] = world.sink.of('calls.cdr.dlq');
    expect(String(letter?.headers?.['callmatch.call-index'])).toBe('2');
    expect([delivery.settled, await world.count('callRead')]).toEqual([1, 4]);
  });

  it('sends a call once that it has twice', async () => {
    const world = openPipeline({ map: calls('a', 'a', 'b') });
    const delivery = await take(world);
    expect([world.submitted.toSorted(), delivery.settled]).toEqual([['a', 'b'], 1]);
    expect(await world.count('callSkipped', { reason: 'duplicate' })).toBe(1);
  });

  it('publishes the second one as a revision when it says something else', async () => {
    const world = openPipeline({ map: () => [call({ talkSeconds: 1 }), call({ talkSeconds: 2 })] });
    await take(world);
    expect(outcomesOf(world).map(({ callIndex, reason }) => [callIndex, reason])).toEqual([
      [0, null],
      [1, 'revision'],
    ]);
  });

  it('goes on where an earlier owner stopped, also between two of the same id', async () => {
    const world = openPipeline({ map: calls('a', 'a', 'b') });
    const readBack = { ...NOTHING_READ, hasEnded: (_offset: number, name: string) => name === callName(1, 'a') };
    const delivery = await take(world, sampleDelivery({ readBack }));
    expect([world.submitted.toSorted(), delivery.settled]).toEqual([['a', 'b'], 1]);
    expect(
      outcomesOf(world)
        .map(({ callIndex }) => callIndex)
        .toSorted(),
    ).toEqual([0, 2]);
  });
});

describe('parked calls of one record', () => {
  it('come back each for itself', async () => {
    const world = openPipeline({ map: calls('a', 'b', 'a') });
    const deliveries = [2, 1, 0].map((callIndex) => {
      const delivery = sampleDelivery();
      expect(world.pipeline.acceptParked(delivery, { callIndex }, () => {})).toBe(true);
      return delivery;
    });
    await settled();
    expect(world.submitted).toEqual(['a', 'b']);
    expect(outcomesOf(world).map(({ callIndex }) => callIndex)).toEqual([2, 1]);
    expect(await world.count('callSkipped', { reason: 'duplicate' })).toBe(1);
    expect(deliveries.map((each) => each.settled)).toEqual([1, 1, 1]);
  });

  it('are buried when the record does not give so many any more', async () => {
    const world = openPipeline({ map: calls('a') });
    const delivery = sampleDelivery();
    world.pipeline.acceptParked(delivery, { callIndex: 1 }, () => {});
    await settled();
    expect([codesOf(world), delivery.settled, world.submitted]).toEqual([[['parked-call-gone', 'map']], 1, []]);
  });

  it.each<[string, string[], string, string[]]>([
    ['is found by its id where the mapping gives it elsewhere now', ['b', 'a'], 'a', ['a']],
    ['is found by its id where the record gives fewer', ['b'], 'b', ['b']],
    ['is buried rather than that another call goes in its place', ['b', 'c'], 'a', []],
    ['goes by its place where the record gives one call: the rule of the id has changed', ['new-a'], 'a', ['new-a']],
  ])('one %s', async (_, ids, externalCallId, submitted) => {
    const world = openPipeline({ map: calls(...ids) });
    const callIndex = externalCallId === 'b' ? 1 : 0;
    world.pipeline.acceptParked(sampleDelivery(), { callIndex, externalCallId }, () => {});
    await settled();
    expect(world.submitted).toEqual(submitted);
    expect(codesOf(world)).toEqual(submitted.length === 0 ? [['parked-call-gone', 'map']] : []);
  });
});
