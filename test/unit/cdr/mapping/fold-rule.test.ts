import { describe, expect, it } from 'vitest';
import { foldRule } from '../../../../src/cdr/mapping/fold-rule.ts';

const placesOf = (rule: object) => foldRule.safeParse(rule).error?.issues.map(({ path }) => path.join('.'));

describe('the section fold', () => {
  it('needs only what its records have in common', () => {
    expect(foldRule.parse({ by: 'linkedid' })).toEqual({ by: 'linkedid', parts: {} });
  });

  it('takes the names of parts, an end and a time', () => {
    const caller = { where: { filled: 'src' }, pick: 'first', by: 'sequence' };
    const rule = { by: ['a', 'b'].join('.'), end: { value: 'type', is: 'hangup' }, idle: '2h', parts: { caller } };
    expect(foldRule.parse(rule)).toEqual(rule);
  });

  it('says where it is wrong', () => {
    expect(placesOf({})).toEqual(['by']);
    expect(placesOf({ by: 'id', idle: 30 })).toEqual(['idle']);
    expect(placesOf({ by: 'id', parts: { all: { pick: 'first' } } })).toEqual(['parts.all']);
    expect(placesOf({ by: 'id', parts: { a: { pick: 'best' } } })).toEqual(['parts.a.pick']);
  });
});
