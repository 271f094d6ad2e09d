import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds } from '../../../support/rules.ts';

const RECORD = {
  context: 'from-trunk-sip',
  number: 8,
  text: '8.5',
  blank: ' ',
  id: 'A1',
  same: ' A1 ',
  yes: true,
  object: {},
};

describe('conditions that compare', () => {
  it.each<[unknown, boolean]>([
    [{ value: 'context', is: 'from-trunk' }, false],
    [{ value: 'context', is: 'FROM-TRUNK-sip' }, true],
    [{ value: 'context', is: 'from-*' }, true],
    [{ value: 'context', is: '*trunk*' }, true],
    [{ value: 'context', is: '*-sip' }, true],
    [{ value: 'context', is: 'from*sip*sip' }, false],
    [{ value: 'context', is: ['other', 'from-trunk-sip'] }, true],
    [{ value: 'context', is: { parameter: 'list' } }, true],
    [{ value: 'context', is: { parameter: 'text' } }, false],
    [{ value: 'context', is: { parameter: 'unset' } }, false],
    [{ value: 'number', is: 8 }, true],
    [{ value: 'yes', is: true }, true],
    [{ value: 'yes', is: 'true' }, true],
    [{ value: 'yes', is: [false, 'no'] }, false],
    [{ value: 'blank', is: '' }, true],
    [{ value: 'missing', is: '' }, true],
    [{ value: 'number', above: 7 }, true],
    [{ value: 'number', above: 8 }, false],
    [{ value: 'text', above: 8 }, true],
    [{ value: 'text', below: 8.6 }, true],
    [{ value: 'text', below: 8 }, false],
    [{ value: 'missing', below: 8 }, false],
    [{ value: 'context', above: -1 }, false],
    [{ value: 'context', matches: '^from-[a-z]+-' }, true],
    [{ value: 'context', matches: '^trunk' }, false],
    [{ value: 'blank', matches: '.*' }, false],
    [{ same: ['id', 'same'] }, true],
    [{ same: ['id', 'same', 'number'] }, false],
    [{ same: ['blank', 'missing'] }, false],
    [{ same: ['object', 'object'] }, false],
  ])('%j is %s', (rule, expected) => {
    expect(holds(rule, RECORD)).toBe(expected);
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

  it.each([
    [{ value: 'a', is: { parameter: 'none' } }, 'rule.is: there is no parameter none'],
    [{ value: 'a', matches: '(' }, 'rule.matches: no regular expression'],
  ])('%j is a mistake', (rule, message) => {
    expect(() => holds(rule, {})).toThrow(message);
  });
});
