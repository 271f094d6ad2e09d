/** Value rules to readers. Pure. */
import { deviceOf } from '../channel-name.ts';
import { isNothing, textOf } from '../scalar.ts';
import type { Scope } from './parameters.ts';
import { compilePath, type Reader } from './path.ts';
import type { Place } from './problems.ts';
import type { ValueRule } from './rule.ts';

const DASH = '-';

/** @param place Where the rule stands in the document, for what is wrong with it. */
export function compileValue(rule: ValueRule, scope: Scope, place: Place): Reader {
  if (typeof rule === 'string') return compilePath(rule);
  if ('path' in rule) return compilePath(rule.path);
  if ('constant' in rule) return () => rule.constant;
  if ('parameter' in rule) return compileParameter(rule.parameter, scope, place);
  if ('first' in rule) return firstOf(compileAll(rule.first, scope, [...place, 'first']));
  if ('join' in rule) return join(compileAll(rule.join, scope, [...place, 'join']), rule.with ?? DASH);
  if ('device' in rule) {
    const channel = compileValue(rule.device, scope, [...place, 'device']);
    return (record) => deviceOf(textOf(channel(record)) ?? '');
  }
  if ('prefix' in rule) {
    const prefix = compileValue(rule.prefix, scope, [...place, 'prefix']);
    return withPrefix(prefix, compileValue(rule.of, scope, [...place, 'of']), rule.with ?? DASH);
  }
  return compileTable(rule, scope, place);
}

export function compileAll(rules: readonly ValueRule[], scope: Scope, place: Place): Reader[] {
  return rules.map((rule, index) => compileValue(rule, scope, [...place, index]));
}

function compileParameter(name: string, scope: Scope, place: Place): Reader {
  if (!scope.parameters.has(name)) scope.problems.add(place, `there is no parameter ${name}`);
  const value = scope.parameters.get(name);
  if (typeof value === 'object') scope.problems.add(place, `the parameter ${name} is a list; a text is needed here`);
  return () => value;
}

function firstOf(readers: readonly Reader[]): Reader {
  return (record) => {
    for (const read of readers) {
      const value = read(record);
      if (!isNothing(value)) return value;
    }
    return undefined;
  };
}

function join(readers: readonly Reader[], separator: string): Reader {
  return (record) => {
    const parts = readers.map((read) => textOf(read(record)));
    return parts.includes(undefined) ? undefined : parts.join(separator);
  };
}

/** A switch may have qualified its ids by itself, in some of its outputs; then it is not done twice. */
function withPrefix(readPrefix: Reader, read: Reader, separator: string): Reader {
  return (record) => {
    const text = textOf(read(record));
    const prefix = textOf(readPrefix(record));
    if (text === undefined || prefix === undefined) return text;
    const start = `${prefix}${separator}`;
    return text.startsWith(start) ? text : `${start}${text}`;
  };
}

function compileTable(rule: Extract<ValueRule, { table: unknown }>, scope: Scope, place: Place): Reader {
  const read = compileValue(rule.of, scope, [...place, 'of']);
  const entries = new Map<string, string>();
  for (const [word, result] of Object.entries(rule.table)) {
    const folded = fold(word);
    if (entries.has(folded)) scope.problems.add([...place, 'table', word], 'stands twice: case does not matter');
    entries.set(folded, result);
  }
  return (record) => {
    const word = textOf(read(record));
    return (word === undefined ? undefined : entries.get(fold(word))) ?? rule.default;
  };
}

function fold(word: string): string {
  return word.trim().toLowerCase();
}
