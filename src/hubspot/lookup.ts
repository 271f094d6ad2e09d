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

/** HubSpot compares without case, so the call may stand behind others whose ids differ in nothing else. */
const MOST_RESULTS = 100;

/** Body of the search for one external id. */
export function lookupBody(externalCallId: string): string {
  const filter = { propertyName: 'hs_call_external_id', operator: 'EQ', value: externalCallId };
  const properties = ['hs_call_external_id'];
  return JSON.stringify({ filterGroups: [{ filters: [filter] }], properties, limit: MOST_RESULTS });
}

const searchResponse = z.looseObject({
  results: z.array(z.looseObject({ properties: z.looseObject({ hs_call_external_id: z.string().nullish() }) })),
});

/** True when the search found this very call. Throws like any refused request, and `crm-in-doubt` on a strange answer. */
export function readLookupAnswer(answer: Answer, externalCallId: string, clock: Clock): boolean {
  if (answer.status !== 200) throw readRefusal(answer, clock.wall());
  try {
    const { results } = searchResponse.parse(parseExactJson(answer.body));
    return results.some(({ properties }) => properties.hs_call_external_id === externalCallId);
  } catch (error) {
    throw new CallmatchError('crm-in-doubt', 'the answer of the calls search is not the contract', { cause: error });
  }
}
