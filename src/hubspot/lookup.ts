/**
 * Whether the CRM has an engagement of a call: the only proof after an answer that proves nothing.
 * Source: CRM search on calls, property `hs_call_external_id`; its index lags behind the writes.
 */
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { CallmatchError } from '../errors.ts';
import { type Answer, readRefusal } from './answer.ts';
import { parseExactJson } from './exact-json.ts';

/** Search has a limit of its own: 5 requests per second and account. Source: HubSpot, CRM search guide. */
export const SEARCH_QUOTA = { requests: 5, window: 1_000 } as const;

/** What one search can take: groups of filters, of which one has to hold, and characters. Source: the same guide. */
export const SEARCH_LIMITS = { groups: 5, characters: 3_000 } as const;

/** HubSpot compares without case, so the call may stand behind others whose ids differ in nothing else. */
const MOST_RESULTS = 100;

/** What one search found. */
export interface LookupAnswer {
  readonly found: ReadonlySet<string>;
  /** Whether there is more than the answer holds: an id that is not in it may still be at HubSpot. */
  readonly isCutOff: boolean;
  /** Where the next page begins, when HubSpot tells. */
  readonly next: string | undefined;
}

/**
 * Body of the search for external ids. EQ for each: IN finds only ids that are given in lower case.
 * @param after where the page begins, as the answer before has told
 */
export function lookupBody(externalCallIds: readonly string[], after?: string): string {
  return JSON.stringify({
    filterGroups: externalCallIds.map((value) => ({
      filters: [{ propertyName: 'hs_call_external_id', operator: 'EQ', value }],
    })),
    properties: ['hs_call_external_id'],
    limit: MOST_RESULTS,
    ...(after !== undefined && { after }),
  });
}

const searchResponse = z.looseObject({
  total: z.number(),
  results: z.array(z.looseObject({ properties: z.looseObject({ hs_call_external_id: z.string().nullish() }) })),
  paging: z.looseObject({ next: z.looseObject({ after: z.coerce.string() }).nullish() }).nullish(),
});

/**
 * Reads what a search found. Throws like any refused request, and `crm-in-doubt` on a strange answer.
 * @param after where the page begins; undefined for the first one
 */
export function readLookupAnswer(answer: Answer, clock: Clock, after?: string): LookupAnswer {
  if (answer.status !== 200) throw readRefusal(answer, clock.wall());
  try {
    const { total, results, paging } = searchResponse.parse(parseExactJson(answer.body));
    const next = paging?.next?.after;
    return {
      found: new Set(results.flatMap(({ properties }) => properties.hs_call_external_id ?? [])),
      isCutOff: next !== undefined || (after === undefined && total > results.length),
      next,
    };
  } catch (error) {
    throw new CallmatchError('crm-in-doubt', 'the answer of the calls search is not the contract', { cause: error });
  }
}
