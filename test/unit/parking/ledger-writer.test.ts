import { describe, expect, it } from 'vitest';
import { markOf } from '../../../src/parking/ledger-writer.ts';
import { settled } from '../../support/manual-clock.ts';
import { parkedRecord } from '../../support/parked-record.ts';
import { openParking } from '../../support/parking-world.ts';

const LOG = [0, 1, 2].map((n) => parkedRecord(n, { portal: 'a', source: n }));
/** The first call was written twice. */
const TWICE = [...LOG, parkedRecord(3, { portal: 'a', source: 0 })];

async function drained(log = LOG) {
  const world = openParking(['a'], { log });
  await world.clock.elapse(500);
  return { world, open: [...world.portal('a').open] };
}

describe('the ledger', () => {
  it('tells of all that has ended within a moment in one record, and only then forgets it', async () => {
    const { world, open } = await drained();
    open[2]?.end();
    open[0]?.end();
    await world.clock.elapse(100);
    expect([world.index.low, world.settledMarks]).toEqual([0, []]);
    await world.clock.elapse(200);
    expect(world.ledger().flatMap(({ released }) => [released])).toEqual([[], [0, 2]]);
    expect([world.index.low, world.settledMarks]).toEqual([1, [markOf(2), markOf(0)]]);
  });

  it('ends the copies of a call with it', async () => {
    const { world, open } = await drained(TWICE);
    open[0]?.end();
    await world.clock.elapse(500);
    expect(world.ledger().at(-1)?.released).toEqual([0, 3]);
  });

  it('ends copies that came late by themselves', async () => {
    const { world } = await drained();
    world.settle([7]);
    await world.clock.elapse(500);
    expect(world.ledger().at(-1)?.released).toEqual([7]);
  });

  it('is written at once before a stop', async () => {
    const { world, open } = await drained();
    open[0]?.end();
    await settled();
    await world.parking.flush();
    expect(world.ledger().at(-1)?.released).toEqual([0]);
  });

  it('names a call below every offset of the source', () => {
    expect([markOf(0), markOf(5)]).toEqual([-1, -6]);
  });
});
