/**
 * A limiter whose slots are counted elsewhere, for all instances together. Many waiters share a round trip: while one
 * is on its way the next one gathers. When the count does not answer, calls wait.
 */
import { onAbort } from '../abort.ts';
import type { Clock } from '../clock.ts';
import type { Lane } from './lanes.ts';
import type { Limiter, Permit } from './limiter.ts';

/** Where slots are counted; `redis/slot-count.ts` is one. */
export type SlotCounter = (request: {
  readonly live: readonly string[];
  readonly backfill: readonly string[];
  readonly spent: readonly string[];
  readonly unused: readonly string[];
  readonly held: readonly string[];
  readonly pause: number;
}) => Promise<{ readonly live: number; readonly backfill: number; readonly wait: number }>;

export interface CountedLimiterParts {
  readonly count: SlotCounter;
  /** Names this limiter among all of the portal. */
  readonly instance: string;
  /** How often slots in use are confirmed, milliseconds. */
  readonly confirm: number;
  readonly clock: Clock;
  readonly failed: (error: unknown) => void;
}

/** Most slots asked for at a time. */
const MOST = 200;
/** Slots of others come back without a word: longest and shortest wait before asking again. Milliseconds. */
const ASK_MS = { least: 2, most: 200 } as const;
const RETRY_MS = 500;

interface Waiter {
  readonly grant: (permit: Permit) => void;
  readonly forget: () => void;
}

export function createCountedLimiter(parts: CountedLimiterParts): Limiter {
  const { count, clock, instance } = parts;
  const queues: Record<Lane, Set<Waiter>> = { live: new Set(), backfill: new Set() };
  /** Slots in use by this instance. */
  const held = new Set<string>();
  let spent: string[] = [];
  let unused: string[] = [];
  let slots = 0;
  let pausedUntil = 0;
  let confirmedAt = clock.now();
  let isAsking = false;
  let cancelTimer: (() => void) | undefined;

  const waiting = () => queues.live.size + queues.backfill.size;

  const wake = (ms: number): void => {
    cancelTimer?.();
    cancelTimer = clock.after(ms, () => {
      cancelTimer = undefined;
      void exchange();
    });
  };

  const newIds = (lane: Lane): string[] =>
    Array.from({ length: Math.min(MOST, queues[lane].size) }, () => {
      slots += 1;
      return `${instance}-${slots}`;
    });

  const permit = (id: string): Permit => {
    const end = (list: () => string[]) => () => {
      if (!held.delete(id)) return;
      list().push(id);
      wake(0);
    };
    return { spent: end(() => spent), unused: end(() => unused) };
  };

  const serve = (lane: Lane, ids: readonly string[], granted: number): void => {
    for (const [n, id] of ids.entries()) {
      if (n >= granted) return;
      const [waiter] = queues[lane];
      if (waiter === undefined) {
        // Who wanted it has gone meanwhile.
        unused.push(id);
        continue;
      }
      queues[lane].delete(waiter);
      waiter.forget();
      held.add(id);
      waiter.grant(permit(id));
    }
  };

  const exchange = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    const now = clock.now();
    const isDue = now - confirmedAt >= parts.confirm;
    const ended = { spent, unused };
    [spent, unused] = [[], []];
    const wanted = { live: newIds('live'), backfill: newIds('backfill') };
    try {
      const pause = Math.max(0, pausedUntil - now);
      const answer = await count({ ...wanted, ...ended, held: isDue ? [...held] : [], pause });
      if (isDue) confirmedAt = now;
      serve('live', wanted.live, answer.live);
      serve('backfill', wanted.backfill, answer.backfill);
      isAsking = false;
      const refused = wanted.live.length - answer.live + wanted.backfill.length - answer.backfill;
      schedule(refused, answer.wait);
    } catch (error) {
      parts.failed(error);
      // Said again. What may have been granted without our knowing comes back by itself.
      spent = [...ended.spent, ...spent];
      unused = [...ended.unused, ...unused];
      isAsking = false;
      wake(RETRY_MS);
    }
  };

  /** @param refused waiters who have asked and got nothing @param wait until a slot comes back, milliseconds */
  const schedule = (refused: number, wait: number): void => {
    if (spent.length + unused.length > 0 || waiting() > refused) wake(0);
    else if (waiting() > 0) wake(Math.min(ASK_MS.most, Math.max(ASK_MS.least, wait)));
    else if (held.size > 0) wake(parts.confirm);
  };

  return {
    get waiting() {
      return waiting();
    },
    acquire(lane, signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      return new Promise<Permit>((grant, refuse) => {
        const leave = () => {
          queues[lane].delete(waiter);
          refuse(signal?.reason);
        };
        const waiter: Waiter = { grant, forget: signal ? onAbort(signal, leave) : () => {} };
        // Those who wait already have asked: only the first of a lane asks anew.
        if (queues[lane].size === 0 && !isAsking) wake(0);
        queues[lane].add(waiter);
      });
    },
    pauseUntil(time) {
      pausedUntil = Math.max(pausedUntil, time);
      wake(0);
    },
    setShare() {
      // All instances count together: nobody has a share.
    },
  };
}
