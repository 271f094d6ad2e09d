/** Time as a parameter, so that a test can hold it still. Everything in the delivery path takes a `Clock`. */
import { onAbort } from './abort.ts';

export interface Clock {
  /** Wall time in epoch milliseconds: for what is published and logged. May step back. */
  wall(): number;
  /** Milliseconds since some fixed moment; never steps back. For waits and windows. */
  now(): number;
  /** Runs `task` once after `ms`; returns a function that cancels it. Does not keep the process alive. */
  after(ms: number, task: () => void): () => void;
}

/** Longest delay that a Node timer takes; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  wall: () => Date.now(),
  now: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, Math.min(Math.max(0, ms), LONGEST_TIMER_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
export function wait(clock: Pick<Clock, 'after'>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const forget =
      signal &&
      onAbort(signal, () => {
        cancel();
        reject(signal.reason);
      });
    const cancel = clock.after(ms, () => {
      forget?.();
      resolve();
    });
  });
}

/** What comes of the work; rejects when that takes longer than `ms`. */
export async function within<Result>(clock: Pick<Clock, 'after'>, ms: number, work: Promise<Result>): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(ms, () => late.reject(new Error(`no end within ${ms} ms`)));
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    cancel();
  }
}
