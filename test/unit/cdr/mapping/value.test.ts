import { describe, expect, it } from 'vitest';
import { mistakesIn, resultOf } from '../../../support/rules.ts';

describe('value rules', () => {
  it.each<[unknown, unknown]>([
    ['a', 'x'],
    [{ path: ['a'] }, 'x'],
    [{ path: 'deep.0', of: 'object' }, 'y'],
    [{ path: 'deep', of: 'a' }, undefined],
    [{ constant: 5 }, 5],
    [{ parameter: 'text' }, 'pbx'],
    [{ parameter: 'unset' }, undefined],
  ])('%j gives %j', (rule, value) => {
    expect(resultOf(rule, { a: 'x', object: { deep: ['y'] } })).toBe(value);
  });

  it.each([
    [{ parameter: 'none' }, 'rule: there is no parameter none'],
    [{ first: ['a', { parameter: 'list' }] }, 'rule.first[1]: the parameter list is a list; a text is needed here'],
    [{ sum: ['a', { in: 'b', take: { parameter: 'none' } }] }, 'rule.sum[1].take: there is no parameter none'],
  ])('%j is a mistake', (rule, message) => {
    expect(mistakesIn(rule)).toBe(message);
  });
});
