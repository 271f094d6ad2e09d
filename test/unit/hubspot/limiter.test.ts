import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPARE_FROM } from '../../../src/hubspot/allowance.ts';
import { BACKFILL_ONE_IN, type Lane } from '../../../src/hubspot/lanes.ts';
import { createLimiter, type Limiter, type Permit } from '../../../src/hubspot/limiter.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

type Step =
  | {
      readonly do: 'arrive';
      readonly lane: Lane;
      readonly roundTrip: number;
      readonly counted: number;
      readonly sent: boolean;
    }
  | { readonly do: 'elapse'; readonly ms: number }
  | { readonly do: 'pause'; readonly ms: number }
  | { readonly do: 'abort'; readonly which: number };

const WINDOW = 100;
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('arrive' as const),
      lane: fc.constantFrom<Lane>('live', 'backfill'),
      roundTrip: fc.nat(40),
      counted: fc.double({ min: 0, max: 1, noNaN: true }),
      sent: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('elapse' as const), ms: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pause' as const), ms: fc.nat(150) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('abort' as const), which: fc.nat() }) },
);

interface Request {
  readonly lane: Lane;
  readonly abort: AbortController;
}

/** Callers, the network and a server that counts every request at some moment between its sending and its answer. */
class World {
  readonly clock = new ManualClock();
  readonly limiter: Limiter;
  readonly requests: number;
  /** Moments at which the server counted. */
  readonly counted: number[] = [];
  readonly waiting: Request[] = [];
  inUse = 0;
  /** Live ones in a row that went before a backfill. */
  passed = 0;
  pausedUntil = 0;

  constructor(requests: number) {
    this.requests = requests;
    this.limiter = createLimiter({ requests, window: WINDOW }, this.clock, Number.NEGATIVE_INFINITY);
  }

  async run(one: Step): Promise<void> {
    if (one.do === 'arrive') this.#arrive(one);
    else if (one.do === 'elapse') await this.clock.elapse(one.ms);
    else if (one.do === 'pause') this.pause(this.clock.now() + one.ms);
    else this.waiting[one.which % Math.max(1, this.waiting.length)]?.abort.abort();
    await this.clock.elapse(0);
    this.#check();
  }

  /** Requests that go when nothing is in use: of many slots, one is kept back for a successor. */
  get atOnce(): number {
    return this.requests >= SPARE_FROM ? this.requests - 1 : this.requests;
  }

  pause(until: number): void {
    this.limiter.pauseUntil(until);
    this.pausedUntil = Math.max(this.pausedUntil, until);
  }

  #arrive({ lane, roundTrip, counted, sent }: Step & { do: 'arrive' }): void {
    const request: Request = { lane, abort: new AbortController() };
    this.waiting.push(request);
    this.limiter.acquire(lane, request.abort.signal).then(
      (permit) => {
        this.#granted(request);
        const end = sent ? () => this.#answered(permit) : () => this.#unused(permit);
        if (sent) this.counted.push(this.clock.now() + counted * roundTrip);
        this.clock.after(roundTrip, end);
      },
      () => this.#leave(request),
    );
  }

  #granted(request: Request): void {
    expect(this.clock.now()).toBeGreaterThanOrEqual(this.pausedUntil);
    const live = this.waiting.find(({ lane }) => lane === 'live');
    const backfill = this.waiting.find(({ lane }) => lane === 'backfill');
    const isTurn = live === undefined || (backfill !== undefined && this.passed === BACKFILL_ONE_IN - 1);
    expect(request === (isTurn ? backfill : live)).toBe(true);
    this.passed = backfill === undefined || isTurn ? 0 : this.passed + 1;
    this.#leave(request);
    this.inUse += 1;
  }

  #leave(request: Request): void {
    this.waiting.splice(this.waiting.indexOf(request), 1);
  }

  #answered(permit: Permit): void {
    permit.spent();
    permit.unused();
    this.clock.after(WINDOW, () => {
      this.inUse -= 1;
    });
  }

  #unused(permit: Permit): void {
    permit.unused();
    permit.spent();
    this.inUse -= 1;
  }

  #check(): void {
    expect(this.limiter.waiting).toBe(this.waiting.length);
    const mayGo = this.inUse < this.atOnce && this.clock.now() >= this.pausedUntil;
    if (mayGo) expect(this.waiting).toEqual([]);
    expect(this.inUse).toBeLessThanOrEqual(this.requests);
    const counted = this.counted.toSorted((a, b) => a - b);
    for (const [n, first] of counted.entries()) {
      const next = counted[n + this.requests];
      if (next !== undefined) expect(next - first).toBeGreaterThanOrEqual(WINDOW - 1e-9);
    }
  }
}

describe('Limiter', () => {
  it('never exceeds the window as the server counts it, never idles, serves in order, and leaks nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.array(step, { maxLength: 90 }), async (requests, steps) => {
        const world = new World(requests);
        for (const one of steps) await world.run(one);
        await world.clock.elapse(100_000);
        expect(world.waiting).toEqual([]);
        // Everything has ended: exactly the quota can go at once.
        const permits: Permit[] = [];
        for (let n = 0; n <= requests; n += 1)
          void world.limiter.acquire('live').then((permit) => permits.push(permit));
        await settled();
        expect(permits).toHaveLength(world.atOnce);
        permits[0]?.unused();
        await settled();
        expect(permits).toHaveLength(world.atOnce + 1);
        for (const permit of permits) permit.unused();
        await settled();
        expect(world.clock.pending).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('uses window / (window + round trip) of the quota under a backlog', async () => {
    const clock = new ManualClock();
    const limiter = createLimiter({ requests: 110, window: 10_000 }, clock, Number.NEGATIVE_INFINITY);
    let sent = 0;
    const call = async (): Promise<void> => {
      for (;;) {
        const permit = await limiter.acquire('live');
        sent += 1;
        clock.after(100, permit.spent);
      }
    };
    for (let n = 0; n < 300; n += 1) void call();
    await clock.elapse(101_000 - 1);
    // Ten windows of 10.1 s each.
    expect(sent).toBe(1_100);
  });

  it('rejects at once when the signal has aborted already', async () => {
    const limiter = createLimiter({ requests: 1, window: 1 }, new ManualClock(), Number.NEGATIVE_INFINITY);
    await expect(limiter.acquire('live', AbortSignal.abort('gone'))).rejects.toBe('gone');
    expect(limiter.waiting).toBe(0);
  });

  it('is not held back by one waiter that gave up', async () => {
    const clock = new ManualClock();
    const limiter = createLimiter({ requests: 1, window: 100 }, clock, Number.NEGATIVE_INFINITY);
    const first = await limiter.acquire('live');
    const stop = new AbortController();
    const second = limiter.acquire('live', stop.signal);
    const third = limiter.acquire('backfill');
    stop.abort('stopped');
    await expect(second).rejects.toBe('stopped');
    first.unused();
    await expect(third).resolves.toBeDefined();
  });

  it('lets nobody past those who wait, though the timer that would serve them is late', async () => {
    const clock = new ManualClock();
    const limiter = createLimiter({ requests: 1, window: 100 }, clock, Number.NEGATIVE_INFINITY);
    (await limiter.acquire('live')).spent();
    const order: string[] = [];
    void limiter.acquire('live').then(() => order.push('first'));
    clock.lag(150);
    void limiter.acquire('live').then(() => order.push('second'));
    await clock.elapse(0);
    expect(order).toEqual(['first']);
  });

  it('takes the longest pause, and a pause that is over for none', async () => {
    const clock = new ManualClock();
    const limiter = createLimiter({ requests: 5, window: 100 }, clock, Number.NEGATIVE_INFINITY);
    limiter.pauseUntil(500);
    limiter.pauseUntil(300);
    let at: number | undefined;
    void limiter.acquire('live').then(() => {
      at = clock.now();
    });
    await clock.elapse(400);
    limiter.pauseUntil(450);
    await clock.elapse(200);
    expect(at).toBe(500);
    limiter.pauseUntil(550);
    await expect(limiter.acquire('live')).resolves.toBeDefined();
  });

  it('knows only pauses without a quota', async () => {
    const clock = new ManualClock();
    const limiter = createLimiter('none', clock);
    for (let n = 0; n < 10_000; n += 1) (await limiter.acquire('live')).spent();
    limiter.pauseUntil(10);
    let granted = 0;
    for (let n = 0; n < 10; n += 1) void limiter.acquire('live').then(() => (granted += 1));
    await settled();
    expect([granted, limiter.waiting]).toEqual([0, 10]);
    await clock.elapse(10);
    expect([granted, limiter.waiting, clock.pending]).toEqual([10, 0, 0]);
  });
});
