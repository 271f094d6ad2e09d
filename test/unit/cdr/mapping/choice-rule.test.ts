import { describe, expect, it } from 'vitest';
import { firstOf } from '../../../../src/cdr/mapping/choice-rule.ts';
import { resultOf } from '../../../support/rules.ts';

const RECORD = { a: 'x', n: 8, blank: ' ', nothing: null };

describe('rules that choose', () => {
  it.each<[unknown, unknown]>([
    [{ first: ['missing', 'nothing', 'blank', 'n', 'a'] }, 8],
    [{ first: ['missing'] }, undefined],
    [{ of: 'a', when: { filled: 'n' } }, 'x'],
    [{ of: 'a', when: { filled: 'blank' } }, undefined],
    [{ of: 'a', when: { filled: 'blank' }, else: { constant: 'y' } }, 'y'],
    [{ of: 'blank', when: { filled: 'n' }, else: 'a' }, ' '],
  ])('%j gives %j', (rule, value) => {
    expect(resultOf(rule, RECORD)).toBe(value);
  });
});

describe('firstOf', () => {
  it('asks no further than it has to', () => {
    const never = () => expect.unreachable();
    expect(firstOf([() => '', () => 0, never])(undefined, { whole: undefined, recordTime: 0 })).toBe(0);
  });
});
