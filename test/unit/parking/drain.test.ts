import { describe, expect, it } from 'vitest';
import { CallmatchError } from '../../../src/errors.ts';
import type { ReadBack } from '../../../src/kafka/delivery.ts';
import { settled } from '../../support/manual-clock.ts';
import { ledgerRecord, PLACE, parkedRecord } from '../../support/parked-record.ts';
import { openParking, PAUSED, type ParkingWorld, SETTLE_MS } from '../../support/parking-world.ts';

const ids = (world: ParkingWorld, name: string) => world.portal(name).open.map(({ id }) => id);
/** Parked calls `call-0`, `call-1`, … of the portals in turns. */
const parked = (count: number, ...portals: readonly string[]) =>
  Array.from({ length: count }, (_, n) => parkedRecord(n, { source: n, portal: portals[n % portals.length] ?? '' }));
const endAll = (world: ParkingWorld, name: string) => {
  for (const { end } of [...world.portal(name).open]) end();
};

describe('draining', () => {
  it('writes down what may be sent before it is', async () => {
    const world = openParking(['a'], { log: parked(3, 'a') });
    let release = () => {};
    world.sink.acknowledged = new Promise((resolve) => {
      release = resolve;
    });
    await world.clock.elapse(1_000);
    expect(ids(world, 'a')).toEqual([]);
    release();
    await world.clock.elapse(1_000);
    expect(world.ledger().map(({ issued }) => issued)).toEqual([[0, 1, 2]]);
    expect(ids(world, 'a')).toEqual(['call-0', 'call-1', 'call-2']);
  });

  it('has few calls of a portal out, and more of one that is quick', async () => {
    const world = openParking(['a', 'b'], { log: parked(400, 'a', 'b') });
    await world.clock.elapse(500);
    expect([ids(world, 'a').length, ids(world, 'b').length]).toEqual([16, 16]);
    let most = 0;
    for (let round = 0; round < 10; round += 1) {
      endAll(world, 'a');
      await world.clock.elapse(150);
      most = Math.max(most, ids(world, 'a').length);
    }
    expect(most).toBeGreaterThan(30);
    expect(ids(world, 'b')).toHaveLength(16);
  });

  it('has no more out than before while the quota is what is waited for', async () => {
    const world = openParking(['a'], { log: parked(200, 'a') });
    world.portal('a').waiting = 1;
    for (let round = 0; round < 5; round += 1) {
      endAll(world, 'a');
      await world.clock.elapse(150);
      expect(ids(world, 'a').length).toBeLessThanOrEqual(16);
    }
  });

  it('never lets a portal wait for one in trouble, of which it sends a probe', async () => {
    const portals = Array.from({ length: 100 }, (_, n) => `p${n}`);
    const world = openParking(portals, { log: parked(500, ...portals) });
    for (const name of portals) world.change(name, PAUSED);
    world.change('p70', { state: 'active' });
    await world.clock.elapse(1_000);
    for (const name of portals) expect(ids(world, name)).toHaveLength(name === 'p70' ? 5 : 1);
    endAll(world, 'p70');
    await world.clock.elapse(1_000);
    expect(world.parking.counts().get('p70')).toBeUndefined();
    expect(world.parking.counts().size).toBe(99);
  });

  it('leaves a disabled portal alone', async () => {
    const world = openParking(['a'], { log: parked(2, 'a') });
    world.change('a', { state: 'disabled' });
    await world.clock.elapse(1_000);
    expect([ids(world, 'a'), world.ledger()]).toEqual([[], []]);
    world.change('a', { state: 'active' });
    await world.clock.elapse(1_000);
    expect(ids(world, 'a')).toEqual(['call-0', 'call-1']);
  });

  it('puts back what waits when the portal gets into trouble again, and writes nothing for it', async () => {
    const world = openParking(['a'], { log: parked(3, 'a') });
    await world.clock.elapse(500);
    const before = world.sink.records.length;
    world.change('a', PAUSED);
    await world.clock.elapse(500);
    expect([ids(world, 'a'), world.index.waiting('a')]).toEqual([['call-0'], 2]);
    world.change('a', { state: 'active' });
    await world.clock.elapse(500);
    expect(ids(world, 'a')).toEqual(['call-0', 'call-1', 'call-2']);
    expect(world.portal('a').open.map(({ options }) => options.inDoubt)).toEqual([false, false, false]);
    expect(world.sink.records).toHaveLength(before);
  });

  it('waits before a call in doubt is looked up, whether it was parked so or put back', async () => {
    const world = openParking(['a'], { log: [parkedRecord(0, { portal: 'a' })] });
    await world.clock.elapse(500);
    world.portal('a').open[0]?.end({ parked: true, inDoubt: true, attempts: 1 });
    await world.clock.elapse(SETTLE_MS / 2);
    expect(ids(world, 'a')).toEqual([]);
    await world.clock.elapse(SETTLE_MS / 2);
    expect(world.portal('a').open.map(({ options }) => options.inDoubt)).toEqual([true]);
  });

  it('holds a call in doubt that an earlier owner may have sent, and passes over the one that has ended', async () => {
    const ends: ReadBack = {
      hasEnded: (offset) => offset === 1,
      untilSettled: async (offset) => offset === 1,
    };
    const log = [...parked(3, 'a'), ledgerRecord(3, { issued: [0, 1] })];
    const world = openParking(['a'], { log, ends });
    world.change('a', PAUSED);
    expect(world.index.isUnclear).toBe(true);
    world.settle([]);
    await world.clock.elapse(1_000);
    expect(world.ledger().flatMap(({ released }) => released)).toEqual([1]);
    expect(world.index.isUnclear).toBe(false);
    world.change('a', { state: 'active' });
    await world.clock.elapse(1_000);
    expect(world.portal('a').open.map(({ id, options }) => [id, options.inDoubt])).toEqual([
      ['call-0', true],
      ['call-2', false],
    ]);
  });

  it('waits for a schema without losing the order', async () => {
    const world = openParking(['a'], { log: parked(2, 'a') });
    world.schema.isThere = false;
    await world.clock.elapse(500);
    expect([ids(world, 'a'), world.index.waiting('a')]).toEqual([[], 2]);
    world.schema.isThere = true;
    world.schema.again();
    await world.clock.elapse(500);
    expect(ids(world, 'a')).toEqual(['call-0', 'call-1']);
  });

  it('tells of records that somebody has deleted, and goes on behind them', async () => {
    const world = openParking(['a'], { log: parked(3, 'a') });
    world.reader.deleteBelow(PLACE, 2);
    await world.clock.elapse(500);
    expect(world.events).toEqual(['gone 0', 'gone 1']);
    expect(ids(world, 'a')).toEqual(['call-2']);
  });

  it('tries again when the parked topic cannot be read', async () => {
    const world = openParking(['a'], { log: parked(1, 'a') });
    world.reader.trouble = new CallmatchError('broker-unavailable', 'no broker');
    await world.clock.elapse(500);
    expect(world.events).toEqual(['drain failed']);
    world.reader.trouble = undefined;
    await world.clock.elapse(2_000);
    expect(ids(world, 'a')).toEqual(['call-0']);
  });

  it('gives calls of a portal that is not configured to the pipeline, which knows what to do', async () => {
    const world = openParking([], { log: parked(1, 'a') });
    await world.clock.elapse(1_000);
    await settled();
    expect(world.parking.counts()).toEqual(new Map());
  });
});
