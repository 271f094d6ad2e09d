/**
 * A portal's access token by the refresh grant: refreshed ahead of its end, by one request at a time, and only while
 * calls ask for it. A portal without calls costs no timer and no request.
 */
import { onAbort } from '../abort.ts';
import { type Clock, wait } from '../clock.ts';
import { CallmatchError } from '../errors.ts';
import type { TokenSource } from './auth.ts';
import type { Grant, RefreshGrant } from './refresh-grant.ts';
import type { RefreshTokenStore } from './refresh-token-store.ts';

export interface TokenEvents {
  refreshed(): void;
  /** Asked again at the earliest `waitMs` from now, when a call needs it. */
  refreshFailed(error: CallmatchError, waitMs: number): void;
}

export interface RefreshedTokenParts {
  readonly grant: RefreshGrant;
  readonly store: RefreshTokenStore;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly events: TokenEvents;
}

/** Disposing waits for a refresh on the wire, whose new refresh token must not be lost. */
export interface RefreshedToken extends TokenSource, AsyncDisposable {}

/**
 * How long before its end a token is refreshed: one to two minutes, so that portals that began together drift apart,
 * and at most a tenth of its life. The old one serves meanwhile.
 */
const MARGIN = { least: 60_000, jitter: 60_000, shareOfLife: 0.1 } as const;

/**
 * Back-off of the token endpoint, milliseconds, with full jitter on top of a Retry-After: portals whose grants fail
 * together would trip its limit again and again if they came back together. The shortest bounds a chance near zero.
 */
const BACKOFF = { shortest: 100, first: 1_000, ceiling: 60_000 } as const;

interface AccessToken {
  readonly value: string;
  /** `Clock.now` from which on it is refreshed, and from which on it is not handed out. */
  readonly renewAt: number;
  readonly endsAt: number;
}

/** @param hubId the account that tokens must belong to; undefined to take what comes */
export function createRefreshedToken(hubId: number | undefined, parts: RefreshedTokenParts): RefreshedToken {
  const { grant, store, clock, random, events } = parts;
  let current: AccessToken | undefined;
  let refreshing: Promise<void> | undefined;
  let failures = 0;
  /** No refresh before this moment, unless the last one was refused for good: then the portal's gate holds back. */
  let notBefore = Number.NEGATIVE_INFINITY;
  let isRefused = false;

  /** Whoever asks while a refresh is under way shares it. Rejects with a refusal; after a passing failure it resolves. */
  const refresh = (): Promise<void> => {
    refreshing ??= renew().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };

  const renew = async (): Promise<void> => {
    try {
      current = await obtain();
      failures = 0;
      isRefused = false;
      events.refreshed();
    } catch (error) {
      failures += 1;
      const isPassing = error instanceof CallmatchError && error.fate === 'retry';
      const waitMs = isPassing ? backOff(error, failures) : BACKOFF.ceiling;
      notBefore = clock.now() + waitMs;
      isRefused = !isPassing;
      if (error instanceof CallmatchError) events.refreshFailed(error, waitMs);
      if (isRefused) throw error;
    }
  };

  const backOff = ({ retryAfterMs = 0 }: CallmatchError, failed: number): number =>
    retryAfterMs +
    Math.max(BACKOFF.shortest, random() * Math.min(BACKOFF.ceiling, BACKOFF.first * 2 ** Math.min(failed - 1, 16)));

  const obtain = async (): Promise<AccessToken> => {
    const refreshToken = await store.read();
    // From before the request: the life of the token begins somewhere in between.
    const askedAt = clock.now();
    let granted: Grant;
    try {
      granted = await grant(refreshToken);
    } catch (error) {
      // Another process may have traded the token meanwhile and left its successor.
      if (error instanceof CallmatchError && error.code === 'token-refused' && (await store.read()) !== refreshToken)
        return obtain();
      throw error;
    }
    // First of all: the old one may be worth nothing now.
    if (granted.refreshToken !== refreshToken) await store.keep(granted.refreshToken);
    if (hubId !== undefined && granted.hubId !== undefined && granted.hubId !== hubId) {
      throw new CallmatchError('portal-mismatch', `the portal is hub ${hubId}, but its token is of ${granted.hubId}`);
    }
    const endsAt = askedAt + granted.lifetime;
    if (endsAt <= clock.now()) throw new CallmatchError('token-unavailable', 'the token was over when it came');
    const margin = Math.min(MARGIN.least + random() * MARGIN.jitter, granted.lifetime * MARGIN.shareOfLife);
    return { value: granted.accessToken, renewAt: endsAt - margin, endsAt };
  };

  const token = (): string | undefined => {
    const now = clock.now();
    if (current === undefined || now >= current.endsAt) return undefined;
    // In the background. A failure is told, and is a call's only once there is no good token left.
    if (now >= current.renewAt && now >= notBefore && refreshing === undefined) refresh().catch(() => {});
    return current.value;
  };

  return {
    token,
    async ready(signal) {
      while (token() === undefined) {
        signal.throwIfAborted();
        const waitMs = notBefore - clock.now();
        if (refreshing === undefined && waitMs > 0 && !isRefused) await wait(clock, waitMs, signal);
        else await unlessAborted(refresh(), signal);
      }
    },
    reject(value) {
      // It may have been replaced already, by a refresh for another call that was refused.
      if (current?.value === value) current = undefined;
      return true;
    },
    async [Symbol.asyncDispose]() {
      await refreshing?.catch(() => {});
      await store[Symbol.asyncDispose]();
    },
  };
}

/** What is waited for goes on without the one that leaves: others share it. */
function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(forget);
  });
}
