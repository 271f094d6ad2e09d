/** Calls at a steady pace, so that at every moment there is something to lose. */
import { type Clock, wait } from '../../src/clock.ts';
import type { CallProducer } from '../support/canonical-calls.ts';

export interface TrafficSettings {
  /** Beginning of the external ids; a number follows. */
  readonly prefix: string;
  readonly calls: number;
  readonly perSecond: number;
}

export interface Traffic {
  /** Resolves when nothing is on its way to the broker; nothing follows until `resume`. */
  pause(): Promise<void>;
  /** Goes on at the same pace: the pause is not made up for. */
  resume(): void;
  /** Calls that the broker has acknowledged. */
  readonly sent: number;
  /** Resolves when all calls are. */
  readonly finished: Promise<void>;
}

const TICK_MS = 100;

export function startTraffic(
  producer: CallProducer,
  { prefix, calls, perSecond }: TrafficSettings,
  clock: Clock,
  signal: AbortSignal,
): Traffic {
  let start = clock.now();
  let sent = 0;
  let pausedAt: number | undefined;
  let sending: Promise<void> = Promise.resolve();

  /** A failed batch is sent again, so a call may be written twice: the ledger knows what that means. */
  const tick = async () => {
    const due = Math.min(calls, Math.floor(((clock.now() - start) / 1_000) * perSecond));
    if (pausedAt !== undefined || due <= sent) return;
    const ids = Array.from({ length: due - sent }, (_, index) => `${prefix}-${sent + index}`);
    await producer.send(...ids).then(
      () => {
        sent = due;
      },
      () => {},
    );
  };
  const run = async () => {
    while (sent < calls) {
      signal.throwIfAborted();
      sending = tick();
      await sending;
      await wait(clock, TICK_MS, signal);
    }
  };
  const finished = run();
  // Whoever waits for it hears of it; until then a run that is broken off is no unhandled rejection.
  finished.catch(() => {});

  return {
    async pause() {
      pausedAt ??= clock.now();
      await sending;
    },
    resume() {
      if (pausedAt !== undefined) start += clock.now() - pausedAt;
      pausedAt = undefined;
    },
    get sent() {
      return sent;
    },
    finished,
  };
}
