/** Filters of the calls search. */
import { z } from 'zod';
import { type Engagement, EXTERNAL_ID_PROPERTY, propertyOf } from './engagement.ts';
import type { Engagements } from './engagements.ts';

const propertyName = z.string().min(1);

/** The operators that the simulator knows; HubSpot's token search is not among them. */
export const searchFilter = z.discriminatedUnion('operator', [
  z.object({ propertyName, operator: z.enum(['EQ', 'NEQ', 'LT', 'LTE', 'GT', 'GTE']), value: z.string() }),
  z.object({ propertyName, operator: z.literal('BETWEEN'), value: z.string(), highValue: z.string() }),
  z.object({ propertyName, operator: z.enum(['IN', 'NOT_IN']), values: z.array(z.string()).min(1) }),
  z.object({ propertyName, operator: z.enum(['HAS_PROPERTY', 'NOT_HAS_PROPERTY']) }),
]);

export type SearchFilter = z.output<typeof searchFilter>;

/** Filters of a group must all hold; of several groups, one is enough. */
export type FilterGroup = { readonly filters: readonly SearchFilter[] };

/** A number, or the time that a date means: HubSpot compares both by size. */
function sizeOf(text: string): number {
  const number = Number(text);
  return text.trim() === '' ? Number.NaN : Number.isNaN(number) ? Date.parse(text) : number;
}

/**
 * Whether a value passes a filter. Text is compared without regard to case, but for one trap of HubSpot's: the
 * values of IN and NOT_IN must be given in lower case, or they never match.
 */
export function passes(filter: SearchFilter, value: string | undefined): boolean {
  switch (filter.operator) {
    case 'EQ':
      return value?.toLowerCase() === filter.value.toLowerCase();
    case 'NEQ':
      return value?.toLowerCase() !== filter.value.toLowerCase();
    case 'IN':
      return value !== undefined && filter.values.includes(value.toLowerCase());
    case 'NOT_IN':
      return value !== undefined && !filter.values.includes(value.toLowerCase());
    case 'HAS_PROPERTY':
      return value !== undefined;
    case 'NOT_HAS_PROPERTY':
      return value === undefined;
    case 'LT':
      return value !== undefined && sizeOf(value) < sizeOf(filter.value);
    case 'LTE':
      return value !== undefined && sizeOf(value) <= sizeOf(filter.value);
    case 'GT':
      return value !== undefined && sizeOf(value) > sizeOf(filter.value);
    case 'GTE':
      return value !== undefined && sizeOf(value) >= sizeOf(filter.value);
    case 'BETWEEN': {
      const size = value === undefined ? Number.NaN : sizeOf(value);
      return size >= sizeOf(filter.value) && size <= sizeOf(filter.highValue);
    }
  }
}

/** External ids that a group asks for, in lower case; undefined if it does not ask by them. */
function externalIdsOf({ filters }: FilterGroup): readonly string[] | undefined {
  for (const filter of filters) {
    if (filter.propertyName !== EXTERNAL_ID_PROPERTY) continue;
    if (filter.operator === 'EQ') return [filter.value.toLowerCase()];
    if (filter.operator === 'IN') return filter.values;
  }
  return undefined;
}

/**
 * A portal's engagements that pass a group or more, oldest first. A search by external id reads an index, so that
 * it stays quick among millions; any other looks at them all.
 */
export function* search(
  engagements: Engagements,
  portal: string,
  groups: readonly FilterGroup[],
): Generator<Engagement> {
  const ids = groups.map(externalIdsOf);
  const byIndex = groups.length > 0 && ids.every((some) => some !== undefined);
  const candidates = byIndex
    ? engagements.withExternalId(
        portal,
        ids.flatMap((some) => some ?? []),
      )
    : engagements.list({ portal });
  for (const engagement of candidates) {
    const found = groups.some(({ filters }) =>
      filters.every((filter) => passes(filter, propertyOf(engagement, filter.propertyName))),
    );
    if (found || groups.length === 0) yield engagement;
  }
}
