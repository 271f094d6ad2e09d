import { describe, expect, it } from 'vitest';
import type { Scope } from '../../../../src/cdr/mapping/parameters.ts';
import { Problems } from '../../../../src/cdr/mapping/problems.ts';
import type { ValueRule } from '../../../../src/cdr/mapping/rule.ts';
import { compileValue } from '../../../../src/cdr/mapping/value.ts';

const scope = (): Scope => ({
  problems: new Problems(),
  parameters: new Map<string, string | string[] | undefined>([
    ['text', 'pbx'],
    ['list', ['a']],
    ['unset', undefined],
  ]),
});

const RECORD = {
  a: 'x',
  n: 8,
  blank: ' ',
  nothing: null,
  id: '17.1',
  qualified: 'pbx-17.1',
  channel: 'SIP/201-1',
  object: {},
};

describe('compileValue', () => {
  it.each<[ValueRule, unknown]>([
    ['a', 'x'],
    [{ path: ['a'] }, 'x'],
    [{ constant: 5 }, 5],
    [{ parameter: 'text' }, 'pbx'],
    [{ parameter: 'unset' }, undefined],
    [{ first: ['missing', 'nothing', 'blank', 'n', 'a'] }, 8],
    [{ first: ['missing'] }, undefined],
    [{ join: ['a', 'n'] }, 'x-8'],
    [{ join: ['a', 'n', 'a'], with: '' }, 'x8x'],
    [{ join: ['a', 'blank'] }, undefined],
    [{ device: 'channel' }, '201'],
    [{ device: 'a' }, undefined],
    [{ device: 'nothing' }, undefined],
    [{ prefix: { parameter: 'text' }, of: 'id' }, 'pbx-17.1'],
    [{ prefix: { parameter: 'text' }, of: 'qualified' }, 'pbx-17.1'],
    [{ prefix: { parameter: 'unset' }, of: 'id' }, '17.1'],
    [{ prefix: { parameter: 'text' }, of: 'blank' }, undefined],
    [{ table: { X: 'one' }, of: 'a' }, 'one'],
    [{ table: { '8': 'eight' }, of: 'n' }, 'eight'],
    [{ table: { y: 'one' }, of: 'a' }, undefined],
    [{ table: { y: 'one' }, of: 'a', default: 'other' }, 'other'],
    [{ table: { y: 'one' }, of: 'missing', default: 'other' }, 'other'],
    [{ table: { '[object Object]': 'one' }, of: 'object' }, undefined],
  ])('%j gives %j', (rule, value) => {
    const given = scope();
    expect(compileValue(rule, given, [])(RECORD)).toBe(value);
    given.problems.throwIfAny('test');
  });

  it.each<[ValueRule, string]>([
    [{ parameter: 'none' }, 'call.x: there is no parameter none'],
    [{ first: ['a', { parameter: 'list' }] }, 'call.x.first[1]: the parameter list is a list; a text is needed here'],
    [{ table: { A: '1', 'a ': '2' }, of: 'a' }, 'call.x.table.a : stands twice: case does not matter'],
  ])('%j is a mistake', (rule, message) => {
    const given = scope();
    compileValue(rule, given, ['call', 'x']);
    expect(() => given.problems.throwIfAny('test')).toThrow(message);
  });
});
