import { expect, test } from 'vitest';
import { seedCompany, seedContact, seedOwner } from '../../../src/crm/seed-record.ts';

test('ids keep all their digits, as integers, bigints and text', () => {
  const ids = [1, 9_007_199_254_740_993n, '9223372036854775807'];
  expect(ids.map((id) => seedContact.parse({ id }).id)).toEqual([
    1n,
    9_007_199_254_740_993n,
    9_223_372_036_854_775_807n,
  ]);
});

test.each([0, -1, 1.5, 'x', '9223372036854775808', null])('%j is no id', (id) => {
  expect(seedCompany.safeParse({ id }).success).toBe(false);
});

test('an owner has a user id, which is an int32, and an e-mail address', () => {
  expect(seedOwner.parse({ id: 5, userId: 101n, email: 'a@example.com' })).toMatchObject({ id: 5n, userId: 101 });
  expect(seedOwner.safeParse({ id: 5, userId: 2 ** 31, email: 'a@example.com' }).success).toBe(false);
  expect(seedOwner.safeParse({ id: 5, userId: 1 }).success).toBe(false);
});

test('phone properties have any name and text, and a misspelt field is a mistake', () => {
  expect(seedContact.parse({ id: 1, phones: { anything: 'ask' } }).phones).toEqual({ anything: 'ask' });
  expect(seedContact.safeParse({ id: 1, phone: '+1' }).success).toBe(false);
});
