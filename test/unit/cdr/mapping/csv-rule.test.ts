import { describe, expect, it } from 'vitest';
import { compileCsv, csvRule } from '../../../../src/cdr/mapping/csv-rule.ts';
import { Problems } from '../../../../src/cdr/mapping/problems.ts';

const compiled = (rule: unknown) => compileCsv(csvRule.parse(rule), new Problems());

describe('the rule csv', () => {
  it('gives the layout of lines, or of files', () => {
    expect(compiled({ columns: [['a', 'b']] })).toEqual({ delimiter: ',', columns: new Map([[2, ['a', 'b']]]) });
    expect(compiled({ columns: [['a']], more: true })).toMatchObject({ more: true });
    expect(compiled({ header: true, delimiter: ';' })).toEqual({ delimiter: ';', columns: 'header' });
    expect(compileCsv(undefined, new Problems())).toBeUndefined();
  });

  it.each([
    {},
    { columns: [['a']], header: true },
    { more: true, header: true },
    { header: false },
    { header: true, delimiter: '"' },
    { header: true, delimiter: ', ' },
    { columns: [['a', '__proto__']] },
  ])('refuses %j', (rule) => {
    expect(csvRule.safeParse(rule).success).toBe(false);
  });
});
