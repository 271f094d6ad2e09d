/** The one place where a rule becomes a reader or a condition, whatever holds it. Pure. */
import { compileConditionForm } from './condition.ts';
import type { Scope } from './parameters.ts';
import type { Place } from './problems.ts';
import type { Condition, Reader } from './reader.ts';
import type { ConditionRule, ValueRule } from './rule.ts';
import type { RuleCompiler } from './rule-compiler.ts';
import { tracedCondition, tracedValue } from './trace.ts';
import { compileValueForm } from './value.ts';

/** @param place Where the rule stands in the document, for what is wrong with it. */
export function compileValue(rule: ValueRule, scope: Scope, place: Place): Reader {
  return compilerOf(scope).value(rule, place);
}

export function compileAll(rules: readonly ValueRule[], scope: Scope, place: Place): Reader[] {
  return rules.map((rule, index) => compileValue(rule, scope, [...place, index]));
}

export function compileCondition(rule: ConditionRule, scope: Scope, place: Place): Condition {
  return compilerOf(scope).condition(rule, place);
}

function compilerOf(scope: Scope): RuleCompiler<ValueRule, ConditionRule> {
  const compiler: RuleCompiler<ValueRule, ConditionRule> = {
    scope,
    value: (rule, place) => tracedValue(compileValueForm(rule, compiler, place), place, scope.trace),
    condition: (rule, place) => tracedCondition(compileConditionForm(rule, compiler, place), place, scope.trace),
  };
  return compiler;
}
