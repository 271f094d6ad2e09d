/**
 * HubSpot's owners, for the user ids behind e-mail addresses. `GET …/owners`, in pages.
 * Source: HubSpot public API spec, Crm Owners 2026-03. An owner's `id` is not the `userId` that a call is logged with.
 */
import { z } from 'zod';
import { type Clock, wait } from '../clock.ts';
import { CallmatchError } from '../errors.ts';
import { type Answer, readRefusal } from './answer.ts';
import type { Attempt, Route } from './attempt.ts';
import { parseExactJson } from './exact-json.ts';
import type { Limiter } from './limiter.ts';
import { ALWAYS_GRANTED } from './permission.ts';
import { backOff } from './retry.ts';
import type { UserEntry } from './user-table.ts';

/** Most owners of one page. Source: the same spec. */
const PAGE = 500;
/** Requests for one page, before the whole is given up. */
const TRIES = 3;
/** More pages than any account has: who sends us on for ever is no HubSpot. */
const MOST_PAGES = 1_000;

/** Queues have no address, and who left has no user id. */
const owner = z.looseObject({
  email: z.string().nullish(),
  userId: z.number().nullish(),
  archived: z.boolean().nullish(),
});

const ownersResponse = z.looseObject({
  results: z.array(owner),
  paging: z.looseObject({ next: z.looseObject({ after: z.coerce.string() }).nullish() }).nullish(),
});

export interface OwnersPage {
  readonly users: readonly UserEntry[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined;
}

export interface OwnersParts {
  readonly attempt: Attempt;
  readonly apiVersion: string;
  /** The quota of the portal: owners have none of their own. */
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Reads all owners that are not archived, page by page. Throws the `CallmatchError` of a page that cannot be had. */
export function createOwnersReader({ attempt, apiVersion, limiter, clock, random }: OwnersParts) {
  const readPage = async (after: string | undefined): Promise<OwnersPage> => {
    const route: Route<OwnersPage | CallmatchError> = {
      method: 'GET',
      path: ownersPath(apiVersion, after),
      limiter,
      isProof: false,
      read: (answer) => readOwners(answer, clock.wall()),
    };
    for (let failures = 1; ; failures += 1) {
      try {
        // Live, because calls wait for it; it is one request among hundreds.
        const options = { lane: 'live', signal: NEVER, permission: ALWAYS_GRANTED } as const;
        const page = await attempt(route, NO_BODY, options);
        if (page instanceof CallmatchError) throw page;
        return page;
      } catch (error) {
        const isWorthIt = error instanceof CallmatchError && error.fate === 'retry' && failures < TRIES;
        if (!isWorthIt) throw error;
        await wait(clock, backOff(error, failures, random));
      }
    }
  };

  return async (): Promise<readonly UserEntry[]> => {
    const users: UserEntry[] = [];
    let after: string | undefined;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const page = await readPage(after);
      users.push(...page.users);
      if (page.next === undefined) return users;
      after = page.next;
    }
    throw new CallmatchError('crm-in-doubt', `the owners API has no last page within ${MOST_PAGES}`);
  };
}

/** Calls may come for as long as the process runs; what is on its way at its end is harmless. */
const NEVER = new AbortController().signal;
const NO_BODY = () => '';

/** Path of a page; `v3` is the legacy form. */
export function ownersPath(apiVersion: string, after?: string): string {
  const path = apiVersion === 'v3' ? '/crm/v3/owners' : `/crm/owners/${apiVersion}`;
  const cursor = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
  return `${path}?limit=${PAGE}${cursor}`;
}

/**
 * Reads a page. A refusal of the token comes back as a value and is not thrown: without the scope calls can be submitted
 * all the same, so it must not pause the portal; nor must an answer that is not the contract count as an outage.
 */
export function readOwners(answer: Answer, wallMs: number): OwnersPage | CallmatchError {
  if (answer.status === 401 || answer.status === 403) return readRefusal(answer, wallMs);
  if (answer.status !== 200) throw readRefusal(answer, wallMs);
  try {
    const { results, paging } = ownersResponse.parse(parseExactJson(answer.body));
    return { users: results.flatMap(userOf), next: paging?.next?.after };
  } catch (error) {
    // HubSpot's text stays out of it: it holds addresses.
    return new CallmatchError('crm-in-doubt', 'the answer of the owners API is not the contract', { cause: error });
  }
}

function userOf({ email, userId, archived }: z.output<typeof owner>): UserEntry[] {
  return archived === true || !email || typeof userId !== 'number' ? [] : [[email, userId]];
}
