/** The two kinds of rules that everything in a mapping document is made of: values and conditions. Pure. */
import { z } from 'zod';

/** How to get a value out of a record. A bare text is a path. */
export type ValueRule =
  | string
  | { path: string | string[] }
  | { constant: string | number | boolean }
  | { parameter: string }
  | { first: ValueRule[] }
  | { join: ValueRule[]; with?: string | undefined }
  | { device: ValueRule }
  | { prefix: ValueRule; of: ValueRule; with?: string | undefined }
  | { table: Record<string, string>; of: ValueRule; default?: string | undefined };

/** Whether something holds of a record. */
export type ConditionRule =
  | { value: ValueRule; is: string | number | (string | number)[] | { parameter: string } }
  | { exists: ValueRule }
  | { filled: ValueRule }
  | { all: ConditionRule[] }
  | { any: ConditionRule[] }
  | { not: ConditionRule };

const dottedPath = z.string().regex(/^[^.]+(\.[^.]+)*$/, 'a path: keys with one dot between them');
const path = z
  .union([dottedPath, z.array(z.string().min(1)).min(1)], 'a path, or a list of keys')
  .describe('Keys with dots between them, or a list of keys where one has a dot itself.');

const fromParameter = z.strictObject({ parameter: z.string().describe('Name of the parameter to take.') });

/** A setting that is the same for every record. */
export const textOrParameter = z.union([z.string().min(1), fromParameter], 'a text, or { parameter: name }');

const separator = z.string().optional().describe('What stands between them; a dash by default.');

/** Lazy, because rules hold rules. */
export const valueRule: z.ZodType<ValueRule> = z.lazy(() => anyValueRule);

const anyValueRule = z
  .union(
    [
      dottedPath,
      z.strictObject({ path }),
      z.strictObject({
        constant: z.union([z.string(), z.number(), z.boolean()], 'a text, a number, true or false'),
      }),
      fromParameter,
      z.strictObject({ first: z.array(valueRule).min(1).describe('The first of these that is not blank.') }),
      z.strictObject({
        join: z.array(valueRule).min(2).describe('All of these in a row; nothing when one of them is blank.'),
        with: separator,
      }),
      z.strictObject({
        device: valueRule.describe('Device of the Asterisk channel with this name; nothing when it does not tell.'),
      }),
      z.strictObject({
        prefix: valueRule.describe('Put in front of `of`, unless that begins with it already, or this is blank.'),
        of: valueRule,
        with: separator,
      }),
      z.strictObject({
        table: z.record(z.string(), z.string()).describe('Word by word; case and blanks around do not matter.'),
        of: valueRule,
        default: z.string().optional().describe('For a word that is not in the table; nothing by default.'),
      }),
    ],
    'a path, or an object with one of: path, constant, parameter, first, join, device, prefix and of, table and of',
  )
  .meta({ id: 'ValueRule' });

const patterns = z.union(
  [z.string(), z.number(), z.array(z.union([z.string(), z.number()], 'a text or a number')).min(1), fromParameter],
  'a text, a list of some, or { parameter: name }',
);

/** Lazy, because conditions hold conditions. */
export const conditionRule: z.ZodType<ConditionRule> = z.lazy(() => anyConditionRule);

const anyConditionRule = z
  .union(
    [
      z.strictObject({
        value: valueRule,
        is: patterns.describe('One of these; `*` stands for anything, case does not matter. Blank is the empty text.'),
      }),
      z.strictObject({ exists: valueRule.describe('The field is there, be it blank.') }),
      z.strictObject({ filled: valueRule.describe('The field is there and not blank.') }),
      z.strictObject({ all: z.array(conditionRule).min(1) }),
      z.strictObject({ any: z.array(conditionRule).min(1) }),
      z.strictObject({ not: conditionRule }),
    ],
    'an object with one of: value and is, exists, filled, all, any, not',
  )
  .meta({ id: 'ConditionRule' });
