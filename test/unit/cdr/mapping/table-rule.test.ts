import { describe, expect, it } from 'vitest';
import { mistakesIn, resultOf } from '../../../support/rules.ts';

const RECORD = { a: 'x', n: 8, word: 'No-Answer', sign: '-', object: {} };

describe('the rule table', () => {
  it.each<[unknown, unknown]>([
    [{ table: { X: 'one' }, of: 'a' }, 'one'],
    [{ table: { '8': 'eight' }, of: 'n' }, 'eight'],
    [{ table: { 'NO ANSWER': 'one' }, of: 'word' }, 'one'],
    [{ table: { no_answer: 'one' }, of: 'word' }, 'one'],
    [{ table: { noanswer: 'one' }, of: 'word' }, 'one'],
    [{ table: { '-': 'none', _: 'other' }, of: 'sign' }, 'none'],
    [{ table: { y: 'one' }, of: 'a' }, undefined],
    [{ table: { y: 'one' }, of: 'a', default: 'other' }, 'other'],
    [{ table: { y: 'one' }, of: 'missing', default: 'other' }, 'other'],
    [{ table: { '[object Object]': 'one' }, of: 'object' }, undefined],
  ])('%j gives %j', (rule, value) => {
    expect(resultOf(rule, RECORD)).toBe(value);
  });

  it('refuses a word that stands twice with different results', () => {
    expect(mistakesIn({ table: { A: '1', 'a ': '2' }, of: 'a' })).toBe(
      'rule.table.a : stands twice: case, blanks, -, _ and . do not matter',
    );
    expect(mistakesIn({ table: { 'NO ANSWER': '1', 'no-answer': '1' }, of: 'a' })).toBe('');
  });
});
