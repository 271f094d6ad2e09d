import { describe, expect, it } from 'vitest';
import { conditionRule, valueRule } from '../../../../src/cdr/mapping/rule.ts';

describe('rules', () => {
  it.each([
    'src',
    'Agent.ConnectedToAgentTimestamp',
    { path: ['a.b', 'c'] },
    { constant: 1 },
    { parameter: 'x' },
    { first: ['a', { constant: 'b' }] },
    { join: ['a', 'b'], with: ':' },
    { device: 'a' },
    { prefix: 'a', of: 'b' },
    { table: { a: 'b' }, of: 'c', default: 'd' },
    { path: 'a.b', of: 'c' },
    { of: 'a', when: { filled: 'b' }, else: 'c' },
    { match: 'a', of: 'b' },
    { replace: 'a', by: '', of: 'b' },
    { decode: 'json', of: 'a' },
    { in: 'a', where: { exists: 'b' }, take: 'c', pick: 'first', by: 'd' },
    { in: 'a', pick: 'best', order: ['COMPLETED'] },
    { sum: ['a', 'b'] },
    { outer: 'a' },
    { header: 'a' },
    { kafka: 'timestamp' },
  ])('%j is a value', (rule) => {
    expect(valueRule.safeParse(rule).success).toBe(true);
  });

  it.each([
    '',
    'a..b',
    '.a',
    'a.',
    5,
    null,
    {},
    { path: [] },
    { first: [] },
    { join: ['a'] },
    { table: { a: 1 }, of: 'b' },
    { path: 'a', constant: 1 },
    { of: 'a' },
    { decode: 'xml', of: 'a' },
    { kafka: 'offset' },
    { in: 'a', pick: 'middle' },
  ])('%j is no value', (rule) => {
    expect(valueRule.safeParse(rule).success).toBe(false);
  });

  it.each([
    { value: 'a', is: 'b' },
    { value: 'a', is: ['b', 1] },
    { value: 'a', is: { parameter: 'p' } },
    { exists: 'a' },
    { filled: { first: ['a', 'b'] } },
    { all: [{ any: [{ not: { exists: 'a' } }] }] },
    { value: 'a', above: 1 },
    { value: 'a', below: 1 },
    { value: 'a', matches: 'b' },
    { same: ['a', 'b'] },
    { some: 'a', where: { exists: 'b' } },
  ])('%j is a condition', (rule) => {
    expect(conditionRule.safeParse(rule).success).toBe(true);
  });

  it.each([
    'a',
    {},
    { value: 'a' },
    { is: 'a' },
    { all: [] },
    { exist: 'a' },
    { same: ['a'] },
    { value: 'a', above: '1' },
  ])('%j is no condition', (rule) => {
    expect(conditionRule.safeParse(rule).success).toBe(false);
  });
});
