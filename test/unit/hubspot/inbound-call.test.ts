import { describe, expect, it } from 'vitest';
import { FINAL_CALL_STATUSES } from '../../../src/cdr/call.ts';
import { CallmatchError } from '../../../src/errors.ts';
import {
  callSearchPath,
  inboundCallPath,
  inboundCallRequest,
  inboundCallResponse,
  toInboundCallRequest,
} from '../../../src/hubspot/inbound-call.ts';
import { sampleCall } from '../../support/sample-call.ts';

const ENGAGEMENT = { create: true, properties: {} };

describe('toInboundCallRequest', () => {
  it('makes the whole payload', () => {
    const call = sampleCall({ engagementProperties: { hs_call_title: 'Support' } });
    expect(
      toInboundCallRequest(call, { create: true, properties: { hs_call_title: 'Phone', hs_call_source: 'x' } }),
    ).toEqual({
      createEngagement: true,
      externalCallId: 'call-1',
      finalCallStatus: 'COMPLETED',
      fromNumber: { e164Number: '+14155550123', phoneNumberType: 'FIXED_LINE_OR_MOBILE' },
      toNumber: { e164Number: '+41445550100', phoneNumberType: 'FIXED_LINE', extension: '17' },
      potentialRecipientUserIds: [77, 78],
      callStartedTimestamp: '2026-01-15T09:30:00.000Z',
      durationSeconds: 61,
      userId: 77,
      engagementProperties: {
        hs_call_title: 'Support',
        hs_call_source: 'x',
        hs_call_direction: 'INBOUND',
        hs_call_external_id: 'call-1',
        hs_timestamp: '2026-01-15T09:30:00.000Z',
        hs_call_duration: '61000',
        hs_call_status: 'COMPLETED',
        hs_call_from_number: '+14155550123',
        hs_call_to_number: '+41445550100',
      },
    });
  });

  it('leaves out what a call does not have', () => {
    const { startedAt: _, talkSeconds: __, userId: ___, ...bare } = sampleCall();
    const request = toInboundCallRequest(bare, ENGAGEMENT);
    expect(Object.keys(request)).not.toEqual(expect.arrayContaining(['callStartedTimestamp']));
    expect(Object.keys(request)).not.toEqual(expect.arrayContaining(['durationSeconds']));
    expect(Object.keys(request.engagementProperties)).not.toContain('hs_timestamp');
  });

  it('sets hs_call_external_id whatever a mapping says: the look-up of a call in doubt depends on it', () => {
    const call = sampleCall({ engagementProperties: { hs_call_external_id: 'other' } });
    expect(toInboundCallRequest(call, ENGAGEMENT).engagementProperties.hs_call_external_id).toBe('call-1');
  });

  it.each([
    ['hs_call_body', 'MISSED', 'NO ANSWER'],
    ['hs_call_body', 'UNKNOWN', 'NO ANSWER'],
    ['hs_call_body', 'COMPLETED', undefined],
    ['pbx_cause', 'MISSED', 'NO ANSWER'],
    ['pbx_cause', 'COMPLETED', 'NO ANSWER'],
  ] as const)('keeps the raw cause in %s of a call that is %s: %j', (rawCause, status, expected) => {
    const call = sampleCall({ status, rawCause: 'NO ANSWER' });
    const { engagementProperties } = toInboundCallRequest(call, { ...ENGAGEMENT, rawCause });
    expect(engagementProperties[rawCause]).toBe(expected);
  });

  it('keeps the raw cause nowhere when it is not to, or there is none', () => {
    const { engagementProperties: none } = toInboundCallRequest(sampleCall(), ENGAGEMENT);
    const call = sampleCall({ status: 'MISSED', rawCause: 'NO ANSWER' });
    const without = { ...none, hs_call_status: undefined };
    expect(toInboundCallRequest(call, ENGAGEMENT).engagementProperties).toEqual(without);
    expect(toInboundCallRequest(call, { ...ENGAGEMENT, rawCause: false }).engagementProperties).toEqual(without);
    const { rawCause: _, ...causeless } = call;
    expect(toInboundCallRequest(causeless, { ...ENGAGEMENT, rawCause: 'hs_call_body' }).engagementProperties).toEqual(
      without,
    );
  });

  it('puts the raw cause before nothing else that sets its property', () => {
    const bodyOf = (call: object, properties: Record<string, string>) =>
      toInboundCallRequest(sampleCall({ status: 'MISSED', rawCause: 'NO ANSWER', ...call }), {
        create: true,
        properties,
        rawCause: 'hs_call_body',
      }).engagementProperties.hs_call_body;
    expect(bodyOf({ engagementProperties: { hs_call_body: 'Wants a quote' } }, {})).toBe('Wants a quote');
    expect(bodyOf({}, { hs_call_body: 'By callmatch' })).toBe('By callmatch');
  });

  it('gives no engagement status that the property does not have', () => {
    const statuses = FINAL_CALL_STATUSES.filter(
      (status) =>
        toInboundCallRequest(sampleCall({ status }), ENGAGEMENT).engagementProperties.hs_call_status === undefined,
    );
    expect(statuses).toEqual(['HOLD', 'MISSED', 'UNKNOWN']);
  });

  it.each([
    ['a hidden caller', { from: { e164: undefined, type: 'UNKNOWN', hidden: 'withheld' } }, /fromNumber\.e164Number/],
    ['a number that is not E.164', { from: { e164: '+0155', type: 'UNKNOWN' } }, /fromNumber\.e164Number/],
    ['an empty id', { externalCallId: '' }, /externalCallId/],
    ['a user id beyond int32', { userId: 2 ** 31 }, /userId/],
    ['a negative duration', { talkSeconds: -1 }, /durationSeconds/],
    ['half a second', { talkSeconds: 0.5 }, /durationSeconds/],
    ['a start beyond all dates', { startedAt: 9e15 }, /callStartedTimestamp/],
    ['a start beyond the year 9999', { startedAt: Date.UTC(10_000, 0) }, /callStartedTimestamp/],
    ['a start that is no number', { startedAt: Number.NaN }, /callStartedTimestamp/],
  ] as const)('refuses %s, naming the field and not the number', (_name, changes, field) => {
    let thrown: unknown;
    try {
      toInboundCallRequest(sampleCall(changes), ENGAGEMENT);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(CallmatchError);
    expect(thrown).toMatchObject({ code: 'invalid-payload', message: expect.stringMatching(field) });
    expect(String(thrown)).not.toMatch(/555|0155/);
  });
});

describe('the contract', () => {
  it('knows no further fields on the way out', () => {
    const request = toInboundCallRequest(sampleCall(), ENGAGEMENT);
    expect(inboundCallRequest.safeParse({ ...request, more: 1 }).success).toBe(false);
    expect(inboundCallRequest.safeParse({ ...request, engagementProperties: { hs_call_duration: 5 } }).success).toBe(
      false,
    );
  });

  it('is open on the way in: unknown match types and fields are passed on', () => {
    const objectCoordinates = { objectId: 18_632_407_239, objectTypeId: '2-77', portalId: 1, more: true };
    const match = { callerIdType: 'TICKET', objectCoordinates, name: null, subject: 'x' };
    const { callerIdMatches } = inboundCallResponse.parse({ callerIdMatches: [match], status: 'new' });
    expect(callerIdMatches).toMatchObject([
      { callerIdType: 'TICKET', subject: 'x', objectCoordinates: { objectId: '18632407239' } },
    ]);
  });
});

describe('paths', () => {
  it('has the version in its place', () => {
    expect(inboundCallPath('2026-03')).toBe('/crm/extensions/calling/2026-03/inbound-call');
    expect(inboundCallPath('v3')).toBe('/crm/v3/extensions/calling/inbound-call');
    expect(callSearchPath('2026-03')).toBe('/crm/objects/2026-03/calls/search');
    expect(callSearchPath('v3')).toBe('/crm/v3/objects/calls/search');
  });
});
