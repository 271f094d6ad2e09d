import { expect, test } from 'vitest';
import { type ConfigInput, configSchema } from '../../src/config/schema.ts';
import { createLimiter } from '../../src/hubspot/limiter.ts';
import { createQuotaLimiters, sharingOf } from '../../src/quota-limiters.ts';
import type { RedisConnection } from '../../src/redis/connection.ts';
import type { Sharing } from '../../src/shares/quota-shares.ts';
import { ManualClock } from '../support/manual-clock.ts';

function portal(quota: ConfigInput['portals'][string]['quota'], hubId?: number) {
  const input = { portals: { main: { token: 't', quota, hubId } }, redis: { url: 'redis://localhost:6379' } };
  const { main } = configSchema.parse(input).portals;
  if (main === undefined) throw new Error('no portal');
  return main;
}

test('an account has one name in all configurations', () => {
  expect(sharingOf('main', portal({}, 7))?.id).toBe('https://api.hubapi.com#7');
  expect(sharingOf('main', portal({}))?.id).toBe('https://api.hubapi.com#main');
  expect(sharingOf('main', portal('none'))).toBeUndefined();
  expect(sharingOf('main', portal({ share: 'redis' }))).toBeUndefined();
});

test('each way to share has its limiter', async () => {
  const clock = new ManualClock();
  const shared: Sharing[] = [];
  const asked: (readonly string[])[] = [];
  const connection: RedisConnection = {
    async run(_, keys) {
      asked.push(keys);
      return [1, 0, 0];
    },
    async [Symbol.asyncDispose]() {},
  };
  const limiterOf = createQuotaLimiters({
    shares: {
      limiter(sharing) {
        shared.push(sharing);
        return createLimiter(sharing, clock);
      },
    },
    redis: { connection, prefix: 'test' },
    requestTimeout: 4_000,
    clock,
    failed: () => {},
  });
  await limiterOf('main', portal('none')).acquire('live');
  limiterOf('main', portal({ share: 'owner' }));
  expect(shared.map(({ share }) => share)).toEqual(['owner']);
  const counted = limiterOf('main', portal({ share: 'redis' }, 7)).acquire('live');
  await clock.elapse(0);
  await counted;
  expect(asked[0]?.[0]).toBe('test:{https://api.hubapi.com#7}:live');
});
