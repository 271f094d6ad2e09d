/** The two kinds of rules that everything in a mapping document is made of: values and conditions. Pure. */
import { z } from 'zod';
import { choiceForms, type FirstRule, type WhenRule } from './choice-rule.ts';
import { type ComparisonRule, comparisonForms, type SameRule } from './comparison-rule.ts';
import { type DecodeRule, decodeForms } from './decode-rule.ts';
import { formUnion } from './form-union.ts';
import { type JsonataRule, jsonataForms } from './jsonata-rule.ts';
import { type InRule, listForms, type SumRule } from './list-rule.ts';
import { type HeaderRule, type KafkaRule, type OuterRule, originForms } from './origin-rule.ts';
import { type TableRule, tableForms } from './table-rule.ts';
import {
  type DeviceRule,
  type JoinRule,
  type MatchRule,
  type PrefixRule,
  type ReplaceRule,
  textForms,
} from './text-rule.ts';

/** How to get a value out of a record. A bare text is a path. */
export type ValueRule =
  | string
  | { path: string | string[]; of?: ValueRule | undefined }
  | { constant: string | number | boolean }
  | { parameter: string }
  | FirstRule<ValueRule>
  | WhenRule<ValueRule, ConditionRule>
  | JoinRule<ValueRule>
  | DeviceRule<ValueRule>
  | PrefixRule<ValueRule>
  | MatchRule<ValueRule>
  | ReplaceRule<ValueRule>
  | TableRule<ValueRule>
  | DecodeRule<ValueRule>
  | InRule<ValueRule, ConditionRule>
  | SumRule<ValueRule>
  | OuterRule<ValueRule>
  | HeaderRule
  | KafkaRule
  | JsonataRule;

/** Whether something holds of a record. */
export type ConditionRule =
  | ComparisonRule<ValueRule>
  | SameRule<ValueRule>
  | { exists: ValueRule }
  | { filled: ValueRule }
  | { some: ValueRule; where: ConditionRule }
  | { all: ConditionRule[] }
  | { any: ConditionRule[] }
  | { not: ConditionRule };

const dottedPath = z.string().regex(/^[^.]+(\.[^.]+)*$/, 'a path: keys with one dot between them');
const path = z
  .union([dottedPath, z.array(z.string().min(1)).min(1)], 'a path, or a list of keys')
  .describe('Keys with dots between them, or a list of keys where one has a dot itself.');

export const fromParameter = z.strictObject({ parameter: z.string().describe('Name of the parameter to take.') });

/** A setting that is the same for every record. */
export const textOrParameter = z.union([z.string().min(1), fromParameter], 'a text, or { parameter: name }');

/** Lazy, because rules hold rules. */
export const valueRule: z.ZodType<ValueRule> = z.lazy(() => anyValueRule);
export const conditionRule: z.ZodType<ConditionRule> = z.lazy(() => anyConditionRule);

const valueForms = {
  path: z.strictObject({
    path,
    of: valueRule.optional().describe('What the path leads into; the record by default.'),
  }),
  constant: z.strictObject({
    constant: z.union([z.string(), z.number(), z.boolean()], 'a text, a number, true or false'),
  }),
  parameter: fromParameter,
  ...choiceForms(valueRule, conditionRule),
  ...textForms(valueRule),
  ...tableForms(valueRule),
  ...decodeForms(valueRule),
  ...listForms(valueRule, conditionRule),
  ...originForms(valueRule),
  ...jsonataForms,
};

const anyValueRule: z.ZodType<ValueRule> = formUnion<ValueRule>(
  dottedPath,
  valueForms,
  `a path, or an object with one of: ${Object.keys(valueForms).join(', ')}`,
);
z.globalRegistry.add(anyValueRule, { id: 'ValueRule' });

const conditionForms = {
  ...comparisonForms(valueRule, fromParameter),
  exists: z.strictObject({ exists: valueRule.describe('The field is there, be it blank.') }),
  filled: z.strictObject({ filled: valueRule.describe('The field is there and not blank.') }),
  some: z.strictObject({
    some: valueRule.describe('A list; paths in `where` are of an item.'),
    where: conditionRule.describe('Holds of one item at least.'),
  }),
  all: z.strictObject({ all: z.array(conditionRule).min(1) }),
  any: z.strictObject({ any: z.array(conditionRule).min(1) }),
  not: z.strictObject({ not: conditionRule }),
};

const anyConditionRule: z.ZodType<ConditionRule> = formUnion<ConditionRule>(
  undefined,
  conditionForms,
  'an object with one of: value and is (above, below, matches), same, exists, filled, some and where, all, any, not',
);
z.globalRegistry.add(anyConditionRule, { id: 'ConditionRule' });
