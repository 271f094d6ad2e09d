/**
 * Look-ups that wait for the search quota share searches: five ids in one, so 25 calls a second instead of five.
 *
 * A search takes its ids at the last moment, right before it goes on the wire. Until then whoever aborts or loses its
 * permission just leaves the queue, and who comes meanwhile still finds a place.
 */
import { onAbort } from '../abort.ts';
import type { Clock } from '../clock.ts';
import { CallmatchError } from '../errors.ts';
import type { Answer } from './answer.ts';
import type { Attempt, AttemptOptions } from './attempt.ts';
import type { Lane } from './lanes.ts';
import type { Limiter } from './limiter.ts';
import { type LookupAnswer, lookupBody, readLookupAnswer, SEARCH_LIMITS } from './lookup.ts';
import type { Permission } from './permission.ts';

/** Whether HubSpot has the call; `forbidden` when the token may not search. */
export type Found = boolean | 'forbidden';

/**
 * Looks a call up by its external id, once. Throws like any request: the failure of a shared search is one of each that
 * waited for it, but what HubSpot refuses for good is asked again singly before anyone is told.
 */
export type LookUp = (externalCallId: string, options: AttemptOptions) => Promise<Found>;

export interface LookUpParts {
  readonly attempt: Attempt;
  readonly path: string;
  readonly limiter: Limiter;
  readonly clock: Clock;
}

/** One call to be found. */
interface Question {
  readonly externalCallId: string;
  readonly permission: Permission;
  readonly signal: AbortSignal;
  /** Needs a search of its own. */
  readonly isAlone: boolean;
  /** Where its page of the results begins. */
  readonly after?: string;
}

/** What came of a question: an answer, or that it has to be asked again, and how. */
type Outcome = { readonly found: Found } | { readonly again: Question };

/** A question in the queue. */
interface Waiter {
  readonly question: Question;
  readonly end: (outcome: Outcome) => void;
  readonly fail: (reason: unknown) => void;
}

type Ask = (question: Question) => Promise<Outcome>;

export function createLookUp(parts: LookUpParts): LookUp {
  const asks: Record<Lane, Ask> = { live: createQueue('live', parts), backfill: createQueue('backfill', parts) };
  return async (externalCallId, { lane, signal, permission }) => {
    let question: Question = { externalCallId, permission, signal, isAlone: false };
    for (;;) {
      while (!permission.granted()) await permission.wait(signal);
      const outcome = await asks[lane](question);
      if ('found' in outcome) return outcome.found;
      question = outcome.again;
    }
  };
}

function createQueue(lane: Lane, { attempt, path, limiter, clock }: LookUpParts): Ask {
  /** In the order of their coming. */
  const queue = new Set<Waiter>();
  /** Searches that have not taken their ids yet. */
  const open = new Set<AbortController>();

  /** Has as many searches on their way to the wire as the queue needs. */
  const match = () => {
    const needed = () => Math.ceil(queue.size / SEARCH_LIMITS.groups);
    while (open.size < needed()) void search();
    for (const superfluous of [...open].slice(needed())) {
      open.delete(superfluous);
      superfluous.abort();
    }
  };

  /** Whether a waiter may be asked for now; one that may not leaves the queue and comes back with its permission. */
  const isPermitted = (waiter: Waiter): boolean => {
    if (waiter.question.permission.granted()) return true;
    queue.delete(waiter);
    waiter.end({ again: waiter.question });
    return false;
  };

  /** Takes those out of the queue that the next search asks for. */
  const take = (): Waiter[] => {
    const taken: Waiter[] = [];
    for (const waiter of queue) {
      if (!isPermitted(waiter)) continue;
      if (!fits(waiter, taken)) break;
      queue.delete(waiter);
      taken.push(waiter);
    }
    return taken;
  };

  const search = async (): Promise<void> => {
    const ticket = new AbortController();
    let asked: Waiter[] = [];
    const permission: Permission = {
      granted() {
        // After a refused token the search goes a second time, for whoever waits then.
        if (asked.length > 0) open.add(ticket);
        for (const waiter of asked) if (!waiter.question.signal.aborted) queue.add(waiter);
        asked = [];
        for (const waiter of queue) if (isPermitted(waiter)) break;
        match();
        return !ticket.signal.aborted;
      },
      wait: (signal) => Promise.reject(signal.reason),
      // A search writes nothing.
      claim: () => true,
    };
    const claim = () => {
      asked = take();
      open.delete(ticket);
      match();
    };
    const body = () => {
      claim();
      return lookupBody(asked.map(idOf), asked[0]?.question.after);
    };
    const read = (answer: Answer) =>
      answer.status === 403 ? 'forbidden' : readLookupAnswer(answer, clock, asked[0]?.question.after);
    open.add(ticket);
    try {
      const answer = await attempt({ path, limiter, isProof: false, read }, body, {
        lane,
        signal: ticket.signal,
        permission,
      });
      for (const { question, end } of asked) end(outcomeOf(question, answer, asked.length > 1));
    } catch (error) {
      if (ticket.signal.aborted) return;
      // Without a token nothing was asked: those are told that would have been.
      if (asked.length === 0) claim();
      const mayLieInOne = asked.length > 1 && error instanceof CallmatchError && error.fate === 'bury';
      for (const { question, end, fail } of asked) {
        if (mayLieInOne) end({ again: { ...question, isAlone: true } });
        else fail(error);
      }
    }
  };

  return async (question) => {
    const { signal } = question;
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    const waiter: Waiter = { question, end: resolve, fail: reject };
    const forget = onAbort(signal, () => {
      queue.delete(waiter);
      reject(signal.reason);
      match();
    });
    queue.add(waiter);
    match();
    try {
      return await promise;
    } finally {
      forget();
    }
  };
}

const idOf = ({ question }: Waiter) => question.externalCallId;

/** Whether one search can ask for a waiter beside those that it asks for already. */
function fits(waiter: Waiter, asked: readonly Waiter[]): boolean {
  if (asked.length === 0) return true;
  const all = [...asked, waiter];
  if (all.length > SEARCH_LIMITS.groups || all.some(({ question }) => question.isAlone)) return false;
  return lookupBody(all.map(idOf)).length <= SEARCH_LIMITS.characters;
}

/** What an answer means for one of those that it was asked for. */
function outcomeOf(question: Question, answer: LookupAnswer | 'forbidden', isShared: boolean): Outcome {
  if (answer === 'forbidden') return { found: 'forbidden' };
  if (answer.found.has(question.externalCallId)) return { found: true };
  if (!answer.isCutOff) return { found: false };
  if (isShared) return { again: { ...question, isAlone: true } };
  if (answer.next !== undefined) return { again: { ...question, after: answer.next } };
  throw new CallmatchError('crm-in-doubt', 'the calls search counts more results than it gives');
}
