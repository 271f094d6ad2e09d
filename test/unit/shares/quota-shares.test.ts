import { describe, expect, it } from 'vitest';
import type { ControlLog } from '../../../src/kafka/control-log.ts';
import { createQuotaShares, type QuotaShares, type Sharing } from '../../../src/shares/quota-shares.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const QUOTA: Sharing = {
  id: 'account',
  portal: 'main',
  requests: 120,
  window: 10_000,
  share: 'partitions',
  backfill: { least: 0, most: 0.8 },
};
const partitions = (...ids: number[]) => ids.map((partition) => ({ topic: 'calls', partition }));

/** Instances on one control topic and one clock. */
class World {
  readonly clock = new ManualClock();
  readonly #log: Buffer[] = [];
  count = 4;
  isDown = false;
  failures = 0;

  instance(lane: 'live' | 'backfill', sharing: Sharing = QUOTA): QuotaShares {
    let position = 0;
    const log: ControlLog = {
      read: async (onRecord) => {
        if (this.isDown) throw new Error('down');
        for (; position < this.#log.length; position += 1) onRecord(this.#log[position] ?? null, position);
      },
      write: async (_, values) => {
        if (this.isDown) throw new Error('down');
        this.#log.push(...values);
      },
    };
    const settings = {
      lane,
      sources: [{ topic: 'calls' }],
      sharing: (id: string) => (id === sharing.id ? sharing : undefined),
      sessionTimeout: 10_000,
      requestTimeout: 4_000,
    };
    return createQuotaShares(settings, {
      log,
      counts: async () => new Map([['calls', this.count]]),
      mayGrant: () => true,
      clock: this.clock,
      failed: () => {
        this.failures += 1;
      },
    });
  }
}

/** Slots that the limiter gives at once. */
async function slotsOf(shares: QuotaShares, world: World, sharing = QUOTA): Promise<number> {
  const limiter = shares.limiter(sharing);
  await world.clock.elapse(30_000);
  const lane = 'live';
  const stop = new AbortController();
  let granted = 0;
  for (let n = 0; n < 150; n += 1) {
    void limiter.acquire(lane, stop.signal).then(
      () => {
        granted += 1;
      },
      () => {},
    );
  }
  await world.clock.elapse(0);
  stop.abort(new Error('enough'));
  return granted;
}

describe('the shares of an instance', () => {
  it('are its part of the partitions, once the group has given it some', async () => {
    const world = new World();
    const shares = world.instance('live');
    await shares.start();
    expect(await slotsOf(shares, world)).toBe(0);
    shares.joined(partitions(0, 1, 2), true);
    // One less than 90: a slot on its way to another place of the circle.
    expect(await slotsOf(shares, world)).toBeGreaterThanOrEqual(87);
    world.count = 12;
    shares.joined(partitions(0, 1, 2), true);
    const fewer = await slotsOf(shares, world);
    expect(fewer).toBeGreaterThanOrEqual(27);
    expect(fewer).toBeLessThanOrEqual(30);
  });

  it('end at once with the partitions, and with the membership even when the partitions come back', async () => {
    for (const rejoin of [
      { parts: partitions(0), isKnown: true, least: 27, most: 30 },
      { parts: partitions(0, 1, 2, 3), isKnown: false, least: 0, most: 1 },
    ]) {
      const world = new World();
      const shares = world.instance('live');
      await shares.start();
      const limiter = shares.limiter(QUOTA);
      shares.joined(partitions(0, 1, 2, 3), true);
      await world.clock.elapse(30_000);
      shares.joined(rejoin.parts, rejoin.isKnown);
      let granted = 0;
      for (let n = 0; n < 150; n += 1) {
        void limiter.acquire('live').then(() => {
          granted += 1;
        });
      }
      await world.clock.elapse(1_000);
      expect(granted).toBeGreaterThanOrEqual(rejoin.least);
      expect(granted).toBeLessThanOrEqual(rejoin.most);
    }
  });

  it('are everything for the owner, who begins anew when he gets a partition from another', async () => {
    const world = new World();
    const sharing: Sharing = { ...QUOTA, share: 'owner' };
    const shares = world.instance('live', sharing);
    await shares.start();
    shares.joined(partitions(0), true);
    expect(await slotsOf(shares, world, sharing)).toBeGreaterThanOrEqual(117);
    const limiter = shares.limiter(sharing);
    await world.clock.elapse(30_000);
    shares.joined(partitions(0, 1), true);
    let granted = 0;
    for (let n = 0; n < 10; n += 1) {
      void limiter.acquire('live').then(() => {
        granted += 1;
      });
    }
    await world.clock.elapse(1_000);
    expect(granted).toBeLessThanOrEqual(1);
    await world.clock.elapse(20_000);
    expect(granted).toBe(10);
  });

  it('come back to a live process whose control topic was down', async () => {
    const world = new World();
    const shares = world.instance('live');
    await shares.start();
    world.isDown = true;
    shares.joined(partitions(0, 1, 2, 3), true);
    await world.clock.elapse(5_000);
    expect(world.failures).toBeGreaterThan(0);
    world.isDown = false;
    expect(await slotsOf(shares, world)).toBeGreaterThanOrEqual(117);
  });

  it('go to a backfill as far as live calls do not need them, and come back when it has left', async () => {
    const world = new World();
    const live = world.instance('live');
    await live.start();
    live.joined(partitions(0, 1, 2, 3), true);
    const backfill = world.instance('backfill');
    await backfill.start();
    backfill.joined(partitions(0, 1, 2, 3), true);
    const old = backfill.limiter(QUOTA);
    let sent = 0;
    const load = async () => {
      for (; sent < 10_000; sent += 1) (await old.acquire('backfill')).spent();
    };
    void load();
    await world.clock.elapse(60_000);
    const before = sent;
    await world.clock.elapse(50_000);
    const perWindow = (sent - before) / 5;
    expect(perWindow).toBeGreaterThan(80);
    expect(perWindow).toBeLessThanOrEqual(96);
    expect(await slotsOf(live, world)).toBeLessThanOrEqual(120 - perWindow);
    sent = 10_000;
    const leaving = backfill[Symbol.asyncDispose]();
    await world.clock.elapse(5_000);
    await leaving;
    expect(await slotsOf(live, world)).toBeGreaterThan(85);
  });
});
