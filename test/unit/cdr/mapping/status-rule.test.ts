import { describe, expect, it } from 'vitest';
import { STATUS_WORDS, statusRule, statusWords } from '../../../../src/cdr/mapping/status-rule.ts';

describe('statusRule', () => {
  it.each([
    ['a bare path', 'status'],
    ['a value rule', { table: { ok: 'COMPLETED' }, of: 'status' }],
    [
      'steps of every kind',
      [
        { answered: { filled: 'answer' } },
        { word: 'status', table: { ok: 'COMPLETED', cancel: 'gaveUp', moved: 'otherLeg' }, rang: { filled: 'ring' } },
        { sip: 'code', rang: { filled: 'ring' } },
        { q850: { first: ['cause', 'other'] } },
        { when: { exists: 'error' }, is: 'FAILED' },
        'status',
      ],
    ],
  ])('accepts %s', (_, rule) => {
    expect(statusRule.parse(rule)).toEqual(rule);
  });

  it('takes a mailbox for a missed call', () => {
    expect(statusRule.parse([{ voicemail: { exists: 'box' } }])).toEqual([
      { voicemail: { exists: 'box' }, as: 'MISSED' },
    ]);
  });

  it.each([
    [[]],
    [[{ answered: 'answer' }]],
    [[{ word: 'status' }]],
    [[{ word: 'status', table: { ok: 'FINE' } }]],
    [[{ when: { exists: 'a' }, is: 'missed' }]],
    [[{ sip: 'code', q850: 'cause' }]],
  ])('refuses %j', (rule) => {
    expect(statusRule.safeParse(rule).success).toBe(false);
  });
});

describe('statusWords', () => {
  it('has a word for each ending', () => {
    expect(STATUS_WORDS).toEqual({
      gaveUp: 'MISSED',
      timedOut: 'NO_ANSWER',
      neverRang: 'CANCELED',
      declined: 'MISSED',
    });
    expect(statusWords.parse({ declined: 'BUSY' })).toEqual({ ...STATUS_WORDS, declined: 'BUSY' });
  });
});
