import { describe, expect, it } from 'vitest';
import type { CallRules } from '../../../../src/cdr/mapping/document.ts';
import { compileDraft } from '../../../../src/cdr/mapping/draft.ts';
import { Problems } from '../../../../src/cdr/mapping/problems.ts';

const RULES: CallRules = {
  externalCallId: 'id',
  direction: { inbound: { value: 'way', is: 'in' }, outbound: { value: 'way', is: 'out' } },
  status: 'status',
  from: { number: ['caller', 'clid'], extension: 'ext' },
  to: { number: 'called' },
};

const AS_DIALLED = { isPlusMissing: false, dialOut: '' };

const draftOf = (rules: Partial<CallRules>, record: unknown) => {
  const problems = new Problems();
  const draft = compileDraft({ ...RULES, ...rules }, { problems, parameters: new Map() });
  problems.throwIfAny('test');
  const found = draft(record, { whole: record, recordTime: 0 });
  if ('failure' in found) throw found.failure;
  return found;
};

describe('compileDraft', () => {
  it('holds the fields as they are, odd ones too', () => {
    const rules: Partial<CallRules> = {
      rawCause: 'cause',
      startedAt: { time: 'start' },
      talkSeconds: { duration: 'talk', unit: 's' },
      agent: 'agent',
      agents: 'rung',
      userId: 'user',
      potentialRecipientUserIds: 'users',
      properties: { hs_call_title: { constant: 'Call' } },
      propertiesFrom: 'more',
    };
    const record = { id: 1, way: 'IN', status: {}, caller: 200, ext: [], start: 'x', talk: null, user: 'u', more: 5 };
    const { startedAt, talk, ...rest } = draftOf(rules, record);
    expect(startedAt()).toHaveProperty('unreadable');
    expect(talk()).toBeUndefined();
    expect(draftOf({}, record).startedAt()).toBeUndefined();
    expect(rest).toEqual({
      externalCallId: 1,
      direction: 'inbound',
      status: { value: {}, isOtherLeg: false },
      rawCause: undefined,
      from: { numbers: [200, undefined], extension: [], country: undefined, spelling: AS_DIALLED },
      to: { numbers: [undefined], extension: undefined, country: undefined, spelling: AS_DIALLED },
      userId: 'u',
      agent: undefined,
      agents: undefined,
      potentialRecipientUserIds: undefined,
      properties: [['hs_call_title', 'Call']],
      moreProperties: 5,
    });
  });

  it('takes the direction from a value or from conditions', () => {
    expect(draftOf({}, { way: 'out' }).direction).toBe('outbound');
    expect(draftOf({}, { way: 'round' }).direction).toBeUndefined();
    expect(draftOf({ direction: 'way' }, { way: 'round' }).direction).toBe('round');
    expect(draftOf({ direction: { constant: 'inbound' } }, {}).direction).toBe('inbound');
  });

  it('takes the cause from the steps of the status, unless there is a rule for it', () => {
    const status: CallRules['status'] = [{ sip: 'code' }];
    expect(draftOf({ status }, { code: 486 })).toMatchObject({ status: { value: 'BUSY' }, rawCause: 'SIP 486' });
    expect(draftOf({ status, rawCause: 'cause' }, { code: 486, cause: 'busy' }).rawCause).toBe('busy');
    expect(draftOf({ status, rawCause: 'cause' }, { code: 486 }).rawCause).toBeUndefined();
  });

  it('takes the country from the document, a parameter or the record', () => {
    const country = (rule: NonNullable<CallRules['from']['country']>, record: object = {}) =>
      draftOf({ from: { number: 'n', country: rule } }, record).from.country;
    expect(country('CH', { CH: 'US' })).toBe('CH');
    expect(country('region', { region: 'US' })).toBe('US');
    expect(country({ path: 'CC' }, { CC: 'US' })).toBe('US');
    expect(() => country('XX')).toThrow('call.from.country: XX is no country with phone numbers');
  });

  it('names the agent only when his condition holds', () => {
    const rules: Partial<CallRules> = { agent: { of: { device: 'peer' }, when: { value: 'status', is: 'ok' } } };
    expect(draftOf(rules, { peer: 'SIP/201-1', status: 'ok' }).agent).toBe('201');
    expect(draftOf(rules, { peer: 'SIP/201-1', status: 'busy' }).agent).toBeUndefined();
    expect(draftOf({ agent: { first: ['a', 'peer'] } }, { peer: 'x' }).agent).toBe('x');
    const nobody = { of: { parameter: 'none' }, when: { exists: 'x' } };
    expect(() => draftOf({ agent: nobody }, {})).toThrow('call.agent.of: there is no parameter none');
  });

  it('names the place of a mistake', () => {
    expect(() => draftOf({ startedAt: { time: { parameter: 'none' } } }, {})).toThrow(
      'call.startedAt.time: there is no',
    );
    expect(() => draftOf({ from: { number: ['a', { parameter: 'none' }] } }, {})).toThrow(
      'call.from.number[1]: there is',
    );
    expect(() => draftOf({ properties: { x: { parameter: 'none' } } }, {})).toThrow('call.properties.x: there is');
  });
});
