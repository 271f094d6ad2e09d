/** Condition rules to predicates, form by form. Pure. */
import { isNothing } from '../scalar.ts';
import { compileComparison, compileSame } from './comparison-rule.ts';
import { itemsOf } from './list-rule.ts';
import type { Place } from './problems.ts';
import type { Condition } from './reader.ts';
import type { ConditionRule, ValueRule } from './rule.ts';
import type { RuleCompiler } from './rule-compiler.ts';

export function compileConditionForm(
  rule: ConditionRule,
  compiler: RuleCompiler<ValueRule, ConditionRule>,
  place: Place,
): Condition {
  if ('value' in rule) return compileComparison(rule, compiler, place);
  if ('same' in rule) return compileSame(rule, compiler, place);
  if ('exists' in rule) {
    const read = compiler.value(rule.exists, [...place, 'exists']);
    return (record, origin) => read(record, origin) !== undefined;
  }
  if ('filled' in rule) {
    const read = compiler.value(rule.filled, [...place, 'filled']);
    return (record, origin) => !isNothing(read(record, origin));
  }
  if ('some' in rule) {
    const list = compiler.value(rule.some, [...place, 'some']);
    const holds = compiler.condition(rule.where, [...place, 'where']);
    return (record, origin) => itemsOf(list(record, origin)).some((item) => holds(item, origin));
  }
  if ('not' in rule) {
    const holds = compiler.condition(rule.not, [...place, 'not']);
    return (record, origin) => !holds(record, origin);
  }
  const isAll = 'all' in rule;
  const conditions = (isAll ? rule.all : rule.any).map((each, index) =>
    compiler.condition(each, [...place, isAll ? 'all' : 'any', index]),
  );
  return isAll
    ? (record, origin) => conditions.every((holds) => holds(record, origin))
    : (record, origin) => conditions.some((holds) => holds(record, origin));
}
