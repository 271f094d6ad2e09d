import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Committer, type PartitionCommit } from '../../../src/kafka/committer.ts';
import { AssignedPartition } from '../../../src/kafka/partition.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';
import { NOTHING_READ } from '../../support/sample-delivery.ts';

const INTERVAL = 1_000;
const SPACING = 20;

function partition(number: number, clock: ManualClock): AssignedPartition {
  const mark = { group: 'g', run: 'r.1', partitions: 4 };
  const takenOver = { offset: 0, text: '', metadata: undefined, readBack: NOTHING_READ, outputs: [], mark };
  const limits = { window: 64, unsettled: () => 64, bytes: () => 10_000 };
  const parts = { isLeased: () => true, onLow: () => {}, clock };
  return new AssignedPartition({ topic: 'calls.cdr', partition: number }, takenOver, limits, parts, () => {});
}

interface Request {
  readonly at: number;
  readonly commits: readonly PartitionCommit[];
}

/** A committer, its partitions, and a broker that answers when the test lets it. */
class World {
  readonly clock = new ManualClock();
  readonly partitions = [0, 1].map((number) => partition(number, this.clock));
  readonly requests: Request[] = [];
  readonly committed: number[] = [];
  readonly failed: unknown[] = [];
  /** How often the partitions were looked through. */
  looks = 0;
  /** Requests without an answer, now and at most. */
  onTheWay = 0;
  most = 0;
  readonly committer = new Committer({
    send: (commits) => this.#send(commits),
    partitions: () => {
      this.looks += 1;
      return this.partitions;
    },
    clock: this.clock,
    interval: INTERVAL,
    committed: (partitions) => this.committed.push(partitions),
    failed: (error) => this.failed.push(error),
  });
  readonly #unanswered: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];

  /** All of them have said everything, and nothing is urgent. */
  static async quiet(): Promise<World> {
    const world = new World();
    const first = world.committer.all();
    await world.answer();
    await first;
    world.requests.length = 0;
    world.committed.length = 0;
    // What was before shall not count for the spacing.
    await world.clock.elapse(INTERVAL);
    return world;
  }

  /** One record of the partition is taken and settled: a commit of it is due. */
  work(which: number): void {
    const [one] = this.partitions.slice(which);
    const offset = one?.tracker.tail ?? 0;
    one?.offer({ offset, timestamp: 0, key: null, value: null, headers: {} }, (delivery) => {
      delivery.settle();
      return true;
    });
  }

  /** The partition's next commit may not wait. */
  hurry(which: number): void {
    this.partitions[which]?.reopen();
    this.committer.request();
  }

  /** The oldest request is answered. */
  async answer(error?: Error): Promise<void> {
    await settled();
    const request = this.#unanswered.shift();
    if (error === undefined) request?.resolve();
    else request?.reject(error);
    await settled();
  }

  #send(commits: readonly PartitionCommit[]): Promise<void> {
    this.onTheWay += 1;
    this.most = Math.max(this.most, this.onTheWay);
    return new Promise<void>((resolve, reject) => {
      this.requests.push({ at: this.clock.now(), commits });
      this.#unanswered.push({ resolve, reject });
    }).finally(() => {
      this.onTheWay -= 1;
    });
  }
}

const partitionsOf = ({ commits }: Request) => commits.map(({ partition: { partition: number } }) => number);

describe('a Committer', () => {
  it('commits all that is due in one request each interval, and nothing where nothing is', async () => {
    const world = await World.quiet();
    const start = world.clock.now();
    world.committer.start();
    world.work(0);
    world.work(1);
    await world.clock.elapse(INTERVAL - 1);
    expect(world.requests).toEqual([]);
    await world.clock.elapse(1);
    expect(world.requests.map(partitionsOf)).toEqual([[0, 1]]);
    await world.answer();
    expect(world.committed).toEqual([2]);
    await world.clock.elapse(5 * INTERVAL);
    expect(world.requests).toHaveLength(1);
    world.work(1);
    await world.clock.elapse(INTERVAL);
    expect(world.requests.map(({ at }) => at - start)).toEqual([INTERVAL, 7 * INTERVAL]);
    expect(world.requests.map(partitionsOf)).toEqual([[0, 1], [1]]);
  });

  it('reckons the interval from the end of the last commit', async () => {
    const world = await World.quiet();
    world.committer.start();
    world.work(0);
    await world.clock.elapse(INTERVAL);
    world.work(0);
    await world.clock.elapse(5 * INTERVAL);
    expect(world.requests).toHaveLength(1);
    await world.answer();
    await world.clock.elapse(INTERVAL);
    expect(world.requests).toHaveLength(2);
  });

  it('reports a commit that failed, once, and makes it again at the next interval', async () => {
    const world = await World.quiet();
    world.committer.start();
    world.work(0);
    await world.clock.elapse(INTERVAL);
    const broken = new Error('no coordinator');
    await world.answer(broken);
    expect([world.failed, world.committed]).toEqual([[broken], []]);
    await world.clock.elapse(INTERVAL);
    expect(world.requests.map(partitionsOf)).toEqual([[0], [0]]);
    await world.answer();
    expect([world.failed.length, world.committed]).toEqual([1, [1]]);
  });

  it('tells who asked when the commit failed', async () => {
    const world = await World.quiet();
    world.work(0);
    const all = expect(world.committer.all()).rejects.toThrow('no coordinator');
    await world.answer(new Error('no coordinator'));
    await all;
    expect(world.failed).toEqual([]);
  });
});

describe('what is urgent', () => {
  it('goes at once, and alone', async () => {
    const world = await World.quiet();
    world.work(0);
    world.hurry(1);
    await world.clock.elapse(0);
    expect(world.requests.map(partitionsOf)).toEqual([[1]]);
  });

  it('goes together when it comes within the spacing of the last commit', async () => {
    const world = await World.quiet();
    world.hurry(0);
    await world.clock.elapse(0);
    await world.answer();
    const start = world.clock.now();
    world.hurry(0);
    await world.clock.elapse(SPACING - 1);
    world.hurry(1);
    expect([world.requests.length, world.clock.pending]).toEqual([1, 1]);
    await world.clock.elapse(1);
    expect(world.requests.map(partitionsOf)).toEqual([[0], [0, 1]]);
    expect((world.requests[1]?.at ?? 0) - start).toBe(SPACING);
  });

  it('goes right after a commit that is on its way, however often it was asked for', async () => {
    const world = await World.quiet();
    world.hurry(0);
    await world.clock.elapse(0);
    for (let n = 0; n < 50; n += 1) {
      world.hurry(1);
      await world.clock.elapse(SPACING);
    }
    expect(world.requests).toHaveLength(1);
    world.looks = 0;
    await world.answer();
    expect(world.requests.map(partitionsOf)).toEqual([[0], [1]]);
    await world.answer();
    await world.clock.elapse(10 * SPACING);
    expect([world.requests.length, world.looks], 'they all meant the same').toEqual([2, 1]);
    expect(world.clock.pending).toBe(0);
  });

  it('is left to the interval when it failed: a broker in trouble is not asked all the time', async () => {
    const world = await World.quiet();
    world.committer.start();
    world.hurry(0);
    await world.clock.elapse(0);
    await world.answer(new Error('no coordinator'));
    await world.clock.elapse(INTERVAL - 1);
    expect([world.requests.length, world.failed.length]).toEqual([1, 1]);
    await world.clock.elapse(1);
    expect(world.requests.map(partitionsOf)).toEqual([[0], [0]]);
  });
});

describe('what goes at once', () => {
  const closing = (world: World) => world.partitions.map((one) => ({ partition: one, commit: one.close() }));

  it('does not wait for what is on its way', async () => {
    const world = await World.quiet();
    world.hurry(0);
    await world.clock.elapse(0);
    const last = world.committer.atOnce(closing(world));
    expect(world.requests.map(partitionsOf)).toEqual([[0], [0, 1]]);
    await world.answer();
    await world.answer();
    await last;
    expect(world.committed).toEqual([1, 2]);
  });

  it('is waited for by what comes later: a try of it may arrive late, and would take back what that says', async () => {
    const world = await World.quiet();
    const last = world.committer.atOnce(closing(world));
    world.hurry(0);
    await world.clock.elapse(SPACING);
    expect(world.requests).toHaveLength(1);
    await world.answer();
    await last;
    expect(world.requests.map(partitionsOf)).toEqual([[0, 1], [0]]);
  });

  it('asks nobody about nothing', async () => {
    const world = await World.quiet();
    await world.committer.atOnce([]);
    expect([world.requests, world.committed]).toEqual([[], []]);
  });

  it('stays due when it failed', async () => {
    const world = await World.quiet();
    const last = expect(world.committer.atOnce(closing(world))).rejects.toThrow('no coordinator');
    await world.answer(new Error('no coordinator'));
    await last;
    expect(world.partitions.map(({ isUrgent }) => isUrgent)).toEqual([true, true]);
  });
});

describe('a Committer that was stopped', () => {
  it('makes no commit any more, neither by the interval nor because somebody asks, and leaves no timer', async () => {
    const world = await World.quiet();
    world.committer.start();
    world.hurry(0);
    world.committer.stop();
    world.hurry(1);
    expect(world.clock.pending).toBe(0);
    await world.clock.elapse(10 * INTERVAL);
    expect([world.requests, world.clock.pending]).toEqual([[], 0]);
  });

  it('lets the one on its way end, and drops those that waited for it', async () => {
    const world = await World.quiet();
    world.committer.start();
    world.hurry(0);
    await world.clock.elapse(0);
    world.hurry(1);
    await world.clock.elapse(INTERVAL);
    world.committer.stop();
    let isSettled = false;
    const end = world.committer.settled().then(() => {
      isSettled = true;
    });
    await settled();
    expect(isSettled).toBe(false);
    await world.answer();
    await end;
    await world.clock.elapse(10 * INTERVAL);
    expect([world.requests.length, world.committed, world.clock.pending]).toEqual([1, [1], 0]);
  });
});

describe('whatever comes when', () => {
  it('there are never two on the way, and in the end everything is committed', async () => {
    const step = fc.record({
      do: fc.constantFrom('work', 'hurry', 'hurry', 'answer', 'answer', 'fail', 'all', 'elapse', 'interval'),
      n: fc.nat(1),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = await World.quiet();
        world.committer.start();
        for (const { do: what, n } of steps) {
          if (what === 'work') world.work(n);
          else if (what === 'hurry') world.hurry(n);
          else if (what === 'answer') await world.answer();
          else if (what === 'fail') await world.answer(new Error('no coordinator'));
          else if (what === 'all') void world.committer.all().catch(() => {});
          else await world.clock.elapse(what === 'elapse' ? 15 : INTERVAL);
        }
        for (let n = 0; n < 6; n += 1) {
          await world.clock.elapse(INTERVAL);
          await world.answer();
        }
        expect(world.most).toBeLessThanOrEqual(1);
        expect(world.failed.filter((error) => String(error) !== 'Error: no coordinator')).toEqual([]);
        expect(world.partitions.map((one) => [one.commitDue(), one.isUrgent])).toEqual([
          [undefined, false],
          [undefined, false],
        ]);
      }),
      { numRuns: 200 },
    );
  });
});
