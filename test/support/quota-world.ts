/** Limiters of several instances, the network, and the quota of the simulator, on one clock held still. */
import type { Clock } from '../../src/clock.ts';
import { Quota } from '../../src/crm/quota.ts';
import type { Lane } from '../../src/hubspot/lanes.ts';
import { createLimiter, type Limiter } from '../../src/hubspot/limiter.ts';
import type { RateLimitReading } from '../../src/hubspot/rate-limit.ts';
import { ManualClock } from './manual-clock.ts';

export const WINDOW_MS = 10_000;

export interface QuotaWorldOptions {
  readonly requests: number;
  /** How the server counts. Default: a true rolling window. */
  readonly kind?: 'rolling' | 'fixed';
  /** Longest round trip, milliseconds; each one is drawn evenly, and when in it the server counts too. Default 100. */
  readonly roundTrip?: number;
  readonly shortest?: number;
  /** Seed of what is drawn. */
  readonly seed?: number;
  /** Whether the server tells of its quota; `lost`: no answer ever comes. Default true. */
  readonly headers?: boolean | 'lost';
}

/** The end of an instance: nothing that it would do later happens, but what is on the wire still arrives. */
interface Life {
  isOver: boolean;
}

export class QuotaWorld {
  readonly clock = new ManualClock();
  readonly server: Quota;
  /** Moments (`Clock.now`) at which requests were sent, and by which lane. */
  readonly sent: { readonly at: number; readonly lane: Lane }[] = [];
  accepted = 0;
  refused = 0;
  readonly #options: Required<QuotaWorldOptions>;
  readonly #random: () => number;

  constructor(options: QuotaWorldOptions) {
    this.#options = { kind: 'rolling', roundTrip: 100, shortest: 0, seed: 1, headers: true, ...options };
    this.#random = evenly(this.#options.seed);
    const { kind, requests } = this.#options;
    this.server = new Quota({ window: { kind, requests, windowMs: WINDOW_MS } });
  }

  /** @param skew milliseconds by which the wall clock of the instance is off */
  limiter(skew = 0, since = this.clock.now()): Limiter {
    const { clock } = this;
    const own: Clock = {
      wall: () => clock.wall() + skew,
      now: () => clock.now(),
      after: (delay, task) => clock.after(delay, task),
    };
    return createLimiter({ requests: this.#options.requests, window: WINDOW_MS }, own, since);
  }

  /** So many callers who send one request after the other. Returns what kills the instance. */
  load(limiter: Limiter, callers: number, lane: Lane = 'live'): () => void {
    const life: Life = { isOver: false };
    for (let n = 0; n < callers; n += 1) void this.#call(limiter, lane, life);
    return () => {
      life.isOver = true;
    };
  }

  /** Others send requests at once. Returns how many were refused. */
  foreign(requests: number): number {
    let refused = 0;
    for (let n = 0; n < requests; n += 1) if (this.server.take(this.clock.now()).refusedBy !== undefined) refused += 1;
    return refused;
  }

  /** One request, when the limiter lets it. */
  async send(limiter: Limiter, lane: Lane = 'live', life: Life = { isOver: false }): Promise<void> {
    const { headers, roundTrip, shortest } = this.#options;
    const permit = await limiter.acquire(lane);
    if (life.isOver) return;
    this.sent.push({ at: this.clock.now(), lane });
    // Whole milliseconds, so that the arithmetic of the clock is exact.
    const ms = shortest + Math.round(this.#random() * (roundTrip - shortest));
    const counted = Math.round(this.#random() * ms);
    let reading: RateLimitReading;
    let isRefused = false;
    this.clock.after(counted, () => {
      const verdict = this.server.take(this.clock.now());
      isRefused = verdict.refusedBy !== undefined;
      if (isRefused) this.refused += 1;
      else this.accepted += 1;
      const { window } = verdict;
      reading = window && {
        max: window.max,
        remaining: window.remaining,
        interval: window.intervalMs,
        isRefusal: isRefused,
      };
    });
    await new Promise<void>((resolve) => this.clock.after(ms, resolve));
    if (life.isOver) return;
    if (isRefused) limiter.pauseUntil(this.clock.now() + WINDOW_MS);
    permit.spent(headers === 'lost' ? undefined : headers ? reading : 'silent');
  }

  async #call(limiter: Limiter, lane: Lane, life: Life): Promise<void> {
    while (!life.isOver) await this.send(limiter, lane, life);
  }
}

/** Numbers from 0 to 1 that a seed repeats (a linear congruential generator). */
function evenly(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
