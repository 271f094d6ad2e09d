/**
 * One HubSpot account: its credentials, its quota, its state. `submit` takes a call to its end at HubSpot, through
 * every kind of failure. The wrapping order, once: retry(permission(gate(token(limit(slots(request)))))). Every attempt
 * takes a token of the quota, and while a call waits for its next attempt it holds neither a slot nor a token.
 */
import type { Call } from '../cdr/call.ts';
import { type Clock, wait } from '../clock.ts';
import { CallmatchError, type ErrorCode } from '../errors.ts';
import { type Accepted, readInboundCallAnswer } from './answer.ts';
import { createAttempt, type Route } from './attempt.ts';
import type { TokenSource } from './auth.ts';
import type { HttpClient } from './client.ts';
import type { PortalSlots } from './fair-slots.ts';
import { breakerState, type Gate, type PortalState } from './gate.ts';
import { callSearchPath, type EngagementSettings, inboundCallPath, toInboundCallRequest } from './inbound-call.ts';
import type { Lane } from './lanes.ts';
import type { Limiter } from './limiter.ts';
import { createLookUp, type Found, type LookUp } from './lookup-batch.ts';
import { createOwnersReader } from './owners.ts';
import { PARK, type Parked } from './parked.ts';
import type { Permission } from './permission.ts';
import { backOff } from './retry.ts';
import { createUsers, type UserEvents, type UserSettings, type Users } from './users.ts';

/** How sure we are that this submission made the engagement: at once, found by a look-up, or sent again unseen. */
export type Verdict = 'fresh' | 'verified' | 'resubmitted';

export interface Submission {
  readonly matches: Accepted['matches'];
  /** Requests to the endpoint, the last included; look-ups do not count. */
  readonly attempts: number;
  readonly verdict: Verdict;
  readonly engagementRequested: boolean;
  /** Wall time of the first request. */
  readonly submittedAt: number;
}

/** A call that may have been taken and that the settings say not to touch again. */
export interface LeftInDoubt {
  readonly inDoubt: true;
  /** 0 when only an earlier owner of the partition may have sent it. */
  readonly attempts: number;
  readonly submittedAt: number;
}

export interface SubmitOptions {
  readonly lane: Lane;
  /**
   * Stops what has not been sent yet (a stop, a lost partition). Never touches a request on the wire. With `PARK` as its
   * reason the call is taken back, and how far it came is told.
   */
  readonly signal: AbortSignal;
  /** Whether a request for the call may be sent at this moment; without it, nothing of it goes on the wire. */
  readonly permission: Permission;
  /** An earlier owner of the partition may have sent this call, and its time to settle has passed already. */
  readonly inDoubt?: boolean;
  /** HubSpot has the call: only its matches are asked for. Default false. */
  readonly isTaken?: boolean;
}

export interface Portal {
  readonly name: string;
  readonly hubId: number | undefined;
  readonly state: PortalState;
  /** Requests waiting for the quota. */
  readonly waiting: number;
  /** The call with the user ids of its agents: before it is compared with others, submitted or published. */
  readonly attribute: Users['attribute'];
  /** Calls that wait for their next request, or to be looked up, after one that failed. */
  readonly resting: number;
  /** Throws a `CallmatchError` of fate `bury`, or the signal's reason when it aborts while nothing is on the wire. */
  submit(call: Call, options: SubmitOptions): Promise<Submission | LeftInDoubt | Parked>;
}

/** Hub id, origin, engagement and users are read for each call, so that they may change. */
export interface PortalSettings {
  readonly name: string;
  readonly hubId: number | undefined;
  readonly baseUrl: string;
  readonly apiVersion: string;
  readonly engagement: EngagementSettings;
  readonly users: UserSettings;
  readonly maxAttempts: number;
  readonly inDoubt: { readonly mode: 'verify' | 'resubmit' | 'skip'; readonly settle: number };
}

/** What happens to a submission on its way; for logs and metrics. */
export interface PortalEvents extends UserEvents {
  answered(portal: string, status: number | 'none', ms: number): void;
  /** `isOutage`: the breaker is not closed, so this is one of many. */
  retried(portal: string, error: CallmatchError, waitMs: number, isOutage: boolean): void;
  /** `forbidden`: the token may not search, so the call is sent again unseen. */
  lookedUp(portal: string, found: Found): void;
}

export interface PortalParts {
  readonly client: HttpClient;
  readonly token: TokenSource;
  readonly limiter: Limiter;
  readonly searchLimiter: Limiter;
  /** Runs a request within the bounds of what may be on the wire. */
  readonly slots: PortalSlots['run'];
  readonly gate: Gate;
  readonly clock: Clock;
  readonly random: () => number;
  readonly events: PortalEvents;
}

export function createPortal(settings: PortalSettings, parts: PortalParts): Portal {
  const { clock, gate, limiter, events, random } = parts;
  const { name, inDoubt, maxAttempts } = settings;
  const attempt = createAttempt({
    ...parts,
    origin: () => settings.baseUrl,
    answered: (status, ms) => events.answered(name, status, ms),
  });
  const endpoint: Route<Accepted> = {
    path: inboundCallPath(settings.apiVersion),
    limiter,
    isProof: true,
    read(answer) {
      const accepted = readInboundCallAnswer(answer, clock.wall());
      checkHub(settings, accepted);
      return accepted;
    },
  };
  const lookUpOnce = createLookUp({
    attempt,
    path: callSearchPath(settings.apiVersion),
    limiter: parts.searchLimiter,
    clock,
  });
  const readOwners = createOwnersReader({ ...parts, attempt, apiVersion: settings.apiVersion });
  const usersOf = (users: UserSettings) => createUsers(name, users, { read: readOwners, clock, events });
  let users = { settings: settings.users, attribute: usersOf(settings.users).attribute };
  /** Accepted calls so far: tells a call's own trouble from an outage. */
  let successes = 0;
  let resting = 0;

  const pause = (error: CallmatchError, ms: number, signal: AbortSignal): Promise<void> => {
    events.retried(name, error, ms, breakerState(gate.current) !== 'closed');
    return rest(wait(clock, ms, signal));
  };

  const rest = <Result>(waiting: Promise<Result>): Promise<Result> => {
    resting += 1;
    return waiting.finally(() => {
      resting -= 1;
    });
  };

  /** Whether HubSpot has the call. Asked until there is an answer; `forbidden` when the token may not search. */
  const lookUp: LookUp = async (externalCallId, options) => {
    for (let failures = 1; ; failures += 1) {
      try {
        const found = await rest(lookUpOnce(externalCallId, options));
        events.lookedUp(name, found);
        return found;
      } catch (error) {
        if (!(error instanceof CallmatchError) || error.fate === 'bury') throw error;
        if (error.fate === 'retry') await pause(error, backOff(error, failures, random), options.signal);
      }
    }
  };

  const submit: Portal['submit'] = async (call, options) => {
    const { signal } = options;
    const request = toInboundCallRequest(call, settings.engagement);
    const engagementRequested = request.createEngagement;
    let verdict: Verdict = options.isTaken ? 'verified' : 'fresh';
    let isStranger = false;
    let isInDoubt = options.inDoubt === true && !options.isTaken && engagementRequested;
    let attempts = 0;
    let submittedAt = clock.wall();
    let ownFailures = 0;
    /** Successes of other calls up to the last failure of this one. */
    let successesSeen = 0;
    const onSend = () => {
      if (attempts === 0) {
        submittedAt = clock.wall();
        successesSeen = successes;
      }
      attempts += 1;
    };
    const submitted = (matches: Submission['matches']): Submission => {
      return { matches, attempts, verdict, engagementRequested, submittedAt };
    };

    const leftInDoubt = (): LeftInDoubt => ({ inDoubt: true, attempts, submittedAt });
    /** What a call in doubt turns out to be, once it had the time to show up at HubSpot. */
    const cleared = async (): Promise<Verdict> => {
      if (inDoubt.mode !== 'verify') return 'resubmitted';
      const found = await lookUp(call.externalCallId, options).catch(refusedLookUp(attempts));
      return found === true ? 'verified' : 'resubmitted';
    };
    const takenBack = (): Parked => {
      // What stands in an account, be it a stranger's, must not be made there again.
      return { parked: true, inDoubt: isInDoubt || verdict === 'verified' || isStranger, attempts };
    };

    const proceed = async (): Promise<Submission | LeftInDoubt> => {
      if (isInDoubt) {
        if (inDoubt.mode === 'skip') return leftInDoubt();
        verdict = await cleared();
        isInDoubt = false;
      }
      for (let failures = 1; ; failures += 1) {
        // The engagement is there, or would be written into another account: only an answer is wanted.
        const createEngagement = engagementRequested && verdict !== 'verified' && !isStranger;
        try {
          const body = () => JSON.stringify({ ...request, createEngagement });
          const { matches } = await attempt(endpoint, body, { ...options, onSend });
          successes += 1;
          if (!isStranger) return submitted(matches);
          isStranger = false;
        } catch (error) {
          if (!(error instanceof CallmatchError)) throw error;
          // Only a failure beside another call's success is the call's own: an outage never uses up its attempts.
          if (MAY_BE_THE_CALL.has(error.code) && successes > successesSeen) ownFailures += 1;
          successesSeen = successes;
          if (error.fate === 'bury' || ownFailures >= maxAttempts) {
            // A dead letter of a call that HubSpot has would be redriven into a second engagement.
            if (verdict === 'verified') return submitted('unknown');
            throw error.fate === 'bury' ? final(error, attempts) : poison(error, ownFailures, attempts);
          }
          isStranger ||= error.code === 'portal-mismatch';
          if (error.code === 'crm-in-doubt' && createEngagement) {
            if (inDoubt.mode === 'skip') return leftInDoubt();
            isInDoubt = true;
            const ms = inDoubt.mode === 'verify' ? inDoubt.settle : backOff(error, failures, random);
            await pause(error, ms, signal);
            verdict = await cleared();
            isInDoubt = false;
          } else if (error.fate === 'retry') {
            await pause(error, backOff(error, failures, random), signal);
          }
        }
      }
    };
    return proceed().catch((error: unknown) => {
      if (error === PARK) return takenBack();
      throw error;
    });
  };

  return {
    name,
    get hubId() {
      return settings.hubId;
    },
    get state() {
      return gate.current;
    },
    get waiting() {
      return limiter.waiting;
    },
    attribute(call) {
      const { users: current } = settings;
      if (users.settings !== current) users = { settings: current, attribute: usersOf(current).attribute };
      return users.attribute(call);
    },
    get resting() {
      return resting;
    },
    submit,
  };
}

/** Failures that can lie in the call itself. A used-up window or a refused connection never does. */
const MAY_BE_THE_CALL: ReadonlySet<ErrorCode> = new Set(['crm-in-doubt', 'crm-locked']);

/** The error that ends a call: what was wrong, and how many requests it took to know. */
function final(cause: CallmatchError, attempts: number, code = cause.code, message = cause.message): CallmatchError {
  return new CallmatchError(code, message, { cause, attempts, ...(cause.http !== undefined && { http: cause.http }) });
}

function poison(last: CallmatchError, failures: number, attempts: number): CallmatchError {
  const message = `failed ${failures} times while other calls succeeded; last: ${last.message}`;
  return final(last, attempts, 'poison', message);
}

/** HubSpot will never answer the look-up of a call in doubt: to send it again could log it twice, so it is buried. */
function refusedLookUp(attempts: number) {
  return (error: unknown): never => {
    if (!(error instanceof CallmatchError)) throw error;
    throw final(error, attempts, error.code, `in doubt, and the look-up is refused: ${error.message}`);
  };
}

/** An answer about another account means that the token is not this portal's. */
function checkHub(settings: PortalSettings, accepted: Accepted): void {
  if (settings.hubId === undefined || accepted.matches === 'unknown') return;
  const stranger = accepted.matches.find((match) => match.objectCoordinates.portalId !== settings.hubId);
  if (stranger === undefined) return;
  const other = stranger.objectCoordinates.portalId;
  throw new CallmatchError(
    'portal-mismatch',
    `portal ${settings.name} is hub ${settings.hubId}, but HubSpot answered for ${other}`,
  );
}
