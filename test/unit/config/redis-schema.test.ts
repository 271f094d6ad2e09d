import { expect, test } from 'vitest';
import { redis } from '../../../src/config/redis-schema.ts';
import { configSchema } from '../../../src/config/schema.ts';

test.each([
  ['redis://127.0.0.1:6379', true],
  ['redis://localhost:6379/2', true],
  ['rediss://user:secret@redis.example.com:6379', true],
  ['redis://redis.example.com:6379', false],
  ['http://localhost:6379', false],
  ['localhost:6379', false],
])('the address %s: %s', (url, good) => {
  expect(redis.safeParse({ url }).success).toBe(good);
});

test('a quota is shared in Redis only where one is configured', () => {
  const portals = { main: { token: 't', quota: { share: 'redis' as const } } };
  const { error } = configSchema.safeParse({ portals });
  expect(error?.issues).toMatchObject([{ path: ['portals', 'main', 'quota', 'share'] }]);
  expect(configSchema.safeParse({ portals, redis: { url: 'redis://localhost:6379' } }).success).toBe(true);
});
