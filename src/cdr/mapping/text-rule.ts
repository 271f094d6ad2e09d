/** Rules that make a text of texts: `join`, `prefix`, `device`, `match`, `replace`. Pure. */
import { z } from 'zod';
import { deviceOf } from '../channel-name.ts';
import { textOf } from '../scalar.ts';
import type { Place } from './problems.ts';
import type { Reader } from './reader.ts';
import { compileRegex, matchable } from './regex.ts';
import type { RuleCompiler } from './rule-compiler.ts';

export interface JoinRule<Value> {
  join: Value[];
  with?: string | undefined;
}
export interface PrefixRule<Value> {
  prefix: Value;
  of: Value;
  with?: string | undefined;
}
export interface DeviceRule<Value> {
  device: Value;
}
export interface MatchRule<Value> {
  match: string;
  of: Value;
}
export interface ReplaceRule<Value> {
  replace: string;
  by: string;
  of: Value;
}
type TextRule<Value> = JoinRule<Value> | PrefixRule<Value> | DeviceRule<Value> | MatchRule<Value> | ReplaceRule<Value>;

const DASH = '-';
const separator = z.string().optional().describe('What stands between them; a dash by default.');

export const textForms = (value: z.ZodType) => ({
  join: z.strictObject({
    join: z.array(value).min(2).describe('All of these in a row; nothing when one of them is blank.'),
    with: separator,
  }),
  device: z.strictObject({
    device: value.describe('Device of the Asterisk channel with this name; nothing when it does not tell.'),
  }),
  prefix: z.strictObject({
    prefix: value.describe('Put in front of `of`, unless that begins with it already, or this is blank.'),
    of: value,
    with: separator,
  }),
  match: z.strictObject({
    match: z
      .string()
      .min(1)
      .describe(
        'Regular expression; gives its first group, or all that it matches. Nothing when it does not match, or the text is longer than 4,096. Look-aheads, back-references and counts above 16 are refused.',
      ),
    of: value,
  }),
  replace: z.strictObject({
    replace: z.string().min(1).describe('Regular expression, as in `match`; every place it matches is replaced.'),
    by: z.string().describe('What is put there; `$1` is the first group.'),
    of: value,
  }),
});

export function compileText<Value, When>(
  rule: TextRule<Value>,
  compiler: RuleCompiler<Value, When>,
  place: Place,
): Reader {
  if ('join' in rule) {
    const readers = rule.join.map((part, index) => compiler.value(part, [...place, 'join', index]));
    return join(readers, rule.with ?? DASH);
  }
  if ('device' in rule) {
    const channel = compiler.value(rule.device, [...place, 'device']);
    return (record, origin) => deviceOf(textOf(channel(record, origin)) ?? '');
  }
  const read = compiler.value(rule.of, [...place, 'of']);
  if ('prefix' in rule) {
    return withPrefix(compiler.value(rule.prefix, [...place, 'prefix']), read, rule.with ?? DASH);
  }
  const { problems } = compiler.scope;
  if ('match' in rule) {
    const expression = compileRegex(rule.match, '', problems, [...place, 'match']);
    return (record, origin) => {
      const text = matchable(textOf(read(record, origin)));
      const found = text === undefined ? undefined : expression?.exec(text);
      // Without groups there is no second entry; a group that took no part is undefined.
      return found && found.length > 1 ? found[1] : found?.[0];
    };
  }
  const expression = compileRegex(rule.replace, 'g', problems, [...place, 'replace']);
  return (record, origin) => {
    const text = matchable(textOf(read(record, origin)));
    return expression === undefined ? undefined : text?.replace(expression, rule.by);
  };
}

function join(readers: readonly Reader[], separator: string): Reader {
  return (record, origin) => {
    const parts = readers.map((read) => textOf(read(record, origin)));
    return parts.includes(undefined) ? undefined : parts.join(separator);
  };
}

/** A switch may have qualified its ids by itself, in some of its outputs; then it is not done twice. */
function withPrefix(readPrefix: Reader, read: Reader, separator: string): Reader {
  return (record, origin) => {
    const text = textOf(read(record, origin));
    const prefix = textOf(readPrefix(record, origin));
    if (text === undefined || prefix === undefined) return text;
    const start = `${prefix}${separator}`;
    return text.startsWith(start) ? text : `${start}${text}`;
  };
}
