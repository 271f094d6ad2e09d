/** Live processes and backfills together: nobody uses what another uses, everybody gets what there is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareOf } from '../../../src/hubspot/share.ts';
import { type Instance, LaneWorld, NOTHING, WHOLE } from '../../support/lane-world.ts';

describe('a live process and a backfill', () => {
  it('give the backfill everything while nothing live is about', () => {
    const world = new LaneWorld();
    const backfill = world.add('backfill');
    world.elapse(1_000);
    expect(world.sizeOf(backfill)).toBe(1);
  });

  it('leave live its full share while no backfill is about', () => {
    const world = new LaneWorld();
    const live = world.add('live', { spare: 0.8 });
    live.own(WHOLE);
    world.elapse(10_000);
    expect(world.sizeOf(live)).toBe(1);
  });

  it('give the backfill what live can spare, and no more', () => {
    const world = new LaneWorld();
    const live = world.add('live', { spare: 0.6 });
    live.own(WHOLE);
    world.elapse(3_000);
    const backfill = world.add('backfill');
    world.elapse(5_000);
    expect(world.sizeOf(backfill)).toBeCloseTo(0.6);
    expect(world.sizeOf(live)).toBeCloseTo(0.4);
    live.spare = 0.2;
    world.elapse(2_500);
    expect(world.sizeOf(backfill)).toBeCloseTo(0.2);
    world.elapse(6_000);
    expect(world.sizeOf(live)).toBeCloseTo(0.8);
  });

  it('give all of it to the backfill when live stops, soon or after a term', () => {
    for (const [end, within] of [
      ['leave', 5_000],
      ['kill', 30_000],
    ] as const) {
      const world = new LaneWorld();
      const live = world.add('live', { spare: 0.5 });
      live.own(WHOLE);
      const backfill = world.add('backfill');
      world.elapse(10_000);
      if (end === 'leave') live.leave();
      else live.isDead = true;
      world.elapse(within);
      expect(world.sizeOf(backfill), end).toBe(1);
    }
  });

  it('take half from the backfill at once when live appears, and all that it needs within a term', () => {
    const world = new LaneWorld();
    const backfill = world.add('backfill');
    world.elapse(5_000);
    const live = world.add('live');
    live.spare = 0;
    world.elapse(500);
    expect(world.sizeOf(backfill)).toBeLessThanOrEqual(0.5);
    live.own(WHOLE);
    world.elapse(7_000);
    expect(world.sizeOf(live)).toBeGreaterThanOrEqual(0.5);
    world.elapse(12_000);
    expect(world.sizeOf(live)).toBe(1);
    expect(world.sizeOf(backfill)).toBe(0);
  });

  it('divide what there is between several backfills', () => {
    const world = new LaneWorld();
    const [first, second] = [world.add('backfill', { weight: 0.75 }), world.add('backfill', { weight: 0.25 })];
    world.elapse(12_000);
    expect(world.sizeOf(first)).toBeCloseTo(0.75);
    expect(world.sizeOf(second)).toBeCloseTo(0.25);
    const live = world.add('live', { spare: 0.8 });
    live.own(WHOLE);
    world.elapse(40_000);
    expect(world.sizeOf(first)).toBeCloseTo(0.6);
    expect(world.sizeOf(second)).toBeCloseTo(0.2);
    first.leave();
    world.elapse(20_000);
    expect(world.sizeOf(second)).toBeCloseTo(0.8);
  });

  it('hand a lease on when its part gets another owner', () => {
    const world = new LaneWorld();
    const first = world.add('live', { spare: 0.5 });
    first.own(WHOLE);
    const backfill = world.add('backfill');
    world.elapse(10_000);
    const second = world.add('live', { spare: 0.5 });
    first.own(NOTHING);
    world.elapse(1_000);
    second.own(WHOLE);
    for (let second = 0; second < 40; second += 1) {
      world.elapse(1_000);
      expect(world.sizeOf(backfill)).toBeCloseTo(0.5);
    }
  });
});

describe('any number of instances that come, go, freeze and are late', () => {
  const PARTITIONS = 6;
  const events = fc.array(
    fc.record({
      kind: fc.constantFrom('live', 'backfill', 'kill', 'leave', 'freeze', 'late', 'spare', 'idle', 'duplicate'),
      pick: fc.nat(20),
      part: fc.integer({ min: 0, max: 20 }),
      skew: fc.integer({ min: -1, max: 1 }),
      wait: fc.integer({ min: 1, max: 200 }).map((steps) => steps * 50),
    }),
    { maxLength: 25 },
  );

  it('never use the same part, and come to rest with everything in use', () => {
    fc.assert(
      fc.property(events, (script) => {
        const world = new LaneWorld();
        const running = () => world.instances.filter(({ isDead }) => !isDead);
        const pick = (n: number): Instance | undefined => running()[n % Math.max(1, running().length)];
        /** As the group does it: those who lose something lose it first. */
        const rebalance = () => {
          const lives = running().filter(({ lane, isFrozen }) => lane === 'live' && !isFrozen);
          const partsOf = (n: number) =>
            Array.from({ length: PARTITIONS }, (_, part) => part).filter((part) => part % lives.length === n);
          for (const live of lives) live.own(NOTHING);
          for (const [n, live] of lives.entries()) live.own(shareOf(partsOf(n), PARTITIONS));
        };
        for (const { kind, pick: n, part, skew, wait } of script) {
          const chosen = pick(n);
          if (kind === 'live') {
            world.add('live', { skew, spare: part / 20 });
            world.elapse(100);
            rebalance();
          } else if (kind === 'backfill') world.add('backfill', { skew });
          else if (kind === 'kill' || kind === 'leave') {
            if (chosen !== undefined && kind === 'kill') chosen.isDead = true;
            else chosen?.leave();
            // A broker takes that long to notice.
            world.elapse(kind === 'kill' ? 10_000 : 0);
            rebalance();
          } else if (kind === 'freeze' && chosen !== undefined) {
            chosen.isFrozen = true;
            world.elapse(wait);
            // Longer would expel a live one from the group, which is being killed and started again.
            chosen.isFrozen = false;
          } else if (kind === 'late' && chosen !== undefined) chosen.delay = part * 100;
          else if (kind === 'spare' && chosen !== undefined) chosen.spare = part / 20;
          else if (kind === 'idle' && chosen !== undefined) chosen.demand = !chosen.demand;
          else if (kind === 'duplicate') {
            const again = world.log[world.log.length - 1 - (n % Math.max(1, world.log.length))];
            if (again !== undefined) world.log.push(again);
          }
          world.elapse(wait);
        }
        for (const instance of running()) {
          instance.delay = 0;
          instance.demand = true;
          instance.spare ??= 0.5;
        }
        world.elapse(60_000);
        const total = running().reduce((sum, instance) => sum + world.sizeOf(instance), 0);
        if (running().length > 0) expect(total).toBeCloseTo(1, 3);
      }),
      { numRuns: 50 },
    );
  }, 60_000);
});
