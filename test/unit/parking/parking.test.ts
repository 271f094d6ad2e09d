import { describe, expect, it } from 'vitest';
import { settled } from '../../support/manual-clock.ts';
import { parkedRecord } from '../../support/parked-record.ts';
import { openParking, PAUSED } from '../../support/parking-world.ts';

const idsOf = (open: readonly { readonly id: string }[]) => open.map(({ id }) => id);

describe('Parking', () => {
  it('takes the calls of a portal that is well straight to it', async () => {
    const world = openParking(['a']);
    const submission = world.submit('a', '1');
    world.portal('a').open[0]?.end();
    expect(await submission).toMatchObject({ attempts: 1 });
    expect(world.parkedIds()).toEqual([]);
  });

  it('parks those of a portal in trouble, the ones that wait as well, and sends one of them as the probe', async () => {
    const world = openParking(['a', 'b']);
    const first = world.submit('a', '1');
    const well = world.submit('b', '1');
    world.change('a', PAUSED);
    expect(await first).toMatchObject({ parked: true, inDoubt: false });
    expect(await world.submit('a', '2')).toMatchObject({ parked: true });
    expect(world.events).toEqual(['parked 1 crm-moving', 'parked 2 crm-moving']);
    await world.clock.elapse(500);
    expect(idsOf(world.portal('a').open)).toEqual(['1']);
    expect(idsOf(world.portal('b').open)).toEqual(['1']);
    world.portal('b').open[0]?.end();
    await well;
    expect(world.parking.counts()).toEqual(new Map([['a', 2]]));
  });

  it('drains them when the portal is well, in order; new ones are parked until the last one has gone', async () => {
    const world = openParking(['a', 'b']);
    world.change('a', PAUSED);
    for (const id of ['1', '2', '3']) await world.submit('a', id);
    await world.clock.elapse(500);
    world.change('a', { state: 'active' });
    expect(await world.submit('a', '4')).toMatchObject({ parked: true });
    await world.clock.elapse(1_000);
    expect(idsOf(world.portal('a').open)).toEqual(['1', '2', '3', '4']);
    void world.submit('a', '5');
    expect(idsOf(world.portal('a').open)).toEqual(['1', '2', '3', '4', '5']);
    for (const { end } of [...world.portal('a').open]) end();
    await world.clock.elapse(1_000);
    expect([world.parking.counts(), world.index.low]).toEqual([new Map(), undefined]);
    expect(world.ledger().flatMap(({ released }) => released)).toHaveLength(4);
  });

  it('parks the backlog of a portal that holds more than its part of the window, and waits for its quota', async () => {
    const world = openParking(['a', 'b']);
    world.pressure.room = 60;
    for (let n = 0; n < 20; n += 1) void world.submit('a', `${n}`);
    expect(world.portal('a').open).toHaveLength(20);
    // It is as fast as it can be: nothing would be gained.
    void world.submit('a', '20');
    world.portal('a').waiting = 5;
    expect(await world.submit('a', '21')).toMatchObject({ parked: true });
    expect(world.events).toEqual(['parked 21 portal-busy']);
    void world.submit('b', '1');
    expect(world.portal('b').open).toHaveLength(1);
  });

  it('takes back what waits for long where it holds up the partition', async () => {
    const world = openParking(['a', 'b']);
    const waits = world.submit('a', '1');
    world.portal('a').resting = 1;
    world.pressure.isPressed = true;
    void world.submit('b', '1');
    await world.clock.elapse(100);
    expect(await waits).toMatchObject({ parked: true });
    // It is not b that anybody waits for.
    expect(world.portal('b').open).toHaveLength(1);
  });

  it('lets calls wait where nothing is to be parked, behind those that are', async () => {
    const world = openParking(['a', 'b'], { isOn: false });
    world.change('a', PAUSED);
    void world.submit('a', '1');
    await settled();
    expect([idsOf(world.portal('a').open), world.parkedIds()]).toEqual([['1'], []]);
    world.index.add('a', world.reader.append({ topic: 'calls.cdr.parked', partition: 1 }, {}));
    void world.submit('a', '2').catch(() => {});
    await world.clock.elapse(1_000);
    expect(idsOf(world.portal('a').open)).toEqual(['1']);
  });

  it('lets a call wait that is too large to be parked, and goes on with it behind the others', async () => {
    const world = openParking(['a', 'b']);
    world.change('a', PAUSED);
    await world.submit('a', '1');
    world.sink.limit = 10;
    const large = world.submit('a', '2');
    await settled();
    expect(world.events.at(-1)).toBe('refused 2');
    world.sink.limit = Number.POSITIVE_INFINITY;
    await world.clock.elapse(1_000);
    world.change('a', { state: 'active' });
    await world.clock.elapse(1_000);
    expect(idsOf(world.portal('a').open)).toEqual(['1', '2']);
    for (const { end } of [...world.portal('a').open]) end();
    expect(await large).toMatchObject({ attempts: 1 });
  });

  it('lets a call wait for a parked one of its key that is under way, unless it is to be parked as well', async () => {
    const world = openParking(['a', 'b'], { log: [parkedRecord(0, { portal: 'a', id: 'x' })] });
    await world.clock.elapse(500);
    const ends = Promise.withResolvers<void>();
    world.underWay.of = ends.promise;
    const [first, second] = [world.submit('a', '1'), world.submit('a', '2')];
    await settled();
    expect(idsOf(world.portal('a').open)).toEqual(['x']);
    world.change('a', PAUSED);
    expect(await first).toMatchObject({ parked: true });
    expect(await second).toMatchObject({ parked: true });
  });

  it('gives up what it does when the partition is lost', async () => {
    const world = openParking(['a', 'b']);
    world.change('a', PAUSED);
    await world.submit('a', '1');
    const lost = new Error('lost');
    world.sending.abort(lost);
    await settled();
    expect(world.parking.counts()).toEqual(new Map());
  });
});
