import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FINAL_CALL_STATUSES } from '../../../../src/cdr/call.ts';
import { readStatus } from '../../../../src/cdr/mapping/fields.ts';
import { compileStatusRule } from '../../../support/status-rule.ts';

/** The order of formats.md, section 2. */
const STEPS = [
  { voicemail: { filled: 'box' } },
  { answered: { filled: 'answeredAt' } },
  { word: 'word', table: { ok: 'COMPLETED', cancel: 'gaveUp', noanswer: 'timedOut', moved: 'otherLeg' } },
  { sip: 'sip', rang: { not: { value: 'ringSeconds', is: 0 } } },
  { q850: 'cause', rang: { not: { value: 'ringSeconds', is: 0 } } },
];
const derive = compileStatusRule(STEPS);
const value = (record: object, rule: unknown = STEPS) => compileStatusRule(rule)(record).value;

describe('compileStatus', () => {
  it('still takes a value rule', () => {
    const read = compileStatusRule({ table: { '8': 'COMPLETED' }, of: 'disposition', default: 'UNKNOWN' });
    expect(read({ disposition: 8 })).toEqual({ value: 'COMPLETED', isOtherLeg: false });
  });

  it('knows nothing when nothing tells', () => {
    expect(derive({})).toEqual({ value: undefined, isOtherLeg: false });
    expect(derive({ word: 'odd', sip: 'BYE', cause: 'ODD' })).toEqual({
      value: undefined,
      isOtherLeg: false,
      cause: 'odd',
    });
  });

  it('completes an answered call whatever released it', () => {
    for (const cause of [16, 17, 'MEDIA_TIMEOUT', 'LOSE_RACE']) {
      expect(value({ answeredAt: '2026-01-15', sip: 503, cause })).toBe('COMPLETED');
    }
  });

  it('does not complete a call for a response of success', () => {
    expect(value({ sip: 'sip%3A200' })).toBeUndefined();
    expect(value({ sip: 200, cause: 16 })).toBe('MISSED');
    expect(value({ sip: 200, answeredAt: 1 })).toBe('COMPLETED');
    expect(value({ sip: 200, answeredAt: 1 }, [STEPS[3], STEPS[1]])).toBe('COMPLETED');
  });

  it('asks the SIP response first, as the cause is a translation of it', () => {
    expect(value({ sip: 483, cause: 19 })).toBe('FAILED');
    expect(value({ sip: 487, cause: 127 })).toBe('MISSED');
    expect(value({ sip: 0, cause: 17 })).toBe('BUSY');
  });

  it('asks the SIP response what a cause leaves open, also when that stands first', () => {
    const reversed = [{ q850: 'cause' }, { sip: 'relayed' }, { sip: 'sip' }];
    expect(value({ cause: 21, sip: 603 }, reversed)).toBe('MISSED');
    expect(value({ cause: 'CALL_REJECTED', sip: 403 }, reversed)).toBe('FAILED');
    expect(value({ cause: 21 }, reversed)).toBe('FAILED');
    expect(value({ cause: 102, sip: 'sip:408' }, reversed)).toBe('NO_ANSWER');
    expect(value({ cause: 'RECOVERY_ON_TIMER_EXPIRE', sip: 504 }, reversed)).toBe('FAILED');
  });

  it('asks the other side when one has not released the call', () => {
    const cucm = [{ q850: 'destCause' }, { q850: 'origCause' }];
    expect(compileStatusRule(cucm)({ destCause: 0, origCause: 17 })).toMatchObject({
      value: 'BUSY',
      cause: 'Q.850 17 USER_BUSY',
    });
    expect(value({ destCause: 0, origCause: 0 }, cucm)).toBeUndefined();
  });

  it.each([500, 503, 600, 603, 802])('does not take the number %i of FreeSWITCH for a SIP response', (cause) => {
    expect(value({ cause })).toBeUndefined();
    expect(value({ cause }, [{ q850: 'cause' }, { q850: 'name' }])).toBeUndefined();
  });

  it('falls back on a redirection and on a call that goes on', () => {
    expect(value({ sip: 302 })).toBe('FAILED');
    expect(value({ sip: 302, cause: 17 })).toBe('BUSY');
    expect(value({ sip: 180 })).toBe('RINGING');
    expect(value({ sip: 183, cause: 'NO_ANSWER' })).toBe('NO_ANSWER');
  });

  it.each([
    ['of the step that decides', { word: 'odd', sip: 486, cause: 17 }, 'SIP 486'],
    ['of the first that has one, when none decides', { word: 'odd', cause: 0 }, 'odd'],
    ['of the first that has one, when the step has none', { answeredAt: 1, sip: 200, cause: 16 }, 'SIP 200'],
    ['of the source', { word: 'no-answer' }, 'no-answer'],
    ['of the source, a name', { cause: 'USER_BUSY' }, 'USER_BUSY'],
    ['with its number', { cause: '17' }, 'Q.850 17 USER_BUSY'],
  ])('has the word %s', (_, record, cause) => {
    expect(derive(record).cause).toBe(cause);
  });
});

/** Records as a simple model has them: of each step, whether it decides, and what. */
const field = {
  box: fc.constantFrom([undefined, undefined], ['yes', 'MISSED']),
  answeredAt: fc.constantFrom([undefined, undefined], [0, 'COMPLETED'], ['10:30', 'COMPLETED'], ['', undefined]),
  word: fc.constantFrom([undefined, undefined], ['OK', 'COMPLETED'], ['n/a', undefined], ['moved', 'leg']),
  sip: fc.constantFrom(
    [undefined, undefined],
    ['sip:486', 'BUSY'],
    ['0 BYE', undefined],
    [487, 'MISSED'],
    [200, undefined],
  ),
  cause: fc.constantFrom([undefined, undefined], [17, 'BUSY'], [0, undefined], ['LOSE_RACE', 'leg'], [805, undefined]),
} as const;
const FIELDS = ['box', 'answeredAt', 'word', 'sip', 'cause'] as const;

describe('the steps of a status', () => {
  it('the first that decides wins, in any order', () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 });
    fc.assert(
      fc.property(fc.record(field), order, (fields, indexes) => {
        const record = Object.fromEntries(FIELDS.map((name) => [name, fields[name][0]]));
        const expected = indexes.flatMap((index) => fields[FIELDS[index] ?? 'box'][1] ?? [])[0];
        const { value: found, isOtherLeg } = compileStatusRule(indexes.map((index) => STEPS[index]))(record);
        return (isOtherLeg ? 'leg' : found) === expected;
      }),
    );
  });

  it('give one of the statuses or a skip, whatever a record holds', () => {
    const odd = fc.oneof(
      fc.anything(),
      fc.jsonValue(),
      fc.constantFrom<unknown>(486, 'sip:487', 16, 'NO_ANSWER', 'LOSE_RACE', 'cancel', '102', 183, 302),
    );
    const record = fc.record(
      { box: odd, answeredAt: odd, word: odd, sip: odd, cause: odd, ringSeconds: odd },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(record, fc.anything()), (whatever) => {
        const draft = derive(whatever);
        const status = readStatus(draft.value);
        return FINAL_CALL_STATUSES.includes(status) && !(draft.isOtherLeg && draft.value !== undefined);
      }),
      { numRuns: 1000 },
    );
  });
});
