/** Value rules to readers, form by form. Pure. */
import { compileChoice } from './choice-rule.ts';
import { compileDecode } from './decode-rule.ts';
import { compileJsonata } from './jsonata-rule.ts';
import { compileIn, compileSum } from './list-rule.ts';
import { compileOrigin } from './origin-rule.ts';
import type { Scope } from './parameters.ts';
import { compilePath } from './path.ts';
import type { Place } from './problems.ts';
import type { Reader } from './reader.ts';
import type { ConditionRule, ValueRule } from './rule.ts';
import type { RuleCompiler } from './rule-compiler.ts';
import { compileTable } from './table-rule.ts';
import { compileText } from './text-rule.ts';

export function compileValueForm(
  rule: ValueRule,
  compiler: RuleCompiler<ValueRule, ConditionRule>,
  place: Place,
): Reader {
  if (typeof rule === 'string') return compilePath(rule);
  if ('path' in rule) {
    const read = compilePath(rule.path);
    if (rule.of === undefined) return read;
    const into = compiler.value(rule.of, [...place, 'of']);
    return (record, origin) => read(into(record, origin));
  }
  if ('constant' in rule) return () => rule.constant;
  if ('parameter' in rule) return compileParameter(rule.parameter, compiler.scope, place);
  if ('first' in rule || 'when' in rule) return compileChoice(rule, compiler, place);
  if ('table' in rule) return compileTable(rule, compiler, place);
  if ('decode' in rule) return compileDecode(rule, compiler, place);
  if ('in' in rule) return compileIn(rule, compiler, place);
  if ('sum' in rule) return compileSum(rule, compiler, place);
  if ('outer' in rule || 'header' in rule || 'kafka' in rule) return compileOrigin(rule, compiler, place);
  if ('jsonata' in rule) return compileJsonata(rule, compiler, place);
  return compileText(rule, compiler, place);
}

function compileParameter(name: string, scope: Scope, place: Place): Reader {
  if (!scope.parameters.has(name)) scope.problems.add(place, `there is no parameter ${name}`);
  const value = scope.parameters.get(name);
  if (typeof value === 'object') scope.problems.add(place, `the parameter ${name} is a list; a text is needed here`);
  return () => value;
}
