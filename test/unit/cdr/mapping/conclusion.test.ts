import { describe, expect, it } from 'vitest';
import type { Call } from '../../../../src/cdr/call.ts';
import { type ConclusionOptions, createConclusion } from '../../../../src/cdr/mapping/conclusion.ts';
import type { Draft } from '../../../../src/cdr/mapping/draft.ts';
import {
  DEFAULT_NUMBER_POLICIES,
  NUMBER_POLICIES,
  type NumberFault,
  type NumberPolicy,
} from '../../../../src/cdr/mapping/number-policy.ts';
import { createPhoneNumbers } from '../../../../src/cdr/phone-number.ts';

const OPTIONS: ConclusionOptions = {
  nonFinal: false,
  numbers: DEFAULT_NUMBER_POLICIES,
  phoneNumbers: createPhoneNumbers(),
  defaultCountry: 'CH',
  mainNumber: undefined,
};
const partyOf = (number: unknown, extension?: unknown) => ({
  numbers: [number],
  extension,
  country: undefined,
  spelling: { isPlusMissing: false, dialOut: '' },
});
const ended = (value: unknown) => ({ value, isOtherLeg: false });
const DRAFT: Draft = {
  externalCallId: 'id-1',
  direction: 'inbound',
  status: ended('completed'),
  rawCause: '16',
  startedAt: () => Date.UTC(2026, 0, 15, 10, 30),
  talk: () => 42.9,
  from: partyOf('0315550179'),
  to: partyOf('0315550100', '7'),
  agent: ' alice@example.com',
  agents: ['alice@example.com', 202, null],
  userId: 5,
  potentialRecipientUserIds: [5, 6],
  properties: [['hs_call_title', 'Call']],
  moreProperties: undefined,
};
const conclude = (draft: Partial<Draft>, options: Partial<ConclusionOptions> = {}) =>
  createConclusion({ ...OPTIONS, ...options })({ ...DRAFT, ...draft }, { recordTime: 0 }, () => 'made');

const caller = (number: unknown) => ({ from: partyOf(number) });
const callee = (number: unknown) => ({ to: partyOf(number) });

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
      startedAt: () => undefined,
      talk: () => undefined,
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
      from: partyOf('(202) 555-0143'),
      to: partyOf('202 555 0100'),
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
    const unread = () => {
      throw new Error('read');
    };
    const odd = { ...caller('x'), ...callee('y'), startedAt: unread, talk: unread, externalCallId: {} };
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

  describe('a call without a number to look up', () => {
    const nobody = { e164: undefined, type: 'UNKNOWN' } as const;
    const alice = { e164: '+41315550179', type: 'FIXED_LINE' } as const;
    const faults: [NumberFault, Partial<Draft>, string, Partial<Call>][] = [
      ['withheld', caller(''), 'withheld', { from: { ...nobody, hidden: 'withheld' } }],
      ['masked', caller('+4131555****'), 'masked', { from: { ...nobody, hidden: 'masked' } }],
      ['emergency', caller('117'), 'emergency', { from: nobody }],
      ['emergency', callee('112'), 'emergency', { from: alice, to: nobody }],
      ['short', caller('1234'), 'filtered', { from: { ...nobody, extension: '1234' } }],
      ['impossible', caller('0315550'), 'filtered', { from: nobody }],
      ['impossible', callee('sales'), 'filtered', { from: alice, to: nobody }],
    ];
    const by = (fault: NumberFault, policy: NumberPolicy) => ({
      numbers: { ...DEFAULT_NUMBER_POLICIES, [fault]: policy },
    });

    it.each(faults)('is published, skipped or buried as its %s party wants it: %j', (fault, draft, reason, parties) => {
      const published = conclude(draft, by(fault, 'publish'));
      expect(published).toMatchObject({ kind: 'skip', reason, call: { externalCallId: 'id-1' } });
      const call = published.kind === 'failure' ? undefined : published.call;
      expect(call).toEqual({ ...call, ...parties });
      expect(conclude(draft, by(fault, 'skip'))).toEqual({ kind: 'skip', reason });
      expect(conclude(draft, by(fault, 'bury'))).toMatchObject({ kind: 'failure', code: 'unusable-number' });
    });

    it('has the policy of the caller, whatever is called', () => {
      for (const policy of NUMBER_POLICIES) {
        const concluded = conclude({ ...caller('anonymous'), ...callee('sales') }, by('withheld', policy));
        if (policy === 'bury') expect(concluded).toMatchObject({ message: 'from: the number is withheld' });
        else expect(concluded).toMatchObject({ kind: 'skip', reason: 'withheld' });
      }
    });
  });

  it.each<[Partial<Draft>, string, string]>([
    [caller('200'), 'unusable-number', 'from: 3 digits are an extension'],
    [callee('s'), 'unusable-number', 'to: "s" is no number, and the mapping has no mainNumber to take instead'],
    [{ startedAt: () => ({ unreadable: 'no date' }) }, 'invalid-field', 'startedAt: no date'],
    [{ talk: () => ({ unreadable: 'no duration' }) }, 'invalid-field', 'talkSeconds: no duration'],
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
