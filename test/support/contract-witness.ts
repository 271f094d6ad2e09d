/**
 * Holds every call that reaches a CRM, and every answer that a simulator gives, against HubSpot's OpenAPI file. What does
 * not fit is noted, because a thrown error would only be one more answer of the CRM; whoever opened the CRM asks at its end.
 */
import type { Exchange } from '../../src/crm/request-path.ts';
import { type Check, openContract } from './openapi.ts';

export interface ContractWitness {
  /** Notes a call as it came. */
  request(body: string): void;
  /** Notes an exchange with the simulator. */
  exchange(exchange: Exchange): void;
  /** Throws when something did not fit. */
  assertKept(): void;
  /** How many bodies were held against the file; 0 where it is absent. */
  readonly checked: number;
}

/** @param check default: the file, where there is one; its absence is said once a process. */
export function watchContract(check = contract()): ContractWitness {
  const mistakes: string[] = [];
  let checked = 0;
  const hold = (schema: string, body: string) => {
    if (check === undefined) return;
    checked += 1;
    const mistake = check(schema, JSON.parse(body));
    if (mistake !== undefined) mistakes.push(`${schema}: ${mistake}`);
  };
  const request = (body: string) => hold('CompletedThirdPartyCallRequest', body);
  return {
    request,
    exchange({ endpoint, body, answer, isScripted }) {
      if (endpoint !== 'inbound-call') return;
      request(body);
      // A 429 of the captured traffic has no category, which the file requires.
      if (isScripted || typeof answer === 'string' || answer.status === 429) return;
      hold(answer.status === 200 ? 'CompletedThirdPartyCallResponse' : 'Error', answer.body);
    },
    assertKept() {
      if (mistakes.length > 0) throw new Error(`not HubSpot's contract:\n${[...new Set(mistakes)].join('\n')}`);
    },
    get checked() {
      return checked;
    },
  };
}

let opened: { readonly check: Check | undefined } | undefined;

/** Reading the file takes a while: once for all. */
function contract(): Check | undefined {
  opened ??= { check: openContract() };
  return opened.check;
}
