import { describe, expect, it } from 'vitest';
import { Problems } from '../../../../src/cdr/mapping/problems.ts';
import { compileMainNumber, compileTime } from '../../../../src/cdr/mapping/setting.ts';
import { createPhoneNumbers } from '../../../../src/cdr/phone-number.ts';

const options = { phoneNumbers: createPhoneNumbers(), defaultCountry: 'CH' };
const scopeOf = (parameters: Record<string, string | string[] | undefined>) => ({
  problems: new Problems(),
  parameters: new Map(Object.entries(parameters)),
});

describe('compileTime', () => {
  it('takes the zone from the document or a parameter', () => {
    const scope = scopeOf({ zone: 'Europe/Zurich', unset: undefined });
    const wall = Date.UTC(2026, 0, 15, 10);
    expect(compileTime({ time: 't', zone: { parameter: 'zone' } }, scope, []).zone?.instantOf(wall)).toBe(
      wall - 3_600_000,
    );
    expect(compileTime({ time: 't', zone: 'UTC', unit: 'ms' }, scope, [])).toMatchObject({ unit: 'ms' });
    expect(compileTime({ time: 't', zone: { parameter: 'unset' } }, scope, [])).toEqual({});
    scope.problems.throwIfAny('test');
  });

  it.each([
    [{ parameter: 'zone' }, 'call.zone: Mars/One is no time zone; write one like Europe/Zurich or UTC'],
    [{ parameter: 'none' }, 'call.zone: there is no parameter none'],
    [{ parameter: 'list' }, 'call.zone: the parameter list is a list; a text is needed here'],
  ])('refuses %j', (zone, message) => {
    const scope = scopeOf({ zone: 'Mars/One', list: ['UTC'] });
    compileTime({ time: 't', zone }, scope, ['call']);
    expect(() => scope.problems.throwIfAny('test')).toThrow(message);
  });
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
