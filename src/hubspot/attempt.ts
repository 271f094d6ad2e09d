/**
 * One request to a portal, behind everything that may hold it back: permission(gate(token(quota(slots(request))))). Its
 * answer is also a word on the portal, which goes to the gate, and on the quota, which goes to the limiter.
 */
import type { Clock } from '../clock.ts';
import { CallmatchError, type ErrorCode } from '../errors.ts';
import { MASK } from '../ops/masking.ts';
import type { Answer } from './answer.ts';
import type { TokenSource } from './auth.ts';
import { createBreaker, OUTAGE } from './breaker.ts';
import type { HttpClient } from './client.ts';
import type { PortalSlots } from './fair-slots.ts';
import type { Gate } from './gate.ts';
import type { Lane } from './lanes.ts';
import type { Limiter } from './limiter.ts';
import type { Permission } from './permission.ts';
import { type RateLimitReading, readRateLimit } from './rate-limit.ts';

/** Where a request goes, what its quota is, and what its answer means. */
export interface Route<Result> {
  /** POST by default. A GET has no body, whatever is given for one. */
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly limiter: Limiter;
  /** Whether an answer shows that calls are taken. */
  readonly isProof: boolean;
  /** Throws a `CallmatchError` for what is no result. */
  readonly read: (answer: Answer) => Result;
}

export interface AttemptOptions {
  readonly lane: Lane;
  /** Stops what has not been sent yet. Never touches a request on the wire. */
  readonly signal: AbortSignal;
  /** Asked before anything is taken for a request, and again right before it goes on the wire. */
  readonly permission: Permission;
  /** Right before a request goes on the wire: twice when the first one was worth a new token. */
  readonly onSend?: () => void;
}

/** Sends one request. Its body is made right before it goes on the wire, in the same turn as the permission is asked. */
export type Attempt = <Result>(route: Route<Result>, body: () => string, options: AttemptOptions) => Promise<Result>;

export interface AttemptParts {
  /** Asked for each request: it may change. */
  readonly origin: () => string;
  readonly client: HttpClient;
  readonly token: TokenSource;
  /** Runs a request within the bounds of what may be on the wire. */
  readonly slots: PortalSlots['run'];
  readonly gate: Gate;
  readonly clock: Clock;
  /** A request has ended; `none` without an answer. */
  readonly answered: (status: number | 'none', ms: number) => void;
}

/** Their Retry-After is about everything that goes the same way, not about the one request. */
const HOLDS_ALL: ReadonlySet<ErrorCode> = new Set(['crm-throttled', 'crm-in-doubt']);

/** How a request came through the gate. */
interface Passage {
  isProbe: boolean;
  /** Whether a request went on the wire: a failure before that says nothing of the endpoint. */
  isSent: boolean;
}

export function createAttempt(parts: AttemptParts): Attempt {
  const { clock, gate, token: source } = parts;
  const breaker = createBreaker();

  const attempt: Attempt = async (route, body, options) => {
    const passage: Passage = { isProbe: false, isSent: false };
    try {
      const result = route.read(await exchange(route, body, options, passage));
      if (route.isProof) breaker.succeeded();
      // Only the probe opens the gate: other answers are to requests from before the trouble.
      if (passage.isProbe && route.isProof) gate.opened();
      else if (passage.isProbe) gate.handedOn();
      return result;
    } catch (error) {
      if (error instanceof CallmatchError) judge(error, route, passage);
      // Nobody is there any more to go as the probe: that is no word on the portal.
      else if (passage.isProbe && options.signal.aborted) gate.handedOn();
      else if (passage.isProbe) gate.probeLost();
      throw error;
    }
  };

  /** What a failure says of the quota and of the portal. */
  const judge = (error: CallmatchError, { limiter, isProof }: Route<unknown>, { isProbe, isSent }: Passage): void => {
    const { retryAfterMs } = error;
    if (retryAfterMs !== undefined && HOLDS_ALL.has(error.code)) limiter.pauseUntil(clock.now() + retryAfterMs);
    if (OUTAGE.has(error.code)) {
      if (breaker.failed()) gate.shut(error, isProbe);
      else if (isProbe) gate.probeLost();
      return;
    }
    if (isProof && isSent) breaker.succeeded();
    if (error.fate === 'pause-portal') gate.shut(error, isProbe);
    else if (isProbe && !isProof) gate.handedOn();
    else if (isProbe && error.fate === 'bury') gate.opened();
    else if (isProbe) gate.reached();
  };

  /** Waits for the permission and at the gate, with nothing in hand. */
  const enter = async (isProof: boolean, options: AttemptOptions, passage: Passage): Promise<void> => {
    const { permission, signal } = options;
    for (;;) {
      // Switched off while the probe waited for the quota: it has to pass again.
      if (passage.isProbe && gate.current.state === 'disabled') {
        gate.handedOn();
        passage.isProbe = false;
      }
      if (permission.granted()) {
        passage.isProbe ||= await gate.pass(signal, isProof);
        if (permission.granted()) return;
      }
      // The permission can be long in coming: the portal must not wait for it, and another call may be permitted.
      if (passage.isProbe) gate.handedOn();
      passage.isProbe = false;
      await permission.wait(signal);
    }
  };

  const mayGo = ({ permission, signal }: AttemptOptions, { isProbe }: Passage): boolean => {
    signal.throwIfAborted();
    const { state } = gate.current;
    return permission.granted() && (state === 'active' || (isProbe && state !== 'disabled'));
  };

  /** One request with a good token; a 401 is worth one other token, never two. */
  const exchange = async (
    { method = 'POST', path, limiter, isProof }: Route<unknown>,
    body: () => string,
    options: AttemptOptions,
    passage: Passage,
  ): Promise<Answer> => {
    const { lane, signal, permission, onSend } = options;
    for (let refreshed = false; ; ) {
      // Nearly always there is nothing to wait for.
      if (!mayGo(options, passage)) await enter(isProof, options, passage);
      // With nothing in hand: a token endpoint in trouble must not take up the quota. The gate may be shut meanwhile.
      if (source.token() === undefined) {
        await source.ready(signal);
        continue;
      }
      const permit = await limiter.acquire(lane, signal);
      let isSent = false;
      let reading: RateLimitReading;
      try {
        let token: string | undefined;
        // Quota, slot and claim may have been long in coming: the partition may be lost, the portal shut, the token over.
        const go = (): Promise<Answer | undefined> | undefined => {
          token = source.token();
          if (!mayGo(options, passage) || token === undefined) return undefined;
          const claim = permission.claim();
          if (claim !== true) return claim.then((isWorthIt) => (isWorthIt ? go() : undefined));
          isSent = true;
          passage.isSent = true;
          if (passage.isProbe) gate.sent();
          onSend?.();
          return timed(method, path, method === 'GET' ? undefined : body(), token);
        };
        const answer = await parts.slots(go);
        if (answer === undefined || token === undefined) continue;
        reading = readRateLimit(answer);
        if (answer.status !== 401 || refreshed || !source.reject(token)) return withoutToken(answer, token);
        refreshed = true;
      } catch (error) {
        if (error instanceof CallmatchError && error.code === 'crm-unreachable') isSent = false;
        throw error;
      } finally {
        if (isSent) permit.spent(reading);
        else permit.unused();
      }
    }
  };

  const timed = async (
    method: 'GET' | 'POST',
    path: string,
    body: string | undefined,
    token: string,
  ): Promise<Answer> => {
    const start = clock.now();
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
    const content =
      body === undefined ? { headers } : { headers: { ...headers, 'content-type': 'application/json' }, body };
    let status: number | 'none' = 'none';
    try {
      const answer = await parts.client.send({ method, origin: parts.origin(), path, ...content });
      status = answer.status;
      return answer;
    } finally {
      parts.answered(status, clock.now() - start);
    }
  };

  return attempt;
}

/** A refusal may quote the token, and its text goes to logs and headers. */
function withoutToken(answer: Answer, token: string): Answer {
  return answer.status === 200 ? answer : { ...answer, body: answer.body.replaceAll(token, MASK) };
}
