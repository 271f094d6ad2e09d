import { expect, test } from 'vitest';
import { Engagements } from '../../../src/crm/engagements.ts';
import { type FilterGroup, passes, search, searchFilter } from '../../../src/crm/search-filter.ts';

const propertyName = 'p';

test.each([
  [{ operator: 'EQ', value: 'ABC' }, 'abc', true],
  [{ operator: 'EQ', value: 'ABC' }, 'abcd', false],
  [{ operator: 'EQ', value: 'ABC' }, undefined, false],
  [{ operator: 'NEQ', value: 'ABC' }, 'abc', false],
  [{ operator: 'NEQ', value: 'ABC' }, 'x', true],
  [{ operator: 'IN', values: ['abc', 'x'] }, 'ABC', true],
  [{ operator: 'IN', values: ['ABC'] }, 'ABC', false],
  [{ operator: 'NOT_IN', values: ['abc'] }, 'ABC', false],
  [{ operator: 'NOT_IN', values: ['abc'] }, 'x', true],
  [{ operator: 'HAS_PROPERTY' }, '', true],
  [{ operator: 'HAS_PROPERTY' }, undefined, false],
  [{ operator: 'NOT_HAS_PROPERTY' }, undefined, true],
  [{ operator: 'GT', value: '9' }, '10', true],
  [{ operator: 'GTE', value: '10' }, '10', true],
  [{ operator: 'LT', value: '2026-01-02T00:00:00Z' }, '2026-01-01T00:00:00Z', true],
  [{ operator: 'LTE', value: '9' }, '10', false],
  [{ operator: 'LT', value: '9' }, 'x', false],
  [{ operator: 'BETWEEN', value: '1', highValue: '3' }, '3', true],
  [{ operator: 'BETWEEN', value: '1', highValue: '3' }, '4', false],
  [{ operator: 'BETWEEN', value: '1', highValue: '3' }, undefined, false],
])('%j on %j: %s', (filter, value, expected) => {
  expect(passes(searchFilter.parse({ propertyName, ...filter }), value)).toBe(expected);
});

test.each([{ operator: 'EQ' }, { operator: 'IN', values: [] }, { operator: 'CONTAINS_TOKEN', value: 'x' }, {}])(
  '%j is no filter',
  (filter) => {
    expect(searchFilter.safeParse({ propertyName, ...filter }).success).toBe(false);
  },
);

const engagements = new Engagements({ keep: 100 });
for (const [id, title] of [
  ['A', 'x'],
  ['b', 'x'],
  ['c', 'y'],
]) {
  engagements.create('main', `${id}`, { hs_call_external_id: `${id}`, hs_call_title: `${title}` }, 0);
}
engagements.create('other', 'A', { hs_call_external_id: 'A' }, 0);

const byId = (value: string) => ({ propertyName: 'hs_call_external_id', operator: 'EQ', value }) as const;
const byTitle = (value: string) => ({ propertyName: 'hs_call_title', operator: 'EQ', value }) as const;
const found = (...groups: FilterGroup[]) => [...search(engagements, 'main', groups)].map((each) => each.externalCallId);

test('filters of a group must all hold, of groups one is enough, with and without the index', () => {
  expect(found({ filters: [byId('a')] })).toEqual(['A']);
  expect(found({ filters: [byId('a'), byTitle('y')] })).toEqual([]);
  expect(found({ filters: [byId('c')] }, { filters: [byId('A')] })).toEqual(['A', 'c']);
  expect(found({ filters: [byTitle('x')] })).toEqual(['A', 'b']);
  expect(found({ filters: [byId('c')] }, { filters: [byTitle('x')] })).toEqual(['A', 'b', 'c']);
  expect(found()).toEqual(['A', 'b', 'c']);
});
