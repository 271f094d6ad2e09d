import { describe, expect, it } from 'vitest';
import { type Evidence, problemsOf, tally, total } from '../../../src/dev/verification.ts';

const ENDS = new Map([
  ['enriched', 5],
  ['skipped withheld', 2],
  ['skipped not-inbound', 3],
  ['buried undecodable', 1],
]);

const SOUND: Evidence = {
  expected: ENDS,
  counted: ENDS,
  read: 11,
  published: new Map([
    ['enriched', 5],
    ['skipped withheld', 2],
  ]),
  deadLetters: new Map([['buried undecodable', 1]]),
  engagements: 5,
  repeated: 0,
  throttled: 0,
  uncommitted: 0,
};

describe('the verification', () => {
  it('finds nothing where everything adds up', () => {
    expect(problemsOf(SOUND)).toEqual([]);
  });

  it.each<[string, Partial<Evidence>, string]>([
    ['a call without an end', { read: 12 }, '12 calls were read, but 11 ended'],
    [
      'an end of another kind',
      { expected: new Map([...ENDS, ['enriched', 6]]) },
      '5 calls ended as enriched, expected 6',
    ],
    ['an end that nobody expected', { expected: new Map() }, '5 calls ended as enriched, expected 0'],
    [
      'an outcome that is not there',
      { published: new Map([['enriched', 5]]) },
      '0 calls on the outcome topic as skipped withheld, expected 2',
    ],
    [
      'a dead letter that is not there',
      { deadLetters: new Map() },
      '0 calls on the dead-letter topics as buried undecodable, expected 1',
    ],
    ['an engagement too many', { engagements: 6 }, '5 calls were enriched, but the CRM has 6 engagements'],
    ['a call with two engagements', { repeated: 1 }, 'the CRM has more than one engagement of 1 calls'],
    ['a 429', { throttled: 3 }, 'the CRM refused 3 requests because of the quota'],
    ['a record that is not committed', { uncommitted: 1 }, '1 records are not committed'],
  ])('finds %s', (_what, change, problem) => {
    expect(problemsOf({ ...SOUND, ...change })).toContain(problem);
  });

  it('tallies ends, and leaves out what did not happen', () => {
    const ends = tally();
    ends.add('enriched');
    ends.add('enriched', 2);
    ends.add('buried x', 0);
    expect([...ends.ends]).toEqual([['enriched', 3]]);
    expect(total(ends.ends)).toBe(3);
  });
});
