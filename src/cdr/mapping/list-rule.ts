/** Rules about lists: `in` picks of the items of one, `sum` adds up. Pure. */
import { z } from 'zod';
import { isNothing, numberOf, textOf } from '../scalar.ts';
import { foldWord } from '../word.ts';
import type { Place } from './problems.ts';
import type { Reader } from './reader.ts';
import type { RuleCompiler } from './rule-compiler.ts';

const PICKS = ['first', 'last', 'all', 'count', 'min', 'max', 'sum', 'best'] as const;
type Pick = (typeof PICKS)[number];

export interface InRule<Value, When> {
  in: Value;
  where?: When | undefined;
  take?: Value | undefined;
  pick?: Pick | undefined;
  by?: Value | undefined;
  order?: string[] | undefined;
}
export interface SumRule<Value> {
  sum: Value[];
}

/** Longer lists are no participants or legs of one call, and give nothing. */
const LONGEST_LIST = 10_000;

export const listForms = (value: z.ZodType, condition: z.ZodType) => ({
  in: z
    .strictObject({
      in: value.describe('A list, such as the participants of a call. Paths inside of this rule are of an item.'),
      where: condition.optional().describe('Which items count; all by default.'),
      take: value
        .optional()
        .describe(
          'What is taken of an item; the item itself by default. Blank is left out; of a list, its items are taken.',
        ),
      pick: z
        .enum(PICKS)
        .optional()
        .describe('What is made of the values taken; `first` by default. `best`: whichever comes first in `order`.'),
      by: value
        .optional()
        .describe('With `first` the item where this is lowest, with `last` where it is highest; else list order.'),
      order: z.array(z.string().min(1)).min(1).optional().describe('Words for `best`, the best one first.'),
    })
    .refine(({ pick, order }) => (pick === 'best') === (order !== undefined), '`pick: best` and `order` go together')
    .refine(
      ({ pick = 'first', by }) => by === undefined || pick === 'first' || pick === 'last',
      '`by` goes with `pick: first` or `pick: last`',
    ),
  sum: z.strictObject({
    sum: z.array(value).min(1).describe('These numbers added up; blank ones are left out. Nothing when all are blank.'),
  }),
});

export function compileIn<Value, When>(
  rule: InRule<Value, When>,
  compiler: RuleCompiler<Value, When>,
  place: Place,
): Reader {
  const list = compiler.value(rule.in, [...place, 'in']);
  const holds = rule.where === undefined ? undefined : compiler.condition(rule.where, [...place, 'where']);
  const take = rule.take === undefined ? undefined : compiler.value(rule.take, [...place, 'take']);
  const by = rule.by === undefined ? undefined : compiler.value(rule.by, [...place, 'by']);
  const { pick = 'first' } = rule;
  const choose = pick === 'best' ? bestOf(rule.order ?? []) : PICKERS[pick];
  return (record, origin) => {
    const taken: Taken[] = [];
    for (const item of itemsOf(list(record, origin))) {
      if (holds !== undefined && !holds(item, origin)) continue;
      const rank = by?.(item, origin);
      const value = take === undefined ? item : take(item, origin);
      if (take === undefined || !Array.isArray(value)) {
        if (!isNothing(value)) taken.push({ value, rank });
      } else {
        // Lists in lists, such as the sessions of participants, become one.
        for (const inner of value) if (!isNothing(inner)) taken.push({ value: inner, rank });
      }
      if (taken.length > LONGEST_LIST) return undefined;
    }
    return choose(taken);
  };
}

/** The items of a list that is short enough to be looked through; none of what is no list. */
export function itemsOf(list: unknown): readonly unknown[] {
  return Array.isArray(list) && list.length <= LONGEST_LIST ? list : [];
}

interface Taken {
  readonly value: unknown;
  readonly rank: unknown;
}

type Choose = (taken: readonly Taken[]) => unknown;

const valuesOf = (taken: readonly Taken[]) => taken.map(({ value }) => value);

const PICKERS: Readonly<Record<Exclude<Pick, 'best'>, Choose>> = {
  first: (taken) =>
    taken.reduce<Taken | undefined>((best, each) => (isBefore(each, best) ? each : best), undefined)?.value,
  last: (taken) =>
    taken.reduce<Taken | undefined>((best, each) => (best && isAfter(best, each) ? best : each), undefined)?.value,
  all: valuesOf,
  count: (taken) => taken.length,
  min: (taken) => valuesOf(taken).reduce((best, each) => (compare(each, best) < 0 ? each : best), taken[0]?.value),
  max: (taken) => valuesOf(taken).reduce((best, each) => (compare(each, best) > 0 ? each : best), taken[0]?.value),
  sum: (taken) => sumOf(valuesOf(taken)),
};

/** Items without a rank come after those with one. */
function isBefore({ rank }: Taken, best: Taken | undefined): boolean {
  if (best === undefined) return true;
  if (isNothing(rank)) return false;
  return isNothing(best.rank) || compare(rank, best.rank) < 0;
}

/** Whether the best one so far stays before one that comes later in the list. */
function isAfter(best: Taken, { rank }: Taken): boolean {
  if (isNothing(best.rank)) return false;
  return isNothing(rank) || compare(best.rank, rank) > 0;
}

/** Numbers by their size, all else as text. */
function compare(left: unknown, right: unknown): number {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return a - b;
  const [one, other] = [textOf(left) ?? '', textOf(right) ?? ''];
  return one < other ? -1 : one > other ? 1 : 0;
}

function bestOf(order: readonly string[]): Choose {
  const ranks = new Map(order.map((word, index) => [foldWord(word), index]));
  return (taken) => {
    let best: { readonly value: unknown; readonly rank: number } | undefined;
    for (const { value } of taken) {
      const rank = ranks.get(foldWord(textOf(value) ?? ''));
      if (rank !== undefined && (best === undefined || rank < best.rank)) best = { value, rank };
    }
    return best?.value;
  };
}

export function compileSum<Value, When>(
  rule: SumRule<Value>,
  compiler: RuleCompiler<Value, When>,
  place: Place,
): Reader {
  const readers = rule.sum.map((part, index) => compiler.value(part, [...place, 'sum', index]));
  return (record, origin) => sumOf(readers.map((read) => read(record, origin)));
}

/** What is no number is given back as it is, so that the field it is for can say what is wrong with it. */
function sumOf(values: readonly unknown[]): unknown {
  let sum: number | undefined;
  for (const value of values) {
    if (isNothing(value)) continue;
    const number = numberOf(value);
    if (number === undefined) return value;
    sum = (sum ?? 0) + number;
  }
  return sum;
}
