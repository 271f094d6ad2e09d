/** One rule of a mapping, compiled and used on one record. */
import '../../src/linear-regexp.ts';
import { compileCondition, compileValue } from '../../src/cdr/mapping/compile-rule.ts';
import type { Scope } from '../../src/cdr/mapping/parameters.ts';
import { Problems } from '../../src/cdr/mapping/problems.ts';
import type { Surroundings } from '../../src/cdr/mapping/reader.ts';
import { conditionRule, valueRule } from '../../src/cdr/mapping/rule.ts';
import { messageOf } from '../../src/errors.ts';

export const scopeOf = (): Scope => ({
  problems: new Problems(),
  parameters: new Map<string, string | string[] | undefined>([
    ['text', 'pbx'],
    ['list', ['from-trunk*', 'incoming']],
    ['unset', undefined],
  ]),
});

const NOTHING_AROUND: Surroundings = { recordTime: 0 };

/** What a rule, as it stands in a file, gives of a record. Throws with its mistakes. */
export function resultOf(rule: unknown, record: unknown, around: Surroundings & { whole?: unknown } = NOTHING_AROUND) {
  const scope = scopeOf();
  const read = compileValue(valueRule.parse(rule), scope, ['rule']);
  scope.problems.throwIfAny('test');
  return read(record, { whole: record, ...around });
}

export function holds(rule: unknown, record: unknown, around: Surroundings & { whole?: unknown } = NOTHING_AROUND) {
  const scope = scopeOf();
  const condition = compileCondition(conditionRule.parse(rule), scope, ['rule']);
  scope.problems.throwIfAny('test');
  return condition(record, { whole: record, ...around });
}

/** The mistakes in a value rule, one a line; empty without any. */
export function mistakesIn(rule: unknown): string {
  const problems = new Problems();
  const parsed = valueRule.safeParse(rule);
  if (parsed.success) compileValue(parsed.data, { ...scopeOf(), problems }, ['rule']);
  else problems.addIssues(parsed.error.issues, ['rule']);
  try {
    problems.throwIfAny('test');
    return '';
  } catch (error) {
    return messageOf(error).replace('mapping test:\n', '').replaceAll(/^ +/gm, '');
  }
}
