import { describe, expect, it } from 'vitest';
import { FINAL_CALL_STATUSES } from '../../../../src/cdr/call.ts';
import { compileStatusRule } from '../../../support/status-rule.ts';

const statusOf = (step: unknown, record: unknown, words = {}) => compileStatusRule([step], words)(record);

describe('compileStep', () => {
  it('takes a mailbox for a missed call, or for what the mapping says', () => {
    const voicemail = { filled: 'box' };
    expect(statusOf({ voicemail }, { box: '1' }).value).toBe('MISSED');
    expect(statusOf({ voicemail, as: 'COMPLETED' }, { box: '1' }).value).toBe('COMPLETED');
    expect(statusOf({ voicemail, as: 'timedOut' }, { box: '1' }).value).toBe('NO_ANSWER');
    expect(statusOf({ voicemail }, {}).value).toBeUndefined();
  });

  it('completes a call that was answered', () => {
    expect(statusOf({ answered: { filled: 'at' } }, { at: 5 }).value).toBe('COMPLETED');
    expect(statusOf({ answered: { filled: 'at' } }, { at: '' }).value).toBeUndefined();
  });

  it('decides by any condition', () => {
    expect(statusOf({ when: { value: 'why', is: 'spam*' }, is: 'CANCELED' }, { why: 'spam!' }).value).toBe('CANCELED');
  });

  it('looks up words, however they are spelled', () => {
    const step = { word: 'end', table: { 'NO ANSWER': 'MISSED', hangup: 'gaveUp', 'picked-up-elsewhere': 'otherLeg' } };
    for (const end of ['NO ANSWER', 'no-answer', 'No_Answer']) {
      expect(statusOf(step, { end })).toEqual({ value: 'MISSED', isOtherLeg: false, cause: end });
    }
    expect(statusOf({ ...step, rang: { filled: 'rung' } }, { end: 'hangup' }).value).toBe('CANCELED');
    expect(statusOf(step, { end: 'picked up elsewhere' }).isOtherLeg).toBe(true);
    expect(statusOf(step, { end: 'constructor' })).toEqual({
      value: undefined,
      isOtherLeg: false,
      cause: 'constructor',
    });
  });

  it('says so when a word stands twice', () => {
    expect(() => statusOf({ word: 'end', table: { 'no answer': 'MISSED', NO_ANSWER: 'FAILED' } }, {})).toThrow(
      'call.status[0].table.NO_ANSWER: stands twice',
    );
  });

  it('takes a value for one of the words of HubSpot', () => {
    for (const status of FINAL_CALL_STATUSES) expect(statusOf('end', { end: status }).value).toBe(status);
    expect(statusOf('end', { end: ' ' })).toEqual({ value: undefined, isOtherLeg: false });
  });

  it.each([
    [{ sip: 'end' }, 487],
    [{ q850: 'end' }, 16],
    [{ q850: 'end' }, 'ORIGINATOR_CANCEL'],
  ])('%j: whoever gave up at %j has missed somebody only if somebody was rung', (step, end) => {
    const rang = { value: 'ringSeconds', is: '*' };
    expect(statusOf(step, { end }).value).toBe('MISSED');
    expect(statusOf({ ...step, rang: { filled: 'rung' } }, { end, rung: 'alice' }).value).toBe('MISSED');
    expect(statusOf({ ...step, rang: { filled: 'rung' } }, { end }).value).toBe('CANCELED');
    expect(statusOf({ ...step, rang }, { end }, { gaveUp: 'NO_ANSWER' }).value).toBe('NO_ANSWER');
    expect(statusOf({ ...step, rang: { not: rang } }, { end }, { neverRang: 'MISSED' }).value).toBe('MISSED');
  });

  it.each([
    [{ sip: 'end' }, 408, 'NO_ANSWER', { timedOut: 'MISSED' }, 'MISSED'],
    [{ sip: 'end' }, '603', 'MISSED', { declined: 'BUSY' }, 'BUSY'],
    [{ q850: 'end' }, 'NO_ANSWER', 'NO_ANSWER', { timedOut: 'MISSED' }, 'MISSED'],
    [{ q850: 'end' }, 'DECLINE', 'MISSED', { declined: 'BUSY' }, 'BUSY'],
  ])('%j: the word for %j is that of the mapping', (step, end, usual, words, chosen) => {
    // Only a caller who gives up depends on whether anybody was rung.
    const unrung = { ...step, rang: { exists: 'nothing' } };
    expect(statusOf(unrung, { end }).value).toBe(usual);
    expect(statusOf(unrung, { end }, words).value).toBe(chosen);
  });

  it.each([26, 'ANSWERED_ELSEWHERE', 'LOSE_RACE', 'PICKED_OFF', 'BLIND_TRANSFER', 'ATTENDED_TRANSFER'])(
    'takes %j for the end of a leg only',
    (end) => {
      expect(statusOf({ q850: 'end' }, { end })).toMatchObject({ value: undefined, isOtherLeg: true });
    },
  );

  it('takes no long text for a word', () => {
    expect(statusOf({ word: 'end', table: {} }, { end: 'x'.repeat(257) })).toEqual({
      value: undefined,
      isOtherLeg: false,
    });
  });
});
