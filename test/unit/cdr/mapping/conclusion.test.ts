import { describe, expect, it } from 'vitest';
import { type ConclusionOptions, createConclusion } from '../../../../src/cdr/mapping/conclusion.ts';
import type { Draft } from '../../../../src/cdr/mapping/draft.ts';
import { createPhoneNumbers } from '../../../../src/cdr/phone-number.ts';

const OPTIONS: ConclusionOptions = {
  nonFinal: false,
  time: {},
  talkUnit: 's',
  phoneNumbers: createPhoneNumbers(),
  defaultCountry: 'CH',
  mainNumber: undefined,
};
const ended = (value: unknown) => ({ value, isOtherLeg: false });
const DRAFT: Draft = {
  externalCallId: 'id-1',
  direction: 'inbound',
  status: ended('completed'),
  rawCause: '16',
  startedAt: '2026-01-15T10:30:00Z',
  talk: '42.9',
  from: { numbers: ['0315550179'], extension: undefined },
  to: { numbers: ['0315550100'], extension: '7' },
  agent: ' alice@example.com',
  agents: ['alice@example.com', 202, null],
  userId: 5,
  potentialRecipientUserIds: [5, 6],
  properties: [['hs_call_title', 'Call']],
  moreProperties: undefined,
};
const conclude = (draft: Partial<Draft>, options: Partial<ConclusionOptions> = {}) =>
  createConclusion({ ...OPTIONS, ...options })({ ...DRAFT, ...draft }, { recordTime: 0 }, () => 'made');

const caller = (number: unknown) => ({ from: { numbers: [number], extension: undefined } });
const callee = (number: unknown) => ({ to: { numbers: [number], extension: undefined } });

describe('createConclusion', () => {
  it('gives a call', () => {
    expect(conclude({})).toEqual({
      kind: 'call',
      call: {
        externalCallId: 'id-1',
        direction: 'inbound',
        from: { e164: '+41315550179', type: 'FIXED_LINE' },
        to: { e164: '+41315550100', type: 'FIXED_LINE', extension: '7' },
        status: 'COMPLETED',
        rawCause: '16',
        startedAt: Date.UTC(2026, 0, 15, 10, 30),
        talkSeconds: 42,
        agent: 'alice@example.com',
        agents: ['alice@example.com', '202'],
        userId: 5,
        potentialRecipientUserIds: [5, 6],
        engagementProperties: { hs_call_title: 'Call' },
      },
    });
  });

  it('leaves out what the record does not say', () => {
    const bare = {
      rawCause: '',
      startedAt: '',
      talk: '',
      agent: '',
      agents: null,
      userId: null,
      potentialRecipientUserIds: null,
      properties: [],
    };
    const concluded = conclude({ ...bare, status: ended(null) });
    expect(concluded.kind === 'call' && Object.keys(concluded.call).sort()).toEqual(
      [
        'agents',
        'direction',
        'engagementProperties',
        'externalCallId',
        'from',
        'potentialRecipientUserIds',
        'status',
        'to',
      ].sort(),
    );
    expect(concluded).toMatchObject({ call: { status: 'UNKNOWN' } });
  });

  it('reads numbers as those of the country of its portal, where that is known', () => {
    const numbers = {
      from: { numbers: ['(202) 555-0143'], extension: undefined },
      to: { numbers: ['202 555 0100'], extension: undefined },
    };
    const conclude = createConclusion(OPTIONS);
    expect(conclude({ ...DRAFT, ...numbers }, { recordTime: 0, defaultCountry: 'US' }, () => 'made')).toMatchObject({
      call: { from: { e164: '+12025550143' }, to: { e164: '+12025550100' } },
    });
    expect(conclude({ ...DRAFT, ...numbers }, { recordTime: 0 }, () => 'made')).toMatchObject({ kind: 'failure' });
  });

  it('makes an id where the record has none', () => {
    expect(conclude({ externalCallId: ' ' })).toMatchObject({ call: { externalCallId: 'made' } });
  });

  it('skips what is no call of ours before it looks at anything else', () => {
    const odd = { ...caller('x'), ...callee('y'), startedAt: 'never', talk: {}, externalCallId: {} };
    expect(conclude({ ...odd, direction: 'internal' })).toEqual({ kind: 'skip', reason: 'not-inbound' });
    expect(conclude({ ...odd, direction: undefined, status: ended('nonsense') })).toEqual({
      kind: 'skip',
      reason: 'not-inbound',
    });
    expect(conclude({ ...odd, status: ended('ringing') })).toEqual({ kind: 'skip', reason: 'not-final' });
    expect(conclude({ ...odd, status: { value: undefined, isOtherLeg: true } })).toEqual({
      kind: 'skip',
      reason: 'child-leg',
    });
  });

  it('takes calls that go on where it is told so', () => {
    expect(conclude({ status: ended('ringing') }, { nonFinal: true })).toMatchObject({
      kind: 'call',
      call: { status: 'RINGING' },
    });
  });

  it('skips a hidden caller with the call as far as it is known', () => {
    expect(conclude(caller('anonymous'))).toMatchObject({
      kind: 'skip',
      reason: 'withheld',
      call: { externalCallId: 'id-1', from: { e164: undefined, hidden: 'withheld' }, to: { e164: '+41315550100' } },
    });
    expect(conclude({ ...caller('+4131555****'), ...callee('s') })).toMatchObject({
      kind: 'skip',
      reason: 'masked',
      call: { to: { e164: undefined, type: 'UNKNOWN' } },
    });
  });

  it.each<[Partial<Draft>, string, string]>([
    [caller('200'), 'unusable-number', 'from: 3 digits are an extension'],
    [callee('s'), 'unusable-number', 'to: "s" is no number, and the mapping has no mainNumber to take instead'],
    [{ startedAt: '2026-13-01 00:00:00Z' }, 'invalid-field', 'startedAt: "9999-99-99 99:99:99Z" is no date'],
    [{ talk: 'long' }, 'invalid-field', 'talkSeconds: "long" is no duration in s'],
    [{ rawCause: {} }, 'invalid-field', 'rawCause: an object'],
    [{ userId: 'bob' }, 'invalid-field', 'userId: "bob" is no HubSpot user id'],
    [{ moreProperties: [] }, 'invalid-field', 'properties: no object'],
  ])('buries %j', (draft, code, message) => {
    const concluded = conclude(draft);
    expect(concluded).toMatchObject({ kind: 'failure', code, message: expect.stringContaining(message) });
    expect(concluded).toHaveProperty('externalCallId', 'id-1');
  });

  it('buries what fails before the id is known without one', () => {
    expect(conclude({ direction: 'sideways' })).not.toHaveProperty('externalCallId');
    expect(conclude({ externalCallId: {} })).toMatchObject({ kind: 'failure', code: 'invalid-field' });
  });
});
