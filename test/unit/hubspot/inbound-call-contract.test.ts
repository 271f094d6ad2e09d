/** Whatever a mapping makes of a record: what leaves is HubSpot's contract, or it does not leave. */
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { type Call, FINAL_CALL_STATUSES, PHONE_NUMBER_TYPES } from '../../../src/cdr/call.ts';
import { CallmatchError } from '../../../src/errors.ts';
import { toInboundCallRequest } from '../../../src/hubspot/inbound-call.ts';
import { contractTest } from '../../support/openapi.ts';

const orNone = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const number = fc.oneof(
  { weight: 9, arbitrary: fc.stringMatching(/^\+[1-9]\d{6,14}$/) },
  { weight: 1, arbitrary: fc.string() },
);
const party = fc.record({
  e164: fc.oneof({ weight: 19, arbitrary: number }, { weight: 1, arbitrary: fc.constant(undefined) }),
  type: fc.constantFrom(...PHONE_NUMBER_TYPES),
  extension: fc.string(),
});
const int32 = fc.integer();
const id = fc.oneof({ weight: 19, arbitrary: int32 }, { weight: 1, arbitrary: fc.double() });
const properties = fc.dictionary(fc.string(), fc.string());
const calls: fc.Arbitrary<Call> = fc
  .record({
    externalCallId: fc.string(),
    direction: fc.constant('inbound' as const),
    from: party,
    to: party,
    status: fc.constantFrom(...FINAL_CALL_STATUSES),
    startedAt: orNone(fc.oneof(fc.integer({ min: 0, max: 4e12 }), fc.double())),
    talkSeconds: orNone(fc.oneof(fc.nat(), id)),
    userId: orNone(id),
    potentialRecipientUserIds: fc.array(id, { maxLength: 3 }),
    engagementProperties: properties,
  })
  // The fields that a call does not have are left out, as a mapping does; the cast says only that.
  .map(
    (call) => Object.fromEntries(Object.entries(call).filter(([, value]) => value !== undefined)) as unknown as Call,
  );

describe('every payload', () => {
  contractTest('is the contract, or there is none', 'openapi-calling-2026-03.json', (check) => {
    let sent = 0;
    const runs = 2_000;
    fc.assert(
      fc.property(calls, fc.boolean(), properties, (call, create, defaults) => {
        let body: string;
        try {
          body = JSON.stringify(toInboundCallRequest(call, { create, properties: defaults }));
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-payload' });
          expect(error).toBeInstanceOf(CallmatchError);
          return;
        }
        sent += 1;
        const payload = JSON.parse(body);
        expect(check('CompletedThirdPartyCallRequest', payload)).toBeUndefined();
        // A look-up finds it again.
        expect(payload.engagementProperties.hs_call_external_id).toBe(call.externalCallId);
      }),
      { numRuns: runs },
    );
    expect(sent).toBeGreaterThan(runs / 10);
    expect(sent).toBeLessThan(runs);
  });
});
