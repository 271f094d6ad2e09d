/**
 * Many waiters on one abort. An EventTarget looks through all its listeners whenever one is added or taken away; with
 * the thousands of calls that a partition has waiting, an outage would stop the event loop for seconds.
 */

const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Runs `task` when the signal aborts, unless the returned function was called before. The order is that of the calls.
 * A signal that has aborted already runs nothing: ask it before.
 */
export function onAbort(signal: AbortSignal, task: () => void): () => void {
  const tasks = waiting.get(signal) ?? listenTo(signal);
  // Of its own, so that the same task given twice runs twice.
  const run = () => task();
  tasks.add(run);
  return () => void tasks.delete(run);
}

/** Tasks that a signal would run: what is left when nobody waits any more is a leak. */
export function waitingFor(signal: AbortSignal): number {
  return waiting.get(signal)?.size ?? 0;
}

/** What comes of the promise; rejects with the signal's reason when it aborts before. */
export async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  if (signal.aborted) {
    // Nobody is told any more how it ends.
    work.catch(() => {});
    throw signal.reason;
  }
  const aborted = Promise.withResolvers<never>();
  const forget = onAbort(signal, () => aborted.reject(signal.reason));
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    forget();
  }
}

function listenTo(signal: AbortSignal): Set<() => void> {
  const tasks = new Set<() => void>();
  waiting.set(signal, tasks);
  const runAll = () => {
    for (const run of tasks) {
      tasks.delete(run);
      run();
    }
  };
  signal.addEventListener('abort', runAll, { once: true });
  return tasks;
}
