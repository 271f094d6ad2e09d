/** Waiting for a server that is starting. */
import { setTimeout as delay } from 'node:timers/promises';
import { CallmatchError, messageOf } from '../errors.ts';

const BETWEEN_CHECKS_MS = 100;

interface Waiting {
  /** What is waited for, as the subject of a message: "the broker". */
  readonly what: string;
  /** Milliseconds after which to give up. */
  readonly within: number;
  readonly signal: AbortSignal;
  /** One try; rejects while the server is not ready. */
  readonly check: () => Promise<void>;
  /** Why waiting is pointless: the server died. */
  readonly failure: () => Promise<string | undefined>;
}

/** Resolves as soon as `check` does. Rejects with `dependency-missing` when the server dies or takes too long. */
export async function untilReady({ what, within, signal, check, failure }: Waiting): Promise<void> {
  const deadline = AbortSignal.timeout(within);
  for (;;) {
    signal.throwIfAborted();
    try {
      return await check();
    } catch (error) {
      const died = await failure();
      if (died !== undefined) {
        throw new CallmatchError('dependency-missing', `${what} ended while it was starting: ${died}`);
      }
      if (deadline.aborted) {
        throw new CallmatchError('dependency-missing', `${what} is not ready after ${within} ms: ${messageOf(error)}`, {
          cause: error,
        });
      }
    }
    await delay(BETWEEN_CHECKS_MS, undefined, { signal });
  }
}

/** One try whether the registry answers; rejects with `registry-unavailable` when not. */
export async function probeRegistry(url: string): Promise<void> {
  try {
    const response = await fetch(`${url}/subjects`, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    if (!response.ok) {
      throw new Error(`HTTP ${response.status}`);
    }
  } catch (error) {
    // fetch says only "fetch failed"; what failed is its cause.
    const reason = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new CallmatchError('registry-unavailable', `${url}: ${messageOf(reason)}`, { cause: error });
  }
}
