import { describe, expect, it } from 'vitest';
import { users } from '../../../src/config/users-schema.ts';

const INT32 = 2 ** 31 - 1;

describe('users', () => {
  it('are nobody by default', () => {
    expect(users.parse(undefined)).toEqual({ table: {}, sync: 'none', refresh: 3_600_000 });
  });

  it('have any name that a source may give', () => {
    const table = { 'Alice@example.com': 1, '201': INT32, 'Doe, Jane': 2, 'SIP/7': 3 };
    expect(users.parse({ table, sync: 'owners', refresh: '10m' })).toEqual({ table, sync: 'owners', refresh: 600_000 });
  });

  it.each([0, -1, 1.5, INT32 + 1, '101', null])('have ids of HubSpot, and not %j', (id) => {
    expect(users.safeParse({ table: { a: id } }).success).toBe(false);
  });

  it.each(['', ' ', ' a', 'a ', 'a\n'])('are not named %j', (name) => {
    expect(users.safeParse({ table: { [name]: 1 } }).success).toBe(false);
  });

  it('stand in the table once', () => {
    const { error } = users.safeParse({ table: { 'a@example.com': 1, b: 2, 'A@Example.com': 1 } });
    expect(error?.issues.map(({ path, message }) => [path, message])).toEqual([
      [['table', 'A@Example.com'], 'a name that stands here once: case does not matter'],
    ]);
  });

  it.each([{ sync: 'users' }, { refresh: 60 }, { tabel: {} }])('know nothing of %j', (setting) => {
    expect(users.safeParse(setting).success).toBe(false);
  });
});
