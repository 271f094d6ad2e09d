/** What leaves for HubSpot: every call makes a payload that is the contract, or says why it makes none. */
import { expect } from 'vitest';
import type { Call } from '../../src/cdr/call.ts';
import { CallmatchError } from '../../src/errors.ts';
import { toInboundCallRequest } from '../../src/hubspot/inbound-call.ts';
import { openContract } from './openapi.ts';

export interface Leaving {
  /** Throws for a payload that is not the contract, and for any error but `invalid-payload`. */
  hold(call: Call): void;
  /** How many payloads left. */
  readonly sent: number;
}

/** Without HubSpot's OpenAPI file only our own schema is asked; that is said on stderr. */
export function createLeaving(): Leaving {
  const check = openContract();
  let sent = 0;
  return {
    hold(call) {
      let body: string;
      try {
        body = JSON.stringify(toInboundCallRequest(call, { create: true, properties: {}, rawCause: 'hs_call_body' }));
      } catch (error) {
        if (error instanceof CallmatchError && error.code === 'invalid-payload') return;
        throw error;
      }
      sent += 1;
      const payload: { externalCallId?: string } = JSON.parse(body);
      expect(check?.('CompletedThirdPartyCallRequest', payload)).toBeUndefined();
      expect(payload.externalCallId).toBe(call.externalCallId);
    },
    get sent() {
      return sent;
    },
  };
}
