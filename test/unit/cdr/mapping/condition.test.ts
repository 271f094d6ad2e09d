import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../../../src/cdr/mapping/condition.ts';
import { Problems } from '../../../../src/cdr/mapping/problems.ts';
import type { ConditionRule } from '../../../../src/cdr/mapping/rule.ts';

const scope = {
  problems: new Problems(),
  parameters: new Map<string, string | string[] | undefined>([
    ['contexts', ['from-trunk*', 'incoming']],
    ['one', 'incoming'],
    ['unset', undefined],
  ]),
};
const holds = (rule: ConditionRule, record: unknown) => compileCondition(rule, scope, [])(record);

describe('compileCondition', () => {
  it.each<[ConditionRule, boolean]>([
    [{ value: 'context', is: 'from-trunk' }, false],
    [{ value: 'context', is: 'FROM-TRUNK-sip' }, true],
    [{ value: 'context', is: 'from-*' }, true],
    [{ value: 'context', is: '*trunk*' }, true],
    [{ value: 'context', is: '*-sip' }, true],
    [{ value: 'context', is: 'from*sip*sip' }, false],
    [{ value: 'context', is: ['other', 'from-trunk-sip'] }, true],
    [{ value: 'context', is: { parameter: 'contexts' } }, true],
    [{ value: 'context', is: { parameter: 'one' } }, false],
    [{ value: 'context', is: { parameter: 'unset' } }, false],
    [{ value: 'number', is: 8 }, true],
    [{ value: 'blank', is: '' }, true],
    [{ value: 'missing', is: '' }, true],
    [{ exists: 'blank' }, true],
    [{ exists: 'missing' }, false],
    [{ filled: 'number' }, true],
    [{ filled: 'blank' }, false],
    [{ not: { filled: 'blank' } }, true],
    [{ all: [{ exists: 'blank' }, { exists: 'number' }] }, true],
    [{ all: [{ exists: 'blank' }, { exists: 'missing' }] }, false],
    [{ any: [{ exists: 'missing' }, { exists: 'blank' }] }, true],
    [{ any: [{ exists: 'missing' }] }, false],
  ])('%j is %s', (rule, expected) => {
    expect(holds(rule, { context: 'from-trunk-sip', number: 8, blank: ' ' })).toBe(expected);
  });

  it('matches a pattern as the regular expression of it would', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.') });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), minLength: 1 });
    fc.assert(
      fc.property(text, pattern, (value, is) => {
        const expression = new RegExp(`^${is.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
        expect(holds({ value: 'value', is }, { value })).toBe(expression.test(value));
      }),
      { numRuns: 1000 },
    );
  });

  it('names a parameter that there is not', () => {
    const problems = new Problems();
    compileCondition({ value: 'a', is: { parameter: 'none' } }, { ...scope, problems }, ['skip', 0, 'when']);
    expect(() => problems.throwIfAny('test')).toThrow('skip[0].when.is: there is no parameter none');
  });
});
