import { describe, expect, it } from 'vitest';
import { Problems } from '../../../../src/cdr/mapping/problems.ts';
import { compileMainNumber, compileSpelling } from '../../../../src/cdr/mapping/setting.ts';
import { createPhoneNumbers } from '../../../../src/cdr/phone-number.ts';

const options = { phoneNumbers: createPhoneNumbers(), defaultCountry: 'CH' };
const scopeOf = (parameters: Record<string, string | string[] | undefined>) => ({
  problems: new Problems(),
  parameters: new Map(Object.entries(parameters)),
});

describe('compileMainNumber', () => {
  it('is a number, read like those of records', () => {
    const scope = scopeOf({ main: '031 555 01 00' });
    expect(compileMainNumber({ parameter: 'main' }, options, scope, [])).toEqual({
      e164: '+41315550100',
      type: 'FIXED_LINE',
    });
    expect(compileMainNumber(undefined, options, scope, [])).toBeUndefined();
    scope.problems.throwIfAny('test');
  });

  it.each([
    ['100', 'to.mainNumber: the main number is no phone number: it is an extension'],
    ['sales', 'to.mainNumber: the main number is no phone number: "sales" is no number'],
    ['anonymous', 'to.mainNumber: the main number is no phone number: it is hidden'],
  ])('refuses %s', (main, message) => {
    const scope = scopeOf({});
    compileMainNumber(main, options, scope, ['to', 'mainNumber']);
    expect(() => scope.problems.throwIfAny('test')).toThrow(message);
  });
});

describe('compileSpelling', () => {
  it('takes the outside line from the document or a parameter', () => {
    const scope = scopeOf({ line: '0', plus: 'missing', unset: undefined });
    const spelling = (rule: object) => compileSpelling({ number: 'n', ...rule }, scope, []);
    expect(spelling({})).toEqual({ isPlusMissing: false, dialOut: '' });
    expect(spelling({ plus: 'missing', dialOut: '9' })).toEqual({ isPlusMissing: true, dialOut: '9' });
    expect(spelling({ dialOut: { parameter: 'line' } })).toMatchObject({ dialOut: '0' });
    expect(spelling({ dialOut: { parameter: 'unset' } })).toMatchObject({ dialOut: '' });
    expect(spelling({ plus: { parameter: 'plus' } })).toMatchObject({ isPlusMissing: true });
    expect(spelling({ plus: { parameter: 'unset' } })).toMatchObject({ isPlusMissing: false });
    scope.problems.throwIfAny('test');
  });

  it.each([
    [{ dialOut: '+' }, 'from.dialOut: up to six digits'],
    [{ dialOut: { parameter: 'none' } }, 'from.dialOut: there is no parameter none'],
    [{ dialOut: { parameter: 'list' } }, 'from.dialOut: the parameter list is a list; a text is needed here'],
    [{ plus: { parameter: 'word' } }, 'from.plus: `missing`, or nothing'],
  ])('refuses %j', (rule, message) => {
    const scope = scopeOf({ list: ['0'], word: 'lost' });
    compileSpelling({ number: 'n', ...rule }, scope, ['from']);
    expect(() => scope.problems.throwIfAny('test')).toThrow(message);
  });
});
