import { describe, expect, it } from 'vitest';
import { mistakesIn, resultOf } from '../../../support/rules.ts';

const RECORD = {
  a: 'x',
  n: 8,
  blank: ' ',
  id: '17.1',
  qualified: 'pbx-17.1',
  channel: 'SIP/201-1',
  uri: 'sip:+41440000000@example.com',
  long: 'x'.repeat(4097),
  object: {},
};

describe('rules about texts', () => {
  it.each<[unknown, unknown]>([
    [{ join: ['a', 'n'] }, 'x-8'],
    [{ join: ['a', 'n', 'a'], with: '' }, 'x8x'],
    [{ join: ['a', 'blank'] }, undefined],
    [{ device: 'channel' }, '201'],
    [{ device: 'a' }, undefined],
    [{ device: 'missing' }, undefined],
    [{ prefix: { parameter: 'text' }, of: 'id' }, 'pbx-17.1'],
    [{ prefix: { parameter: 'text' }, of: 'qualified' }, 'pbx-17.1'],
    [{ prefix: { parameter: 'unset' }, of: 'id' }, '17.1'],
    [{ prefix: { parameter: 'text' }, of: 'blank' }, undefined],
    [{ match: '^sip:([^@]+)@', of: 'uri' }, '+41440000000'],
    [{ match: '[0-9]+', of: 'id' }, '17'],
    [{ match: 'y|(x)', of: 'a' }, 'x'],
    [{ match: 'x|(y)', of: 'a' }, undefined],
    [{ match: '8', of: 'n' }, '8'],
    [{ match: 'z', of: 'a' }, undefined],
    [{ match: '.*', of: 'missing' }, undefined],
    [{ match: 'x', of: 'object' }, undefined],
    [{ match: 'x', of: 'long' }, undefined],
    [{ replace: '[0-9]', by: '<$&>', of: 'id' }, '<1><7>.<1>'],
    [{ replace: '^sip:', by: '', of: 'uri' }, '+41440000000@example.com'],
    [{ replace: 'z', by: '', of: 'a' }, 'x'],
    [{ replace: 'x', by: '', of: 'long' }, undefined],
    [{ replace: 'x', by: '', of: 'blank' }, undefined],
  ])('%j gives %j', (rule, value) => {
    expect(resultOf(rule, RECORD)).toBe(value);
  });

  it.each([
    [{ match: '(', of: 'a' }, /^rule.match: no regular expression that can be used: .*Unterminated group/],
    [{ join: ['a', { replace: '(?=a)', by: '', of: 'a' }] }, /^rule.join\[1\].replace: .*linear time/],
    [{ replace: 'a', of: 'a' }, /^rule.by: Invalid input/],
  ])('%j is a mistake', (rule, message) => {
    expect(mistakesIn(rule)).toMatch(message);
  });
});
